/* What windows are made of: the delays that a part of a firewall leaves, counted and hashed. */
#ifndef FIRESIEVE_CERTIFICATE_WITNESS_H
#define FIRESIEVE_CERTIFICATE_WITNESS_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/* The firewall without the layers of some periods. */
struct witness {
    firesieve_firewall *firewall; /* NULL where no layer is left, and every delay */
};

/* `left_out` are the periods, ascending. Cost: a search in them a layer, 16 bytes a layer left. Errors: MEMORY, STOPPED. */
firesieve_status witness_make(struct witness *witness, const firesieve_firewall *firewall, const uint64_t *left_out,
                              size_t count, struct go_on go_on, firesieve_error *error);

void witness_free(struct witness *witness);

/*
 * firesieve_list over the witness, which reports to options->progress. Where no layer is left, every delay of the range
 * is received, and the method is closed-form.
 */
firesieve_status witness_list(const struct witness *witness, const firesieve_search_options *options,
                              firesieve_list_function receive, void *context, firesieve_search_result *result,
                              firesieve_error *error);

/* The periods of a firewall, ascending, each once, to be freed by the caller. 8 bytes a layer. Errors: MEMORY, STOPPED. */
firesieve_status witness_periods(const firesieve_firewall *firewall, struct go_on go_on, uint64_t **periods,
                                 size_t *count, firesieve_error *error);

/* The place of a period among ascending ones, or `count`. */
size_t witness_find_period(const uint64_t *periods, size_t count, uint64_t period);

/*
 * Where a search from `from` on that found nothing has shown that no delay is safe at all: behind one cycle, the lcm
 * of the periods, or 2^n delays of n layers, whichever ends first, at most FIRESIEVE_DELAY_END. Once go_on says no, the
 * cycle counts as endless.
 */
firesieve_delay witness_last_delay(const firesieve_firewall *firewall, firesieve_delay from, struct go_on go_on);

/* Delays that were listed, as a window of a certificate has them. */
struct tally_of_delays {
    firesieve_delay count;
    uint64_t hash;
};

void tally_delay(struct tally_of_delays *tally, firesieve_delay delay);

#endif
