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

/* Looks for a proof that nothing is safe, if there may be one and the search may be long. */
static firesieve_status prove(struct shared *shared, double mean_ns, firesieve_error *error)
{
    static const double share = 0.1; /* of the predicted time of the search */
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
    const struct go_on go_on = {go_on_planning, shared};
    const struct plan_request request = search_plan_request(search, search->options->memory, go_on);
    struct plan plan;
    firesieve_status status = search_choose_plan(search, &plan, &request, error);
    if (status == FIRESIEVE_OK && !shared->stopped) {
        status = prove(shared, forecast_mean_search_ns(&plan.forecast), error);
    }
    plan_free(&plan);
    return status == FIRESIEVE_ERROR_STOPPED ? FIRESIEVE_OK : status;
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
    /* A plan for a first look alone will not do. */
    return status != FIRESIEVE_OK || search_has_plan(search, watch->to) ? status : choose(shared, error);
}

firesieve_status shared_build(struct shared *shared, unsigned *threads, firesieve_error *error)
{
    struct search *const search = &shared->search;
    const struct frontier *const frontier = &search->frontier;
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
        status = search_build_plan(search, plan, memory, threads, go_on, error);
    }
    if (status == FIRESIEVE_ERROR_STOPPED || (status == FIRESIEVE_OK && plan->built == BUILT_STOPPED)) {
        shared->stopped = true;
        return FIRESIEVE_OK;
    }
    if (status == FIRESIEVE_OK && plan->built == BUILT_BLOCKED) {
        result_blocked(search, plan_blocked);
    } else if (status == FIRESIEVE_OK) {
        shared->last = search_last_delay(search);
        shared->planned = true;
    }
    return status;
}

void shared_free(struct shared *shared)
{
    plan_free(&shared->plan);
    recipe_free(&shared->search.frontier.recipe);
}

/* ---- The search ------------------------------------------------------------------------------------------- */

struct schedule shared_schedule(const struct shared *shared, unsigned all_threads)
{
    enum { TASKS_A_THREAD = 16 }; /* the last tasks of a window leave threads idle */
    const unsigned threads =
        all_threads < FIRESIEVE_THREADS_MAX / TASKS_A_THREAD ? TASKS_A_THREAD * all_threads : FIRESIEVE_THREADS_MAX;
    return search_schedule(&shared->search, &shared->plan, shared->last.end, threads);
}

static firesieve_status search_windows(struct team *team, struct schedule *schedule, firesieve_error *error)
{
    struct scheduled window;
    while (schedule_next(schedule, &window)) {
        if (team->goal == GOAL_SMALLEST && task_pool_tell(team->pool, FIRESIEVE_DELAY_END) < window.shape.begin) {
            break; /* a find is before the window */
        }
        const enum window_outcome outcome = team_search(team, &window, team->threads);
        if (outcome == WINDOW_NO_MEMORY) {
            return error_set_memory(error, "the search");
        }
        /* If it is over between two tasks none is cut short, and windows without tasks would continue for ever. */
        if (outcome == WINDOW_CUT || atomic_load(&team->pool->over)) {
            break;
        }
    }
    return FIRESIEVE_OK;
}

firesieve_status shared_work(struct shared *shared, struct task_pool *pool, unsigned threads, unsigned all_threads,
                             firesieve_error *error)
{
    struct schedule schedule = shared_schedule(shared, all_threads);
    struct watch watch = {.deadline = INFINITY}; /* the leader says when it is over */
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
        task_pool_tell(pool, frontier_found(&shared->search.frontier));
        status = search_windows(&team, &schedule, error);
    }
    team_free(&team);
    return status;
}
