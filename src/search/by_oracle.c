/*
 * The methods simulate and closed-form: the oracle is asked for one safe delay after the other, as far as anything new
 * may come.
 */
#include "base/delay.h"
#include "firewall/oracle.h"
#include "firewall/repeats.h"
#include "search/running.h"

/* The smallest safe delay in the watch's range. */
static firesieve_status ask_oracle(struct search *search, struct watch *watch, firesieve_search_result *result,
                                   firesieve_error *error)
{
    if (search->result.method == FIRESIEVE_METHOD_SIMULATE) {
        return oracle_simulate(search->firewall, watch, result, error);
    }
    oracle_closed_form(search->firewall, watch, result);
    return FIRESIEVE_OK;
}

/* Asks for the safe delays from the frontier on up to `to`, one after the other: for the smallest, or for all. */
static firesieve_status ask_oracle_up_to(struct search *search, firesieve_delay to, firesieve_error *error)
{
    struct watch rest = search->watch;
    firesieve_search_result *const result = &search->result;
    const bool smallest = search->goal->kind == GOAL_SMALLEST;
    rest.from = search->frontier.reached;
    rest.to = to;
    for (;;) {
        firesieve_search_result next = {.outcome = FIRESIEVE_NONE, .reached = rest.from};
        const firesieve_status status = ask_oracle(search, &rest, &next, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        search->watch.stop = rest.stop;
        if (next.outcome != FIRESIEVE_FOUND) {
            watch_ended(&search->watch, to, next.reached, result);
            break;
        }
        if (smallest) {
            watch_found(&search->watch, next.delay, result);
            break;
        }
        ++result->count;
        rest.from = next.delay + 1;
        const struct sweep_goal *const goal = search->goal;
        const bool more = goal->kind != GOAL_LIST || goal->receive(next.delay, goal->context);
        if (!more || result->count == goal->limit) {
            watch_ended(&search->watch, to, rest.from, result);
            /* Also where it was the last delay of the range. */
            result->outcome = more ? FIRESIEVE_FOUND : FIRESIEVE_CANCELLED;
            break;
        }
    }
    search_take_down_oracle(search, result->reached);
    return FIRESIEVE_OK;
}

/* Whether the search came to the end of the part that it was asked for. */
static bool is_done(const struct search *search, firesieve_status status)
{
    return status == FIRESIEVE_OK && search->result.outcome == FIRESIEVE_NONE;
}

/* Asks for the smallest, or for all; where nothing is safe so long that nothing is at all, no farther. */
static firesieve_status ask_oracle_for_delays(struct search *search, const struct repeats *repeats,
                                              firesieve_error *error)
{
    struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    const firesieve_delay reached = search->frontier.reached;
    const bool ends = repeats->enough < FIRESIEVE_DELAY_END && repeats->enough <= watch->to - watch->from;
    const firesieve_delay enough = ends ? watch->from + repeats->enough : watch->to;
    const firesieve_status status = ask_oracle_up_to(search, enough > reached ? enough : reached, error);
    if (!is_done(search, status) || !ends) {
        return status;
    }
    if (result->count > 0) {
        return ask_oracle_up_to(search, watch->to, error);
    }
    watch_ended(watch, watch->to, watch->to, result);
    result->reason = repeats->reason;
    return FIRESIEVE_OK;
}

/* Counts whole cycles by the first of them: what the range has over these first, and then the rest of the cycle. */
static firesieve_status ask_oracle_for_count(struct search *search, const struct repeats *repeats,
                                             firesieve_error *error)
{
    struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    const firesieve_delay begin = search->frontier.reached;
    const firesieve_delay before = result->count;
    const firesieve_delay length = watch->to - begin;
    if (length <= repeats->cycle) {
        return ask_oracle_up_to(search, watch->to, error);
    }
    result->end = begin + repeats->cycle;
    firesieve_status status = ask_oracle_up_to(search, begin + length % repeats->cycle, error);
    if (!is_done(search, status)) {
        return status;
    }
    const firesieve_delay first = result->count - before;
    status = ask_oracle_up_to(search, begin + repeats->cycle, error);
    if (is_done(search, status)) {
        result->count = before + length / repeats->cycle * (result->count - before) + first;
        watch_ended(watch, watch->to, watch->to, result);
    }
    return status;
}

void search_take_down_oracle(struct search *search, firesieve_delay reached)
{
    struct frontier *const frontier = &search->frontier;
    frontier->reached = reached;
    frontier->base = reached;
    frontier->base_count = search->result.count;
    frontier->count = 0;
    frontier->first_count = 0;
    frontier->in_window = false;
}

firesieve_status search_by_oracle(struct search *search, firesieve_error *error)
{
    search->watch.at = search->frontier.reached;
    const struct repeats repeats = firewall_repeats(search->firewall, watch_asked(&search->watch));
    search_enter(search, FIRESIEVE_STAGE_ORACLE);
    search->result.count = search->frontier.base_count + search->frontier.count;
    search_take_down_oracle(search, search->frontier.reached);
    const firesieve_status status = search->goal->kind == GOAL_COUNT ? ask_oracle_for_count(search, &repeats, error)
                                                                     : ask_oracle_for_delays(search, &repeats, error);
    if (status == FIRESIEVE_OK) {
        search_take_down_oracle(search, search->result.reached);
    }
    return status;
}
