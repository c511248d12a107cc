#include "residue/cover_node.h"

#include <stdlib.h>

#include "base/error.h"

enum {
    DEPTH_MAX = 700, /* a path splits by a prime no more often than it divides a modulus; for all primes that is 698 */
    PATH_ENTRIES = 1 << 20,  /* a path has no more entries than this, */
    PATH_ENTRIES_A_CLASS = 4 /* or this many per class, whichever is more */
};

struct cover_tree {
    struct cover_entry *entries; /* of the nodes on the path, one after the other */
    size_t capacity;
    size_t capacity_max;
    size_t root_count;
    size_t hard;                           /* classes left out because primes without a slot divide their moduli */
    const struct cover_recorder *recorder; /* or NULL */
    struct cover_node path[DEPTH_MAX + 1];
    struct cover_proof proof;
};

firesieve_status cover_tree_new(size_t count, struct cover_effort *effort, struct cover_tree **tree,
                                firesieve_error *error)
{
    struct cover_tree *const made = malloc(sizeof *made);
    struct cover_entry *const entries = reallocarray(NULL, count + 1, sizeof *entries);
    if (made == NULL || entries == NULL) {
        free(made);
        free(entries);
        return error_set_memory(error, "the residue classes");
    }
    made->entries = entries;
    made->capacity = count;
    /* No overflow: a fourth of SIZE_MAX entries would not have been allocated. */
    made->capacity_max = count < PATH_ENTRIES / PATH_ENTRIES_A_CLASS ? PATH_ENTRIES : count * PATH_ENTRIES_A_CLASS;
    made->proof.effort = effort;
    cover_tree_clear(made);
    *tree = made;
    return FIRESIEVE_OK;
}

void cover_tree_free(struct cover_tree *tree)
{
    if (tree != NULL) {
        free(tree->entries);
        free(tree);
    }
}

void cover_tree_clear(struct cover_tree *tree)
{
    tree->root_count = 0;
    tree->hard = 0;
    tree->recorder = NULL;
}

void cover_tree_tell(struct cover_tree *tree, const struct cover_recorder *recorder)
{
    tree->recorder = recorder;
}

void cover_tree_add(struct cover_tree *tree, struct residue_class class, size_t index)
{
    uint64_t cofactor;
    const uint64_t primes = cover_factor(class.modulus, &cofactor);
    if (cofactor != 1) {
        ++tree->hard;
        return;
    }
    tree->entries[tree->root_count++] =
        (struct cover_entry){.modulus = class.modulus, .residue = class.residue, .primes = primes, .index = index};
}

void cover_tree_narrow(struct cover_tree *tree, struct residue_class within)
{
    for (unsigned slot = 0; slot < COVER_PRIMES && within.modulus > 1; ++slot) {
        const uint32_t prime = cover_primes[slot];
        for (; within.modulus % prime == 0; within.modulus /= prime) {
            const uint32_t child = (uint32_t)(within.residue % prime);
            cover_spend(&tree->proof, tree->root_count);
            tree->root_count =
                cover_make_child(tree->proof.effort, tree->entries, tree->root_count, slot, child, tree->entries);
            within.residue /= prime;
        }
    }
}

/* Makes room for `count` entries. *enough is false if a path must not have that many. */
static firesieve_status reserve(struct cover_tree *tree, size_t count, bool *enough, firesieve_error *error)
{
    *enough = count <= tree->capacity_max && (tree->recorder == NULL || count <= tree->recorder->entries);
    if (count <= tree->capacity || !*enough) {
        return FIRESIEVE_OK;
    }
    const size_t doubled = tree->capacity > tree->capacity_max / 2 ? tree->capacity_max : 2 * tree->capacity;
    const size_t capacity = doubled < count ? count : doubled;
    struct cover_entry *const entries = reallocarray(tree->entries, capacity, sizeof *entries);
    if (entries == NULL) {
        return error_set_memory(error, "the proof of a cover");
    }
    tree->entries = entries;
    tree->capacity = capacity;
    return FIRESIEVE_OK;
}

/* Examines a node, and passes the result to the recorder. */
static enum cover_verdict examine(struct cover_tree *tree, struct cover_entry *entries, struct cover_node *node)
{
    const struct cover_recorder *const recorder = tree->recorder;
    const enum cover_verdict verdict = cover_examine(&tree->proof, entries, node);
    bool go_on = true;
    if (recorder != NULL && verdict == COVER_NODE_SPLIT) {
        node->start = 0; /* children in their order */
        go_on = recorder->split(recorder->context, cover_primes[node->slot]);
    } else if (recorder != NULL && verdict == COVER_NODE_COVERED) {
        go_on = recorder->leaf(recorder->context, tree->proof.leaf);
    }
    return go_on ? verdict : COVER_NODE_UNDECIDED;
}

/* Makes and examines the next child of node[0], which becomes node[1]. */
static firesieve_status try_child(struct cover_tree *tree, struct cover_node *node, enum cover_verdict *verdict,
                                  firesieve_error *error)
{
    const size_t first = node[0].first + node[0].count;
    bool enough;
    const firesieve_status status = reserve(tree, first + node[0].count, &enough, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (!enough || !cover_spend(&tree->proof, node[0].count)) {
        *verdict = COVER_NODE_UNDECIDED;
        return FIRESIEVE_OK;
    }
    const uint32_t child = (node[0].start + node[0].tried++) % cover_primes[node[0].slot];
    struct cover_entry *const made = &tree->entries[first];
    node[1] = (struct cover_node){.first = first};
    node[1].count =
        cover_make_child(tree->proof.effort, &tree->entries[node[0].first], node[0].count, node[0].slot, child, made);
    *verdict = examine(tree, made, &node[1]);
    return FIRESIEVE_OK;
}

firesieve_status cover_tree_decide(struct cover_tree *tree, uint8_t *roles, enum cover_outcome *outcome,
                                   firesieve_error *error)
{
    tree->proof.roles = roles;
    /* Hard classes are useless if there are fewer than any of their primes has residues (see cover_node.c). */
    tree->proof.all_seen = tree->hard < COVER_NEXT_PRIME;
    tree->path[0] = (struct cover_node){.count = tree->root_count};
    enum cover_verdict verdict = examine(tree, tree->entries, &tree->path[0]);
    size_t depth = verdict == COVER_NODE_SPLIT; /* nodes on the path that are split */
    while (depth > 0 && (verdict == COVER_NODE_SPLIT || verdict == COVER_NODE_COVERED)) {
        struct cover_node *const node = &tree->path[depth - 1];
        if (node->tried == cover_primes[node->slot]) {
            verdict = COVER_NODE_COVERED;
            --depth;
            continue;
        }
        const firesieve_status status = try_child(tree, node, &verdict, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        depth += verdict == COVER_NODE_SPLIT;
    }
    if (tree->proof.effort->stopped) {
        return error_set_stopped(error);
    }
    *outcome = COVER_UNDECIDED;
    if (verdict == COVER_NODE_COVERED) {
        *outcome = COVER_COMPLETE;
    } else if (verdict == COVER_NODE_HOLE && tree->proof.all_seen) {
        *outcome = COVER_OPEN;
    }
    return FIRESIEVE_OK;
}
