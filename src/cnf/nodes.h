/* The residue classes modulo prime powers that a formula has variables for. */
#ifndef FIRESIEVE_CNF_NODES_H
#define FIRESIEVE_CNF_NODES_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/* The power of a prime that exactly divides a period. */
struct prime_power {
    uint64_t prime;
    uint64_t power;
};

/* The delays that are `residue` modulo `power`. */
struct node {
    uint64_t power;
    uint64_t residue;
};

/* A set of nodes, ascending by power and residue once packed. Start with all members but go_on zero. */
struct node_set {
    struct node *nodes; /* owned */
    size_t count;
    size_t capacity;
    struct go_on go_on; /* asked while nodes are sorted */
};

/*
 * Adds the node of a residue modulo a prime power, and those modulo the lower powers of that prime. False: no memory,
 * or go_on said no. Memory: up to 64 bytes for each distinct node.
 */
bool node_set_add(struct node_set *set, struct prime_power modulus, uint64_t residue);

/* Sorts the nodes and drops duplicates. False: go_on said no. */
bool node_set_pack(struct node_set *set);

/* The index of a node in a packed set, or set->count if it is not there. */
size_t node_set_find(const struct node_set *set, uint64_t power, uint64_t residue);

void node_set_free(struct node_set *set);

#endif
