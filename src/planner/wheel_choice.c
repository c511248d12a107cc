#include "planner/sieve_choice.h"

#include <math.h>
#include <stdlib.h>

#include "base/gcd.h"
#include "residue/wheel.h"

enum {
    CONSIDERED = 1024, /* constraints, those that forbid most */
    BLOCK_WORDS_MAX = 1 << 15,
    SCAN_WORDS_MIN = 1 << 6 /* a segment, at the end of which a scan tests what it has found */
};

/* Words of 512 columns in a block of a wheel of this modulus, for a search of `delays` delays. */
static uint32_t block_words(uint64_t modulus, double delays)
{
    const double words = ceil(delays / ((double)modulus * KERNEL_WORD_COLUMNS));
    return words >= BLOCK_WORDS_MAX ? BLOCK_WORDS_MAX : words <= 1 ? 1 : (uint32_t)words;
}

/* The memory of rows, in words: at most the second-level cache, and a quarter of all that is allowed. */
static uint64_t row_words_max(const struct purpose *purpose)
{
    enum { SHARES = 4 };
    const uint64_t share = purpose->memory / (SHARES * KERNEL_WORD_BYTES);
    const uint64_t cached = purpose->costs->second_cache / KERNEL_WORD_BYTES;
    const uint64_t most = cached < ROW_WORDS_MAX ? cached : ROW_WORDS_MAX;
    return share < most ? share : most;
}

