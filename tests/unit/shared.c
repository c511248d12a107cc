/*
 * Searches shared by several processes, simulated in one: each has its own plan, pool and threads, and the test carries
 * runs of tasks and reports between them like a network, in any order.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/delay.h"
#include "firewall/firewall.h"
#include "firewalls.h"
#include "methods/plan.h"
#include "search/checkpoint.h"
#include "sharing/shared.h"
#include "shapes.h"
#include "support/kernels.h"

enum { PROCESSES_MAX = 4, REPORTS = 64, STEPS_MAX = 300 };

struct process {
    struct shared shared;
    struct task_pool pool;
    pthread_t searcher;
    unsigned threads;
    unsigned all_threads;
    firesieve_status status;
};

struct cluster {
    struct process processes[PROCESSES_MAX];
    size_t count;
    uint64_t counter;
    const struct process *lost; /* its reports are lost; or NULL */
    struct random_state random;
    struct ledger ledger;
};

static void *work(void *context)
{
    struct process *const process = context;
    firesieve_error error;
    process->status = shared_work(&process->shared, &process->pool, process->threads, process->all_threads, &error);
    return NULL;
}

/* Starts a process at a frontier, with its plan if it has one. */
static void start(struct process *process, const firesieve_firewall *firewall, const firesieve_search_options *options,
                  enum search_goal goal, const struct frontier *begin)
{
    struct frontier own = *begin;
    firesieve_error error = {0};
    own.recipe = (struct recipe){.form = NULL};
    cr_assert(begin->recipe.form == NULL || recipe_copy(&own.recipe, &begin->recipe));
    cr_assert(shared_start(&process->shared, firewall, options, goal, &own, &error) == FIRESIEVE_OK, "%s",
              error.message);
}

/* The first process chooses the plan, and the others get it. */
static void plan_all(struct cluster *cluster, const firesieve_firewall *firewall,
                     const firesieve_search_options *options, enum search_goal goal, const struct frontier *begin)
{
    firesieve_error error = {0};
    const struct frontier *const chosen = &cluster->processes[0].shared.search.frontier;
    for (size_t i = 0; i < cluster->count; ++i) {
        struct process *const process = &cluster->processes[i];
        process->threads = 1 + (unsigned)(i % 2);
        process->all_threads = (unsigned)(cluster->count + cluster->count / 2);
        start(process, firewall, options, goal, i == 0 ? begin : chosen);
        if (i == 0) {
            cr_assert(shared_choose(&process->shared, &error) == FIRESIEVE_OK, "%s", error.message);
        }
        cr_assert(shared_build(&process->shared, &process->threads, &error) == FIRESIEVE_OK, "%s", error.message);
    }
}

static void start_all(struct cluster *cluster)
{
    firesieve_error error;
    for (size_t i = 0; i < cluster->count; ++i) {
        struct process *const process = &cluster->processes[i];
        cr_assert(task_pool_start(&process->pool, process->threads, false, &error) == FIRESIEVE_OK);
        cr_assert(pthread_create(&process->searcher, NULL, work, process) == 0);
    }
}

/* Gives a process tasks if it wants some, and books its reports in the ledger. */
static void talk_to(struct cluster *cluster, struct process *process)
{
    enum { RUN_MAX = 5 };
    struct task_report reports[REPORTS];
    firesieve_error error;
    firesieve_delay found;
    if (task_pool_wants_run(&process->pool, coin(&cluster->random, 2))) {
        const uint64_t first = cluster->counter;
        cluster->counter += random_between(&cluster->random, 1, RUN_MAX);
        task_pool_put(&process->pool, (struct task_run){first, cluster->counter});
    }
    if (process == cluster->lost) {
        return;
    }
    const size_t count =
        task_pool_collect(&process->pool, reports, random_between(&cluster->random, 1, REPORTS), &found);
    ledger_tell(&cluster->ledger, found);
    for (size_t i = 0; i < count; ++i) {
        cr_assert(ledger_book(&cluster->ledger, &reports[i], &error) == FIRESIEVE_OK);
    }
    if (coin(&cluster->random, 2)) {
        task_pool_tell(&process->pool, cluster->ledger.found); /* some learn of finds late */
    }
}

