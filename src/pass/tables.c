#include "pass/tables.h"

#include <stdlib.h>

#include "base/error.h"

struct columns sieve_columns(uint64_t modulus, uint32_t block_words)
{
    return (struct columns){
        .step = modulus,
        .aligned = modulus == 1 ? KERNEL_WORD_COLUMNS : 1,
        .words = block_words,
    };
}

static enum stage stage_of(const struct sieve_layout *layout, uint64_t wheel_modulus,
                           const struct constraint *constraint)
{
    if (wheel_modulus % constraint->modulus == 0) {
        return STAGE_WHEEL;
    }
    if (constraint->modulus >= CLASS_NARROW_END) {
        return wheel_modulus == 1 ? STAGE_CLASS : STAGE_CHECK; /* wide classes fall on columns of a scan only */
    }
    return modulus_ranges_have(layout->rows, constraint->modulus)     ? STAGE_ROW
           : modulus_ranges_have(layout->checks, constraint->modulus) ? STAGE_CHECK
                                                                      : STAGE_CLASS;
}

/* While tables are made. */
struct builder {
    struct sieve_tables *tables;
    const struct sieve_layout *layout;
    const struct constraint **chosen; /* room for all constraints */
    struct go_on go_on;
    bool stopped;
};

/* ---- The wheel -------------------------------------------------------------------------------------------- */

/* Extends the wheel by one factor. */
static firesieve_status extend_wheel(struct builder *builder, uint64_t factor, firesieve_error *error)
{
    struct sieve_tables *const tables = builder->tables;
    const struct reduced *const reduced = tables->reduced;
    const uint64_t modulus = tables->wheel.modulus * factor;
    size_t count = 0;
    for (size_t i = 0; i < reduced->constraints.count; ++i) {
        const struct constraint *const constraint = reduced_ranked(reduced, i);
        if (modulus % constraint->modulus == 0 && tables->wheel.modulus % constraint->modulus != 0) {
            builder->chosen[count++] = constraint;
        }
    }
    tables->wheel_constraints += count;
    return wheel_extend(&tables->wheel, factor, &reduced->classes, builder->chosen, count, builder->go_on,
                        &builder->stopped, error);
}

static firesieve_status make_wheel(struct builder *builder, firesieve_error *error)
{
    const struct sieve_layout *const layout = builder->layout;
    struct wheel *const wheel = &builder->tables->wheel;
    firesieve_status status = wheel_start(wheel, error);
    for (size_t i = 0; i < layout->factor_count && status == FIRESIEVE_OK && wheel->count > 0 && !builder->stopped;
         ++i) {
        status = extend_wheel(builder, layout->factors[i], error);
    }
    return status;
}

/* ---- Rows, checks and classes ----------------------------------------------------------------------------- */

/* Lists the constraints of one stage, those that forbid most first. */
static size_t choose(struct builder *builder, enum stage stage)
{
    const struct reduced *const reduced = builder->tables->reduced;
    size_t count = 0;
    for (size_t i = 0; i < reduced->constraints.count; ++i) {
        const struct constraint *const constraint = reduced_ranked(reduced, i);
        if (stage_of(builder->layout, builder->tables->wheel.modulus, constraint) == stage) {
            builder->chosen[count++] = constraint;
        }
    }
    return count;
}

/* Lists the narrow classes that nothing else covers; classes in no constraint lie between those of constraints. */
static bool list_classes(const struct builder *builder, struct class_list *list)
{
    const struct reduced *const reduced = builder->tables->reduced;
    const class_key *const narrow = reduced->classes.narrow;
    size_t next = 0; /* the first class that has not been considered */
    bool listed = true;
    for (size_t i = 0; i < reduced->constraints.count && listed; ++i) {
        const struct constraint *const constraint = &reduced->constraints.items[i];
        if (constraint->modulus >= CLASS_NARROW_END) {
            break;
        }
        if (stage_of(builder->layout, builder->tables->wheel.modulus, constraint) != STAGE_CLASS) {
            listed = constraint->first == next ||
                     class_list_append(list, (struct class_slice){narrow + next, constraint->first - next});
            next = constraint->first + constraint->count;
        }
    }
    const size_t left = reduced->classes.narrow_count - next;
    return listed && (left == 0 || class_list_append(list, (struct class_slice){narrow + next, left}));
}

