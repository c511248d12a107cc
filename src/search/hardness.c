#include "search/hardness.h"

#include <math.h>
#include <stdlib.h>

#include "residue/collect.h"
#include "residue/layers.h"

/* While the table is made. */
struct hardness {
    struct class_set classes;
    struct constraint_list constraints;
    struct layer_index layers;
    firesieve_constraint_profile *rows; /* of all constraints, ascending by modulus; then by falling bits */
    size_t count;
};

/* ---- A row for every constraint --------------------------------------------------------------------------- */

static firesieve_constraint_profile row_of(const struct constraint *constraint)
{
    const bool blocks = constraint->count == constraint->modulus;
    return (firesieve_constraint_profile){
        .modulus = constraint->modulus,
        .classes = constraint->count,
        .share = blocks ? 1 : constraint->kill,
        .bits = blocks ? (double)INFINITY : -log1p(-constraint->kill) / M_LN2,
        .means = FIRESIEVE_MEANS_NONE,
    };
}

static void take_fate(firesieve_constraint_profile *row, const struct fate *fate)
{
    row->means = fate->means;
    row->place = fate->place;
    row->in = fate->in;
    row->dropped = fate->dropped;
    row->counted = fate->counted;
}

/* A scanner of range 1 forbids 0 mod 1, which is no class of the set. */
static bool never_leaves(const firesieve_firewall *firewall)
{
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (layer_period(firewall->layers[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool list_rows(struct hardness *hardness, const firesieve_firewall *firewall, const struct fate_list *fates)
{
    const struct constraint_list *const constraints = &hardness->constraints;
    hardness->rows = calloc(constraints->count + 1, sizeof *hardness->rows);
    if (hardness->rows == NULL) {
        return false;
    }
    const bool has_one = constraints->count > 0 && constraints->items[0].modulus == 1;
    if (!has_one && never_leaves(firewall)) {
        hardness->rows[hardness->count++] = row_of(&(struct constraint){.modulus = 1, .count = 1});
    }
    size_t next = 0;
    for (size_t i = 0; i < constraints->count; ++i) {
        firesieve_constraint_profile *const row = &hardness->rows[hardness->count++];
        *row = row_of(&constraints->items[i]);
        while (next + 1 < fates->count && fates->items[next].modulus < row->modulus) {
            ++next;
        }
        if (next < fates->count && fates->items[next].modulus == row->modulus) {
            take_fate(row, &fates->items[next]);
        }
    }
    return true;
}

static int compare_bits(const void *a, const void *b)
{
    const firesieve_constraint_profile *const left = a;
    const firesieve_constraint_profile *const right = b;
    return left->bits != right->bits ? (left->bits < right->bits) - (left->bits > right->bits)
                                     : (left->modulus > right->modulus) - (left->modulus < right->modulus);
}

/* ---- Layers ----------------------------------------------------------------------------------------------- */

/* How many constraints are compared with every period. */
static size_t rows_to_describe(const struct hardness *hardness)
{
    enum { FEWEST = 64, COMPARISONS = 1 << 28 };
    const size_t affordable = COMPARISONS / (hardness->layers.period_count + 1);
    const size_t most = affordable < FEWEST                              ? FEWEST
                        : affordable < FIRESIEVE_PROFILE_CONSTRAINTS_MAX ? affordable
                                                                         : FIRESIEVE_PROFILE_CONSTRAINTS_MAX;
    return hardness->count < most ? hardness->count : most;
}

/* The constraint of that modulus, or NULL: that of range 1. */
static const struct constraint *find_constraint(const struct constraint_list *list, uint64_t modulus)
{
    const size_t index = constraints_find(list, modulus);
    return index < list->count ? &list->items[index] : NULL;
}

static void count_never_leaving(const struct layer_index *index, firesieve_constraint_profile *row,
                                struct residue_class *example)
{
    *example = (struct residue_class){.modulus = 1};
    while (row->layers < index->narrow_count && class_modulus(index->narrow[row->layers]) == 1) {
        ++row->layers;
    }
}

static bool describe_layers(struct hardness *hardness, const firesieve_firewall *firewall, struct go_on go_on)
{
    struct residue_class *const classes = calloc(hardness->count + 1, sizeof *classes);
    firesieve_layer *const examples = calloc(hardness->count + 1, sizeof *examples);
    bool described = classes != NULL && examples != NULL;
    for (size_t i = 0; i < hardness->count && described && go_on_ask(go_on); ++i) {
        firesieve_constraint_profile *const row = &hardness->rows[i];
        const struct constraint *const constraint = find_constraint(&hardness->constraints, row->modulus);
        if (constraint == NULL) {
            count_never_leaving(&hardness->layers, row, &classes[i]);
        } else {
            row->layers = layer_index_count(&hardness->layers, &hardness->classes, constraint, &classes[i]);
        }
    }
    described = described && layers_find(firewall, classes, hardness->count, go_on, examples);
    for (size_t i = 0; i < hardness->count && described; ++i) {
        hardness->rows[i].example = examples[i];
    }
    free(classes);
    free(examples);
    return described;
}

/* ---- The table -------------------------------------------------------------------------------------------- */

/* Takes a row up into that of all others: they drop together what each of them drops. */
static void add_other(firesieve_profile *profile, const firesieve_constraint_profile *row, size_t moduli)
{
    firesieve_constraint_profile *const others = &profile->others;
    if (others->means == FIRESIEVE_MEANS_NONE) {
        others->means = row->means;
        others->place = row->place;
    }
    profile->other_count += moduli;
    others->classes += row->classes;
    others->bits += row->bits;
    others->share = 1 - exp2(-others->bits);
    others->in = fmax(others->in, row->in);
    others->dropped += row->dropped;
    others->counted = others->counted && row->counted;
}

/* Classes of many moduli with few classes each. */
static void add_sparse(const struct hardness *hardness, const struct fate_list *fates, firesieve_profile *profile)
{
    const struct constraint_list *const constraints = &hardness->constraints;
    firesieve_constraint_profile row = {.bits = constraints->sparse_sum / M_LN2, .means = FIRESIEVE_MEANS_NONE};
    row.classes = hardness->classes.narrow_count + hardness->classes.wide_count;
    for (size_t i = 0; i < constraints->count; ++i) {
        row.classes -= constraints->items[i].count;
    }
    if (constraints->sparse_moduli == 0) {
        return;
    }
    if (fates->count > 0) {
        take_fate(&row, &fates->items[fates->count - 1]);
    }
    add_other(profile, &row, constraints->sparse_moduli);
}

static void hand_over(struct hardness *hardness, const struct fate_list *fates, size_t all, bool blocked,
                      firesieve_profile *profile)
{
    profile->others = (firesieve_constraint_profile){.means = FIRESIEVE_MEANS_NONE, .counted = true};
    add_sparse(hardness, fates, profile);
    for (size_t i = hardness->count; i < all; ++i) {
        add_other(profile, &hardness->rows[i], 1);
    }
    profile->others.counted = profile->others.counted && profile->others.means != FIRESIEVE_MEANS_NONE;
    profile->bits = blocked ? (double)INFINITY : profile->others.bits;
    for (size_t i = 0; i < hardness->count; ++i) {
        profile->bits += hardness->rows[i].bits;
    }
    profile->constraints = hardness->rows;
    profile->constraint_count = hardness->count;
    hardness->rows = NULL;
}

void hardness_fill(const firesieve_firewall *firewall, const struct fate_list *fates, bool blocked, struct go_on go_on,
                   firesieve_profile *profile)
{
    struct hardness hardness = {.rows = NULL};
    bool made = classes_collect(&hardness.classes, firewall, go_on, NULL) == FIRESIEVE_OK &&
                constraints_list(&hardness.constraints, &hardness.classes, go_on, NULL) == FIRESIEVE_OK &&
                list_rows(&hardness, firewall, fates) && layer_index_make(&hardness.layers, firewall, go_on);
    if (made) {
        const size_t all = hardness.count;
        qsort(hardness.rows, all, sizeof *hardness.rows, compare_bits);
        hardness.count = rows_to_describe(&hardness);
        made = describe_layers(&hardness, firewall, go_on);
        if (made) {
            hand_over(&hardness, fates, all, blocked, profile);
        }
    }
    layer_index_free(&hardness.layers);
    free(hardness.rows);
    constraints_free(&hardness.constraints);
    classes_free(&hardness.classes);
}
