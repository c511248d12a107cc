#include "search/search.h"

#include <math.h>
#include <time.h>

#include "base/error.h"
#include "planner/costs.h"

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The prediction for the window, in seconds of one thread. */
static double predicted_s(const struct plan *plan, const struct scheduled *window)
{
    const double delays = (double)(window->shape.end - window->shape.begin);
    return 1e-9 * forecast_search_ns(&plan->forecast, 1, delays);
}

bool replan_judge(struct replan *replan, double took_s, double predicted_s)
{
    static const double off = 1.5;
    const double ratio = took_s / predicted_s;
    replan->judged = true;
    replan->ratio = ratio > off || ratio < 1 / off ? ratio : 0;
    return replan->ratio > 0;
}

bool replan_is_due(struct replan *replan, const struct plan *plan, const struct scheduled *window, unsigned threads,
                   double share)
{
    static const double enough_s = 0.25;   /* CPU time to measure */
    static const double enough_tasks = 16; /* of the window */
    const double tasks = share * (double)window->shape.tasks;
    if (replan->judged || plan->forecast.typical_ns <= 0 || tasks < 1) {
        return false;
    }
    if (replan->cpu_s <= 0 ||
        share < replan->share) { /* measure from here on: neither what came before, nor other windows */
        replan->cpu_s = cpu_seconds();
        replan->share = share;
        return false;
    }
    const double took_s = threads * (cpu_seconds() - replan->cpu_s);
    const double done = share - replan->share;
    if (took_s < enough_s || done * (double)window->shape.tasks < enough_tasks) {
        return false;
    }
    replan->done_s = share * predicted_s(plan, window);
    return replan_judge(replan, took_s, done * predicted_s(plan, window));
}

firesieve_status replan_choose(struct replan *replan, const struct plan *plan, const struct reduced *reduced,
                               const struct plan_request *request, struct frontier *frontier, firesieve_error *error)
{
    static const double advantage = 0.8; /* forecasts are not exact */
    struct costs costs = request->costs != NULL ? *request->costs : plan->costs;
    struct plan_request again = *request;
    struct plan next;
    /* If the costs are unchanged, the model is off, by the same factor for all that the method does. */
    const bool same_costs = request->costs == NULL && costs.measured;
    const struct forecast *const old = &plan->forecast;
    const double spent_ns = old->tables_ns + old->memory_ns + 1e9 * replan->done_s; /* tables, and some of the window */
    const double left_ns = replan->ratio * fmax(old->typical_ns - spent_ns, 0);
    if (request->costs == NULL && !costs.measured) {
        costs_calibrate(&costs, request->kernel);
    }
    again.costs = &costs;
    again.from = frontier->reached;
    again.first_look = false;
    firesieve_status status = plan_choose(&next, reduced, &again, error);
    if (status == FIRESIEVE_OK) {
        const double off = same_costs && next.method == plan->method ? replan->ratio : 1;
        const double next_ns = next.forecast.typical_ns * off;
        if (next_ns < advantage * left_ns && !recipe_same(&next.recipe, &frontier->recipe)) {
            recipe_free(&frontier->recipe);
            frontier->until = next.until;
            frontier->in_window = false;
            if (!recipe_copy(&frontier->recipe, &next.recipe)) {
                status = error_set_memory(error, "the plan");
            }
        }
    }
    plan_free(&next);
    return status == FIRESIEVE_ERROR_STOPPED ? FIRESIEVE_OK : status;
}
