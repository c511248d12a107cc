#include "mpi/member.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "sharing/shared.h"

/* What rank 0 keeps. */
struct leader {
    struct ledger ledger;
    uint64_t *begun; /* room for the checkpoint's tasks */
    double next_look;
    firesieve_delay told;        /* the last find that the others were told */
    bool over;                   /* the others have been told to stop */
    bool complete;               /* the answer is certain, and the shared search's result has it */
    int accounts_missing;        /* once the search is over */
    struct exchange_account all; /* those that have arrived, added up */
};

struct member {
    firesieve_search_options planning; /* the options, with the time limit in their progress function */
    struct task_pool pool;
    const struct ranks *ranks;
    const struct job *job;
    const firesieve_search_options *options;
    struct shared shared;
    struct leader leader;          /* rank 0 */
    struct checkpoint *checkpoint; /* rank 0, or NULL */
    struct exchange exchange;
    double began;     /* when planning began, */
    double searching; /* and searching */
    double next_report;
    unsigned threads; /* of this rank: as many as it was given, or as there is memory for */

    pthread_t searcher;
    double searched_at; /* when it had nothing left to do */
    firesieve_error error;
    firesieve_status status; /* of the searcher, once it has ended */
    atomic_bool searched;

    bool late;           /* the time limit came while planning */
    bool over;           /* other ranks: rank 0 said to stop */
    unsigned told_finds; /* how many of the pool's finds rank 0 knows */
};

/* ---- Planning --------------------------------------------------------------------------------------------- */

/* While planning: as long as the caller's function says so and there is time left. */
static bool go_on_planning(const firesieve_progress *progress, void *context)
{
    struct member *const member = context;
    member->late = clock_seconds() - member->began >= member->job->time_limit_s;
    return member->options->progress(progress, member->options->progress_context) && !member->late;
}

/* Rank 0 chooses the plan, and all build it. */
static firesieve_status make_plan(struct member *member, const firesieve_firewall *firewall, firesieve_error *error)
{
    const struct job *const job = member->job;
    const int rank = member->ranks->rank;
    struct shared *const shared = &member->shared;
    struct frontier begin = job->begin;
    member->planning = *member->options;
    member->planning.progress = go_on_planning;
    member->planning.progress_context = member;
    firesieve_status status = shared_start(shared, firewall, &member->planning, job->goal, &begin, error);
    shared->memory = job->memory;
    if (status == FIRESIEVE_OK && rank == 0) {
        status = shared_choose(shared, error);
    }
    if (status != FIRESIEVE_OK || shared->stopped) {
        recipe_free(&shared->search.frontier.recipe); /* the others are told that there is none */
    }
    firesieve_error own;
    const firesieve_status told = job_share_plan(rank, &shared->search.frontier, &shared->search.planned, &own);
    if (status == FIRESIEVE_OK && told != FIRESIEVE_OK) {
        *error = own;
        status = told;
    }
    return status == FIRESIEVE_OK ? shared_build(shared, &member->threads, error) : status;
}

/*
 * Plans, and agrees with the others. *goes_on: there is something to search; otherwise the result says how the search
 * ended.
 */
