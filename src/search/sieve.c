/* The methods that sieve: plans, their windows one after the other, and proofs beside them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "cpu/cpu.h"
#include "residue/proof.h"
#include "search/search.h"

/* A search while it follows one plan. */
struct sieving {
    struct search *search;
    struct plan plan;
    struct team team;
    struct task_pool pool;
    struct ledger ledger;
    struct delay_list found; /* LIST: owned; of the window that was searched last */
    bool list_ended;         /* the result says how: nothing more is wanted */
    struct replan replan;
    struct last_delay last;
    bool answered;            /* without any window: the result says how */
    unsigned threads;         /* for the next window */
    double proof_s;           /* seconds for the next proof */
    firesieve_delay proof_at; /* no proof is tried before this is reached */
};

unsigned search_threads(const firesieve_search_options *options)
{
    return options->threads != 0 ? options->threads : cpu_count_available();
}

/* ---- Plans ------------------------------------------------------------------------------------------------ */

static struct tally *first_tally(const struct search *search)
{
    return search->profiler == NULL ? NULL : search->profiler->tallies;
}

struct plan_request search_plan_request(const struct search *search, uint64_t memory, struct go_on go_on)
{
    return (struct plan_request){
        .goal = search->goal->kind,
        .method = search->options->method,
        .kernel = search->result.kernel,
        .from = search->frontier.reached,
        .to = search->watch.to,
        .limit = search->goal->limit,
        .density = search->density,
        .memory = memory,
        .threads = search_threads(search->options),
        .go_on = go_on,
        .tally = first_tally(search),
    };
}

bool search_has_plan(const struct search *search, firesieve_delay least)
{
    const struct frontier *const frontier = &search->frontier;
    const firesieve_method asked = search->options->method;
    return frontier->recipe.form != NULL && (frontier->in_window || frontier->until >= least) &&
           (asked == FIRESIEVE_METHOD_AUTO || asked == frontier->recipe.form->method);
}

firesieve_status search_choose_plan(struct search *search, struct plan *plan, const struct plan_request *request,
                                    firesieve_error *error)
{
    struct frontier *const frontier = &search->frontier;
    const firesieve_status status = plan_choose(plan, search->reduced, request, error);
    recipe_free(&frontier->recipe);
    frontier->until = plan->until;
    frontier->in_window = false;
    search->planned = true;
    if (status == FIRESIEVE_OK && !recipe_copy(&frontier->recipe, &plan->recipe)) {
        return error_set_memory(error, "the plan");
    }
    return status;
}

static bool has_plan(const struct search *search)
{
    return search_has_plan(search, search->frontier.reached + 1);
}

/* Takes the frontier's plan, or chooses one. */
static firesieve_status find_plan(struct sieving *sieving, const struct plan_request *request, firesieve_error *error)
{
    struct search *const search = sieving->search;
    const struct frontier *const frontier = &search->frontier;
    return has_plan(search) ? plan_of_recipe(&sieving->plan, &frontier->recipe, frontier->until, error)
                            : search_choose_plan(search, &sieving->plan, request, error);
}

/* As many threads as have the memory that each needs beside the plan, unless the caller limited memory. */
static unsigned threads_with_memory(const struct search *search)
{
    enum { BYTES_A_THREAD = 3 << 20 /* see firesieve_solve */ };
    const unsigned wanted = search_threads(search->options);
    if (wanted == 1 || search->options->memory != 0) {
        return wanted;
    }
    const uint64_t others = memory_for_search(1) / BYTES_A_THREAD;
    return others < wanted - 1 ? 1 + (unsigned)others : wanted;
}

/* Whether the window that the frontier is in the middle of is one of the plan's, and of one part of a count. */
static bool takes_window(const struct search *search, const struct plan *plan)
{
    const struct frontier *const frontier = &search->frontier;
    const struct window_shape *const shape = &frontier->window.shape;
    firesieve_delay end = search->watch.to;
    if (search_counts_cycles(search)) {
        const firesieve_delay middle = search_middle(search);
        end = frontier->reached < middle ? middle : frontier->base + search->reduced->classes.cycle;
    }
    return shape->end <= end && plan->method->takes(plan->tables, shape);
}

