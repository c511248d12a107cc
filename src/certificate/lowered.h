/*
 * The classes that layers forbid, lowered as certificate.h says: what the checker of components knows of a firewall. It is
 * meant to be believed by being read, so it keeps away from src/residue and src/structure, which makers use.
 */
#ifndef FIRESIEVE_CERTIFICATE_LOWERED_H
#define FIRESIEVE_CERTIFICATE_LOWERED_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/* All integers that leave `residue` modulo `modulus`. */
struct forbidden {
    uint64_t modulus; /* at least 1 */
    uint64_t residue; /* < modulus */
};

/* Ascending by modulus and residue, each once. */
struct lowered {
    struct forbidden *classes; /* owned */
    size_t count;
};

/* Cost: 16 bytes a layer and the same again while they are sorted. Errors: MEMORY, STOPPED. Free with lowered_free. */
firesieve_status lowered_make(struct lowered *lowered, const firesieve_firewall *firewall, struct go_on go_on,
                              firesieve_error *error);

void lowered_free(struct lowered *lowered);

/* Whether the class is one of them. */
bool lowered_has(const struct lowered *lowered, uint64_t modulus, uint64_t residue);

/* The index of the first class of that modulus, or of what would come behind it. */
size_t lowered_run(const struct lowered *lowered, uint64_t modulus);

/* Behind the classes of the same modulus as that at index `first`. */
size_t lowered_run_end(const struct lowered *lowered, size_t first);

#endif
