/* The makers of certificates. */
#ifndef FIRESIEVE_CERTIFICATE_MAKE_H
#define FIRESIEVE_CERTIFICATE_MAKE_H

#include "methods/watch.h"
#include "certificate/part.h"

/* An answer that is to be certified. */
struct certificate_order {
    const firesieve_firewall *firewall;
    const firesieve_search_options *options;
    uint64_t memory;   /* bytes that a tree may use */
    uint64_t text_max; /* and that the lines `dropped` may take */
    struct certificate_head head;
    struct certificate_part part;
    struct part_answers small; /* of the lines for small x */
    struct watch *watch;
    bool stopped; /* it was cancelled, or its time is up */
};

/*
 * Makes a tree if one is found; otherwise *certificate is as it was, and `stopped` says whether that is why.
 * Errors: MEMORY.
 */
firesieve_status certificate_make_tree(struct certificate_order *order, firesieve_certificate **certificate,
                                       firesieve_error *error);

/*
 * Makes the components of a count if all can be counted and the range is at least as long as their cycle; otherwise
 * *certificate is as it was. The method and the kernel of the head are those that counted the rest after whole cycles.
 * Errors: ARGUMENT, MEMORY, STOPPED.
 */
firesieve_status certificate_make_components(struct certificate_order *order, firesieve_certificate **certificate,
                                             firesieve_error *error);

/*
 * Makes windows; of a count, those of one cycle if the range is longer. If it is stopped, *certificate is as it was.
 * Errors: ARGUMENT, and those of firesieve_list.
 */
firesieve_status certificate_make_windows(struct certificate_order *order, firesieve_certificate **certificate,
                                          firesieve_error *error);

#endif
