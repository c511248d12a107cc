#include "mpi/leader.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"

firesieve_status leader_start(struct leader *leader, unsigned all_threads, firesieve_error *error)
{
    const struct schedule schedule = shared_schedule(leader->shared, all_threads);
    leader->result = &leader->shared->search.result;
    leader->told = FIRESIEVE_DELAY_END;
    leader->begun = calloc(FRONTIER_TASKS_MAX, sizeof *leader->begun);
    if (leader->begun == NULL) {
        return error_set_memory(error, "the checkpoint");
    }
    return ledger_start(&leader->ledger, &schedule, &leader->shared->search.frontier, error);
}

void leader_free(struct leader *leader)
{
    ledger_free(&leader->ledger);
    free(leader->begun);
    leader->begun = NULL;
}

/* ---- What is kept ----------------------------------------------------------------------------------------- */

/* Where there is to be one. */
static void write_checkpoint(struct leader *leader, bool last)
{
    if (leader->checkpoint == NULL) {
        return;
    }
    const firesieve_search_result *const result = leader->result;
    struct frontier frontier = leader->shared->search.frontier; /* its plan, and what a count began with */
    frontier.window.begun = leader->begun;
    ledger_take_down(&leader->ledger, &frontier);
    frontier.elapsed_ns = (uint64_t)(1e9 * (clock_seconds() - leader->began + result->earlier_s));
    if (leader->complete && result->outcome == FIRESIEVE_FOUND && leader->job->goal == GOAL_SMALLEST) {
        frontier.reached = result->delay;
        frontier.in_window = false;
    }
    checkpoint_write(leader->checkpoint, &frontier, last);
}

static firesieve_status book(struct leader *leader, const struct exchange_report *report, firesieve_error *error)
{
    firesieve_status status = FIRESIEVE_OK;
    ledger_tell(&leader->ledger, report->found);
    for (size_t i = 0; i < report->count && status == FIRESIEVE_OK; ++i) {
        status = ledger_book(&leader->ledger, &report->reports[i], error);
    }
    return status;
}

static void add_account(struct leader *leader, const struct exchange_account *account)
{
    leader->all.tasks += account->tasks;
    leader->all.runs += account->runs;
    leader->all.runs_s += account->runs_s;
    leader->all.idle_s += account->idle_s;
    leader->all.messages += account->messages;
    --leader->accounts_missing;
}

static firesieve_status read_messages(struct leader *leader, firesieve_error *error)
{
    union exchange_content content;
    for (;;) {
        const enum exchange_message message = exchange_receive(leader->exchange, &content);
        if (message == EXCHANGE_NOTHING) {
            return FIRESIEVE_OK;
        }
        if (message == EXCHANGE_ACCOUNT) {
            add_account(leader, &content.account);
        } else if (book(leader, &content.report, error) != FIRESIEVE_OK) {
            return FIRESIEVE_ERROR_MEMORY;
        }
    }
}

/* ---- When it is over -------------------------------------------------------------------------------------- */

static void stop(struct leader *leader)
{
    leader->over = true;
    leader->accounts_missing = leader->exchange->size - 1;
    task_pool_end(leader->pool);
    exchange_send_stop(leader->exchange);
}

/* What stops it may leave no time for more, so the checkpoint comes first. */
static void stop_early(struct leader *leader, firesieve_outcome outcome)
{
    leader->result->outcome = outcome;
    write_checkpoint(leader, true);
    stop(leader);
}

/* Shows progress and asks whether to go on; writes the checkpoint when it is time. */
static void look_around(struct leader *leader)
{
    static const double interval_s = 0.01;
    const double now = clock_seconds();
    if (now < leader->next_look) {
        return;
    }
    leader->next_look = now + interval_s;
    firesieve_progress progress = {
        .from = leader->options->from,
        .to = delay_end(leader->options->to),
        .elapsed_s = now - leader->began + leader->result->earlier_s,
    };
    struct ledger_window window = {.end = leader->ledger.reached};
    ledger_in_window(&leader->ledger, &window);
    progress.reached = leader->ledger.reached;
    progress.window = window.end;
    progress.share = window.share;
    if (!leader->options->progress(&progress, leader->options->progress_context)) {
        stop_early(leader, FIRESIEVE_CANCELLED);
    } else if (now - leader->began >= leader->job->time_limit_s) {
        stop_early(leader, FIRESIEVE_LIMIT);
    } else if (leader->checkpoint != NULL && now >= leader->checkpoint->next) {
        write_checkpoint(leader, false);
    }
}

/* Tells all of a find that is smaller than the one before. */
static void spread_find(struct leader *leader)
{
    if (leader->ledger.found < leader->told) {
        leader->told = leader->ledger.found;
        task_pool_tell(leader->pool, leader->told);
        exchange_send_found(leader->exchange, leader->told);
    }
}

/* Whether the answer is certain; then the result says what it is. */
static bool is_complete(struct leader *leader)
{
    struct search *const search = &leader->shared->search;
    if (ledger_standing(&leader->ledger) == LEDGER_OPEN) {
        return false;
    }
    result_of_ledger(search, &leader->ledger, leader->shared->last.reason);
    search->result.count += search->frontier.base_count;
    return true;
}

firesieve_status leader_step(struct leader *leader, firesieve_error *error)
{
    firesieve_status status = ledger_collect(&leader->ledger, leader->pool, error);
    status = status == FIRESIEVE_OK ? read_messages(leader, error) : status;
    if (status != FIRESIEVE_OK || leader->over) {
        return status;
    }
    spread_find(leader);
    leader->complete = is_complete(leader);
    if (leader->complete) {
        stop(leader);
    } else {
        look_around(leader);
    }
    return FIRESIEVE_OK;
}

firesieve_status leader_end(struct leader *leader, firesieve_error *error)
{
    struct search *const search = &leader->shared->search;
    const firesieve_outcome outcome = search->result.outcome;
    const firesieve_status status = ledger_collect(&leader->ledger, leader->pool, error);
    add_account(leader, &leader->exchange->account);
    leader->complete = is_complete(leader); /* perhaps by the last reports */
    if (!leader->complete) {
        result_of_ledger(search, &leader->ledger, NULL);
        search->result.count += search->frontier.base_count;
        search->result.outcome = outcome;
    }
    write_checkpoint(leader, true);
    return status;
}

bool leader_is_done(const struct leader *leader)
{
    return leader->over && leader->accounts_missing == 0;
}
