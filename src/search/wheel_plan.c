#include "search/wheel_plan.h"

#include <math.h>
#include <stdlib.h>

#include "base/gcd.h"
#include "residue/wheel.h"
#include "search/cost.h"

enum {
    CONSIDERED = 1024, /* constraints, those that kill most */
    BLOCK_WORDS_MAX = 1 << 15,
    SCAN_WORDS_MIN = 1 << 6 /* a segment, at the end of which a scan looks at what it has found */
};

struct columns wheel_columns(uint64_t modulus, double delays)
{
    const double words = ceil(delays / ((double)modulus * KERNEL_WORD_COLUMNS));
    return (struct columns){
        .step = modulus,
        .aligned = modulus == 1 ? KERNEL_WORD_COLUMNS : 1,
        .words = words >= BLOCK_WORDS_MAX ? BLOCK_WORDS_MAX
                 : words <= 1             ? 1
                                          : (uint32_t)words,
    };
}

void wheel_plan_mark(struct stage_list *list, uint64_t modulus)
{
    for (size_t i = 0; i < list->constraints->count; ++i) {
        list->stages[i] = modulus % list->constraints->items[i].modulus == 0 ? STAGE_WHEEL : STAGE_CLASS;
    }
}

/* By which factor the modulus has to grow for some constraints, and what they leave then. */
struct option {
    uint64_t factor;
    double gain;    /* -ln of the share that they, and those of factors that divide theirs, leave */
    double filters; /* how many they are */
};

static int compare_factors(const void *a, const void *b)
{
    const struct option *const left = a;
    const struct option *const right = b;
    return (left->factor > right->factor) - (left->factor < right->factor);
}

/* One option for each factor, ascending. */
static size_t list_options(const struct stage_list *list, uint64_t modulus, struct option *options)
{
    const size_t considered = list->constraints->count < CONSIDERED ? list->constraints->count : CONSIDERED;
    size_t count = 0;
    for (size_t i = 0; i < considered; ++i) {
        const size_t index = list->order[i];
        const struct constraint *const constraint = &list->constraints->items[index];
        const uint64_t factor =
            constraint->modulus / greatest_common_divisor(constraint->modulus, modulus % constraint->modulus);
        if (factor > 1 && factor <= (WHEEL_MODULUS_END - 1) / modulus) {
            const double left = fmax(1 - constraint->kill, 1e-18);
            options[count++] = (struct option){.factor = factor, .gain = -log(left), .filters = 1};
        }
    }
    qsort(options, count, sizeof *options, compare_factors);
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        if (kept > 0 && options[kept - 1].factor == options[i].factor) {
            options[kept - 1].gain += options[i].gain;
            options[kept - 1].filters += options[i].filters;
        } else {
            options[kept++] = options[i];
        }
    }
    return kept;
}

/* Adds to every option those whose factor divides its own: they fit into the modulus then, too. */
static void add_divisors(struct option *options, size_t count)
{
    for (size_t i = count; i-- > 1;) {
        for (size_t j = 0; j < i; ++j) {
            if (options[i].factor % options[j].factor == 0) {
                options[i].gain += options[j].gain;
                options[i].filters += options[j].filters;
            }
        }
    }
}

/* The option that leaves fewest residues for the growth of the modulus; its factor is 0 where there is none. */
static struct option best_option(const struct stage_list *list, uint64_t modulus, struct option *options)
{
    const size_t count = list_options(list, modulus, options);
    struct option best = {.factor = 0};
    double best_ratio = 0;
    add_divisors(options, count);
    for (size_t i = 0; i < count; ++i) {
        const double ratio = options[i].gain / log((double)options[i].factor);
        if (ratio > best_ratio) {
            best = options[i];
            best_ratio = ratio;
        }
    }
    return best;
}

/* A wheel on paper. */
struct sketch {
    uint64_t modulus;
    double residues;
    double lifts; /* made so far */
};

static double predict(const struct sketch *sketch, struct stage_list *list, const struct wheel_purpose *purpose)
{
    const struct columns columns = wheel_columns(sketch->modulus, purpose->delays);
    wheel_plan_mark(list, sketch->modulus);
    const struct stage_rates rates = stages_choose(list, &columns, purpose->row_words);
    if (sketch->modulus == 1) {
        const double words = fmax(purpose->delays / KERNEL_WORD_COLUMNS, SCAN_WORDS_MIN);
        return cost_row_bit * rates.row_bits + rates.offset + words * rates.word;
    }
    const double blocks = ceil(purpose->delays / ((double)sketch->modulus * columns.words * KERNEL_WORD_COLUMNS));
    return cost_lift * sketch->lifts + cost_row_bit * rates.row_bits +
           sketch->residues * blocks * (rates.offset + columns.words * rates.word);
}

static bool fits(const struct sketch *sketch, double old_residues, const struct wheel_purpose *purpose)
{
    enum { COPIES = 2 /* a list that grows, while it is moved */ };
    return sizeof(uint64_t) * (COPIES * sketch->residues + old_residues) <= (double)purpose->memory;
}

/* What it takes to find out the next step: options are compared in pairs, and a stage is chosen for all constraints. */
static double planning_ns(const struct constraint_list *constraints)
{
    static const double pair = 1.5;
    static const double stage = 100;
    const double considered = constraints->count < CONSIDERED ? (double)constraints->count : CONSIDERED;
    return pair * considered * considered + stage * (double)constraints->count;
}

/* Each step is only worth finding where the search is long beside all steps so far. */
void wheel_plan_make(struct wheel_plan *plan, struct stage_list *list, const struct wheel_purpose *purpose)
{
    static const double planning_share = 0.25;
    static const double quick = 200e3; /* ns: a search not worth planning */
    struct option options[CONSIDERED];
    struct sketch sketch = {.modulus = 1, .residues = 1};
    double best_cost = purpose->forced ? INFINITY : predict(&sketch, list, purpose);
    size_t best_count = 0;
    uint64_t best_modulus = 1;
    const double step_ns = planning_ns(list->constraints);
    double planned_ns = step_ns;
    plan->lifts = 0;
    for (plan->count = 0;
         plan->count < WHEEL_STEPS_MAX && best_cost > quick && planned_ns <= planning_share * best_cost;
         planned_ns += step_ns) {
        const struct option option = best_option(list, sketch.modulus, options);
        if (option.factor == 0 || !go_on_ask(purpose->go_on)) {
            break;
        }
        const double old_residues = sketch.residues;
        sketch.modulus *= option.factor;
        sketch.residues *= (double)option.factor * exp(-option.gain);
        sketch.lifts += old_residues * (double)option.factor * (1 + option.filters);
        if (!fits(&sketch, old_residues, purpose) || cost_lift * sketch.lifts > best_cost) {
            break;
        }
        plan->factors[plan->count++] = option.factor;
        const double cost = predict(&sketch, list, purpose);
        if (cost <= best_cost) {
            best_cost = cost;
            best_count = plan->count;
            best_modulus = sketch.modulus;
            plan->lifts = sketch.lifts;
        }
    }
    plan->count = best_count;
    plan->cost = best_cost;
    wheel_plan_mark(list, best_modulus);
}
