#include "planner/sieve_choice.h"

#include <math.h>

#include "base/error.h"
#include "pass/sieve.h"

/* ---- Classes ---------------------------------------------------------------------------------------------- */

/* Walks over the narrow classes left to be crossed off or tested, modulus by modulus. */
struct class_walk {
    const struct stage_list *list;
    size_t next;       /* the next class */
    size_t constraint; /* the first constraint that is not before it */
};

/* The next modulus that is left, and how many classes it has. False: there is none. */
static bool next_modulus(struct class_walk *walk, uint64_t *modulus, size_t *count)
{
    const struct reduced *const reduced = walk->list->reduced;
    const class_key *const narrow = reduced->classes.narrow;
    const size_t end = reduced->classes.narrow_count;
    while (walk->next < end) {
        const struct constraint *const constraint =
            walk->constraint < reduced->constraints.count ? &reduced->constraints.items[walk->constraint] : NULL;
        const bool constrained =
            constraint != NULL && constraint->modulus < CLASS_NARROW_END && constraint->first == walk->next;
        const size_t first = walk->next;
        *modulus = class_modulus(narrow[first]);
        if (constrained) {
            walk->next += constraint->count;
        } else {
            while (walk->next < end && class_modulus(narrow[walk->next]) == *modulus) {
                ++walk->next;
            }
        }
        *count = walk->next - first;
        const bool left = !constrained || walk->list->stages[walk->constraint] == STAGE_CLASS;
        walk->constraint += constrained;
        if (left) {
            return true;
        }
    }
    return false;
}

/*
 * The classes that are left, ascending by modulus, are split where crossing off those before and testing survivors
 * against those after costs least together. If go_on says no, it is the best split so far.
 */
struct split {
    uint64_t crossed;   /* classes before it */
    double hits_a_word; /* of these */
    double saved;       /* nanoseconds per column, by crossing them off instead of testing survivors against them */
    double density;     /* the share of columns alive after the last class that was considered */
    double columns;     /* to be searched */
    double block_columns;
    bool starts; /* classes have to be started for each offset */
};

/* What crossing off one class of a modulus saves if that share of columns is alive. */
static double saved_by(const struct split *split, const struct costs *costs, double modulus, double density)
{
    const double most_columns = (double)SEGMENT_WORDS_MAX * KERNEL_WORD_COLUMNS;
    const double visit = costs->visit / fmin(most_columns, split->block_columns);
    const double prepared = split->starts ? fmin(density * split->block_columns, 1) : 0;
    const double started = split->starts ? costs->class_start / split->block_columns : 0;
    return costs->lane * density + (costs->prepare + costs->class_start) * prepared / split->block_columns -
           costs->hit / modulus - visit - started;
}

static void choose_split(struct split *split, const struct stage_list *list, struct go_on go_on)
{
    struct class_walk walk = {.list = list};
    uint64_t modulus;
    uint64_t classes = 0;
    size_t count;
    double saved = 0;
    double hits = 0;
    for (size_t i = 0; next_modulus(&walk, &modulus, &count) && go_on_at(go_on, i); ++i) {
        for (size_t j = 0; j < count; ++j) {
            saved += saved_by(split, list->costs, (double)modulus, split->density);
            split->density *= 1 - 1 / (double)modulus;
            hits += KERNEL_WORD_COLUMNS / (double)modulus;
            ++classes;
            if (saved > split->saved) {
                split->saved = saved;
                split->crossed = classes;
                split->hits_a_word = hits;
            }
        }
    }
}

/* The largest power of two of words that fit into the bytes, within the bounds of a segment. */
static uint32_t segment_words_in(uint64_t bytes)
{
    uint32_t words = SEGMENT_WORDS_MIN;
    while (words < SEGMENT_WORDS_MAX && 2 * (uint64_t)words * KERNEL_WORD_BYTES <= bytes) {
        words *= 2;
    }
    return words;
}

/*
 * The smallest segment in which clearing bits costs several times as much as visiting every class: at least the size of
 * the first-level cache, and at most twice the second-level one. Short searches have smaller ones.
 */