firesieve_status search_build_plan(struct search *search, struct plan *plan, uint64_t memory, unsigned *threads,
                                   struct go_on go_on, firesieve_error *error)
{
    firesieve_status status = plan_fit(plan, search->reduced, memory, threads, error);
    if (status == FIRESIEVE_OK) {
        search->result.method = plan->method->id;
        status = plan_build(plan, search->reduced, go_on, first_tally(search), error);
    }
    search_enter(search, FIRESIEVE_STAGE_WINDOWS);
    if (status != FIRESIEVE_OK || plan->built != BUILT) {
        return status;
    }
    if (search->frontier.in_window && !takes_window(search, plan)) {
        return error_set(error, FIRESIEVE_ERROR_RECORD, "the window of the checkpoint does not belong to its plan");
    }
    return plan_fit(plan, search->reduced, memory, threads, error);
}

/* Whether structure answers. If a method or a plan was given, the caller wants to see it search. */
static firesieve_status ask_structure(struct sieving *sieving, firesieve_error *error)
{
    struct search *const search = sieving->search;
    if (search->asked_structure || search->goal->filter != NULL || search->options->method != FIRESIEVE_METHOD_AUTO) {
        return FIRESIEVE_OK;
    }
    search->asked_structure = true;
    return search_by_structure(search, sieving->plan.whole_ns, &sieving->answered, error);
}

/* Plans, asks whether structure answers the question, and otherwise builds the tables. */
static firesieve_status make_plan(struct sieving *sieving, struct plan_request *request, firesieve_error *error)
{
    struct search *const search = sieving->search;
    struct plan *const plan = &sieving->plan;
    const bool found = has_plan(search);
    const bool foreign = found && !search->planned;
    firesieve_status status = find_plan(sieving, request, error);
    if (status == FIRESIEVE_OK && !found) {
        status = ask_structure(sieving, error);
    }
    if (status != FIRESIEVE_OK || sieving->answered) {
        return status;
    }
    if (request->density == 0 && plan_heeds_density(search->reduced, search->density)) {
        request->density = search->density;
        plan_free(plan);
        recipe_free(&search->frontier.recipe);
        status = find_plan(sieving, request, error);
    }
    const uint64_t memory = foreign ? search->options->memory : 0;
    sieving->threads = threads_with_memory(search);
    if (status == FIRESIEVE_OK) {
        status = search_build_plan(search, plan, memory, &sieving->threads, request->go_on, error);
    }
    search_enter(search, FIRESIEVE_STAGE_WINDOWS);
    if (status == FIRESIEVE_OK && plan->built == BUILT && search->profiler != NULL &&
        !profiler_begin(search->profiler, plan->method, plan->tables)) {
        status = error_set_memory(error, "the profile");
    }
    return status;
}

/* ---- Windows ---------------------------------------------------------------------------------------------- */

static bool ascends(const struct delay_list *list)
{
    for (size_t i = 1; i < list->count; ++i) {
        if (list->delays[i - 1] > list->delays[i]) {
            return false;
        }
    }
    return true;
}

/*
 * Hands over the delays of a window, ascending, and counts them in the result. Asks the watch in between, since
 * receivers may be slow. False: the list has ended.
 */
static bool deliver(struct search *search, struct delay_list *list)
{
    enum { DELAYS_A_LOOK = 64 };
    if (!ascends(list)) {
        qsort(list->delays, list->count, sizeof *list->delays, delay_compare);
    }
    for (size_t i = 0; i < list->count; ++i) {
        if (!result_take(search, list->delays[i], search->watch.to)) {
            return false;
        }
        if ((i + 1) % DELAYS_A_LOOK == 0 && !watch_go_on(&search->watch, list->delays[i] + 1)) {
            result_ended(search, search->watch.to, list->delays[i] + 1);
            search->result.outcome = search->watch.stop; /* even if it was the last delay of the range */
            return false;
        }
    }
    list->count = 0;
    return true;
}

/*
 * Looks for a proof at first, and whenever the search has come a few times farther: it has then taken longer, so that a
 * proof is likelier and worth more time. *blocked: there is one.
 */
