/*
 * Certificates: texts that prove answers (record/record.h has their first and last line, and that of the firewall).
 *
 *     firesieve-certificate 1                          firesieve-certificate 1
 *     firewall 44 5d1c7f4e0c9e34ad12b00d9c6c4d7a31     firewall 6 0f6d5a7e1b0d6d8c5fb2e0f5b7c2ab91
 *     claim found 3823370                              claim never
 *     range 0 170141183460469231731687303715884105728  split 2
 *     made wheel avx2                                  leaf 0
 *     without 30                                       split 2
 *     without 34                                       leaf 3
 *     window 59740 67 8a0cd2b46f0d9db1                 leaf 1
 *     window 119480 57 0c1ac2f7c84bb0c4                checksum 3a5e7f1fd11b0d42
 *     ...
 *     checksum c9a48e4d1c7c2b5e
 *
 * claim    `found T`: T is the smallest safe delay in the range. `none`: no delay in it is safe. `never`: no delay is.
 *
 * Where it is `never`, a tree follows, a node a line, each before its children and these in their order. The root is
 * all delays. `split P`, P a prime, splits the node of delays r mod m into P children: r + m * i mod m * P for i = 0,
 * 1, ... P - 1. `leaf DEPTH` is a node all of whose delays the layer at that depth catches: its period divides m and
 * r + DEPTH, or its scanner has range 1 and no period. No leaf is below more than 1024 splits.
 *
 * Otherwise there are:
 *
 * range    `range FROM TO`: the delays that are spoken of, FROM <= t < TO.
 * made     the method and the kernel (or `none`) that made the windows.
 * without  a period, 2 * (range - 1). The witness is the firewall without the layers of these periods, which ascend.
 * empty    stands alone instead of `without`, where the witness has no layers: it leaves every delay.
 * window   `window END COUNT HASH`: from the end of the window before, or from FROM, to END, no layer of the witness
 *          catches COUNT delays, and HASH is the sum modulo 2^64 of XXH64 (seed 0) of each as a 128-bit little-endian
 *          number. The ends ascend. The last is T + 1 or, for `none`, TO or so far from FROM that it proves that no
 *          delay is safe at all: by the lcm of the periods, or by 2^n for n layers (Crittenden and Vanden Eynden, "Any
 *          n arithmetic progressions covering the first 2^n integers cover all integers", 1970). Unless the range is
 *          empty, some window has a delay: without any there would be nothing to list again.
 *
 * Who has listed the same delays again, and has seen that a layer that was left out catches each but T, knows that none
 * of the others is safe. That a search missed one is not to be believed then: another one would have had to miss the
 * same delays.
 */
#ifndef FIRESIEVE_CERTIFICATE_CERTIFICATE_H
#define FIRESIEVE_CERTIFICATE_CERTIFICATE_H

#include "record/record.h"

extern const struct record_format certificate_format;

/* The lines before the tree, or before `without` and the windows. */
struct certificate_head {
    firesieve_claim claim;
    firesieve_delay delay; /* FOUND */
    firesieve_delay from;  /* NEVER: all delays */
    firesieve_delay to;
    firesieve_method method;        /* NEVER: AUTO */
    const firesieve_kernel *kernel; /* NULL: none */
};

struct firesieve_certificate {
    char *text; /* owned; has been read without an error */
    size_t size;
};

/* Starts a text with its head. */
void certificate_write_head(struct record_writer *writer, const firesieve_firewall *firewall,
                            const struct certificate_head *head);

/* Reads the head, which has to be of this firewall. False: see the reader. */
bool certificate_read_head(struct record_reader *reader, const firesieve_firewall *firewall,
                           struct certificate_head *head);

/* Lines of the body. False: see the reader. */
bool certificate_read_split(struct record_reader *reader, uint64_t *prime);
bool certificate_read_leaf(struct record_reader *reader, uint64_t *depth);
bool certificate_read_without(struct record_reader *reader, uint64_t *period);

/* Reads the line `empty`, where there is one. */
bool certificate_read_empty(struct record_reader *reader, bool *empty);

struct certificate_window {
    firesieve_delay end;
    firesieve_delay count;
    uint64_t hash;
};

bool certificate_read_window(struct record_reader *reader, struct certificate_window *window);

/* Finishes the text, checks that it can be read, and makes it a certificate; the writer is left empty. */
firesieve_status certificate_finish(struct record_writer *writer, const firesieve_firewall *firewall,
                                    struct go_on go_on, firesieve_certificate **certificate, firesieve_error *error);

#endif
