#include "methods/plan.h"

#include <inttypes.h>
#include <math.h>

#include "base/delay.h"
#include "base/error.h"
#include "planner/costs.h"
#include "planner/forecast.h"

const char plan_blocked[] = "the layers of a few periods cover all residues modulo their least common multiple";

/* ---- How far ---------------------------------------------------------------------------------------------- */

/*
 * A list of which only the beginning is wanted: the last of these delays ends the search, as the smallest ends others.
 */
static bool wants_few(const struct plan_request *request)
{
    enum { FEW = 100000 };
    return request->goal == GOAL_LIST && request->limit > 0 && request->limit < FEW;
}

bool plan_heeds_density(const struct reduced *reduced, double density)
{
    static const double much = 1.2;
    const double ratio = density / reduced->constraints.density;
    return density > 0 && (ratio > much || ratio < 1 / much);
}

/* No search goes beyond a cycle, past what the reader of a list takes in, or far beyond the first safe delay. */
static struct purpose purpose_of(const struct plan_request *request, const struct reduced *reduced,
                                 const struct costs *costs)
{
    static const double list_length = 1e5;
    static const double farthest = 1e300;
    const double estimate = reduced->constraints.density;
    const double density = plan_heeds_density(reduced, request->density) ? request->density : estimate;
    const firesieve_delay length = request->to - request->from;
    const bool repeats = reduced->tuplet == NULL; /* primes do not */
    const double range = (double)(repeats ? delay_min(length, reduced->classes.cycle) : length);
    const double few = wants_few(request) ? (double)request->limit : 1;
    struct purpose purpose = {
        .reduced = reduced,
        .costs = costs,
        .from = request->from,
        .to = request->to,
        .mean = fmin(few / density, farthest),
        .range = range,
        .ends = request->goal == GOAL_SMALLEST || wants_few(request),
        .memory = request->memory,
        .threads = request->threads,
        .go_on = request->go_on,
    };
    if (request->goal == GOAL_LIST && !purpose.ends) {
        purpose.range = fmin(range, list_length / density);
    }
    return purpose;
}

/* ---- Choosing --------------------------------------------------------------------------------------------- */

static firesieve_status choose(struct plan *plan, const struct plan_request *request, const struct purpose *purpose,
                               firesieve_error *error)
{
    recipe_free(&plan->recipe);
    const firesieve_status status = methods_choose(request->method, purpose, &plan->recipe, &plan->forecast, error);
    plan->method = status == FIRESIEVE_OK ? method_of_recipe(&plan->recipe) : NULL;
    return status;
}

/* The time before the answer can be found if it is the first delay. */
static double nearest_ns(const struct forecast *forecast)
{
    return forecast->tables_ns + forecast->memory_ns + forecast->first_ns;
}

/*
 * Whether to search the first delays by a plan of their own: with probability p the answer is among them, which saves
 * what the long plan takes before it finds anything; otherwise what the look takes is lost. Both in logarithms, since
 * ratios of times count.
 */
static bool look_pays(const struct forecast *forecast, const struct forecast *look, const struct purpose *purpose,
                      double range)
{
    const double p = chance_of_any(range / purpose->mean);
    const double near_ns = nearest_ns(forecast);
    const double look_ns = look->range_ns;
    return look_ns < near_ns && p * log(near_ns / look_ns) > (1 - p) * log1p(look_ns / forecast->typical_ns);
}

/*
 * Firewalls are not random: some answers are far nearer than their density says, for example if they were planted. The
 * time that a search can spare for a look in any case, provided that it finds near answers much earlier.
 */
static double spare_ns(const struct forecast *forecast)
{
    static const double share = 1.0 / 64;
    static const double longest_ns = 1e9;
    static const double times_nearer = 4;
    return fmin(fmin(share * forecast->typical_ns, longest_ns), nearest_ns(forecast) / times_nearer);
}