/* Until the answer is certain (true: it is in *result), or processes have been served this number of times. */
static bool talk(struct cluster *cluster, uint64_t times, firesieve_search_result *result)
{
    struct shared *const first = &cluster->processes[0].shared;
    for (uint64_t i = 0; ledger_standing(&cluster->ledger) == LEDGER_OPEN; ++i) {
        struct process *const process = &cluster->processes[random_between(&cluster->random, 0, cluster->count - 1)];
        if (i == times) {
            return false;
        }
        cluster->lost = times < UINT64_MAX ? &cluster->processes[0] : NULL; /* a run that stops early loses a process */
        talk_to(cluster, process);
        task_pool_wait(&process->pool, 20e-6);
    }
    result_of_ledger(&first->search, &cluster->ledger, first->last.reason);
    first->search.result.count += first->search.frontier.base_count;
    result_settle(&first->search);
    *result = first->search.result;
    return true;
}

static void stop_all(struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->count; ++i) {
        task_pool_end(&cluster->processes[i].pool);
    }
    for (size_t i = 0; i < cluster->count; ++i) {
        struct process *const process = &cluster->processes[i];
        cr_assert(pthread_join(process->searcher, NULL) == 0);
        cr_expect(process->status == FIRESIEVE_OK);
        task_pool_free(&process->pool);
    }
}

/* One run of this number of processes from *frontier on; returns whether it finished. If not, advances *frontier. */
static bool run_cluster(const firesieve_firewall *firewall, const firesieve_search_options *options,
                        enum search_goal goal, size_t processes, uint64_t times, struct random_state *random,
                        struct frontier *frontier, firesieve_search_result *result)
{
    static struct cluster cluster;
    static uint64_t begun[FRONTIER_TASKS_MAX]; /* of the start, while the frontier advances */
    firesieve_error error;
    cluster = (struct cluster){.count = processes, .random = *random};
    random_next(random);
    memcpy(begun, frontier->window.begun, sizeof begun);
    struct frontier begin = *frontier;
    struct shared *const first = &cluster.processes[0].shared;
    begin.window.begun = begun;
    plan_all(&cluster, firewall, options, goal, &begin);
    bool complete = !first->planned;
    if (complete) {
        result_settle(&first->search);
        *result = first->search.result;
    } else {
        const struct schedule schedule = shared_schedule(first, cluster.processes[0].all_threads);
        recipe_free(&frontier->recipe);
        cr_assert(recipe_copy(&frontier->recipe, &first->search.frontier.recipe));
        frontier->until = first->search.frontier.until;
        cr_assert(ledger_start(&cluster.ledger, &schedule, &first->search.frontier, &error) == FIRESIEVE_OK);
        start_all(&cluster);
        complete = talk(&cluster, times, result);
        stop_all(&cluster);
        ledger_take_down(&cluster.ledger, frontier);
        ledger_free(&cluster.ledger);
    }
    for (size_t i = 0; i < processes; ++i) {
        shared_free(&cluster.processes[i].shared);
    }
    return complete;
}

static void expect_same(const firesieve_search_result *shared, const firesieve_search_result *alone,
                        enum search_goal goal, const char *what)
{
    cr_expect(shared->outcome == alone->outcome, "%s: outcome %d, alone %d", what, shared->outcome, alone->outcome);
    cr_expect(goal != GOAL_SMALLEST || shared->delay == alone->delay, "%s: %s, alone %s", what, SHOW(shared->delay),
              SHOW(alone->delay));
    cr_expect(goal != GOAL_COUNT || shared->count == alone->count, "%s: %s, alone %s", what, SHOW(shared->count),
              SHOW(alone->count));
    cr_expect(shared->outcome != FIRESIEVE_NONE || shared->reason != NULL, "%s: no reason", what);
}

