#include "search/course.h"

#include <math.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "search/proof.h"
#include "search/request.h"

/* ---- Plans ------------------------------------------------------------------------------------------------ */

static bool go_on_planning(void *context)
{
    struct search *const search = context;
    return watch_go_on(&search->watch, search->frontier.reached);
}

struct plan_request course_request(struct search *search)
{
    struct plan_request request =
        plan_request_for(search->options, search->goal->kind, (struct go_on){go_on_planning, search});
    request.tally = search->profiler == NULL ? NULL : search->profiler->tallies;
    return request;
}

firesieve_status course_plan(struct search *search, struct plan *plan, const struct plan_request *request,
                             firesieve_error *error)
{
    firesieve_status status = plan_make(plan, search->firewall, request, error);
    search_enter(search, FIRESIEVE_STAGE_WINDOWS);
    if (status == FIRESIEVE_OK && search->profiler != NULL && !profiler_begin(search->profiler, plan)) {
        status = error_set_memory(error, "the profile");
    }
    search->result.method = plan->method;
    search->part.columns = plan->first_columns;
    return status;
}

void course_note_plan(struct search *search, const struct plan *plan, const struct plan_request *request)
{
    struct window_frontier *const window = &search->frontier.window;
    window->method = request->method;
    window->memory = request->memory;
    window->threads = request->threads;
    window->first_look = request->first_look;
    window->plan = sweep_plan_hash(plan);
}

bool course_goes_on(struct search *search, const struct plan *plan)
{
    if (plan->stopped) {
        watch_ended(&search->watch, search->watch.to, search->frontier.reached, &search->result);
        return false;
    }
    if (plan->blocked != NULL) {
        course_end_blocked(search, plan->blocked);
        return false;
    }
    return true;
}

/* ---- Where it ends ---------------------------------------------------------------------------------------- */

void course_end_blocked(struct search *search, const char *reason)
{
    watch_ended(&search->watch, search->watch.to, search->watch.to, &search->result);
    search->result.candidates = search->frontier.reached - search->watch.from;
    search->result.reason = reason;
}

firesieve_status course_prove(struct search *search, const struct plan *plan, double seconds, bool *blocked,
                              firesieve_error *error)
{
    static const double longest_s = 1;
    const double left_s = search->watch.deadline - clock_seconds();
    *blocked = false;
    seconds = fmin(seconds, fmin(longest_s, left_s));
    if (seconds <= 0 || constraints_are_thin(&plan->constraints) || constraints_are_open(&plan->constraints)) {
        return FIRESIEVE_OK;
    }
    const struct go_on go_on = {go_on_planning, search};
    const firesieve_status status = proof_find(search->firewall, seconds, go_on, blocked, error);
    return status == FIRESIEVE_ERROR_STOPPED ? FIRESIEVE_OK : status; /* the search asks again, and ends */
}

struct last_delay course_last_delay(const struct search *search, const struct plan *plan)
{
    const struct watch *const watch = &search->watch;
    const struct class_set *const classes = &plan->classes;
    const firesieve_delay reached = search->frontier.reached;
    const firesieve_delay enough = delay_min(classes->cycle, classes->stretch);
    if (enough == FIRESIEVE_DELAY_END || watch->from + enough > watch->to) {
        return (struct last_delay){.end = watch->to};
    }
    const firesieve_delay proof = watch->from + enough;
    const firesieve_delay end = proof > reached ? proof : reached;
    return (struct last_delay){
        .end = end,
        .reason = classes->cycle <= classes->stretch
                      ? "every delay of one cycle of all scanners together is caught, and later ones repeat it"
                      : "n layers that catch 2^n consecutive delays catch all (Crittenden and Vanden Eynden 1970)",
    };
}

/* ---- Parts of a count ------------------------------------------------------------------------------------- */

bool course_counts_cycles(const struct search *search, const struct plan *plan)
{
    return search->goal->kind == GOAL_COUNT && search->watch.to - search->frontier.base > plan->classes.cycle;
}

firesieve_delay course_middle(const struct search *search, const struct plan *plan)
{
    const firesieve_delay base = search->frontier.base;
    return base + (search->watch.to - base) % plan->classes.cycle;
}

/* ---- A window that was searched in part ------------------------------------------------------------------- */

bool course_request_same(struct search *search, struct plan_request *request)
{
    enum { TIMES_AVAILABLE = 2 /* what is available now may differ a little */ };
    struct window_frontier *const window = &search->frontier.window;
    const bool asked = search->options->memory != 0 && !search->shares_memory;
    const uint64_t most = asked ? request->memory : TIMES_AVAILABLE * request->memory;
    const bool may = request->method == FIRESIEVE_METHOD_AUTO || request->method == window->method;
    window->memory = window->memory <= most ? window->memory : request->memory;
    request->method = window->method;
    request->memory = window->memory;
    request->threads = window->threads;
    request->first_look = window->first_look;
    return may && (window->method == FIRESIEVE_METHOD_AUTO || !method_is_oracle(window->method));
}

unsigned course_threads_for_window(const struct search *search, const struct plan *plan, unsigned threads)
{
    static const uint64_t most_a_thread = 30000000; /* see firesieve_solve */
    const struct window_frontier *const window = &search->frontier.window;
    if (plan->method != FIRESIEVE_METHOD_FOCUS) {
        return threads;
    }
    const uint64_t planned = window->memory / 3 / window->threads + 1;
    const uint64_t fitting = window->memory / 2 / (planned < most_a_thread ? planned : most_a_thread);
    return threads <= fitting ? threads : fitting == 0 ? 1 : (unsigned)fitting;
}

/* Whether the window ends within the part of the count that it is in. */
static bool is_in_part(const struct search *search, const struct plan *plan)
{
    const struct frontier *const frontier = &search->frontier;
    if (!course_counts_cycles(search, plan)) {
        return true;
    }
    const firesieve_delay middle = course_middle(search, plan);
    return frontier->window.end <= (frontier->reached < middle ? middle : frontier->base + plan->classes.cycle);
}

bool course_takes_up(const struct search *search, const struct plan *plan)
{
    return is_in_part(search, plan) && sweep_takes_up(plan, search->frontier.reached, &search->frontier.window);
}