/* By which factor the modulus has to grow for some constraints, and what they leave then. */
struct option {
    uint64_t factor;
    double gain;    /* -ln of the share that they, and those of factors that divide theirs, leave */
    double filters; /* their number */
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
    const struct constraint_list *const constraints = &list->reduced->constraints;
    const size_t considered = constraints->count < CONSIDERED ? constraints->count : CONSIDERED;
    size_t count = 0;
    for (size_t i = 0; i < considered; ++i) {
        const struct constraint *const constraint = reduced_ranked(list->reduced, i);
        const uint64_t factor =
            constraint->modulus / greatest_common_divisor(constraint->modulus, modulus % constraint->modulus);
        if (factor > 1 && factor <= (WHEEL_MODULUS_END - 1) / modulus) {
            const double left = fmax(1 - constraint->forbids, 1e-18);
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

/* Adds to every option those whose factors divide its own: they then fit into the modulus, too. */
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

/* The index of the option that leaves fewest residues for the growth of the modulus, or `count` if there is none. */
static size_t best_option(const struct option *options, size_t count)
{
    static const double better = 1 + 1e-9; /* all levels of a tower may be worth the same: take the first one */
    size_t best = count;
    double best_ratio = 0;
    for (size_t i = 0; i < count; ++i) {
        const double ratio = options[i].gain / log((double)options[i].factor);
        if (ratio > better * best_ratio) {
            best = i;
            best_ratio = ratio;
        }
    }
    return best;
}

/* Chooses the stage of everything beside the wheel. */
static struct stage_rates choose_stages(struct stage_list *list, const struct wheel_choice *wheel,
                                        const struct purpose *purpose)
{
    const struct columns columns = sieve_columns(wheel->modulus, wheel->block_words);
    const double share = wheel->residues / (double)wheel->modulus;
    const double words = fmax(purpose_delays(purpose) * share / KERNEL_WORD_COLUMNS, SCAN_WORDS_MIN);
    stages_mark_wheel(list, wheel->modulus);
    return stages_choose(list, &columns, words, row_words_max(purpose));
}

/*
 * Completes a wheel: blocks as long as the search, or so short that near answers stay cheap; stages; and the forecast.
 */
static void complete(struct wheel_choice *wheel, struct stage_list *list, const struct purpose *purpose)
{
    static const double thread_bytes = 1 << 17; /* a segment, survivors and what belongs to them */
    const struct costs *const costs = purpose->costs;
    const uint32_t words = block_words(wheel->modulus, purpose_delays(purpose));
    wheel->block_words = words;
    const struct stage_rates rates = choose_stages(list, wheel, purpose);
    struct forecast *const forecast = &wheel->forecast;
    wheel->density = rates.density;
    *forecast = (struct forecast){
        .tables_ns =
            costs->lift * wheel->lifts + costs_memory(costs, sizeof(uint64_t) * wheel->residues) + rates.tables,
        .memory_ns = costs_memory(costs, thread_bytes + COSTS_CODE_BYTES),
        .window = INFINITY,
    };
    double first_ns; /* of what is searched before anything is known */
    if (wheel->modulus == 1) {
        forecast->delay_ns = rates.word / KERNEL_WORD_COLUMNS;
        first_ns = rates.offset + SCAN_WORDS_MIN * rates.word;
    } else {
        const double block_ns = wheel->residues * (rates.offset + words * rates.word);
        const uint32_t first_words = words < WHEEL_FIRST_SHARE ? 1 : words / WHEEL_FIRST_SHARE;
        const double first_offsets = wheel->residues * fmin(1, purpose->range / (double)wheel->modulus);
        forecast->delay_ns = block_ns / ((double)wheel->modulus * words * KERNEL_WORD_COLUMNS);
        first_ns = first_offsets * (rates.offset + first_words * rates.word);
    }
    forecast_add_up(forecast, purpose, first_ns);
    forecast->lists_ns = forecast->tables_ns;
}

/*
 * Grows the wheel by an option, which may be a tower of moduli that is worth its growth only as a whole. It is climbed
 * rung by rung, by options whose factors divide its own, so that residues that lower ones forbid are never made. False:
 * it is too high, or takes too much memory.
 */
static bool climb(struct wheel_choice *wheel, const struct option *options, size_t best, const struct purpose *purpose)
{
    enum { COPIES = 2 /* of a list that grows, while it is moved */, SHARES = 2 /* of the memory */ };
    const uint64_t old_modulus = wheel->modulus;
    const double before = wheel->residues;
    uint64_t climbed = 1;
    double filters = 0; /* of the rungs so far */
    for (size_t i = 0; i <= best; ++i) {
        const struct option *const option = &options[i];
        if (option->factor % climbed != 0 || options[best].factor % option->factor != 0) {
            continue;
        }
        const uint64_t rung = option->factor / climbed;
        const double old_residues = wheel->residues;
        if (wheel->factor_count == WHEEL_FACTORS_MAX) {
            return false;
        }
        wheel->factors[wheel->factor_count++] = rung;
        climbed = option->factor;
        wheel->modulus = old_modulus * climbed;
        /* Constraints of nested moduli leave more than independent ones would: one residue if anything is safe. */
        wheel->residues = fmax(before * (double)climbed * exp(-option->gain), 1);
        wheel->lifts += old_residues * (double)rung * (1 + option->filters - filters);
        filters = option->filters;
        const double residues = COPIES * wheel->residues + old_residues;
        if (sizeof(uint64_t) * residues > (double)purpose->memory / SHARES) {
            return false;
        }
    }
    return true;
}

/* A step is only worth finding if the search is long beside all steps so far, or if the last one saved much more. */
void wheel_choose(struct wheel_choice *choice, struct stage_list *list, const struct purpose *purpose, bool scans)
{
    static const double pair_ns = 1.5;  /* to compare two options */
    static const double stage_ns = 100; /* to choose the stage of a constraint */
    static const double planning_share = 0.05;
    static const double quick_ns = 200e3; /* a search not worth planning */
    static const double next_share = 0.1; /* of what a step saved: the least that the next usually saves */
    struct option options[CONSIDERED];
    struct wheel_choice wheel = {.modulus = 1, .residues = 1, .forecast.typical_ns = purpose->cheapest_ns};
    const double constraints = (double)list->reduced->constraints.count;
    const double considered = fmin(constraints, CONSIDERED);
    const double step_ns = pair_ns * considered * considered + stage_ns * constraints; /* to find a step */
    double planned_ns = step_ns;
    double saved_ns = 0; /* by the last step */
    bool forced = purpose->forced && !scans;
    if (scans || purpose->forced) {
        complete(&wheel, list, purpose);
    }
    *choice = wheel;
    double cheapest_ns = fmin(choice->forecast.typical_ns, purpose->cheapest_ns);
    while (!scans && wheel.factor_count < WHEEL_FACTORS_MAX && go_on_ask(purpose->go_on) &&
           (forced || (cheapest_ns > quick_ns &&
                       (planned_ns <= planning_share * cheapest_ns || step_ns <= next_share * saved_ns)))) {
        const size_t count = list_options(list, wheel.modulus, options);
        add_divisors(options, count);
        const size_t best = best_option(options, count);
        if (best == count || !climb(&wheel, options, best, purpose) ||
            (!forced && purpose->costs->lift * wheel.lifts > choice->forecast.typical_ns)) {
            break;
        }
        complete(&wheel, list, purpose);
        saved_ns = choice->forecast.typical_ns - wheel.forecast.typical_ns;
        if (forced || wheel.forecast.typical_ns <= choice->forecast.typical_ns) {
            *choice = wheel;
            cheapest_ns = fmin(cheapest_ns, wheel.forecast.typical_ns);
            forced = false;
        }
        planned_ns += step_ns;
    }
    if (choice->modulus != wheel.modulus && (purpose->forced || choice->factor_count > 0)) {
        choose_stages(list, choice, purpose); /* the stages are those of another wheel, which was considered last */
    }
}
