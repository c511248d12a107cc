/* The two makers of certificates. */
#ifndef FIRESIEVE_CERTIFICATE_MAKE_H
#define FIRESIEVE_CERTIFICATE_MAKE_H

#include "methods/watch.h"
#include "certificate/certificate.h"

/* An answer that a certificate is made of. */
struct certificate_order {
    const firesieve_firewall *firewall;
    const firesieve_search_options *options;
    uint64_t memory; /* bytes that a tree may take */
    struct certificate_head head;
    struct watch *watch;
    bool stopped; /* nobody wants it any more */
};

/*
 * Makes a tree, where one is found; otherwise *certificate is as it was, and `stopped` says whether that is why.
 * Errors: MEMORY.
 */
firesieve_status certificate_make_tree(struct certificate_order *order, firesieve_certificate **certificate,
                                       firesieve_error *error);

/* Makes windows, unless it is stopped. Errors: ARGUMENT, and those of firesieve_list. */
firesieve_status certificate_make_windows(struct certificate_order *order, firesieve_certificate **certificate,
                                          firesieve_error *error);

#endif
