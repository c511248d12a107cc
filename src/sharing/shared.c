#include "sharing/shared.h"

#include <math.h>

#include "base/error.h"
#include "methods/request.h"
#include "residue/proof.h"

/* ---- The plan --------------------------------------------------------------------------------------------- */

static bool go_on_planning(void *context)
{
    struct shared *const shared = context;
    struct search *const search = &shared->search;
    shared->stopped = shared->stopped || !watch_go_on(&search->watch, search->frontier.reached);
    return !shared->stopped;
}

firesieve_status shared_start(struct shared *shared, const firesieve_firewall *firewall,
                              const firesieve_search_options *options, enum search_goal goal, struct frontier *begin,
                              firesieve_error *error)
{
    *shared = (struct shared){.goal = {.kind = goal}};
    struct search *const search = &shared->search;
    const firesieve_status status = request_check(options, error);
    *search = (struct search){.firewall = firewall, .options = options, .goal = &shared->goal, .frontier = *begin};
    begin->recipe = (struct recipe){.form = NULL};
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (request_is_for_oracle(options)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "an oracle searches alone");
    }
    search->watch = watch_start(options);
    result_start(search);
    search->result.count = search->frontier.count + search->frontier.base_count;
    return FIRESIEVE_OK;
}

/* Looks for a proof that nothing is safe, where there may be one and the search may be long. */
static firesieve_status prove(struct shared *shared, double mean_ns, firesieve_error *error)
{
    static const double share = 0.1; /* of the time that the search is expected to take */
    struct search *const search = &shared->search;
    bool blocked = false;
    firesieve_status status = FIRESIEVE_OK;
    if (search->goal->kind == GOAL_SMALLEST) {
        status = search_prove(search, share * 1e-9 * mean_ns, &blocked, error);
    }
    if (blocked) {
        result_blocked(search, proof_reason);
        recipe_free(&search->frontier.recipe);
    }
    return status;
}

static firesieve_status choose(struct shared *shared, firesieve_error *error)
{
    struct search *const search = &shared->search;
    struct frontier *const frontier = &search->frontier;
    const firesieve_search_options *const options = search->options;
    const struct plan_request request = {
        .goal = search->goal->kind,
        .method = options->method,
        .kernel = search->result.kernel,
        .from = frontier->reached,
        .to = search->watch.to,
        .memory = options->memory,
        .threads = options->threads,
        .go_on = {go_on_planning, shared},
    };
    struct plan plan;
    firesieve_status status = plan_choose(&plan, search->reduced, &request, error);
    recipe_free(&frontier->recipe);
    frontier->in_window = false;
    frontier->until = search->watch.to;
    search->planned = true;
    if (status == FIRESIEVE_OK && !recipe_copy(&frontier->recipe, &plan.recipe)) {
        status = error_set_memory(error, "the plan");
    }
    if (status == FIRESIEVE_OK && !shared->stopped) {
        status = prove(shared, forecast_mean_search_ns(&plan.forecast), error);
    }
    plan_free(&plan);
    return status == FIRESIEVE_ERROR_STOPPED ? FIRESIEVE_OK : status;
}

/* A plan for a first look would not do for all of it. */
static bool has_plan(const struct search *search)
{
    const struct frontier *const frontier = &search->frontier;
    const firesieve_method asked = search->options->method;
    return frontier->recipe.form != NULL && (frontier->in_window || frontier->until == search->watch.to) &&
           (asked == FIRESIEVE_METHOD_AUTO || asked == frontier->recipe.form->method);
}

firesieve_status shared_choose(struct shared *shared, firesieve_error *error)
{
    struct search *const search = &shared->search;
    const struct watch *const watch = &search->watch;
    const struct go_on go_on = {go_on_planning, shared};
    if (watch->from == watch->to) {
        result_ended(search, watch->to, watch->to);
        recipe_free(&search->frontier.recipe);
        return FIRESIEVE_OK;
    }
    firesieve_status status = reduced_of(search->firewall, go_on, &search->reduced, error);
    if (status == FIRESIEVE_OK && search->reduced->classes.blocked != NULL && !shared->stopped) {
        result_blocked(search, search->reduced->classes.blocked);
        recipe_free(&search->frontier.recipe);
        return FIRESIEVE_OK;
    }
    if (status == FIRESIEVE_OK && !shared->stopped) {
        status = search_take_plan(search, go_on, error);
    }
    if (status == FIRESIEVE_ERROR_STOPPED || (status == FIRESIEVE_OK && shared->stopped)) {
        return FIRESIEVE_OK;
    }
    return status != FIRESIEVE_OK || has_plan(search) ? status : choose(shared, error);
}

