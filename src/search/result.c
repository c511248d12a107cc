/* What came of a search, in the terms of the public header. */
#include <math.h>

#include "base/delay.h"
#include "residue/proof.h"
#include "search/search.h"
#include "base/clock.h"

const char result_range_is_caught[] = "every delay of the range is caught";

const char result_no_proof[] =
    "every delay of the range, which ends at 2^127, is caught, and nothing proves that larger ones are";

void result_start(struct search *search)
{
    const firesieve_search_options *const options = search->options;
    const bool sieves = !method_is_oracle(options->method);
    search->result = (firesieve_search_result){
        .method = options->method != FIRESIEVE_METHOD_AUTO ? options->method : FIRESIEVE_METHOD_SCAN,
        .kernel = !sieves                   ? NULL
                  : options->kernel != NULL ? options->kernel
                                            : firesieve_kernel_best(),
        .threads = 1,
        .end = delay_end(options->to),
    };
}

static const char some_is_safe[] = "every delay below 2^127 is caught, but some larger one is safe";

/* Whether it is known that some delay is safe, below 2^127 or not. */
static bool is_open(const struct search *search)
{
    return search != NULL && search->goal->filter == NULL &&
           (search->some_is_safe || (search->reduced != NULL && (constraints_are_thin(&search->reduced->constraints) ||
                                                                 constraints_are_open(&search->reduced->constraints))));
}

/* NONE gets a reason, or becomes LIMIT (not for counts) if no proof or end of the range gives one. `search` or NULL. */
static void settle_none(firesieve_search_result *result, const firesieve_search_options *options, enum search_goal goal,
                        const struct search *search)
{
    if (result->outcome != FIRESIEVE_NONE || result->reason != NULL) {
        return;
    }
    if (goal != GOAL_COUNT && options->to == FIRESIEVE_NO_END) {
        result->outcome = FIRESIEVE_LIMIT;
        result->reason = is_open(search) ? some_is_safe : result_no_proof;
    } else {
        result->reason = result_range_is_caught;
    }
}

firesieve_search_result result_of_short_path(const firesieve_search_options *options, bool found, firesieve_delay delay,
                                             const char *reason, double elapsed_s)
{
    firesieve_search_result result = {
        .outcome = found ? FIRESIEVE_FOUND : FIRESIEVE_NONE,
        .delay = found ? delay : 0,
        .reached = delay,
        .window = delay,
        .candidates = found ? delay - options->from + 1 : delay - options->from,
        .method = FIRESIEVE_METHOD_WHEEL,
        .threads = 1,
        .elapsed_s = elapsed_s,
        .reason = reason,
    };
    settle_none(&result, options, GOAL_SMALLEST, NULL);
    return result;
}

void result_found(struct search *search, firesieve_delay delay)
{
    firesieve_search_result *const result = &search->result;
    result->outcome = FIRESIEVE_FOUND;
    result->delay = delay;
    result->reached = delay;
    result->candidates = delay - search->watch.from + 1;
}

void result_ended(struct search *search, firesieve_delay to, firesieve_delay reached)
{
    firesieve_search_result *const result = &search->result;
    result->outcome = reached >= to ? FIRESIEVE_NONE : search->watch.stop;
    result->reached = reached;
    result->candidates = reached - search->watch.from;
}

bool result_take(struct search *search, firesieve_delay delay, firesieve_delay to)
{
    const struct goal *const goal = search->goal;
    firesieve_search_result *const result = &search->result;
    if (goal->kind == GOAL_SMALLEST) {
        result_found(search, delay);
        return false;
    }
    ++result->count;
    const bool more = goal->kind != GOAL_LIST || goal->receive(delay, goal->context);
    if (more && result->count != goal->limit) {
        return true;
    }
    result_ended(search, to, delay + 1);
    result->outcome = more ? FIRESIEVE_FOUND : FIRESIEVE_CANCELLED; /* even if it was the last delay of the range */
    return false;
}

void result_blocked(struct search *search, const char *reason)
{
    result_ended(search, search->watch.to, search->watch.to);
    search->result.candidates = search->frontier.reached - search->watch.from;
    search->result.reason = reason;
}

void result_add_cycles(struct search *search)
{
    firesieve_search_result *const result = &search->result;
    if (result->outcome == FIRESIEVE_NONE) {
        search->watch.to = search->counted.to;
        result->count += search->counted.count;
        result_ended(search, search->watch.to, search->watch.to);
        result->end = search->counted.to;
    } else {
        result->end = search->watch.to;
    }
}

/* All windows are done: those of the range, or of one cycle that stands for it. */
static void end_with_ledger(struct search *search, const struct ledger *ledger, const char *reason)
{
    firesieve_search_result *const result = &search->result;
    const struct frontier *const frontier = &search->frontier;
    result_ended(search, ledger->schedule.end, ledger->reached);
    if (search->goal->kind == GOAL_COUNT) {
        result->count = ledger->count;
    } else if (search->goal->kind == GOAL_LIST && reason != NULL) {
        result_ended(search, search->watch.to, search->watch.to);
    }
    if (search_counts_cycles(search)) {
        const firesieve_delay cycles = (search->watch.to - frontier->base) / search->reduced->classes.cycle;
        result->count = cycles * ledger->count + ledger->first_count;
        result_ended(search, search->watch.to, search->watch.to);
    }
    result->reason = reason;
}