/* Compares searches that are stopped `stops` times with those of one process. */
static void compare(const firesieve_firewall *firewall, const firesieve_search_options *options, uint64_t seed,
                    unsigned stops, const char *what)
{
    static uint64_t begun[2][FRONTIER_TASKS_MAX];
    struct random_state random = {seed};
    for (enum search_goal goal = GOAL_SMALLEST; goal <= GOAL_COUNT; ++goal) {
        firesieve_search_result alone;
        firesieve_search_result shared = {0};
        struct frontier frontier = frontier_at(options->from, begun[0]);
        firesieve_error error = {0};
        const firesieve_status status = goal == GOAL_SMALLEST ? firesieve_solve(firewall, options, &alone, &error)
                                                              : firesieve_count(firewall, options, &alone, &error);
        cr_assert(status == FIRESIEVE_OK, "%s: %s", what, error.message);
        for (unsigned i = 0; i <= stops; ++i) {
            const size_t processes = random_between(&random, 1, PROCESSES_MAX);
            const uint64_t times = i == stops ? UINT64_MAX : random_between(&random, 1, STEPS_MAX);
            if (run_cluster(firewall, options, goal, processes, times, &random, &frontier, &shared)) {
                break;
            }
            /* The next run begins with a frontier that was written as text and parsed. */
            const struct checkpoint_subject subject = {.firewall = firewall,
                                                       .fingerprint = fingerprint_of(firewall),
                                                       .goal = goal,
                                                       .from = options->from,
                                                       .to = options->to};
            struct record_writer writer;
            struct frontier read = frontier_at(0, begun[1]);
            cr_assert(checkpoint_format(&subject, &frontier, &writer, &error) == FIRESIEVE_OK);
            cr_assert(checkpoint_parse(writer.text, writer.size, &subject, &read, &error) == FIRESIEVE_OK, "%s: %s\n%s",
                      what, error.message, writer.text);
            record_writer_free(&writer);
            recipe_free(&frontier.recipe);
            memcpy(begun[0], begun[1], sizeof begun[0]);
            frontier = read;
            frontier.window.begun = begun[0];
        }
        expect_same(&shared, &alone, goal, what);
        /* A finished search finishes again. */
        run_cluster(firewall, options, goal, 2, UINT64_MAX, &random, &frontier, &shared);
        expect_same(&shared, &alone, goal, what);
        recipe_free(&frontier.recipe);
    }
}

static firesieve_search_options options_of(firesieve_method method, firesieve_delay from, firesieve_delay to)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = method;
    options.threads = 2;
    options.memory = 64 << 20;
    options.from = from;
    options.to = to;
    return options;
}

static const firesieve_method sieves[] = {FIRESIEVE_METHOD_AUTO, FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL,
                                          FIRESIEVE_METHOD_FOCUS};

ParameterizedTestParameters(shared, random_firewalls_as_one_process)
{
    return every_shape();
}

ParameterizedTest(const size_t *index, shared, random_firewalls_as_one_process)
{
    enum { CASES = 6 };
    static struct draft draft;
    for (uint64_t seed = 0; seed < CASES; ++seed) {
        draft_start(&draft, seed);
        firesieve_firewall *const firewall = draft_firewall(&draft, &shapes[*index]);
        const firesieve_method method = sieves[seed % COUNT_OF(sieves)];
        const firesieve_search_options options =
            options_of(method, draft.from, delay_add_saturated(draft.from, DRAFT_DELAYS));
        compare(firewall, &options, seed, (unsigned)(seed % 3), shapes[*index].name);
        firesieve_firewall_free(firewall);
    }
}

ParameterizedTestParameters(shared, families_as_one_process)
{
    return every_family();
}

