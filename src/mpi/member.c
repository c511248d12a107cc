#include "mpi/member.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "mpi/leader.h"
#include "sharing/shared.h"

struct member {
    const struct ranks *ranks;
    const struct job *job;
    const firesieve_search_options *options;
    firesieve_search_options planning; /* the same, with the time limit in their progress function */
    struct shared shared;
    struct leader leader; /* rank 0 */
    struct exchange exchange;
    struct task_pool pool;
    unsigned threads; /* of this rank: its own, or as many as there is memory for */
    double began;     /* to plan */
    double searching; /* began to search */
    double next_report;

    pthread_t searcher;
    double searched_at; /* when it had nothing to do any more */
    firesieve_error error;
    firesieve_status status; /* of the searcher; once it has ended */
    atomic_bool searched;

    bool late;           /* the time limit came while it planned */
    bool over;           /* the others: told to stop */
    unsigned told_finds; /* of the pool's finds, those that rank 0 knows of */
};

/* ---- Planning --------------------------------------------------------------------------------------------- */

/* What every rank knows of the others once all have planned. */
struct agreement {
    bool failed; /* one of them */
    int blamed;  /* the first that failed */
    bool stopped;
    unsigned threads; /* of all */
};

static struct agreement agree(const struct member *member, firesieve_status status)
{
    enum { FAILED, STOPPED, NUMBERS };
    const struct ranks *const ranks = member->ranks;
    const uint64_t mine[NUMBERS] = {
        [FAILED] = status == FIRESIEVE_OK ? 0 : (uint64_t)(ranks->size - ranks->rank),
        [STOPPED] = member->shared.stopped,
    };
    uint64_t most[NUMBERS];
    unsigned threads;
    MPI_Allreduce(mine, most, NUMBERS, MPI_UINT64_T, MPI_MAX, MPI_COMM_WORLD);
    MPI_Allreduce(&member->threads, &threads, 1, MPI_UNSIGNED, MPI_SUM, MPI_COMM_WORLD);
    return (struct agreement){
        .failed = most[FAILED] != 0,
        .blamed = ranks->size - (int)most[FAILED],
        .stopped = most[STOPPED] != 0,
        .threads = threads,
    };
}

/* While it plans: as the caller says, and until the time is over. */
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
        recipe_free(&shared->search.frontier.recipe); /* the others hear that there is none */
    }
    firesieve_error own;
    const firesieve_status told = job_share_plan(rank, &shared->search.frontier, &shared->search.planned, &own);
    if (status == FIRESIEVE_OK && told != FIRESIEVE_OK) {
        *error = own;
        status = told;
    }
    return status == FIRESIEVE_OK ? shared_build(shared, &member->threads, error) : status;
}

/* Plans, and agrees with the others. *goes_on: there is something to search; otherwise the result says how it ended. */
static firesieve_status plan(struct member *member, const firesieve_firewall *firewall, bool *goes_on, int *blamed,
                             firesieve_error *error)
{
    struct search *const search = &member->shared.search;
    const firesieve_status status = make_plan(member, firewall, error);
    const struct agreement agreement = agree(member, status);
    *blamed = agreement.failed ? agreement.blamed : 0;
    *goes_on = false;
    search->result.threads = agreement.threads;
    if (status != FIRESIEVE_OK || agreement.failed) {
        return status != FIRESIEVE_OK ? status : FIRESIEVE_ERROR_MEMORY;
    }
    if (agreement.stopped) {
        result_ended(search, search->watch.to, search->frontier.reached);
        search->result.outcome = member->late ? FIRESIEVE_LIMIT : FIRESIEVE_CANCELLED;
        return FIRESIEVE_OK;
    }
    *goes_on = member->shared.planned;
    return FIRESIEVE_OK;
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

/* Who cannot go on ends the job: the others would wait for its tasks. The checkpoint has what was done before. */
static void end_job(const struct member *member, const firesieve_error *error)
{
    fprintf(stderr, "firesieve-mpi: error: rank %d: %s\n", member->ranks->rank, error->message);
    MPI_Abort(MPI_COMM_WORLD, 2);
}

/* What a rank takes at once should keep it so long: many times what taking it takes, and far less than a search. */
static double run_seconds(const struct member *member)
{
    static const double least_s = 0.05;
    static const double a_rank_s = 50e-6; /* the counter serves one rank after the other */
    return fmax(least_s, a_rank_s * member->ranks->size);
}

/* Puts a run into the pool, where it wants one; while tasks are short, before anybody has to wait for it. */
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

/* Reports what is done when it is time, and finds at once. */
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
    while ((message = exchange_receive(&member->exchange, &content)) != EXCHANGE_NOTHING) {
        if (message == EXCHANGE_FOUND) {
            task_pool_tell(&member->pool, content.found);
        } else {
            task_pool_end(&member->pool);
            member->over = true;
        }
    }
    member->options->progress(&(firesieve_progress){0}, member->options->progress_context);
}