static firesieve_status prove(struct sieving *sieving, bool *blocked, firesieve_error *error)
{
    static const double proof_share = 0.1; /* of the time to be spent, or spent, on searching */
    static const double far = 4;           /* times the expected distance; 98 of 100 answers are nearer */
    struct search *const search = sieving->search;
    const firesieve_delay reached = sieving->ledger.reached;
    *blocked = false;
    if (search->goal->kind != GOAL_SMALLEST || reached < sieving->proof_at) {
        return FIRESIEVE_OK;
    }
    const double come = (double)(reached - search->watch.from);
    const double next = fmax(far * sieving->plan.mean, far * come);
    const double spent_s = clock_seconds() - search->watch.started;
    const double seconds = sieving->proof_s > 0 ? sieving->proof_s : proof_share * spent_s;
    sieving->proof_at = next >= (double)(search->watch.to - search->watch.from)
                            ? FIRESIEVE_DELAY_END
                            : search->watch.from + (firesieve_delay)next;
    sieving->proof_s = 0;
    return search_prove(search, seconds, blocked, error);
}

/* What to do after a window. */
enum step { STEP_ON, STEP_OVER, STEP_REPLAN };

/* Searches the ledger's window; *step says what comes then. */
static firesieve_status search_window(struct sieving *sieving, enum step *step, firesieve_error *error)
{
    struct search *const search = sieving->search;
    struct ledger *const ledger = &sieving->ledger;
    const struct scheduled window = *ledger_window(ledger);
    task_pool_put(&sieving->pool, window.numbers);
    enum window_outcome outcome = team_search(&sieving->team, &window, sieving->threads);
    if (outcome == WINDOW_NO_MEMORY && sieving->threads > 1) {
        /* One thread may have enough memory where several do not. */
        team_reset(&sieving->team);
        task_pool_clear(&sieving->pool);
        task_pool_put(&sieving->pool, window.numbers);
        sieving->threads = 1;
        outcome = team_search(&sieving->team, &window, 1);
    }
    if (outcome == WINDOW_NO_MEMORY) {
        return error_set_memory(error, "the search");
    }
    *step = outcome == WINDOW_PAUSED ? STEP_REPLAN : outcome == WINDOW_CUT ? STEP_OVER : STEP_ON;
    if (search->goal->kind == GOAL_LIST && outcome == WINDOW_DONE) {
        if (!team_gather(&sieving->team, &sieving->found)) {
            return error_set_memory(error, "the delays");
        }
        ledger->schedule.request.listed = sieving->found.count;
        sieving->list_ended = !deliver(search, &sieving->found);
        if (sieving->list_ended) {
            *step = STEP_OVER;
            return FIRESIEVE_OK;
        }
    }
    return ledger_collect(ledger, &sieving->pool, error);
}

/* Searches windows until everything is known, the search is stopped, or it is to be planned again. */
static firesieve_status search_windows(struct sieving *sieving, enum step *step, firesieve_error *error)
{
    struct search *const search = sieving->search;
    struct ledger *const ledger = &sieving->ledger;
    *step = STEP_ON;
    while (*step == STEP_ON && ledger_standing(ledger) == LEDGER_OPEN) {
        bool blocked;
        firesieve_status status = prove(sieving, &blocked, error);
        if (status == FIRESIEVE_OK && blocked) {
            ledger_take_down(ledger, &search->frontier);
            result_blocked(search, proof_reason);
            *step = STEP_OVER;
            return status;
        }
        if (status == FIRESIEVE_OK && !watch_go_on(&search->watch, ledger->reached)) {
            *step = STEP_OVER;
            break;
        }
        if (status == FIRESIEVE_OK) {
            status = search_window(sieving, step, error);
        }
        if (status != FIRESIEVE_OK) {
            return status;
        }
    }
    return FIRESIEVE_OK;
}

struct schedule search_schedule(const struct search *search, const struct plan *plan, firesieve_delay end,
                                unsigned threads)
{
    const firesieve_delay middle = search_counts_cycles(search) ? search_middle(search) : end;
    const struct frontier *const frontier = &search->frontier;
    return (struct schedule){
        .plan = plan,
        .request = {.begin = frontier->reached, .goal = search->goal->kind, .threads = threads},
        .resumed = frontier->in_window ? &frontier->window : NULL,
        .middle = middle,
        .end = end,
    };
}

/* Copies the window that the frontier is in the middle of, since the frontier moves on. */
static void keep_window(struct search *search)
{
    uint64_t *const begun = search->resumed.begun;
    if (search->frontier.in_window) {
        search->resumed = search->frontier.window;
        search->resumed.begun = begun;
        memcpy(begun, search->frontier.window.begun, search->frontier.window.begun_count * sizeof *begun);
    }
}