static uint32_t segment_words(const struct split *split, const struct costs *costs)
{
    enum { HITS_A_VISIT = 4 };
    const uint32_t most = segment_words_in(2 * costs->second_cache);
    uint32_t words = segment_words_in(costs->first_cache);
    while (words < most && words * split->hits_a_word < HITS_A_VISIT * (double)split->crossed) {
        const double visits = (double)split->crossed * split->columns / KERNEL_WORD_COLUMNS / words / 2; /* saved */
        if (costs->visit * visits - costs_memory(costs, (double)words * KERNEL_WORD_BYTES) <= 0) {
            break;
        }
        words *= 2;
    }
    return words;
}

/* ---- The recipe ------------------------------------------------------------------------------------------- */

/* Adds the moduli of a stage; those with no other constraint between them, except of the wheel, as one range. */
static bool add_moduli(struct recipe *recipe, size_t key, const struct stage_list *list, enum stage stage)
{
    const struct constraint_list *const constraints = &list->reduced->constraints;
    uint64_t low = 0;
    uint64_t high = 0;
    bool added = true;
    for (size_t i = 0; i < constraints->count && added; ++i) {
        const uint64_t modulus = constraints->items[i].modulus;
        if (list->stages[i] == stage && modulus < CLASS_NARROW_END) {
            low = low == 0 ? modulus : low;
            high = modulus;
        } else if (list->stages[i] != STAGE_WHEEL && low != 0) {
            added = recipe_add_range(recipe, key, low, high);
            low = 0;
        }
    }
    return added && (low == 0 || recipe_add_range(recipe, key, low, high));
}

/*
 * A scan searches its windows word by word: a tenth of a second per thread is long enough, then it learns what others
 * have found. Windows of a wheel have enough tasks.
 */
static uint64_t window_words(const struct wheel_choice *wheel)
{
    static const double enough_ns = 0.1e9;
    const uint64_t longest = SIEVE_COLUMNS_MAX / KERNEL_WORD_COLUMNS;
    const double words = enough_ns / (wheel->forecast.delay_ns * KERNEL_WORD_COLUMNS);
    return wheel->modulus > 1 || words >= (double)longest ? longest
           : words < SEGMENT_WORDS_MIN                    ? SEGMENT_WORDS_MIN
                                                          : (uint64_t)words;
}

static bool fill_recipe(struct recipe *recipe, const struct wheel_choice *wheel, const struct stage_list *list,
                        const struct split *split)
{
    bool filled = true;
    for (size_t i = 0; i < wheel->factor_count && filled; ++i) {
        filled = recipe_add(recipe, SIEVE_WHEEL, wheel->factors[i]);
    }
    return filled && add_moduli(recipe, SIEVE_ROWS, list, STAGE_ROW) &&
           add_moduli(recipe, SIEVE_CHECKS, list, STAGE_CHECK) && recipe_add(recipe, SIEVE_CROSSED, split->crossed) &&
           recipe_add(recipe, SIEVE_SEGMENT, segment_words(split, list->costs)) &&
           recipe_add(recipe, SIEVE_BLOCK, wheel->block_words) && recipe_add(recipe, SIEVE_WINDOW, window_words(wheel));
}

firesieve_status sieve_choose(struct recipe *recipe, struct forecast *forecast, const struct purpose *purpose,
                              bool scans, firesieve_error *error)
{
    struct stage_list list;
    struct wheel_choice wheel = {.modulus = 1, .residues = 1};
    firesieve_status status = stages_start(&list, purpose->reduced, purpose->costs, error);
    if (status == FIRESIEVE_OK) {
        wheel_choose(&wheel, &list, purpose, scans);
    }
    if (status == FIRESIEVE_OK && (scans || purpose->forced || wheel.factor_count > 0)) {
        struct split split = {
            .density = wheel.density,
            .columns = wheel.residues / (double)wheel.modulus * purpose_delays(purpose),
            .block_columns = (double)wheel.block_words * KERNEL_WORD_COLUMNS,
            .starts = wheel.modulus > 1,
        };
        choose_split(&split, &list, purpose->go_on);
        const double segment = (double)segment_words(&split, purpose->costs) * KERNEL_WORD_BYTES;
        if (split.saved * split.columns < costs_memory(purpose->costs, segment)) { /* writing it costs more */
            split.crossed = 0;
            split.hits_a_word = 0;
        }
        *forecast = wheel.forecast;
        status = fill_recipe(recipe, &wheel, &list, &split) ? FIRESIEVE_OK : error_set_memory(error, "the plan");
    }
    stages_free(&list);
    return status;
}
