/* What windows are made from: the delays that a part of a firewall leaves, counted and hashed. */
#ifndef FIRESIEVE_CERTIFICATE_WITNESS_H
#define FIRESIEVE_CERTIFICATE_WITNESS_H

#include <firesieve/firesieve.h>

#include "firewall/firewall.h"

/* The firewall without the layers of some periods; in the residue form, its classes without those of some moduli. */
struct witness {
    firesieve_firewall *firewall;    /* owned; NULL if nothing is left that forbids any delay */
    firesieve_firewall *left_out;    /* owned; in the residue form, the classes that are left out; NULL: none */
    const firesieve_firewall *other; /* classes that may contain what the witness leaves: left_out, or all; or NULL */
};

/* The witness that leaves every delay. */
struct witness witness_empty(const firesieve_firewall *firewall);

/*
 * `left_out` are the periods, ascending. Cost: a search in them per layer, and 16 bytes; per class 32 bytes. Errors:
 * MEMORY, STOPPED.
 */
firesieve_status witness_make(struct witness *witness, const firesieve_firewall *firewall, const uint64_t *left_out,
                              size_t count, struct go_on go_on, firesieve_error *error);

void witness_free(struct witness *witness);

/*
 * firesieve_list over the witness, which reports to options->progress. If no layer is left, every delay of the range is
 * received, and the method is closed-form.
 */
firesieve_status witness_list(const struct witness *witness, const firesieve_search_options *options,
                              firesieve_list_function receive, void *context, firesieve_search_result *result,
                              firesieve_error *error);

/* What is left out together: layers of one period, 0 for scanners that never move; classes of one modulus. */
static inline uint64_t witness_period(const firesieve_firewall *firewall, size_t i)
{
    return firewall->layers == NULL ? firewall->classes[i].modulus : layer_period(firewall->layers[i]);
}

/* The distinct periods, ascending, which the caller frees. Memory: 8 bytes per layer. Errors: MEMORY, STOPPED. */
firesieve_status witness_periods(const firesieve_firewall *firewall, struct go_on go_on, uint64_t **periods,
                                 size_t *count, firesieve_error *error);

/* The index of a period among ascending ones, or `count`. */
size_t witness_find_period(const uint64_t *periods, size_t count, uint64_t period);

/*
 * The delay at which a search that started at `from` and found nothing has shown that no delay is safe at all: after
 * one cycle, the lcm of the periods, or 2^n delays for n layers, whichever ends first, at most FIRESIEVE_DELAY_END; in
 * the residue form n counts distinct classes. Once go_on says no, the cycle counts as endless.
 */
firesieve_delay witness_last_delay(const firesieve_firewall *firewall, firesieve_delay from, struct go_on go_on);

/*
 * The period of a count: the lcm of the periods, at most FIRESIEVE_DELAY_END; that also if there are filters, and once
 * go_on says no.
 */
firesieve_delay witness_cycle(const firesieve_firewall *firewall, struct go_on go_on);

/* What happens to a delay that the witness leaves. */
enum fate {
    FATE_CAUGHT,  /* a layer or a class that was left out catches it */
    FATE_DROPPED, /* a filter rejects it: a line of residues that says more than its classes */
    FATE_SAFE
};

/* Cost: a division for each layer, or each class that was left out, and the filters. */
enum fate witness_fate(const struct witness *witness, const firesieve_firewall *firewall, firesieve_delay delay);

/* Delays that were listed, as a window of a certificate summarises them. */
struct tally_of_delays {
    firesieve_delay count;
    uint64_t hash;
};

void tally_delay(struct tally_of_delays *tally, firesieve_delay delay);

#endif