static bool make_classes(struct builder *builder)
{
    struct sieve_tables *const tables = builder->tables;
    tables->segment_words = builder->layout->segment_words;
    tables->wide_crossed = tables->columns.step == 1;
    return list_classes(builder, &tables->tested) &&
           class_list_move(&tables->crossed, &tables->tested, builder->layout->crossed) &&
           class_list_prepare(&tables->crossed, tables->columns.step, builder->go_on) &&
           class_list_prepare(&tables->tested, tables->columns.step, builder->go_on);
}

/* Makes everything after the wheel. False: no memory, or stopped. */
static bool make_rest(struct builder *builder, struct tally *tally)
{
    struct sieve_tables *const tables = builder->tables;
    const struct reduced *const reduced = tables->reduced;
    tables->columns = sieve_columns(tables->wheel.modulus, builder->layout->block_words);
    tally_enter(tally, FIRESIEVE_STAGE_DRAW_ROWS);
    tables->row_constraints = choose(builder, STAGE_ROW);
    const bool has_rows =
        row_groups_make(&tables->rows, &reduced->classes, builder->chosen, tables->row_constraints, &tables->columns);
    tally_enter(tally, FIRESIEVE_STAGE_CHOOSE);
    if (!has_rows || !go_on_ask(builder->go_on)) {
        return false;
    }
    tables->check_count = choose(builder, STAGE_CHECK);
    tables->checks = residue_sets_make(&reduced->classes, builder->chosen, tables->check_count);
    return tables->checks != NULL && make_classes(builder);
}

static firesieve_status build(struct builder *builder, struct tally *tally, enum built *outcome, firesieve_error *error)
{
    tally_enter(tally, FIRESIEVE_STAGE_MAKE_LISTS);
    const firesieve_status status = make_wheel(builder, error);
    tally_enter(tally, FIRESIEVE_STAGE_CHOOSE);
    *outcome = builder->stopped ? BUILT_STOPPED : builder->tables->wheel.count == 0 ? BUILT_BLOCKED : BUILT;
    if (status != FIRESIEVE_OK || *outcome != BUILT || make_rest(builder, tally)) {
        return status;
    }
    *outcome = BUILT_STOPPED;
    return go_on_ask(builder->go_on) ? error_set_memory(error, "the plan") : FIRESIEVE_OK;
}

firesieve_status sieve_tables_make(struct sieve_tables *tables, const struct reduced *reduced,
                                   const struct sieve_layout *layout, struct go_on go_on, struct tally *tally,
                                   enum built *outcome, firesieve_error *error)
{
    *tables = (struct sieve_tables){
        .reduced = reduced,
        .window_columns = layout->window_words * KERNEL_WORD_COLUMNS,
    };
    struct builder builder = {
        .tables = tables,
        .layout = layout,
        /* A size of pointers is meant. NOLINTNEXTLINE(bugprone-sizeof-expression) */
        .chosen = calloc(reduced->constraints.count + 1, sizeof *builder.chosen),
        .go_on = go_on,
    };
    *outcome = BUILT;
    const firesieve_status status =
        builder.chosen == NULL ? error_set_memory(error, "the plan") : build(&builder, tally, outcome, error);
    free(builder.chosen);
    return status;
}

void sieve_tables_free(struct sieve_tables *tables)
{
    free(tables->checks);
    class_list_free(&tables->crossed);
    class_list_free(&tables->tested);
    row_groups_free(&tables->rows);
    wheel_free(&tables->wheel);
    *tables = (struct sieve_tables){0};
}
