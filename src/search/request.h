/* What a caller asks of a search: its options, checked and translated for the planner. */
#ifndef FIRESIEVE_SEARCH_REQUEST_H
#define FIRESIEVE_SEARCH_REQUEST_H

#include "search/plan.h"

/* The options, or where they are NULL the defaults, in *defaults. */
const firesieve_search_options *request_or_defaults(const firesieve_search_options *options,
                                                    firesieve_search_options *defaults);

/* Errors: ARGUMENT, KERNEL. */
firesieve_status request_check(const firesieve_search_options *options, firesieve_error *error);

/* Whether it is simulate or closed-form, which use no kernel and one thread. */
bool method_is_oracle(firesieve_method method);

/* Whether the method asked for is one of these. */
bool request_is_for_oracle(const firesieve_search_options *options);

/* Whether the short path may be tried: nothing is asked for that it has not. */
bool request_may_be_short(const firesieve_search_options *options);

struct plan_request plan_request_for(const firesieve_search_options *options, enum search_goal goal,
                                     struct go_on go_on);

#endif
