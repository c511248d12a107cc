/*
 * The checker of trees. It is meant to be believed by being read, so it keeps away from everything that finds trees:
 * all it knows of a layer is its depth and its range, and all it does with them is on this page.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/sort.h"
#include "certificate/checkers.h"

enum {
    SPLITS_MAX = 1024,               /* on the way to a leaf */
    SHORTEST_LEAF = sizeof "leaf 0", /* bytes of its line */
    NODES_A_LOOK = 256               /* at the clock: a leaf may take a tenth of a millisecond */
};

__extension__ typedef unsigned __int128 wide;

/* A node that has been split, and the child that is being looked at. */
struct split {
    uint64_t prime;
    uint64_t child;
};

struct tree {
    struct certificate_check *check;
    firesieve_layer *layers; /* ascending depths */
    size_t layer_count;
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
 * Whether the layer catches all delays r mod m of the node at the end of the path, where r is the sum of child *
 * (product of the primes before), and m the product of all primes: whether its period divides m and r + depth.
 */
static bool catches_all(const struct tree *tree, const firesieve_layer *layer)
{
    if (layer->range == 1) {
        return true;
    }
    const uint64_t period = 2 * (layer->range - 1);
    uint64_t sum = layer->depth % period; /* depth + r, mod period */
    uint64_t product = 1;                 /* mod period, which is at least 2 */
    for (size_t i = 0; i < tree->depth && product != 0; ++i) {
        const struct split *const split = &tree->path[i];
        sum = (uint64_t)(((wide)product * split->child + sum) % period);
        product = (uint64_t)((wide)product * split->prime % period);
    }
    return product == 0 && sum == 0;
}

/* Goes on to the next child of the lowest node that has one more. False: there is none, the tree is complete. */
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

/* A leaf for each child has to follow: where there is no room for them, primes that take long to check need not be. */
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

static bool check_leaf(struct tree *tree)
{
    struct record_reader *const reader = tree->check->reader;
    firesieve_layer wanted = {0};
    if (!certificate_read_leaf(reader, &wanted.depth)) {
        return false;
    }
    const firesieve_layer *const layer =
        bsearch(&wanted, tree->layers, tree->layer_count, sizeof wanted, compare_layers);
    if (layer == NULL) {
        return certificate_refuse(tree->check, reader->line, "there is no layer at depth %" PRIu64, wanted.depth);
    }
    if (!catches_all(tree, layer)) {
        return certificate_refuse(tree->check, reader->line,
                                  "the layer %" PRIu64 ": %" PRIu64 " does not catch all delays of this class",
                                  layer->depth, layer->range);
    }
    ++tree->check->report->leaves;
    return true;
}

/* Checks node after node. False: refused or stopped. */
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

firesieve_status certificate_check_tree(struct certificate_check *check, firesieve_error *error)
{
    const size_t count = firesieve_firewall_layer_count(check->firewall);
    struct tree *const tree = calloc(1, sizeof *tree);
    firesieve_layer *const layers = reallocarray(NULL, count, sizeof *layers);
    if (tree == NULL || layers == NULL) {
        free(tree);
        free(layers);
        return error_set_memory(error, "the layers of a certificate");
    }
    memcpy(layers, firesieve_firewall_layers(check->firewall), count * sizeof *layers);
    if (!sort_items_while(layers, count, sizeof *layers, compare_layers, watch_asked(check->watch))) {
        free(tree);
        free(layers);
        return error_set_stopped(error);
    }
    tree->check = check;
    tree->layers = layers;
    tree->layer_count = count;
    check_nodes(tree);
    free(tree);
    free(layers);
    return check->reader->status;
}
