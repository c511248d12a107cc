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
 *     firesieve-certificate 1                          firesieve-certificate 1
 *     firewall 4 7ac24610e7052c0aa63d4d56f74296b3      firewall 4 7ac24610e7052c0aa63d4d56f74296b3
 *     claim count 83                                   claim count 1
 *     range 0 1000                                     range 0 11
 *     component 12 1                                   made wheel avx2
 *     tower 2 1 1                                      window 11 1 4a9246bc2c274db7
 *     tower 3 3                                        checksum 01c3f12a87fad79b
 *     rest 996 1000 0
 *     made wheel avx2
 *     checksum 82dfda5572066c37
 *
 * claim    `found T`: T is the smallest safe delay in the range. `none`: no delay in it is safe. `never`: no delay is.
 *          `count N`: N delays in the range are safe, at least one.
 *
 * Where it is `never`, a tree follows, a node a line, each before its children and these in their order. The root is
 * all delays. `split P`, P a prime, splits the node of delays r mod m into P children: r + m * i mod m * P for i = 0,
 * 1, ... P - 1. `leaf DEPTH` is a node all of whose delays the layer at that depth catches: its period divides m and
 * r + DEPTH, or its scanner has range 1 and no period. No leaf is below more than 1024 splits.
 *
 * Where it is `count`, and `range` is not followed by `made`, components follow. Each layer forbids a class, the
 * residue -depth modulo its period (of range 1: all integers). Classes are lowered as far as it goes: where the residues
 * of one modulus m are those of m / p repeated p times, p a prime, they become classes mod m / p; when no
 * modulus by itself can be lowered any more, those that became equal are put together, and all begins again.
 *
 * component `component CYCLE COUNT`: COUNT of the residues mod CYCLE are in none of the classes whose moduli divide
 *          CYCLE. Cycles are above 1, and no two of them have a factor in common, so that residues modulo one say nothing
 *          of those modulo another (the Chinese remainder theorem), and counts multiply: their product is that of the
 *          cycle of them all, of which the range is as long as one or more. A class whose modulus divides no CYCLE has
 *          to be part of one whose modulus does. Any such cycles are right; the smallest ones are meant.
 * tower    `tower P N1 N2 ... NE`, one for each factor of the component before it, whose CYCLE is the product of their
 *          P^E: Ni of the residues mod P^i are in none of the classes whose moduli are P, P^2, ... P^i. No two P have a
 *          factor in common, and the moduli of classes are products of their powers. They are primes, but need not
 *          be where these are hard to find.
 * rest     `rest FROM TO COUNT`: the delays of the range behind its whole cycles, where there are any, and how many of
 *          them are safe. The claim is the product of the counts, times the number of whole cycles, and this COUNT.
 * made     the method and the kernel that counted the rest, if a search did.
 *
 * Who has counted the residues in another way, and the rest by another search, and has multiplied, knows the count.
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
 * Windows of a `count` are those of the whole firewall: there is neither `without` nor `empty`. They end at TO, or, where
 * the range is longer than a cycle, the lcm of the periods, one cycle behind FROM. In that case the claim is the number
 * of whole cycles times what all windows have, and what those have that end up to FROM plus the number of delays behind
 * whole cycles, where one of them has to end, unless that number is 0. Otherwise it is the sum of all.
 *
 * Who has listed the same delays again, and has seen that a layer that was left out catches each but T, knows that none
 * of the others is safe. That a search missed one is not to be believed then: another one would have had to miss the
 * same delays.
 */
#ifndef FIRESIEVE_CERTIFICATE_CERTIFICATE_H
#define FIRESIEVE_CERTIFICATE_CERTIFICATE_H

#include "firewall/firewall.h"
#include "record/record.h"

extern const struct record_format certificate_format;

/* The lines before the tree, the components, or before `without` and the windows. */
struct certificate_head {
    firesieve_claim claim;
    firesieve_delay delay; /* FOUND */
    firesieve_delay count; /* COUNT */
    firesieve_delay from;  /* NEVER: all delays */
    firesieve_delay to;
    firesieve_method method;        /* NEVER, components: AUTO */
    const firesieve_kernel *kernel; /* NULL: none */
};

struct firesieve_certificate {
    char *text; /* owned; has been read without an error */
    size_t size;
};

/* Starts a text with its head. */
void certificate_write_head(struct record_writer *writer, const firesieve_firewall *firewall,
                            const struct certificate_head *head);

/* Writes the line `made`, unless the method is AUTO. The head has it where there are windows. */
void certificate_write_made(struct record_writer *writer, firesieve_method method, const firesieve_kernel *kernel);

/* Reads the head, which has to be of this firewall. False: see the reader. */
bool certificate_read_head(struct record_reader *reader, const firesieve_firewall *firewall,
                           struct certificate_head *head);

/* Whether a tree follows the head. */
bool certificate_has_tree(const struct certificate_head *head);

/* Lines of the body. False: see the reader. */
bool certificate_read_within(struct record_reader *reader, firesieve_delay *low, firesieve_delay *high);
bool certificate_read_small(struct record_reader *reader, firesieve_delay *end);
bool certificate_read_split(struct record_reader *reader, uint64_t *prime);

/* What a leaf names: the depth of a layer, or in the residue form a class. */
struct certificate_leaf {
    uint64_t depth;
    struct residue_class class;
};

bool certificate_read_leaf(struct record_reader *reader, const firesieve_firewall *firewall,
                           struct certificate_leaf *leaf);
bool certificate_read_without(struct record_reader *reader, uint64_t *period);

/* Reads the line `empty`, where there is one. */
bool certificate_read_empty(struct record_reader *reader, bool *empty);

struct certificate_window {
    firesieve_delay end;
    firesieve_delay count;
    uint64_t hash;
};

bool certificate_read_window(struct record_reader *reader, struct certificate_window *window);
bool certificate_read_dropped(struct record_reader *reader, firesieve_delay *x);

struct certificate_component {
    firesieve_delay cycle;
    firesieve_delay count;
};

/* No power of anything above 1 is more than the 127th, below the end of all delays. */
enum { CERTIFICATE_HEIGHT_MAX = 126 };

struct certificate_tower {
    uint64_t base;
    unsigned height;
    firesieve_delay left[CERTIFICATE_HEIGHT_MAX]; /* modulo base^1, base^2, ... */
};

struct certificate_rest {
    firesieve_delay from;
    firesieve_delay to;
    firesieve_delay count;
    firesieve_method method;        /* AUTO: no search counted it */
    const firesieve_kernel *kernel; /* NULL: none */
};

bool certificate_read_component(struct record_reader *reader, struct certificate_component *component);
bool certificate_read_tower(struct record_reader *reader, struct certificate_tower *tower);

/* With the line `made` behind it, where there is one. */
bool certificate_read_rest(struct record_reader *reader, struct certificate_rest *rest);

/* Finishes the text, checks that it can be read, and makes it a certificate; the writer is left empty. */
firesieve_status certificate_finish(struct record_writer *writer, const firesieve_firewall *firewall,
                                    struct go_on go_on, firesieve_certificate **certificate, firesieve_error *error);

#endif