ParameterizedTest(const firesieve_family *family, shared, families_as_one_process)
{
    enum { CASES = 4 };
    for (uint64_t seed = 0; seed < CASES; ++seed) {
        struct random_state random = {seed};
        firesieve_generate_options drawn;
        firesieve_firewall *const firewall = draw_from_family(&random, *family, &drawn);
        const firesieve_search_options options = options_of(FIRESIEVE_METHOD_AUTO, 0, 1 << 22);
        compare(firewall, &options, seed, 2, firesieve_family_name(*family));
        firesieve_firewall_free(firewall);
    }
}

/* Long enough for many windows and tasks; of the tuplets, thousands are safe in each. */
Test(shared, long_searches_as_one_process)
{
    enum { SEEDS = 5 };
    static const struct {
        firesieve_family family;
        firesieve_method method;
        uint64_t k;
        uint64_t to;
    } rows[] = {
        {FIRESIEVE_FAMILY_TUPLET, FIRESIEVE_METHOD_SCAN, 0, UINT64_C(400000000)},
        {FIRESIEVE_FAMILY_TUPLET, FIRESIEVE_METHOD_WHEEL, 0, UINT64_C(400000000)},
        {FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, FIRESIEVE_METHOD_WHEEL, 61, UINT64_C(4000000000)},
        {FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, FIRESIEVE_METHOD_SCAN, 61, UINT64_C(300000000)},
        {FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, FIRESIEVE_METHOD_FOCUS, 61, UINT64_C(50000000000)},
        {FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, FIRESIEVE_METHOD_FOCUS, 120, UINT64_C(300000000000000)},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        firesieve_generate_options generate = firesieve_generate_defaults(rows[i].family);
        generate.k = rows[i].k;
        firesieve_firewall *const firewall = generate_firewall(rows[i].family, &generate);
        const firesieve_search_options options = options_of(rows[i].method, 0, rows[i].to);
        for (uint64_t seed = 0; seed < SEEDS; ++seed) {
            compare(firewall, &options, seed, 4, firesieve_family_name(rows[i].family));
        }
        firesieve_firewall_free(firewall);
    }
}

/* A count over many cycles, and one process that resumes the checkpoint of several. */
Test(shared, counts_of_many_cycles_as_one_process)
{
    firesieve_firewall *const firewall = parse_firewall("0: 3\n1: 2\n4: 4\n6: 4\n9: 18\n11: 1025\n17: 3001\n");
    for (uint64_t seed = 0; seed < 8; ++seed) {
        const firesieve_search_options options =
            options_of(sieves[seed % COUNT_OF(sieves)], 5 * seed, FIRESIEVE_DELAY_END - seed);
        compare(firewall, &options, seed, (unsigned)(seed % 4), "cycles");
    }
    firesieve_firewall_free(firewall);
}

static firesieve_firewall *erdos_selfridge(uint64_t k)
{
    firesieve_generate_options generate = firesieve_generate_defaults(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE);
    generate.k = k;
    return generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &generate);
}

/* The frontier of a search of two processes that was stopped in the middle of a window. */
static struct frontier stop_in_a_window(const firesieve_firewall *firewall, const firesieve_search_options *options)
{
    static uint64_t begun[FRONTIER_TASKS_MAX];
    struct frontier frontier = frontier_at(0, begun);
    struct random_state random = {1};
    firesieve_search_result result;
    for (uint64_t times = STEPS_MAX; !frontier.in_window; times *= 2) {
        cr_assert(!run_cluster(firewall, options, GOAL_SMALLEST, 2, times, &random, &frontier, &result));
    }
    return frontier;
}

