/*
 * The checker of trees. It is meant to be believed by being read, so it keeps away from everything that finds trees: it
 * knows only the depth and the range of a layer, or which classes lines of residues forbid, and all it does with them
 * is in this file.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/sort.h"
#include "certificate/checkers.h"

enum {
    SPLITS_MAX = 1024,               /* above a leaf */
    SHORTEST_LEAF = sizeof "leaf 0", /* bytes of its line */
    NODES_A_LOOK = 256               /* between looks at the clock: a leaf may take a tenth of a millisecond */
};

__extension__ typedef unsigned __int128 wide;

/* A node that has been split, and the child that is being checked. */
struct split {
    uint64_t prime;
    uint64_t child;
};

struct tree {
    struct certificate_check *check;
    firesieve_layer *layers;       /* ascending depths; or NULL, and then */
    struct residue_class *classes; /* ascending, by modulus and residue */
    size_t count;                  /* of one or the other */
    struct split path[SPLITS_MAX];
    size_t depth; /* splits on the path */
    uint64_t nodes;
};

static int compare_layers(const void *a, const void *b)
{
    const firesieve_layer *const left = a;
    const firesieve_layer *const right = b;
    return (left->depth > right->depth) - (left->depth < right->depth);
}

static int compare_classes(const void *a, const void *b)
{
    const struct residue_class *const left = a;
    const struct residue_class *const right = b;
    return left->modulus != right->modulus ? (left->modulus > right->modulus) - (left->modulus < right->modulus)
                                           : (left->residue > right->residue) - (left->residue < right->residue);
}

static bool is_prime(uint64_t number)
{
    for (uint64_t divisor = 2; divisor <= number / divisor; ++divisor) {
        if (number % divisor == 0) {
            return false;
        }
    }
    return number >= 2;
}

/*
 * Of the node r mod m at the end of the path, where r is the sum of child * (product of the primes before), and m the
 * product of all primes: whether the period divides m and r + depth.
 */
static bool divides_all(const struct tree *tree, uint64_t period, uint64_t depth)
{
    uint64_t sum = depth % period; /* depth + r, mod period */
    uint64_t product = 1 % period; /* mod period */
    for (size_t i = 0; i < tree->depth && product != 0; ++i) {
        const struct split *const split = &tree->path[i];
        sum = (uint64_t)(((wide)product * split->child + sum) % period);
        product = (uint64_t)((wide)product * split->prime % period);
    }
    return product == 0 && sum == 0;
}

static bool catches_all(const struct tree *tree, const firesieve_layer *layer)
{
    return layer->range == 1 || divides_all(tree, 2 * (layer->range - 1), layer->depth);
}

/* Whether the class contains all of the node: whether its modulus divides m and r - residue. */
static bool contains_all(const struct tree *tree, const struct residue_class *class)
{
    return divides_all(tree, class->modulus, class->modulus - class->residue);
}

/* Moves to the next child of the lowest node that has one left. False: there is none, the tree is complete. */
static bool go_on(struct tree *tree)
{
    while (tree->depth > 0) {
        struct split *const split = &tree->path[tree->depth - 1];
        if (++split->child < split->prime) {
            return true;
        }
        --tree->depth;
    }
    return false;
}

/* A leaf must follow for each child. If there is no room for them, a large number need not be tested for primality. */
static bool check_split(struct tree *tree)
{
    struct record_reader *const reader = tree->check->reader;
    uint64_t prime;
    if (!certificate_read_split(reader, &prime)) {
        return false;
    }
    if (prime > (size_t)(reader->end - reader->at) / SHORTEST_LEAF) {
        return certificate_refuse(tree->check, reader->line, "%" PRIu64 " children do not follow", prime);
    }
    if (!is_prime(prime)) {
        return certificate_refuse(tree->check, reader->line, "%" PRIu64 " is not a prime", prime);
    }
    if (tree->depth == SPLITS_MAX) {
        return certificate_refuse(tree->check, reader->line, "this node is below %d others", SPLITS_MAX);
    }
    tree->path[tree->depth++] = (struct split){.prime = prime};
    ++tree->check->report->splits;
    return true;
}