static bool is_over(const struct member *member)
{
    return member->ranks->rank == 0 ? leader_is_done(&member->leader) : member->over;
}

/* Talks to the others until it is over. */
static void talk(struct member *member)
{
    static const double wait_s[] = {0.0002, 0.001}; /* rank 0 has to be there for the others' counter */
    firesieve_error error;
    while (!is_over(member)) {
        if (atomic_load(&member->searched) && member->status != FIRESIEVE_OK) {
            end_job(member, &member->error);
        }
        if (!atomic_load(&member->pool.over)) {
            supply(member);
        }
        if (member->ranks->rank != 0) {
            follow(member);
        } else if (leader_step(&member->leader, &error) != FIRESIEVE_OK) {
            end_job(member, &error);
        }
        task_pool_wait(&member->pool, wait_s[member->ranks->rank != 0]);
    }
}

/* Waits for the searcher, which may be in the midst of a long call, and says what is left to say. */
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

static firesieve_status start(struct member *member, struct checkpoint *checkpoint, firesieve_error *error)
{
    firesieve_status status = task_pool_start(&member->pool, member->threads, false, error);
    if (status == FIRESIEVE_OK && member->ranks->rank == 0) {
        member->leader = (struct leader){
            .job = member->job,
            .shared = &member->shared,
            .options = member->options,
            .exchange = &member->exchange,
            .pool = &member->pool,
            .checkpoint = checkpoint,
            .began = member->began,
        };
        status = leader_start(&member->leader, member->ranks->all_threads, error);
    }
    if (status == FIRESIEVE_OK && pthread_create(&member->searcher, NULL, search, member) != 0) {
        status = error_set_memory(error, "a thread");
    }
    return status;
}

/* Searches what has been planned. */
static firesieve_status run(struct member *member, struct checkpoint *checkpoint, struct job_result *result,
                            firesieve_error *error)
{
    exchange_open(&member->exchange);
    member->searching = clock_seconds();
    const firesieve_status status = start(member, checkpoint, error);
    if (status != FIRESIEVE_OK) {
        end_job(member, error);
    }
    talk(member);
    leave(member);
    if (member->ranks->rank == 0) {
        if (leader_end(&member->leader, error) != FIRESIEVE_OK) {
            end_job(member, error);
        }
        result->all = member->leader.all;
        leader_free(&member->leader);
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
        .ranks = ranks, .job = job, .options = options, .threads = ranks->threads, .began = clock_seconds()};
    struct search *const search = &member.shared.search;
    const double earlier_s = 1e-9 * (double)job->begin.elapsed_ns;
    bool goes_on;
    firesieve_status status = plan(&member, firewall, &goes_on, blamed, error);
    search->result.earlier_s = earlier_s;
    if (status == FIRESIEVE_OK && goes_on) {
        status = run(&member, checkpoint, result, error);
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