void result_of_ledger(struct search *search, const struct ledger *ledger, const char *reason)
{
    firesieve_search_result *const result = &search->result;
    struct ledger_window window;
    switch (ledger_standing(ledger)) {
    case LEDGER_FOUND:
        result_found(search, ledger->found);
        return;
    case LEDGER_ENDED:
        end_with_ledger(search, ledger, reason);
        return;
    case LEDGER_OPEN:
        break;
    }
    result_ended(search, search->watch.to, ledger->reached);
    result->end = ledger->schedule.end;
    if (search->goal->kind == GOAL_COUNT) {
        result->count = ledger->count;
    }
    if (ledger_in_window(ledger, &window)) {
        result->window = window.end;
        result->window_share = window.share;
        result->window_count = window.count;
    }
}

/* Says what was done of a window that the search was stopped in, or had no time to resume. */
static void settle_window(struct search *search)
{
    firesieve_search_result *const result = &search->result;
    const struct window_frontier *const window = &search->frontier.window;
    const bool stopped = result->outcome == FIRESIEVE_LIMIT || result->outcome == FIRESIEVE_CANCELLED;
    if (stopped && result->window <= result->reached && search->frontier.in_window) {
        result->window = window->shape.end;
        result->window_share = (double)(window->next_task - window->begun_count) / (double)window->shape.tasks;
        result->window_count = window->count;
    }
    if (!stopped || result->window <= result->reached) {
        result->window = result->reached;
        result->window_share = 0;
        result->window_count = 0;
    }
}

void result_settle(struct search *search)
{
    firesieve_search_result *const result = &search->result;
    settle_window(search);
    if (search->goal->kind != GOAL_SMALLEST && result->outcome == FIRESIEVE_NONE && result->count > 0) {
        result->outcome = FIRESIEVE_FOUND;
    }
    settle_none(result, search->options, search->goal->kind, search);
}

/* ---- Where a search by sieve ends ------------------------------------------------------------------------- */

struct last_delay search_last_delay(const struct search *search)
{
    const struct watch *const watch = &search->watch;
    const struct class_set *const classes = &search->reduced->classes;
    const firesieve_delay reached = search->frontier.reached;
    const firesieve_delay enough = delay_min(classes->cycle, classes->stretch);
    const bool asks = search->goal->filter != NULL; /* it may drop all of one cycle, and nothing of the next */
    if (search_counts_cycles(search)) {
        return (struct last_delay){.end = search->frontier.base + classes->cycle};
    }
    if (asks || search->goal->kind == GOAL_COUNT || search->result.count > 0 || enough == FIRESIEVE_DELAY_END ||
        watch->from + enough > watch->to) {
        return (struct last_delay){.end = watch->to};
    }
    const firesieve_delay proof = watch->from + enough;
    return (struct last_delay){
        .end = proof > reached ? proof : reached,
        .reason = classes->cycle <= classes->stretch
                      ? "every delay of one cycle of all scanners together is caught, and later ones repeat it"
                      : "n layers that catch 2^n consecutive delays catch all (Crittenden and Vanden Eynden 1970)",
    };
}

bool search_counts_cycles(const struct search *search)
{
    return search->goal->kind == GOAL_COUNT && search->goal->filter == NULL &&
           search->watch.to - search->frontier.base > search->reduced->classes.cycle;
}

firesieve_delay search_middle(const struct search *search)
{
    const firesieve_delay base = search->frontier.base;
    return base + (search->watch.to - base) % search->reduced->classes.cycle;
}

static bool go_on(void *context)
{
    struct search *const search = context;
    return watch_go_on(&search->watch, search->ledger != NULL ? search->ledger->reached : search->frontier.reached);
}

struct go_on search_go_on(struct search *search)
{
    return (struct go_on){go_on, search};
}

firesieve_status search_prove(struct search *search, double seconds, bool *blocked, firesieve_error *error)
{
    static const double longest_s = 1;
    const struct constraint_list *const constraints = &search->reduced->constraints;
    const double left_s = search->watch.deadline - clock_seconds();
    *blocked = false;
    seconds = fmin(seconds, fmin(longest_s, left_s));
    if (seconds <= 0 || constraints_are_thin(constraints) || constraints_are_open(constraints)) {
        return FIRESIEVE_OK;
    }
    search_enter(search, FIRESIEVE_STAGE_PROOF);
    const firesieve_status status = proof_find(search->reduced, seconds, search_go_on(search), blocked, error);
    search_enter(search, FIRESIEVE_STAGE_WINDOWS);
    return status == FIRESIEVE_ERROR_STOPPED ? FIRESIEVE_OK : status; /* the search asks again, and ends */
}