/* Plans for a first look instead, if that pays or can be spared; if spared, for as long a look as that allows. */
static firesieve_status choose_look(struct plan *plan, const struct plan_request *request,
                                    const struct purpose *purpose, firesieve_error *error)
{
    static const double long_ns = 20e6; /* before anything is found: shorter times are not worth a plan of their own */
    static const double class_ns = 8;   /* to choose another plan, for each class */
    enum { TRIALS = 6, TIMES_LONGER = 4 };
    const struct forecast whole = plan->forecast;
    const double spare = spare_ns(&whole);
    struct purpose near = *purpose;
    firesieve_status status = FIRESIEVE_OK;
    near.range = class_ns * (double)reduced_class_count(purpose->reduced) < spare ? PLAN_FIRST_LOOK : 0;
    for (int i = 0; i < TRIALS && nearest_ns(&whole) >= long_ns && near.range >= 1 && near.range < purpose->range;
         ++i) {
        struct plan look = {.costs = plan->costs, .whole_ns = plan->whole_ns, .mean = plan->mean};
        look.until = request->from + (firesieve_delay)near.range;
        status = choose(&look, request, &near, error);
        const bool pays = status == FIRESIEVE_OK && look_pays(&whole, &look.forecast, purpose, near.range);
        /* The range, a power of two, that such a look covers in the time that can be spared. */
        const double most = exp2(floor(log2(fmax(spare - nearest_ns(&look.forecast), 0) / look.forecast.delay_ns)));
        const double range = pays || status != FIRESIEVE_OK ? 0 : most;
        if (pays || (status == FIRESIEVE_OK && look.forecast.range_ns < spare)) {
            plan_free(plan);
            *plan = look;
        } else {
            plan_free(&look);
        }
        const bool is_enough = range < near.range ? plan->until < request->to : range < TIMES_LONGER * near.range;
        near.range = is_enough ? 0 : range;
    }
    return status;
}

firesieve_status plan_choose(struct plan *plan, const struct reduced *reduced, const struct plan_request *request,
                             firesieve_error *error)
{
    static const double long_ns = 1e9; /* a search that is long beside measuring costs */
    const struct costs costs = request->costs != NULL ? *request->costs : costs_of(request->kernel);
    *plan = (struct plan){.costs = costs, .until = request->to};
    const struct purpose purpose = purpose_of(request, reduced, &plan->costs);
    plan->mean = purpose.mean;
    tally_enter(request->tally, FIRESIEVE_STAGE_CHOOSE);
    firesieve_status status = choose(plan, request, &purpose, error);
    if (status == FIRESIEVE_OK && !plan->costs.measured && plan->forecast.typical_ns > long_ns) {
        costs_calibrate(&plan->costs, request->kernel);
        status = choose(plan, request, &purpose, error);
    }
    plan->whole_ns = plan->forecast.typical_ns;
    if (status == FIRESIEVE_OK && request->first_look && reduced->tuplet == NULL) {
        status = choose_look(plan, request, &purpose, error);
    }
    return status == FIRESIEVE_OK && !go_on_ask(request->go_on) ? error_set_stopped(error) : status;
}

/* ---- Recipes and tables ----------------------------------------------------------------------------------- */

firesieve_status plan_of_recipe(struct plan *plan, const struct recipe *recipe, firesieve_delay until,
                                firesieve_error *error)
{
    *plan = (struct plan){.method = method_of_recipe(recipe), .until = until};
    return recipe_copy(&plan->recipe, recipe) ? FIRESIEVE_OK : error_set_memory(error, "the plan");
}

firesieve_status plan_build(struct plan *plan, const struct reduced *reduced, struct go_on go_on, struct tally *tally,
                            firesieve_error *error)
{
    return plan->method->build(reduced, &plan->recipe, go_on, tally, &plan->tables, &plan->built, error);
}

firesieve_status plan_fit(const struct plan *plan, const struct reduced *reduced, uint64_t memory, unsigned *threads,
                          firesieve_error *error)
{
    const double tables = plan->method->bytes(reduced, &plan->recipe);
    const double each = plan->tables == NULL ? 0 : (double)plan->method->thread_bytes(plan->tables);
    if (memory == 0) {
        return FIRESIEVE_OK;
    }
    if (tables + each > (double)memory) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "the plan needs %.0f bytes of memory, and only %" PRIu64 " are allowed", tables + each,
                         memory);
    }
    if (each > 0 && each * *threads > (double)memory - tables) {
        *threads = (unsigned)(((double)memory - tables) / each);
    }
    return FIRESIEVE_OK;
}

void plan_free(struct plan *plan)
{
    if (plan->method != NULL && plan->tables != NULL) {
        plan->method->free(plan->tables);
    }
    plan->tables = NULL;
    recipe_free(&plan->recipe);
}
