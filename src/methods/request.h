/* What a caller asks of a search: its options, checked. */
#ifndef FIRESIEVE_METHODS_REQUEST_H
#define FIRESIEVE_METHODS_REQUEST_H

#include <firesieve/firesieve.h>

/* The options (NULL: the defaults), with the range that the firewall asks for if they give none. */
firesieve_search_options request_begin(const firesieve_firewall *firewall, const firesieve_search_options *options);

/*
 * The part of a firewall that is sieved: itself, or if its lines leave progressions, what the multiples of the step in
 * the first of them must avoid. Makes the options' range that of this part.
 */
const firesieve_firewall *request_sieved(const firesieve_firewall *firewall, firesieve_search_options *options);

/* Whether prime tuplets may be searched by their own wheel. */
bool request_may_take_tuplets(const firesieve_search_options *options);

/* Errors: ARGUMENT, KERNEL. */
firesieve_status request_check(const firesieve_search_options *options, firesieve_error *error);

/* Whether the method asked for is simulate or closed-form, which use no kernel and one thread. */
bool request_is_for_oracle(const firesieve_search_options *options);

/* Whether the short path may be tried: nothing is asked for that it lacks. */
bool request_may_be_short(const firesieve_search_options *options);

#endif
