#include "reports/profile.h"

#include <math.h>
#include <stdlib.h>

#include "residue/layers.h"

/* The table while it is made. */
struct table {
    const struct reduced *reduced;
    struct layer_index layers;
    firesieve_constraint_profile *rows; /* of all constraints, ascending by modulus; later by descending bits */
    size_t count;
};

/* ---- A row for every constraint --------------------------------------------------------------------------- */

/* Adds the share of a constraint to the row of its losses. */
static void fill_row(firesieve_constraint_profile *row, const struct constraint *constraint)
{
    const bool blocks = constraint->count == constraint->modulus;
    row->modulus = constraint->modulus;
    row->classes = constraint->count;
    row->share = blocks ? 1 : constraint->forbids;
    row->bits = blocks ? (double)INFINITY : -log1p(-constraint->forbids) / M_LN2;
}

/* A scanner of range 1 forbids 0 mod 1, which is not in the set of classes. */
static bool never_leaves(const firesieve_firewall *firewall)
{
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (firewall_period(firewall, i) == 0) {
            return true;
        }
    }
    return false;
}

static bool list_rows(struct table *table, const firesieve_firewall *firewall, const struct loss_list *losses)
{
    const struct constraint_list *const constraints = &table->reduced->constraints;
    table->rows = calloc(constraints->count + 1, sizeof *table->rows);
    if (table->rows == NULL) {
        return false;
    }
    const bool has_one = constraints->count > 0 && constraints->items[0].modulus == 1;
    if (!has_one && never_leaves(firewall)) {
        firesieve_constraint_profile *const row = &table->rows[table->count++];
        row->means = FIRESIEVE_MEANS_NONE;
        fill_row(row, &(struct constraint){.modulus = 1, .count = 1});
    }
    size_t next = 0;
    for (size_t i = 0; i < constraints->count; ++i) {
        firesieve_constraint_profile *const row = &table->rows[table->count++];
        const uint64_t modulus = constraints->items[i].modulus;
        while (next + 1 < losses->count && losses->items[next].modulus < modulus) {
            ++next;
        }
        const bool known = next < losses->count && losses->items[next].modulus == modulus;
        *row = known ? losses->items[next] : (firesieve_constraint_profile){.means = FIRESIEVE_MEANS_NONE};
        fill_row(row, &constraints->items[i]);
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

/* The number of constraints that are compared with every period. */
static size_t rows_to_describe(const struct table *table)
{
    enum { FEWEST = 64, COMPARISONS = 1 << 28 };
    const size_t affordable = COMPARISONS / (table->layers.period_count + 1);
    const size_t most = affordable < FEWEST                              ? FEWEST
                        : affordable < FIRESIEVE_PROFILE_CONSTRAINTS_MAX ? affordable
                                                                         : FIRESIEVE_PROFILE_CONSTRAINTS_MAX;
    return table->count < most ? table->count : most;
}

static bool describe_layers(struct table *table, const firesieve_firewall *firewall, struct go_on go_on)
{
    const struct constraint_list *const constraints = &table->reduced->constraints;
    const struct layer_index *const layers = &table->layers;
    struct residue_class *const classes = calloc(table->count + 1, sizeof *classes);
    size_t *const examples = calloc(table->count + 1, sizeof *examples);
    bool described = classes != NULL && examples != NULL;
    for (size_t i = 0; i < table->count && described && go_on_ask(go_on); ++i) {
        firesieve_constraint_profile *const row = &table->rows[i];
        const size_t index = constraints_find(constraints, row->modulus);
        if (index < constraints->count) {
            row->layers = layer_index_count(layers, &table->reduced->classes, &constraints->items[index], &classes[i]);
            continue;
        }
        classes[i] = (struct residue_class){.modulus = 1}; /* scanners of range 1, which never leave */
        while (row->layers < layers->classes.narrow_count && class_modulus(layers->classes.narrow[row->layers]) == 1) {
            ++row->layers;
        }
    }
    described = described && layers_find(firewall, classes, table->count, go_on, examples);
    for (size_t i = 0; i < table->count && described; ++i) {
        firesieve_constraint_profile *const row = &table->rows[i];
        row->has_example = examples[i] != SIZE_MAX;
        if (row->has_example) {
            row->example_index = examples[i];
            row->example = firewall->layers != NULL ? firewall->layers[examples[i]] : row->example;
        }
    }
    free(classes);
    free(examples);
    return described;
}

/* ---- The table -------------------------------------------------------------------------------------------- */

/* Adds a row to that of all others. */
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

/* Adds the classes of moduli that have few of them each. */
static void add_sparse(const struct table *table, const struct loss_list *losses, firesieve_profile *profile)
{
    const struct constraint_list *const constraints = &table->reduced->constraints;
    if (constraints->sparse_moduli == 0) {
        return;
    }
    const bool known = losses->count > 0;
    firesieve_constraint_profile row =
        known ? losses->items[losses->count - 1] : (firesieve_constraint_profile){.means = FIRESIEVE_MEANS_NONE};
    row.bits = constraints->sparse_sum / M_LN2;
    row.classes = table->reduced->classes.narrow_count + table->reduced->classes.wide_count;
    for (size_t i = 0; i < constraints->count; ++i) {
        row.classes -= constraints->items[i].count;
    }
    add_other(profile, &row, constraints->sparse_moduli);
}

static void hand_over(struct table *table, const struct loss_list *losses, size_t all, bool blocked,
                      firesieve_profile *profile)
{
    profile->others = (firesieve_constraint_profile){.means = FIRESIEVE_MEANS_NONE, .counted = true};
    add_sparse(table, losses, profile);
    for (size_t i = table->count; i < all; ++i) {
        add_other(profile, &table->rows[i], 1);
    }
    profile->others.counted = profile->others.counted && profile->others.means != FIRESIEVE_MEANS_NONE;
    profile->bits = blocked ? (double)INFINITY : profile->others.bits;
    for (size_t i = 0; i < table->count; ++i) {
        profile->bits += table->rows[i].bits;
    }
    profile->constraints = table->rows;
    profile->constraint_count = table->count;
    table->rows = NULL;
}

void constraint_table_fill(const firesieve_firewall *firewall, const struct loss_list *losses, bool blocked,
                           struct go_on go_on, firesieve_profile *profile)
{
    struct table table = {.rows = NULL};
    bool made = reduced_of(firewall, go_on, &table.reduced, NULL) == FIRESIEVE_OK &&
                list_rows(&table, firewall, losses) && layer_index_make(&table.layers, firewall, go_on);
    if (made) {
        const size_t all = table.count;
        qsort(table.rows, all, sizeof *table.rows, compare_bits);
        table.count = rows_to_describe(&table);
        made = describe_layers(&table, firewall, go_on);
        if (made) {
            hand_over(&table, losses, all, blocked, profile);
        }
    }
    layer_index_free(&table.layers);
    free(table.rows);
}