static firesieve_status plan(struct member *member, const firesieve_firewall *firewall, bool *goes_on, int *blamed,
                             firesieve_error *error)
{
    struct search *const search = &member->shared.search;
    const int size = member->ranks->size;
    const firesieve_status status = make_plan(member, firewall, error);
    int failed = status == FIRESIEVE_OK ? 0 : size - member->ranks->rank; /* most for the first rank that failed */
    int stopped = member->shared.stopped;
    unsigned threads = member->threads;
    MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    MPI_Allreduce(MPI_IN_PLACE, &stopped, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    MPI_Allreduce(MPI_IN_PLACE, &threads, 1, MPI_UNSIGNED, MPI_SUM, MPI_COMM_WORLD);
    *blamed = failed == 0 ? 0 : size - failed;
    *goes_on = false;
    search->result.threads = threads;
    if (failed != 0) {
        return status != FIRESIEVE_OK ? status : FIRESIEVE_ERROR_MEMORY;
    }
    if (stopped) {
        result_ended(search, search->watch.to, search->frontier.reached);
        search->result.outcome = member->late ? FIRESIEVE_LIMIT : FIRESIEVE_CANCELLED;
        return FIRESIEVE_OK;
    }
    *goes_on = member->shared.planned;
    return FIRESIEVE_OK;
}

/* ---- What rank 0 does besides searching ------------------------------------------------------------------ */

/* If there is to be one. */
static void write_checkpoint(struct member *member, bool last)
{
    if (member->checkpoint == NULL) {
        return;
    }
    const firesieve_search_result *const result = &member->shared.search.result;
    struct frontier frontier = member->shared.search.frontier; /* for its plan, and the count it began with */
    frontier.window.begun = member->leader.begun;
    ledger_take_down(&member->leader.ledger, &frontier);
    frontier.elapsed_ns = (uint64_t)(1e9 * (clock_seconds() - member->began + result->earlier_s));
    if (member->leader.complete && result->outcome == FIRESIEVE_FOUND && member->job->goal == GOAL_SMALLEST) {
        frontier.reached = result->delay;
        frontier.in_window = false;
    }
    checkpoint_write(member->checkpoint, &frontier, last);
}

static firesieve_status book(struct member *member, const struct exchange_report *report, firesieve_error *error)
{
    firesieve_status status = FIRESIEVE_OK;
    ledger_tell(&member->leader.ledger, report->found);
    for (size_t i = 0; i < report->count && status == FIRESIEVE_OK; ++i) {
        status = ledger_book(&member->leader.ledger, &report->reports[i], error);
    }
    return status;
}

static void add_account(struct member *member, const struct exchange_account *account)
{
    member->leader.all.tasks += account->tasks;
    member->leader.all.runs += account->runs;
    member->leader.all.runs_s += account->runs_s;
    member->leader.all.idle_s += account->idle_s;
    member->leader.all.messages += account->messages;
    --member->leader.accounts_missing;
}

static firesieve_status read_messages(struct member *member, firesieve_error *error)
{
    union exchange_content content;
    for (;;) {
        const enum exchange_message message = exchange_receive(&content);
        if (message == EXCHANGE_NOTHING) {
            return FIRESIEVE_OK;
        }
        if (message == EXCHANGE_ACCOUNT) {
            add_account(member, &content.account);
        } else if (book(member, &content.report, error) != FIRESIEVE_OK) {
            return FIRESIEVE_ERROR_MEMORY;
        }
    }
}

static void stop(struct member *member)
{
    member->leader.over = true;
    member->leader.accounts_missing = member->exchange.size - 1;
    task_pool_end(&member->pool);
    exchange_send_stop(&member->exchange);
}

/* Whatever stops the search may leave no time for more, so the checkpoint comes first. */
static void stop_early(struct member *member, firesieve_outcome outcome)
{
    member->shared.search.result.outcome = outcome;
    write_checkpoint(member, true);
    stop(member);
}

/* Shows progress, and asks whether to continue; writes the checkpoint when it is time to. */
static void look_around(struct member *member)
{
    static const double look_s = 0.01;
    const double now = clock_seconds();
    if (now < member->leader.next_look) {
        return;
    }
    member->leader.next_look = now + look_s;
    firesieve_progress progress = {
        .from = member->options->from,
        .to = delay_end(member->options->to),
        .elapsed_s = now - member->began + member->shared.search.result.earlier_s,
    };
    struct ledger_window window = {.end = member->leader.ledger.reached};
    ledger_in_window(&member->leader.ledger, &window);
    progress.reached = member->leader.ledger.reached;
    progress.window = window.end;
    progress.share = window.share;
    if (!member->options->progress(&progress, member->options->progress_context)) {
        stop_early(member, FIRESIEVE_CANCELLED);
    } else if (now - member->began >= member->job->time_limit_s) {
        stop_early(member, FIRESIEVE_LIMIT);
    } else if (member->checkpoint != NULL && now >= member->checkpoint->next) {
        write_checkpoint(member, false);
    }
}

/* Tells all ranks about a find that is smaller than the one before. */
static void spread_find(struct member *member)
{
    if (member->leader.ledger.found < member->leader.told) {
        member->leader.told = member->leader.ledger.found;
        task_pool_tell(&member->pool, member->leader.told);
        exchange_send_found(&member->exchange, member->leader.told);
    }
}

/* Whether the answer is certain; then the result says what it is. */
static bool is_complete(struct member *member)
{
    struct search *const search = &member->shared.search;
    if (ledger_standing(&member->leader.ledger) == LEDGER_OPEN) {
        return false;
    }
    result_of_ledger(search, &member->leader.ledger, member->shared.last.reason);
    search->result.count += search->frontier.base_count;
    return true;
}

/*
 * Books what has arrived, tells the others what they should know, and checks whether the search is over: then its
 * result says how it ended, the pool is ended, and the others are told to stop.
 */
static firesieve_status leader_step(struct member *member, firesieve_error *error)
{
    firesieve_status status = ledger_collect(&member->leader.ledger, &member->pool, error);
    status = status == FIRESIEVE_OK ? read_messages(member, error) : status;
    if (status != FIRESIEVE_OK || member->leader.over) {
        return status;
    }
    spread_find(member);
    member->leader.complete = is_complete(member);
    if (member->leader.complete) {
        stop(member);
    } else {
        look_around(member);
    }
    return FIRESIEVE_OK;
}

/*
 * When all have stopped: books the rest, so that the result says how far the search came, and writes the last
 * checkpoint.
 */
static firesieve_status leader_end(struct member *member, firesieve_error *error)
{
    struct search *const search = &member->shared.search;
    const firesieve_outcome outcome = search->result.outcome;
    const firesieve_status status = ledger_collect(&member->leader.ledger, &member->pool, error);
    add_account(member, &member->exchange.account);
    member->leader.complete = is_complete(member); /* the last reports may have made it so */
    if (!member->leader.complete) {
        result_of_ledger(search, &member->leader.ledger, NULL);
        search->result.count += search->frontier.base_count;
        search->result.outcome = outcome;
    }
    write_checkpoint(member, true);
    ledger_free(&member->leader.ledger);
    free(member->leader.begun);
    member->leader.begun = NULL;
    return status;
}

/* ---- Searching -------------------------------------------------------------------------------------------- */

static void *search(void *context)
{
    struct member *const member = context;
    const struct ranks *const ranks = member->ranks;
    member->status = shared_work(&member->shared, &member->pool, member->threads, ranks->all_threads, &member->error);
    member->searched_at = clock_seconds();
    atomic_store(&member->searched, true);
    return NULL;
}

/*
 * How long the tasks that a rank takes at once should last: many times the time it takes to get them, and far less than
 * a search.
 */
static double run_seconds(const struct member *member)
{
    static const double least_s = 0.05;
    static const double a_rank_s = 50e-6; /* the counter serves one rank after the other */
    return fmax(least_s, a_rank_s * member->ranks->size);
}

/* Puts a run into the pool if it wants one; while tasks are short, before any thread has to wait for it. */
static void supply(struct member *member)
{
    static const double long_task_s = 0.01;
    const unsigned threads = member->threads;
    const double done = (double)atomic_load(&member->pool.done);
    const double task_s = (clock_seconds() - member->searching) * threads / done; /* infinite at first */
    if (task_pool_wants_run(&member->pool, task_s < long_task_s)) {
        const double most = 2 * done + threads; /* until there is experience */
        const double wanted = done == 0 ? threads : fmin(run_seconds(member) * threads / task_s, most);
        task_pool_put(&member->pool, exchange_take(&member->exchange, wanted < 1 ? 1 : (uint64_t)wanted));
    }
}

/* Reports what is done when it is time to, and finds at once. */
static void report(struct member *member)
{
    static const double least_s = 0.005;
    static const double a_rank_s = 50e-6; /* rank 0 reads one after the other */
    struct exchange_report report;
    const double now = clock_seconds();
    const unsigned finds = atomic_load(&member->pool.finds);
    if (now < member->next_report && finds == member->told_finds) {
        return;
    }
    member->next_report = now + fmax(least_s, a_rank_s * member->ranks->size);
    do {
        report.count = task_pool_collect(&member->pool, report.reports, EXCHANGE_REPORTS, &report.found);
        if (report.count > 0 || finds != member->told_finds) {
            exchange_send_report(&member->exchange, &report);
        }
        member->told_finds = finds;
    } while (report.count == EXCHANGE_REPORTS);
}

static void follow(struct member *member)
{
    union exchange_content content;
    enum exchange_message message;
    report(member);
    while ((message = exchange_receive(&content)) != EXCHANGE_NOTHING) {
        if (message == EXCHANGE_FOUND) {
            task_pool_tell(&member->pool, content.found);
        } else {
            task_pool_end(&member->pool);
            member->over = true;
        }
    }
    member->options->progress(&(firesieve_progress){0}, member->options->progress_context);
}

/* Rank 0 waits until every other rank has sent its account. */
static bool is_over(const struct member *member)
{
    const struct leader *const leader = &member->leader;
    return member->ranks->rank == 0 ? leader->over && leader->accounts_missing == 0 : member->over;
}

/* Talks to the others until the search is over. */
static void talk(struct member *member)
{
    static const double wait_s[] = {0.0002, 0.001}; /* rank 0 has to be there for the others' counter */
    firesieve_error error;
    while (!is_over(member)) {
        if (atomic_load(&member->searched) && member->status != FIRESIEVE_OK) {
            job_abort(member->error.message);
        }
        if (!atomic_load(&member->pool.over)) {
            supply(member);
        }
        if (member->ranks->rank != 0) {
            follow(member);
        } else if (leader_step(member, &error) != FIRESIEVE_OK) {
            job_abort(error.message);
        }
        task_pool_wait(&member->pool, wait_s[member->ranks->rank != 0]);
    }
}

/* Waits for the searcher, which may be in a long call, and sends the last report. */
static void leave(struct member *member)
{
    const double over_at = clock_seconds();
    while (!atomic_load(&member->searched)) {
        if (member->ranks->rank != 0) {
            member->options->progress(&(firesieve_progress){0}, member->options->progress_context);
        }
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    pthread_join(member->searcher, NULL);
    member->exchange.account.idle_s = fmax(0, over_at - member->searched_at);
    if (member->ranks->rank != 0) {
        member->next_report = 0;
        report(member);
        exchange_send_account(&member->exchange);
    }
}

static firesieve_status start(struct member *member, firesieve_error *error)
{
    struct leader *const leader = &member->leader;
    firesieve_status status = task_pool_start(&member->pool, member->threads, false, error);
    if (status == FIRESIEVE_OK && member->ranks->rank == 0) {
        const struct schedule schedule = shared_schedule(&member->shared, member->ranks->all_threads);
        leader->told = FIRESIEVE_DELAY_END;
        leader->begun = calloc(FRONTIER_TASKS_MAX, sizeof *leader->begun);
        status = leader->begun == NULL
                     ? error_set_memory(error, "the checkpoint")
                     : ledger_start(&leader->ledger, &schedule, &member->shared.search.frontier, error);
    }
    if (status == FIRESIEVE_OK && pthread_create(&member->searcher, NULL, search, member) != 0) {
        status = error_set_memory(error, "a thread");
    }
    return status;
}

/* Carries out the plan. */
static firesieve_status run(struct member *member, struct job_result *result, firesieve_error *error)
{
    exchange_open(&member->exchange);
    member->searching = clock_seconds();
    const firesieve_status status = start(member, error);
    if (status != FIRESIEVE_OK) {
        job_abort(error->message);
    }
    talk(member);
    leave(member);
    if (member->ranks->rank == 0) {
        if (leader_end(member, error) != FIRESIEVE_OK) {
            job_abort(error->message);
        }
        result->all = member->leader.all;
    }
    exchange_close(&member->exchange);
    task_pool_free(&member->pool);
    return status;
}

firesieve_status member_search(const struct ranks *ranks, const struct job *job, const firesieve_firewall *firewall,
                               const firesieve_search_options *options, struct checkpoint *checkpoint,
                               struct job_result *result, int *blamed, firesieve_error *error)
{
    struct member member = {
        .ranks = ranks,
        .job = job,
        .options = options,
        .checkpoint = checkpoint,
        .threads = ranks->threads,
        .began = clock_seconds(),
    };
    struct search *const search = &member.shared.search;
    const double earlier_s = 1e-9 * (double)job->begin.elapsed_ns;
    bool goes_on;
    firesieve_status status = plan(&member, firewall, &goes_on, blamed, error);
    search->result.earlier_s = earlier_s;
    if (status == FIRESIEVE_OK && goes_on) {
        status = run(&member, result, error);
    }
    if (status == FIRESIEVE_OK && ranks->rank == 0) {
        search->options = options;
        result_settle(search);
    }
    result->search = search->result;
    result->search.elapsed_s = clock_seconds() - member.began + earlier_s;
    shared_free(&member.shared);
    return status;
}
