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
 * After `never`, a tree follows, one node per line, each before its children and these in their order. The root is all
 * delays. `split P`, P a prime, splits the node of delays r mod m into P children: r + m * i mod m * P for i = 0, 1,
 * ... P - 1. `leaf DEPTH` is a node all of whose delays the layer at that depth catches: its period divides m and r +
 * DEPTH, or its scanner has range 1 and no period. No leaf is below more than 1024 splits.
 *
 * After `count`, if `range` is not followed by `made`, components follow. Each layer forbids a class, the residue
 * -depth modulo its period (with range 1: all integers). Classes are lowered as far as possible: if the residues of one
 * modulus m are those of m / p repeated p times, p a prime, they become classes mod m / p; when no modulus by itself
 * can be lowered any further, duplicates are dropped, and all begins again.
 *
 * component `component CYCLE COUNT`: COUNT of the residues mod CYCLE are in none of the classes whose moduli divide
 *          CYCLE. Cycles are above 1, and no two of them have a common factor, so residues modulo one are independent
 *          of those modulo another (the Chinese remainder theorem), and counts multiply: their product is that of the
 *          cycle of them all, which is no longer than the range. A class whose modulus divides no CYCLE must be part of
 *          one whose modulus does. Any such cycles are right; the smallest ones are meant.
 * tower    `tower P N1 N2 ... NE`, one for each factor of the component before it, whose CYCLE is the product of their
 *          P^E: Ni of the residues mod P^i are in none of the classes whose moduli are P, P^2, ... P^i. No two P have a
 *          common factor, and the moduli of classes are products of their powers. P is a prime, but a checker does not
 *          insist on that.
 * rest     `rest FROM TO COUNT`: the delays of the range after its whole cycles, if there are any, and how many of
 *          them are safe. The claim is the product of the counts, times the number of whole cycles, plus this COUNT.
 * made     the method and the kernel that counted the rest, if a search did.
 *
 * Counting the residues in another way, and the rest by another search, and multiplying gives the count again.
 *
 * Otherwise there are:
 *
 * range    `range FROM TO`: the delays that the claim is about, FROM <= t < TO.
 * made     the method and the kernel (or `none`) that made the windows.
 * without  a period, 2 * (range - 1). The witness is the firewall without the layers of these periods, which ascend.
 * empty    stands alone instead of `without` if the witness has no layers: it leaves every delay.
 * window   `window END COUNT HASH`: from the end of the window before, or from FROM, to END, no layer of the witness
 *          catches COUNT delays, and HASH is the sum modulo 2^64 of XXH64 (seed 0) of each as a 128-bit little-endian
 *          number. The ends ascend. The last is T + 1 or, for `none`, TO or so far from FROM that it proves that no
 *          delay is safe at all: by the lcm of the periods, or by 2^n for n layers (Crittenden and Vanden Eynden, "Any
 *          n arithmetic progressions covering the first 2^n integers cover all integers", 1970). Unless the range is
 *          empty, some window has a delay: otherwise there would be nothing to list again.
 *
 * Windows of a `count` are those of the whole firewall: there is neither `without` nor `empty`. They end at TO or, if
 * the range is longer than a cycle (the lcm of the periods), one cycle after FROM. Then the claim is the number of
 * whole cycles times the sum of all windows, plus the sum of those that end up to FROM plus the number of delays after
 * the whole cycles; one window has to end there, unless that number is 0. Otherwise it is the sum of all.
 *
 * Listing the same delays again, and seeing that a layer that was left out catches each but T, shows that no other is
 * safe. It is not believable that a search missed one: another one would have had to miss the same delays.
 *
 * For a firewall in the residue form a certificate has x, lines and classes instead of delays, layers and periods. x is
 * safe if all lines hold. The second line is `residues LINES FINGERPRINT`, counting the lines that constrain x (`from`
 * and `to` do not), with a fingerprint as firewall/fingerprint.h says.
 *
 *     firesieve-certificate 1                          firesieve-certificate 1
 *     residues 2 0771e2dc6ea633572b7a2ea842873f61      residues 1 9ff8f4cc86c88a74f5754e16b98e5d72
 *     claim found 13666                                claim none
 *     range 0 170141183460469231731687303715884105728  range 4 170141183460469231731687303715884105728
 *     made wheel avx2                                  small 65536
 *     without 5                                        split 3
 *     ...                                              leaf 3 0
 *     window 213 71 1f8cdf68eeac4b6b                   leaf 3 1
 *     dropped 1                                        leaf 3 2
 *     dropped 4                                        checksum 1a851a38566cbd7e
 *     ...
 *     checksum 4ff1b9c0a3de3c71
 *
 * Lines become classes, one A mod M for each residue A that they forbid, and filters, which say the rest:
 *
 *     x mod M = A, != A, in SET, not in SET    classes, if at most 2^20 are forbidden, otherwise a filter; the class
 *                                              0 mod 1 alone, if all residues are forbidden, however many these are
 *     x mod M square, nonsquare                classes, if M is at most 2^20, otherwise a filter
 *     x + SET coprime to M                     -S mod P for each S of SET and each prime P that divides M
 *     x + SET prime                            -S mod P for each S and each prime P below 2^16, and a filter
 *     x in SET, not in SET                     a filter; the class 0 mod 1, if no x below 2^127 is left
 *     x not square, not power                  a filter
 *
 * A line with `for` is one line for each p, ascending. Each becomes classes until one of them is a filter, or more than
 * 2^22 classes have been made; from that p, or the next one, the line is a filter. There is no certificate if lines
 * leave few x at all (`x in SET` with up to 2^22 of them, `x mod M` with so few residues, or so many forbidden ones,
 * that progressions are searched), nor with a filter that only the caller of the library knows.
 *
 * within   `within LOW HIGH`, after `range` and `made` if these are there: lines say that x is at least LOW and below
 *          HIGH, and that is not all of the range. LOW is the largest of the least numbers of lines `x in SET`, and of
 *          2 - S for lines `x + SET prime`, S the least of SET (0: there are none); HIGH is the smallest of one more
 *          than the largest numbers of lines `x in SET` (2^127: there are none). `not in` is treated as the set of all
 *          others below 2^127. What follows is about that part of the range alone: FROM and TO stand for LOW and HIGH
 *          if these are within them.
 * small    `small END`, after it: a prime below 2^16 is itself in one of its line's classes. So each x of the range
 *          below END is tested by itself, against the lines as they are written, and windows begin at END. END is 2^16
 *          - S, S as above, of the line for which that is largest, or the end of the range, or T + 1; the line is there
 *          if END is above FROM. For a count, those for which all lines hold are added to the sum of the windows; if
 *          there are any, windows may have none.
 * leaf     `leaf M A`: all of the node is in the class A mod M, which is one that lines forbid: M divides m, and r is A
 *          modulo M.
 *
 * A tree shows that classes contain everything. If the claim is `never`, `within` and `small` come before the tree, for
 * the range of all x; if all lines hold for some x below END that is not in the range, the claim is `none`, and a tree
 * follows `range` and `small`, without `made`.
 *
 * without  `without M`: the witness is all classes without those of these moduli, which ascend. `empty`: it has none.
 * window   as above, of what no class of the witness contains. For `none` the last one may end before TO (one lcm of
 *          the moduli, or 2^n for n distinct classes, after the begin of the windows) only if nothing is dropped.
 * dropped  `dropped X`, after the line of the window that X is in: no class at all contains X, and a filter rejects it.
 *          There is one line for each such X that is not T, ascending.
 *
 * For a count with filters, windows go from where they begin to TO, whatever repeats, and the claim is their sum less
 * what is dropped; it has no components.
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
    char *text; /* owned; was read without an error */
    size_t size;
};

/* Starts a text with its head. */
void certificate_write_head(struct record_writer *writer, const firesieve_firewall *firewall,
                            const struct certificate_head *head);

/* Writes the line `made`, unless the method is AUTO. The head includes it if there are windows. */
void certificate_write_made(struct record_writer *writer, firesieve_method method, const firesieve_kernel *kernel);

/* Reads the head, which must be of this firewall. False: see the reader. */
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

/* Reads the line `empty` if it is there. */
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

/* Powers of integers above 1 that are below the end of all delays, 2^127, have no larger exponent. */
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

/* With the line `made` after it, if there is one. */
bool certificate_read_rest(struct record_reader *reader, struct certificate_rest *rest);

/* Finishes the text, checks that it can be read, and turns it into a certificate; the writer is left empty. */
firesieve_status certificate_finish(struct record_writer *writer, const firesieve_firewall *firewall,
                                    struct go_on go_on, firesieve_certificate **certificate, firesieve_error *error);

#endif
