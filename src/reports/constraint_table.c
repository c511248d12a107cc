#include "reports/constraint_table.h"

#include <math.h>
#include <stdlib.h>

#include "residue/layers.h"

/* While the table is made. */
struct table {
    const struct reduced *reduced;
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
        .share = blocks ? 1 : constraint->forbids,
        .bits = blocks ? (double)INFINITY : -log1p(-constraint->forbids) / M_LN2,
        .means = FIRESIEVE_MEANS_NONE,
    };
}

static void take_loss(firesieve_constraint_profile *row, const struct loss *loss)
{
    row->means = loss->means;
    row->place = loss->place;
    row->in = loss->in;
    row->dropped = loss->dropped;
    row->counted = loss->counted;
}

/* A scanner of range 1 forbids 0 mod 1, which is no class of the set. */
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
        table->rows[table->count++] = row_of(&(struct constraint){.modulus = 1, .count = 1});
    }
    size_t next = 0;
    for (size_t i = 0; i < constraints->count; ++i) {
        firesieve_constraint_profile *const row = &table->rows[table->count++];
        *row = row_of(&constraints->items[i]);
        while (next + 1 < losses->count && losses->items[next].modulus < row->modulus) {
            ++next;
        }
        if (next < losses->count && losses->items[next].modulus == row->modulus) {
            take_loss(row, &losses->items[next]);
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
static size_t rows_to_describe(const struct table *table)
{
    enum { FEWEST = 64, COMPARISONS = 1 << 28 };
    const size_t affordable = COMPARISONS / (table->layers.period_count + 1);
    const size_t most = affordable < FEWEST                              ? FEWEST
                        : affordable < FIRESIEVE_PROFILE_CONSTRAINTS_MAX ? affordable
                                                                         : FIRESIEVE_PROFILE_CONSTRAINTS_MAX;
    return table->count < most ? table->count : most;
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
    while (row->layers < index->classes.narrow_count && class_modulus(index->classes.narrow[row->layers]) == 1) {
        ++row->layers;
    }
}

static void take_example(firesieve_constraint_profile *row, const firesieve_firewall *firewall, size_t index)
{
    if (index == SIZE_MAX) {
        return;
    }
    row->example_index = index;
    row->has_example = true;
    if (firewall->layers != NULL) {
        row->example = firewall->layers[index];
    }
}

static bool describe_layers(struct table *table, const firesieve_firewall *firewall, struct go_on go_on)
{
    struct residue_class *const classes = calloc(table->count + 1, sizeof *classes);
    size_t *const examples = calloc(table->count + 1, sizeof *examples);
    bool described = classes != NULL && examples != NULL;
    for (size_t i = 0; i < table->count && described && go_on_ask(go_on); ++i) {
        firesieve_constraint_profile *const row = &table->rows[i];
        const struct constraint *const constraint = find_constraint(&table->reduced->constraints, row->modulus);
        if (constraint == NULL) {
            count_never_leaving(&table->layers, row, &classes[i]);
        } else {
            row->layers = layer_index_count(&table->layers, &table->reduced->classes, constraint, &classes[i]);
        }
    }
    described = described && layers_find(firewall, classes, table->count, go_on, examples);
    for (size_t i = 0; i < table->count && described; ++i) {
        take_example(&table->rows[i], firewall, examples[i]);
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
static void add_sparse(const struct table *table, const struct loss_list *losses, firesieve_profile *profile)
{
    const struct constraint_list *const constraints = &table->reduced->constraints;
    firesieve_constraint_profile row = {.bits = constraints->sparse_sum / M_LN2, .means = FIRESIEVE_MEANS_NONE};
    row.classes = table->reduced->classes.narrow_count + table->reduced->classes.wide_count;
    for (size_t i = 0; i < constraints->count; ++i) {
        row.classes -= constraints->items[i].count;
    }
    if (constraints->sparse_moduli == 0) {
        return;
    }
    if (losses->count > 0) {
        take_loss(&row, &losses->items[losses->count - 1]);
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
