/*
 * What the checker of components knows of a firewall: the classes that layers forbid, lowered as certificate.h says,
 * and how many integers they leave. It is meant to be believed by being read, so it keeps away from src/residue and
 * src/structure, which makers use: its arithmetic is all here and in residues_left.c.
 */
#ifndef FIRESIEVE_CERTIFICATE_RESIDUES_LEFT_H
#define FIRESIEVE_CERTIFICATE_RESIDUES_LEFT_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/* Euclid's algorithm. */
uint64_t residues_common_divisor(uint64_t a, uint64_t b);

/* ---- Classes ---------------------------------------------------------------------------------------------- */

/* All integers that are `residue` modulo `modulus`. */
struct forbidden {
    uint64_t modulus; /* at least 1 */
    uint64_t residue; /* < modulus */
};

/* Ascending by modulus and residue, each once. */
struct lowered {
    struct forbidden *classes; /* owned */
    size_t count;
};

/* Memory: 16 bytes per layer, twice that during a sort. Errors: MEMORY, STOPPED. Free with lowered_free. */
firesieve_status lowered_make(struct lowered *lowered, const firesieve_firewall *firewall, struct go_on go_on,
                              firesieve_error *error);

void lowered_free(struct lowered *lowered);

/* Whether the class is one of them. */
bool lowered_has(const struct lowered *lowered, uint64_t modulus, uint64_t residue);

/* The index of the first class of that modulus, or of the next larger one. */
size_t lowered_run(const struct lowered *lowered, uint64_t modulus);

/* The index after the classes of the same modulus as that at index `first`. */
size_t lowered_run_end(const struct lowered *lowered, size_t first);

/* ---- Counts ----------------------------------------------------------------------------------------------- */

enum counting { COUNTING_DONE, COUNTING_TOO_LONG, COUNTING_STOPPED, COUNTING_NO_MEMORY };

/* Work that may still be done, in looks at a class of some ten nanoseconds each. */
struct work {
    uint64_t left;
    uint64_t since_asked;
    struct go_on go_on;
};

/* A factor base^height of a cycle. */
struct cycle_factor {
    uint64_t base;
    unsigned height;
};

/*
 * Counts the residues that no class contains modulo the product of the factors, which is below 2^127. Bases have no
 * common factor, there are at most 126, and each modulus is a product of their powers that divides the cycle. The time
 * depends on how the factors are tied together. Memory: 52 bytes per class, and 24 per class for each power of a base
 * on the way.
 */
enum counting residues_left(const struct forbidden *classes, size_t class_count, const struct cycle_factor *factors,
                            size_t factor_count, struct work *work, firesieve_delay *left);

/*
 * Counts the delays in [from, to) that no class contains, by inclusion and exclusion: suited to few classes, however
 * long the range is.
 */
enum counting delays_left(const struct lowered *lowered, firesieve_delay from, firesieve_delay to, struct work *work,
                          firesieve_delay *left);

#endif