/* Where the last window ends. */
static struct last_delay end_of_windows(const struct shared *shared)
{
    const struct search *const search = &shared->search;
    if (search->goal->kind == GOAL_SMALLEST) {
        return search_last_delay(search);
    }
    const bool cycles = search_counts_cycles(search);
    return (struct last_delay){.end =
                                   cycles ? search->frontier.base + search->reduced->classes.cycle : search->watch.to};
}

firesieve_status shared_build(struct shared *shared, unsigned *threads, firesieve_error *error)
{
    struct search *const search = &shared->search;
    struct frontier *const frontier = &search->frontier;
    struct plan *const plan = &shared->plan;
    const struct go_on go_on = {go_on_planning, shared};
    const uint64_t memory = search->planned ? 0 : shared->memory;
    if (frontier->recipe.form == NULL || shared->stopped) {
        return FIRESIEVE_OK;
    }
    firesieve_status status = reduced_of(search->firewall, go_on, &search->reduced, error);
    if (status == FIRESIEVE_OK) {
        status = plan_of_recipe(plan, &frontier->recipe, frontier->until, error);
    }
    if (status == FIRESIEVE_OK) {
        status = plan_fit(plan, search->reduced, memory, threads, error);
    }
    if (status == FIRESIEVE_OK) {
        search->result.method = plan->method->id;
        status = plan_build(plan, search->reduced, go_on, NULL, error);
    }
    if (status == FIRESIEVE_ERROR_STOPPED || (status == FIRESIEVE_OK && plan->built == BUILT_STOPPED)) {
        shared->stopped = true;
        return FIRESIEVE_OK;
    }
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (plan->built == BUILT_BLOCKED) {
        result_blocked(search, plan_blocked);
        return FIRESIEVE_OK;
    }
    if (frontier->in_window && !plan->method->takes(plan->tables, &frontier->window.shape)) {
        return error_set(error, FIRESIEVE_ERROR_RECORD, "the window of the checkpoint is none of its plan");
    }
    shared->last = end_of_windows(shared);
    shared->planned = true;
    return plan_fit(plan, search->reduced, memory, threads, error);
}

void shared_free(struct shared *shared)
{
    plan_free(&shared->plan);
    recipe_free(&shared->search.frontier.recipe);
}

/* ---- The search ------------------------------------------------------------------------------------------- */

/* So many threads that a window has tasks enough for all. */
static unsigned threads_for_tasks(unsigned all_threads)
{
    enum { TASKS_A_THREAD = 16 }; /* the last ones of a window leave threads idle */
    return all_threads < FIRESIEVE_THREADS_MAX / TASKS_A_THREAD ? TASKS_A_THREAD * all_threads : FIRESIEVE_THREADS_MAX;
}

struct schedule shared_schedule(const struct shared *shared, unsigned all_threads)
{
    const struct search *const search = &shared->search;
    const firesieve_delay middle = search_counts_cycles(search) ? search_middle(search) : shared->last.end;
    return schedule_start(&shared->plan, search->goal->kind, &search->frontier, middle, shared->last.end,
                          threads_for_tasks(all_threads));
}

/* A find is before the window. */
static bool is_behind_find(struct task_pool *pool, enum search_goal goal, const struct scheduled *window)
{
    return goal == GOAL_SMALLEST && task_pool_tell(pool, FIRESIEVE_DELAY_END) < window->shape.begin;
}

static firesieve_status search_windows(struct team *team, struct schedule *schedule, firesieve_error *error)
{
    struct scheduled window;
    while (schedule_next(schedule, &window) && !is_behind_find(team->pool, team->goal, &window)) {
        const enum window_outcome outcome = team_search(team, &window, team->threads);
        if (outcome == WINDOW_NO_MEMORY) {
            return error_set_memory(error, "the search");
        }
        /* Where it is over between two tasks none is cut short, and windows without tasks would go on for ever. */
        if (outcome == WINDOW_CUT || atomic_load(&team->pool->over)) {
            break;
        }
    }
    return FIRESIEVE_OK;
}

firesieve_status shared_work(struct shared *shared, struct task_pool *pool, unsigned threads, unsigned all_threads,
                             firesieve_error *error)
{
    const struct frontier *const frontier = &shared->search.frontier;
    struct schedule schedule = shared_schedule(shared, all_threads);
    struct watch watch = {.deadline = INFINITY}; /* who leads says when it is over */
    struct team team = {
        .plan = &shared->plan,
        .goal = shared->goal.kind,
        .kernel = shared->search.result.kernel,
        .threads = threads,
        .pool = pool,
        .watch = &watch,
    };
    firesieve_status status = team_start(&team, error);
    if (status == FIRESIEVE_OK) {
        if (frontier->in_window && frontier->window.found < frontier->window.shape.end) {
            task_pool_tell(pool, frontier->window.found);
        }
        status = search_windows(&team, &schedule, error);
    }
    team_free(&team);
    return status;
}