static bool pause(void *context, const struct scheduled *window, unsigned threads, double share)
{
    struct sieving *const sieving = context;
    const bool found = task_pool_tell(&sieving->pool, FIRESIEVE_DELAY_END) < window->shape.end;
    return !found && replan_is_due(&sieving->replan, &sieving->plan, window, threads, share);
}

static firesieve_status start(struct sieving *sieving, firesieve_error *error)
{
    struct search *const search = sieving->search;
    const struct frontier *const frontier = &search->frontier;
    keep_window(search);
    sieving->last = search_last_delay(search);
    if (sieving->plan.until < sieving->last.end) {
        sieving->last = (struct last_delay){.end = sieving->plan.until};
    }
    struct schedule schedule = search_schedule(search, &sieving->plan, sieving->last.end, sieving->threads);
    schedule.resumed = schedule.resumed == NULL ? NULL : &search->resumed;
    sieving->team = (struct team){
        .plan = &sieving->plan,
        .goal = search->goal->kind,
        .filter = search->goal->filter,
        .kernel = search->result.kernel,
        .threads = sieving->threads,
        .tallies = first_tally(search),
        .pool = &sieving->pool,
        .watch = &search->watch,
        .pause = search->goal->kind == GOAL_LIST ? NULL : pause, /* what a window has listed would be lost */
        .pause_context = sieving,
    };
    firesieve_status status = team_start(&sieving->team, error);
    if (status == FIRESIEVE_OK) {
        status = task_pool_start(&sieving->pool, sieving->threads, true, error);
    }
    if (status == FIRESIEVE_OK) {
        task_pool_tell(&sieving->pool, frontier_found(frontier));
        status = ledger_start(&sieving->ledger, &schedule, frontier, error);
    }
    return status;
}

static void end(struct sieving *sieving)
{
    struct search *const search = sieving->search;
    if (search->profiler != NULL && sieving->team.workers != NULL) {
        profiler_keep(search->profiler, search->reduced, sieving->plan.method, sieving->plan.tables);
    }
    search->result.threads = sieving->team.ran > search->result.threads ? sieving->team.ran : search->result.threads;
    search->ledger = NULL;
    team_free(&sieving->team);
    task_pool_free(&sieving->pool);
    ledger_free(&sieving->ledger);
    free(sieving->found.delays);
}

/* Searches by the plan, and fills in the result. */
static firesieve_status search_by_plan(struct sieving *sieving, enum step *step, firesieve_error *error)
{
    struct search *const search = sieving->search;
    *step = STEP_OVER;
    if (sieving->answered) {
        return FIRESIEVE_OK;
    }
    if (sieving->plan.built == BUILT_STOPPED) {
        result_ended(search, search->watch.to, search->frontier.reached);
        return FIRESIEVE_OK;
    }
    if (sieving->plan.built == BUILT_BLOCKED) {
        result_blocked(search, plan_blocked);
        return FIRESIEVE_OK;
    }
    firesieve_status status = start(sieving, error);
    search->ledger = status == FIRESIEVE_OK ? &sieving->ledger : NULL;
    search->pool = &sieving->pool;
    if (status == FIRESIEVE_OK) {
        status = search_windows(sieving, step, error);
    }
    if (status == FIRESIEVE_OK && !sieving->list_ended && search->result.reason == NULL) {
        const bool listed = search->goal->kind == GOAL_LIST && search->result.count > 0;
        result_of_ledger(search, &sieving->ledger, listed ? NULL : sieving->last.reason);
        ledger_take_down(&sieving->ledger, &search->frontier);
        if (search->result.outcome == FIRESIEVE_FOUND) { /* nothing is left to do after it */
            search->frontier.reached = search->result.delay;
            search->frontier.in_window = false;
        }
    }
    end(sieving);
    return status;
}

/* Whether there is more to search after this plan's windows. */
static bool is_more(const struct search *search)
{
    const firesieve_search_result *const result = &search->result;
    return result->outcome == FIRESIEVE_NONE && result->reason == NULL && search->frontier.reached < search->watch.to &&
           !search_counts_cycles(search);
}

/*
 * One plan after the other: the checkpoint's, if there is one; a first look, for near answers, since a plan for a long
 * search may take seconds to build; the long one; and another if the first tasks took other times than predicted. If
 * memory runs out, a smaller plan may do; but nothing that was received may come again.
 */
