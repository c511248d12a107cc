#include "residue/cover.h"

#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "base/error.h"
#include "base/sort.h"
#include "residue/cover_node.h"

/* Whether the densities of the classes add up to less than 1. */
static bool is_sparse(const struct residue_class *classes, size_t count, struct cover_effort *effort)
{
    uint64_t total = 0;
    for (size_t i = 0; i < count && total < COVER_DENSITY_ONE && cover_go_on_at(effort, i); ++i) {
        total += cover_density_of(classes[i].modulus);
    }
    return total < COVER_DENSITY_ONE;
}

static firesieve_status prove(const struct residue_class *classes, size_t count, struct cover_effort *effort,
                              uint8_t *roles, const struct cover_recorder *recorder, enum cover_outcome *outcome,
                              firesieve_error *error)
{
    struct cover_tree *tree;
    firesieve_status status = cover_tree_new(count, effort, &tree, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    for (size_t i = 0; i < count && cover_go_on_at(effort, i); ++i) {
        cover_tree_add(tree, classes[i], i);
    }
    if (recorder != NULL) {
        cover_tree_tell(tree, recorder);
    }
    status = cover_tree_decide(tree, roles, outcome, error);
    cover_tree_free(tree);
    return status;
}

/* cover_decide, with an effort that the work is taken from, and a recorder or NULL. */
static firesieve_status decide(const struct residue_class *classes, size_t count, struct cover_effort *effort,
                               uint8_t *roles, const struct cover_recorder *recorder, enum cover_outcome *outcome,
                               firesieve_error *error)
{
    if (roles != NULL) {
        memset(roles, COVER_UNUSED, count);
    }
    enum cover_outcome found = is_sparse(classes, count, effort) ? COVER_OPEN : COVER_UNDECIDED;
    if (effort->stopped) {
        return error_set_stopped(error);
    }
    if (found == COVER_UNDECIDED && count <= effort->units) {
        const firesieve_status status = prove(classes, count, effort, roles, recorder, &found, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
    }
    if (roles != NULL && found != COVER_COMPLETE) {
        memset(roles, COVER_UNUSED, count);
    }
    *outcome = found;
    return FIRESIEVE_OK;
}

firesieve_status cover_decide(const struct residue_class *classes, size_t count, uint64_t budget, struct go_on go_on,
                              uint8_t *roles, enum cover_outcome *outcome, firesieve_error *error)
{
    struct cover_effort effort = {.units = budget, .go_on = go_on};
    return decide(classes, count, &effort, roles, NULL, outcome, error);
}

firesieve_status cover_record(const struct residue_class *classes, size_t count, uint64_t budget, struct go_on go_on,
                              uint8_t *roles, const struct cover_recorder *recorder, enum cover_outcome *outcome,
                              firesieve_error *error)
{
    struct cover_effort effort = {.units = budget, .go_on = go_on};
    return decide(classes, count, &effort, roles, recorder, outcome, error);
}

/* ---- Minimal covers: what a proof names, less what a second one does not name, less what the others cover ------- */

/* A layer that is kept so far. */
struct candidate {
    struct residue_class class;
    size_t layer;
};

struct selection {
    struct candidate *kept; /* ascending moduli */
    size_t count;
    uint8_t *roles; /* of all layers */
    struct cover_tree *tree;
};

static firesieve_status prove_firewall(const firesieve_firewall *firewall, struct cover_effort *effort, uint8_t *roles,
                                       enum cover_outcome *outcome, firesieve_error *error)
{
    struct residue_class *const classes = large_reallocarray(NULL, firewall->layer_count, sizeof *classes);
    if (classes == NULL) {
        return error_set_memory(error, "the residue classes");
    }
    for (size_t i = 0; i < firewall->layer_count && cover_go_on_at(effort, i); ++i) {
        classes[i] = firewall_class(firewall, i);
    }
    const firesieve_status status = decide(classes, firewall->layer_count, effort, roles, NULL, outcome, error);
    free(classes);
    return status;
}

/* Whether the kept classes without one (or all of them: `without` is their number) cover that one (or all integers). */
static firesieve_status prove_kept(struct selection *selection, size_t without, uint8_t *roles,
                                   enum cover_outcome *outcome, firesieve_error *error)
{
    cover_tree_clear(selection->tree);
    for (size_t i = 0; i < selection->count; ++i) {
        if (i != without) {
            cover_tree_add(selection->tree, selection->kept[i].class, selection->kept[i].layer);
        }
    }
    if (without < selection->count) {
        cover_tree_narrow(selection->tree, selection->kept[without].class);
    }
    return cover_tree_decide(selection->tree, roles, outcome, error);
}

static bool all_needed(const struct selection *selection)
{
    for (size_t i = 0; i < selection->count; ++i) {
        if (selection->roles[selection->kept[i].layer] != COVER_NEEDED) {
            return false;
        }
    }
    return true;
}

static void change_roles(const struct selection *selection, uint8_t from, uint8_t to)
{
    for (size_t i = 0; i < selection->count; ++i) {
        uint8_t *const role = &selection->roles[selection->kept[i].layer];
        if (*role == from) {
            *role = to;
        }
    }
}

static void keep_used(struct selection *selection)
{
    size_t kept = 0;
    for (size_t i = 0; i < selection->count; ++i) {
        if (selection->roles[selection->kept[i].layer] != COVER_UNUSED) {
            selection->kept[kept++] = selection->kept[i];
        }
    }
    selection->count = kept;
}

/* Proves the cover again with the kept classes alone, while that leaves more of them unnamed. */
static firesieve_status keep_named(struct selection *selection, firesieve_error *error)
{
    size_t count = SIZE_MAX;
    while (selection->count < count && !all_needed(selection)) {
        count = selection->count;
        change_roles(selection, COVER_NAMED, COVER_UNUSED);
        enum cover_outcome outcome;
        const firesieve_status status = prove_kept(selection, count, selection->roles, &outcome, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        if (outcome != COVER_COMPLETE) {
            change_roles(selection, COVER_UNUSED, COVER_NAMED);
        }
        keep_used(selection);
    }
    return FIRESIEVE_OK;
}

/* Removes each class that the others cover, the thinnest first. */
static firesieve_status keep_needed(struct selection *selection, firesieve_error *error)
{
    for (size_t i = selection->count; i-- > 0;) {
        uint8_t *const role = &selection->roles[selection->kept[i].layer];
        if (*role != COVER_NAMED) {
            continue;
        }
        enum cover_outcome outcome;
        const firesieve_status status = prove_kept(selection, i, NULL, &outcome, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        if (outcome == COVER_COMPLETE) {
            *role = COVER_UNUSED;
            keep_used(selection);
        } else if (outcome == COVER_OPEN) {
            *role = COVER_NEEDED;
        }
    }
    return FIRESIEVE_OK;
}

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *const left = a;
    const struct candidate *const right = b;
    if (left->class.modulus != right->class.modulus) {
        return left->class.modulus < right->class.modulus ? -1 : 1;
    }
    return (left->layer > right->layer) - (left->layer < right->layer);
}

static size_t count_used(const uint8_t *roles, size_t layer_count)
{
    size_t count = 0;
    for (size_t i = 0; i < layer_count; ++i) {
        count += roles[i] != COVER_UNUSED;
    }
    return count;
}

/* Thins out the named layers until all are needed, or the budget runs out. */
static firesieve_status thin_out(const firesieve_firewall *firewall, struct cover_effort *effort, uint8_t *roles,
                                 bool *minimal, firesieve_error *error)
{
    const size_t count = count_used(roles, firewall->layer_count);
    struct selection selection = {.roles = roles, .kept = reallocarray(NULL, count, sizeof *selection.kept)};
    firesieve_status status = selection.kept == NULL ? error_set_memory(error, "the layers of a cover")
                                                     : cover_tree_new(count, effort, &selection.tree, error);
    if (status == FIRESIEVE_OK) {
        for (size_t i = 0; i < firewall->layer_count; ++i) {
            if (roles[i] != COVER_UNUSED) {
                selection.kept[selection.count++] =
                    (struct candidate){.class = firewall_class(firewall, i), .layer = i};
            }
        }
        status = sort_items_while(selection.kept, count, sizeof *selection.kept, compare_candidates, effort->go_on)
                     ? keep_named(&selection, error)
                     : error_set_stopped(error);
    }
    if (status == FIRESIEVE_OK) {
        status = keep_needed(&selection, error);
    }
    if (status == FIRESIEVE_OK) {
        *minimal = all_needed(&selection);
    }
    cover_tree_free(selection.tree);
    free(selection.kept);
    return status;
}

static firesieve_status list_used(const uint8_t *roles, size_t layer_count, size_t **layers, size_t *count,
                                  firesieve_error *error)
{
    const size_t used = count_used(roles, layer_count);
    size_t *const listed = reallocarray(NULL, used, sizeof *listed);
    if (listed == NULL) {
        return error_set_memory(error, "the layers of a cover");
    }
    *layers = listed;
    *count = used;
    for (size_t i = 0, place = 0; i < layer_count; ++i) {
        if (roles[i] != COVER_UNUSED) {
            listed[place++] = i;
        }
    }
    return FIRESIEVE_OK;
}

firesieve_status cover_minimise(const firesieve_firewall *firewall, uint64_t budget, struct go_on go_on,
                                size_t **layers, size_t *layer_count, bool *minimal, enum cover_outcome *outcome,
                                firesieve_error *error)
{
    struct cover_effort effort = {.units = budget, .go_on = go_on};
    uint8_t *const roles = malloc(firewall->layer_count);
    if (roles == NULL) {
        return error_set_memory(error, "the layers of a cover");
    }
    bool all_are_needed = false;
    enum cover_outcome found = COVER_UNDECIDED;
    size_t *listed = NULL;
    size_t count = 0;
    firesieve_status status = prove_firewall(firewall, &effort, roles, &found, error);
    if (status == FIRESIEVE_OK && found == COVER_COMPLETE) {
        status = thin_out(firewall, &effort, roles, &all_are_needed, error);
    }
    if (status == FIRESIEVE_OK && found == COVER_COMPLETE) {
        status = list_used(roles, firewall->layer_count, &listed, &count, error);
    }
    if (status == FIRESIEVE_OK) {
        *layers = listed;
        *layer_count = count;
        *minimal = all_are_needed;
        *outcome = found;
    }
    free(roles);
    return status;
}