/* A process that waits for tasks when the search is over does not open all windows up to 2^127. */
Test(shared, a_search_without_tasks_ends_when_it_is_over, .timeout = 200)
{
    static struct cluster cluster;
    static uint64_t begun[FRONTIER_TASKS_MAX];
    firesieve_firewall *const firewall = erdos_selfridge(250);
    const firesieve_search_options options = options_of(FIRESIEVE_METHOD_AUTO, 0, FIRESIEVE_DELAY_END);
    const struct frontier begin = frontier_at(0, begun);
    cluster = (struct cluster){.count = 2};
    plan_all(&cluster, firewall, &options, GOAL_SMALLEST, &begin);
    start_all(&cluster);
    stop_all(&cluster);
    for (size_t i = 0; i < cluster.count; ++i) {
        shared_free(&cluster.processes[i].shared);
    }
    firesieve_firewall_free(firewall);
}

/* A window is resumed with the plan that it was begun with, even if another would be chosen now. */
Test(shared, a_window_is_resumed_with_less_memory)
{
    static struct process process;
    firesieve_error error;
    firesieve_firewall *const firewall = erdos_selfridge(280);
    firesieve_search_options options = options_of(FIRESIEVE_METHOD_AUTO, 0, FIRESIEVE_DELAY_END);
    options.memory = (uint64_t)2 << 30;
    struct frontier frontier = stop_in_a_window(firewall, &options);
    options.memory = (uint64_t)1 << 20;
    start(&process, firewall, &options, GOAL_SMALLEST, &frontier);
    cr_assert(shared_choose(&process.shared, &error) == FIRESIEVE_OK);
    cr_assert(shared_build(&process.shared, &process.threads, &error) == FIRESIEVE_OK);
    cr_expect(process.shared.search.frontier.in_window && process.shared.planned);
    cr_expect(recipe_same(&process.shared.plan.recipe, &frontier.recipe));
    shared_free(&process.shared);
    recipe_free(&frontier.recipe);
    firesieve_firewall_free(firewall);
}

/* If the available memory is given, a window is resumed with fewer threads, or not at all. */
Test(shared, a_window_keeps_to_the_available_memory)
{
    static struct process process;
    firesieve_firewall *const firewall = erdos_selfridge(280);
    firesieve_search_options options = options_of(FIRESIEVE_METHOD_AUTO, 0, FIRESIEVE_DELAY_END);
    struct frontier frontier = stop_in_a_window(firewall, &options);
    firesieve_error error = {0};
    start(&process, firewall, &options, GOAL_SMALLEST, &frontier);
    process.threads = 1;
    cr_assert(shared_choose(&process.shared, &error) == FIRESIEVE_OK);
    cr_assert(shared_build(&process.shared, &process.threads, &error) == FIRESIEVE_OK);
    const struct plan *const plan = &process.shared.plan;
    const uint64_t tables = (uint64_t)plan->method->bytes(process.shared.search.reduced, &plan->recipe) + 1;
    const uint64_t each = plan->method->thread_bytes(plan->tables);
    shared_free(&process.shared);
    const struct {
        uint64_t memory;
        unsigned threads; /* of 4; 0: refused */
    } cases[] = {{0, 4}, {1000, 0}, {tables, 0}, {tables + each, 1}, {tables + 3 * each, 3}, {tables + 9 * each, 4}};
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        start(&process, firewall, &options, GOAL_SMALLEST, &frontier);
        process.threads = 4;
        process.shared.memory = cases[i].memory;
        cr_assert(shared_choose(&process.shared, &error) == FIRESIEVE_OK);
        const firesieve_status status = shared_build(&process.shared, &process.threads, &error);
        cr_expect(status == (cases[i].threads == 0 ? FIRESIEVE_ERROR_ARGUMENT : FIRESIEVE_OK), "%zu: %s", i,
                  error.message);
        cr_expect(status != FIRESIEVE_OK || process.threads == cases[i].threads, "%zu: %u threads", i, process.threads);
        shared_free(&process.shared);
    }
    recipe_free(&frontier.recipe);
    firesieve_firewall_free(firewall);
}