static bool check_class(struct tree *tree, struct residue_class class)
{
    const uint64_t line = tree->check->reader->line;
    if (bsearch(&class, tree->classes, tree->count, sizeof class, compare_classes) == NULL) {
        return certificate_refuse(tree->check, line, "no line forbids the class %" PRIu64 " mod %" PRIu64,
                                  class.residue, class.modulus);
    }
    return contains_all(tree, &class) ||
           certificate_refuse(tree->check, line,
                              "the class %" PRIu64 " mod %" PRIu64 " does not contain all of this node", class.residue,
                              class.modulus);
}

static bool check_layer(struct tree *tree, uint64_t depth)
{
    const struct record_reader *const reader = tree->check->reader;
    const firesieve_layer wanted = {.depth = depth};
    const firesieve_layer *const layer = bsearch(&wanted, tree->layers, tree->count, sizeof wanted, compare_layers);
    if (layer == NULL) {
        return certificate_refuse(tree->check, reader->line, "there is no layer at depth %" PRIu64, wanted.depth);
    }
    if (!catches_all(tree, layer)) {
        return certificate_refuse(tree->check, reader->line,
                                  "the layer %" PRIu64 ": %" PRIu64 " does not catch all delays of this class",
                                  layer->depth, layer->range);
    }
    return true;
}

static bool check_leaf(struct tree *tree)
{
    struct certificate_leaf leaf;
    if (!certificate_read_leaf(tree->check->reader, tree->check->firewall, &leaf) ||
        !(tree->layers != NULL ? check_layer(tree, leaf.depth) : check_class(tree, leaf.class))) {
        return false;
    }
    ++tree->check->report->leaves;
    return true;
}

/* Checks one node after another. False: refused or stopped. */
static bool check_nodes(struct tree *tree)
{
    struct record_reader *const reader = tree->check->reader;
    bool more = true;
    while (more) {
        if (tree->nodes++ % NODES_A_LOOK == 0 && !watch_go_on(tree->check->watch, 0)) {
            return certificate_stop(tree->check);
        }
        if (record_next_is(reader, "split")) {
            if (!check_split(tree)) {
                return false;
            }
        } else if (!record_next_is(reader, "leaf")) {
            return certificate_refuse(tree->check, reader->line + 1, "the tree ends before all its nodes are there");
        } else if (!check_leaf(tree)) {
            return false;
        } else {
            more = go_on(tree);
        }
    }
    if (record_next_is(reader, "split") || record_next_is(reader, "leaf")) {
        return certificate_refuse(tree->check, reader->line + 1, "the tree was complete before this node");
    }
    return true;
}

/* Copies and sorts the layers or classes, which leaves name. */
static firesieve_status sort_names(struct tree *tree, firesieve_error *error)
{
    const firesieve_firewall *const firewall = tree->check->firewall;
    const struct go_on go_on = watch_asked(tree->check->watch);
    const bool layered = firewall->layers != NULL;
    tree->count = firewall->layer_count;
    if (layered) {
        tree->layers = reallocarray(NULL, tree->count, sizeof *tree->layers);
    } else {
        tree->classes = reallocarray(NULL, tree->count + 1, sizeof *tree->classes);
    }
    if (tree->layers == NULL && tree->classes == NULL) {
        return error_set_memory(error, layered ? "the layers of a certificate" : "the classes of a certificate");
    }
    if (layered) {
        memcpy(tree->layers, firewall->layers, tree->count * sizeof *tree->layers);
    } else if (tree->count > 0) {
        memcpy(tree->classes, firewall->classes, tree->count * sizeof *tree->classes);
    }
    const bool sorted =
        layered ? sort_items_while(tree->layers, tree->count, sizeof *tree->layers, compare_layers, go_on)
                : sort_items_while(tree->classes, tree->count, sizeof *tree->classes, compare_classes, go_on);
    return sorted ? FIRESIEVE_OK : error_set_stopped(error);
}

firesieve_status certificate_check_tree(struct certificate_check *check, firesieve_error *error)
{
    if (!certificate_check_part(check)) {
        return check->reader->status;
    }
    struct tree *const tree = calloc(1, sizeof *tree);
    if (tree == NULL) {
        return error_set_memory(error, "a tree");
    }
    tree->check = check;
    firesieve_status status = sort_names(tree, error);
    if (status == FIRESIEVE_OK) {
        check_nodes(tree);
        status = check->reader->status;
    }
    free(tree->layers);
    free(tree->classes);
    free(tree);
    return status;
}
