/* The methods simulate and closed-form: ask the oracle for safe delays one by one, while anything new may come. */
#include "firewall/oracle.h"

#include "firewall/repeats.h"
#include "search/search.h"

static bool go_on(void *context, firesieve_delay reached)
{
    return watch_go_on(context, reached);
}

/* The smallest safe delay in [from, to). */
static firesieve_status ask(struct search *search, firesieve_delay from, firesieve_delay to,
                            struct oracle_answer *answer, firesieve_error *error)
{
    const struct oracle_question question = {.from = from, .to = to, .go_on = go_on, .context = &search->watch};
    if (search->options->method == FIRESIEVE_METHOD_SIMULATE) {
        return oracle_simulate(search->firewall, &question, answer, error);
    }
    *answer = oracle_closed_form(search->firewall, &question);
    return FIRESIEVE_OK;
}

/* Asks for the safe delays from the frontier up to `to`, one by one: for the smallest, or for all. */
static firesieve_status ask_up_to(struct search *search, firesieve_delay to, firesieve_error *error)
{
    struct oracle_answer answer = {.delay = search->frontier.reached};
    const struct survivor_filter *const filter = search->goal->filter;
    bool more = true;
    for (firesieve_delay from = search->frontier.reached; more; from = answer.delay + 1) {
        const firesieve_status status = ask(search, from, to, &answer, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        if (answer.outcome != ORACLE_FOUND) {
            result_ended(search, to, answer.delay);
            break;
        }
        const bool passes = filter == NULL || filter->accepts(filter->context, answer.delay);
        more = !passes || result_take(search, answer.delay, to);
    }
    search_take_down_oracle(search, search->result.reached);
    return FIRESIEVE_OK;
}

/* Whether the search reached the end of its part. */
static bool is_done(const struct search *search, firesieve_status status)
{
    return status == FIRESIEVE_OK && search->result.outcome == FIRESIEVE_NONE;
}

/* Asks for the smallest or for all; stops when so many delays were caught that nothing is safe at all. */
static firesieve_status ask_for_delays(struct search *search, const struct repeats *repeats, firesieve_error *error)
{
    const struct watch *const watch = &search->watch;
    const firesieve_delay reached = search->frontier.reached;
    const bool ends = repeats->enough < FIRESIEVE_DELAY_END && repeats->enough <= watch->to - watch->from;
    const firesieve_delay enough = ends ? watch->from + repeats->enough : watch->to;
    const firesieve_status status = ask_up_to(search, enough > reached ? enough : reached, error);
    if (!is_done(search, status) || !ends) {
        return status;
    }
    if (search->result.count > 0) {
        return ask_up_to(search, watch->to, error);
    }
    result_ended(search, watch->to, watch->to);
    search->result.reason = repeats->reason;
    return FIRESIEVE_OK;
}

/* Counts whole cycles by the first of them: first the part that the range has beyond whole cycles, then the rest. */
static firesieve_status ask_for_count(struct search *search, const struct repeats *repeats, firesieve_error *error)
{
    const struct watch *const watch = &search->watch;
    firesieve_search_result *const result = &search->result;
    const firesieve_delay begin = search->frontier.reached;
    const firesieve_delay before = result->count;
    const firesieve_delay length = watch->to - begin;
    if (length <= repeats->cycle) {
        return ask_up_to(search, watch->to, error);
    }
    result->end = begin + repeats->cycle;
    firesieve_status status = ask_up_to(search, begin + length % repeats->cycle, error);
    if (!is_done(search, status)) {
        return status;
    }
    const firesieve_delay first = result->count - before;
    status = ask_up_to(search, begin + repeats->cycle, error);
    if (is_done(search, status)) {
        result->count = before + length / repeats->cycle * (result->count - before) + first;
        result_ended(search, watch->to, watch->to);
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
    const bool asks = search->goal->filter != NULL || search->firewall->form != NULL; /* nothing repeats */
    const struct repeats repeats = asks ? (struct repeats){FIRESIEVE_DELAY_END, FIRESIEVE_DELAY_END, NULL}
                                        : firewall_repeats(search->firewall, watch_asked(&search->watch));
    search_enter(search, FIRESIEVE_STAGE_ORACLE);
    search->result.method = search->options->method;
    search->result.count = search->frontier.base_count + search->frontier.count;
    search_take_down_oracle(search, search->frontier.reached);
    const firesieve_status status = search->goal->kind == GOAL_COUNT ? ask_for_count(search, &repeats, error)
                                                                     : ask_for_delays(search, &repeats, error);
    if (status == FIRESIEVE_OK) {
        search_take_down_oracle(search, search->result.reached);
    }
    return status;
}