/* A given plan replaces that of a checkpoint, but not in the middle of a window. */
Test(shared, a_given_plan_replaces_others)
{
    static struct process process;
    firesieve_error error = {0};
    firesieve_firewall *const firewall = erdos_selfridge(280);
    firesieve_search_options options = options_of(FIRESIEVE_METHOD_WHEEL, 0, FIRESIEVE_DELAY_END);
    firesieve_plan *plan = NULL;
    cr_assert(firesieve_plan_choose(firewall, &options, &plan, &error) == FIRESIEVE_OK, "%s", error.message);
    options.method = FIRESIEVE_METHOD_AUTO;
    struct frontier frontier = stop_in_a_window(firewall, &options);
    cr_assert(frontier.recipe.form->method == FIRESIEVE_METHOD_FOCUS);
    options.plan = plan;
    start(&process, firewall, &options, GOAL_SMALLEST, &frontier);
    cr_expect(shared_choose(&process.shared, &error) == FIRESIEVE_ERROR_ARGUMENT);
    cr_expect(strstr(error.message, "in the middle of a window of another plan") != NULL, "%s", error.message);
    shared_free(&process.shared);
    frontier.in_window = false;
    start(&process, firewall, &options, GOAL_SMALLEST, &frontier);
    cr_assert(shared_choose(&process.shared, &error) == FIRESIEVE_OK, "%s", error.message);
    cr_expect(recipe_same(&process.shared.search.frontier.recipe, &plan->recipe));
    shared_free(&process.shared);
    recipe_free(&frontier.recipe);
    firesieve_plan_free(plan);
    firesieve_firewall_free(firewall);
}

static bool stop_once(const firesieve_progress *progress, void *context)
{
    unsigned *const asked = context;
    (void)progress;
    return (*asked)++ > 0;
}

/* A progress function that stops the search is not called again, and no plan is chosen or built. */
Test(shared, planning_stops_at_the_first_no)
{
    static struct process process;
    static uint64_t begun[FRONTIER_TASKS_MAX];
    unsigned asked = 0;
    firesieve_error error;
    firesieve_firewall *const firewall = erdos_selfridge(280);
    firesieve_search_options options = options_of(FIRESIEVE_METHOD_AUTO, 0, FIRESIEVE_DELAY_END);
    const struct frontier begin = frontier_at(0, begun);
    options.progress = stop_once;
    options.progress_context = &asked;
    start(&process, firewall, &options, GOAL_SMALLEST, &begin);
    cr_assert(shared_choose(&process.shared, &error) == FIRESIEVE_OK);
    cr_assert(shared_build(&process.shared, &process.threads, &error) == FIRESIEVE_OK);
    cr_expect(asked == 1 && process.shared.stopped && !process.shared.planned, "asked %u times", asked);
    shared_free(&process.shared);
    firesieve_firewall_free(firewall);
}

Test(shared, blocked_firewalls_need_no_search)
{
    firesieve_firewall *const firewall = parse_firewall("0: 2\n1: 2\n");
    const firesieve_search_options options = options_of(FIRESIEVE_METHOD_AUTO, 0, FIRESIEVE_DELAY_END);
    compare(firewall, &options, 0, 0, "blocked");
    firesieve_firewall_free(firewall);
}

Test(shared, oracles_are_refused)
{
    struct shared shared;
    firesieve_error error = {0};
    struct frontier begin = frontier_at(0, NULL);
    firesieve_firewall *const firewall = parse_firewall("0: 3\n");
    const firesieve_search_options options = options_of(FIRESIEVE_METHOD_SIMULATE, 0, 100);
    cr_expect(shared_start(&shared, firewall, &options, GOAL_SMALLEST, &begin, &error) == FIRESIEVE_ERROR_ARGUMENT);
    cr_expect_str_eq(error.message, "an oracle searches alone");
    shared_free(&shared);
    firesieve_firewall_free(firewall);
}