static firesieve_status search_by_plans(struct search *search, firesieve_error *error)
{
    enum { LEAST_MEMORY = 1 << 16, TIMES_LESS = 4 };
    uint64_t memory = search->options->memory != 0 ? search->options->memory : memory_for_search(1);
    bool first_look = search->goal->kind != GOAL_COUNT && search->frontier.reached == search->watch.from;
    struct replan replan = {.ratio = 0};
    struct costs costs = {.measured = false};
    for (;;) {
        struct sieving sieving = {.search = search, .replan = replan};
        struct plan_request request = search_plan_request(search, memory, search_go_on(search));
        const bool resumes = has_plan(search);
        enum step step = STEP_OVER;
        request.first_look = first_look;
        request.costs = costs.measured ? &costs : NULL; /* measured once per search */
        firesieve_status status = make_plan(&sieving, &request, error);
        request.costs = NULL;
        const bool planned = status == FIRESIEVE_OK;
        if (status == FIRESIEVE_ERROR_STOPPED) {
            result_ended(search, search->watch.to, search->frontier.reached);
            status = FIRESIEVE_OK;
        } else if (planned) {
            static const double proof_share = 0.1;
            sieving.proof_s =
                proof_share * fmax(1e-9 * forecast_mean_search_ns(&sieving.plan.forecast), search->result.earlier_s);
            status = search_by_plan(&sieving, &step, error);
        }
        if (status == FIRESIEVE_OK && step == STEP_REPLAN) {
            status = replan_choose(&sieving.replan, &sieving.plan, search->reduced, &request, &search->frontier, error);
        }
        replan = sieving.replan;
        costs = sieving.plan.costs.measured ? sieving.plan.costs : costs;
        plan_free(&sieving.plan);
        const bool smaller = status == FIRESIEVE_ERROR_MEMORY && !resumes && memory / TIMES_LESS >= LEAST_MEMORY &&
                             (!planned || search->goal->kind == GOAL_SMALLEST);
        if (!smaller && (status != FIRESIEVE_OK || (step != STEP_REPLAN && !is_more(search)))) {
            search->result.replanned = replan.ratio;
            return status;
        }
        if (smaller) {
            memory /= TIMES_LESS;
            recipe_free(&search->frontier.recipe);
        } else {
            first_look = false;
        }
    }
}

firesieve_status search_take_plan(struct search *search, struct go_on go_on, firesieve_error *error)
{
    const firesieve_plan *const plan = search->options->plan;
    struct frontier *const frontier = &search->frontier;
    if (plan == NULL) {
        return FIRESIEVE_OK;
    }
    const firesieve_status status = plan_value_check(plan, search->firewall, go_on, error);
    if (status != FIRESIEVE_OK || (frontier->recipe.form != NULL && recipe_same(&frontier->recipe, &plan->recipe))) {
        return status;
    }
    if (frontier->in_window) {
        return error_set(
            error, FIRESIEVE_ERROR_ARGUMENT,
            "the checkpoint is in the middle of a window of another plan, which would have to be started again");
    }
    recipe_free(&frontier->recipe);
    frontier->until = search->watch.to;
    return recipe_copy(&frontier->recipe, &plan->recipe) ? FIRESIEVE_OK : error_set_memory(error, "the plan");
}

firesieve_status search_by_sieve(struct search *search, firesieve_error *error)
{
    const struct go_on go_on = search_go_on(search);
    search_enter(search, FIRESIEVE_STAGE_REDUCE);
    firesieve_status status = reduced_of(search->firewall, go_on, &search->reduced, error);
    const char *const blocked = status == FIRESIEVE_OK ? search->reduced->classes.blocked : NULL;
    search->result.count = search->frontier.count;
    if (status == FIRESIEVE_OK && blocked == NULL) {
        status = search_take_plan(search, go_on, error);
    }
    if (status == FIRESIEVE_ERROR_STOPPED) {
        result_ended(search, search->watch.to, search->frontier.reached);
        status = FIRESIEVE_OK;
    } else if (blocked != NULL) {
        result_blocked(search, blocked);
    } else if (status == FIRESIEVE_OK) {
        status = search_by_plans(search, error);
    }
    search->result.count += search->frontier.base_count;
    if (status == FIRESIEVE_OK && search->counted.to != 0) {
        result_add_cycles(search);
    }
    return status;
}
