/* The methods simulate and closed-form: the oracle is asked for one safe delay after the other. */
#include "firewall/oracle.h"
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

static firesieve_status ask_oracle_for_smallest(struct search *search, firesieve_error *error)
{
    struct watch rest = search->watch;
    rest.from = search->frontier.reached;
    const firesieve_status status = ask_oracle(search, &rest, &search->result, error);
    search->result.candidates += rest.from - search->watch.from;
    return status;
}

/* Asks for one safe delay after the other. */
static firesieve_status ask_oracle_for_all(struct search *search, firesieve_error *error)
{
    struct watch rest = search->watch;
    firesieve_search_result *const result = &search->result;
    rest.from = search->frontier.reached;
    for (;;) {
        firesieve_search_result next = {.outcome = FIRESIEVE_NONE, .reached = rest.from};
        const firesieve_status status = ask_oracle(search, &rest, &next, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        search->watch.stop = rest.stop;
        if (next.outcome != FIRESIEVE_FOUND) {
            watch_ended(&search->watch, rest.to, next.reached, result);
            return FIRESIEVE_OK;
        }
        ++result->count;
        rest.from = next.delay + 1;
        if (search->goal->kind == GOAL_LIST && !search->goal->receive(next.delay, search->goal->context)) {
            watch_ended(&search->watch, rest.to, rest.from, result);
            result->outcome = FIRESIEVE_CANCELLED; /* also where it was the last delay of the range */
            return FIRESIEVE_OK;
        }
    }
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
    search_enter(search, FIRESIEVE_STAGE_ORACLE);
    search->result.count = search->frontier.base_count + search->frontier.count;
    search_take_down_oracle(search, search->frontier.reached);
    const firesieve_status status = search->goal->kind == GOAL_SMALLEST ? ask_oracle_for_smallest(search, error)
                                                                        : ask_oracle_for_all(search, error);
    if (status == FIRESIEVE_OK) {
        search_take_down_oracle(search, search->result.reached);
    }
    return status;
}
