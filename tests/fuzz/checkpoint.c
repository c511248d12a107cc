/*
 * The reader of checkpoints, and searches that go on from what it accepts. An input is a text, tried as it is and with
 * the checksum that it should have. What was read is written and read again, and has to be the same. A window in it is
 * searched to its end, as one of whatever plan its firewall has: what came of that is not known, but it has to come to
 * an end.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/kernel_table.h"
#include "firewall/firewall.h"
#include "fuzz.h"
#include "search/checkpoint.h"
#include "methods/request.h"
#include "search/sweep.h"

enum { RANGE = 1 << 16 };

/* What is searched. */
struct trial {
    firesieve_firewall *firewall;
    struct checkpoint_subject subject;
    uint64_t *begun[2]; /* room for the tasks of two frontiers */
};

static void require_order(const struct trial *trial, const struct frontier *frontier)
{
    const struct window_frontier *const window = &frontier->window;
    fuzz_require(frontier->reached >= trial->subject.from && frontier->reached <= trial->subject.to, "reached");
    fuzz_require(frontier->base >= trial->subject.from && frontier->base <= frontier->reached, "base");
    fuzz_require(frontier->base_count <= frontier->base - trial->subject.from, "count to the base");
    fuzz_require(frontier->count <= frontier->reached - frontier->base, "count");
    fuzz_require(frontier->first_count <= frontier->count, "first count");
    if (!frontier->in_window) {
        return;
    }
    fuzz_require(window->end > frontier->reached && window->end <= trial->subject.to, "end");
    fuzz_require(window->found >= frontier->reached && window->found <= window->end, "found");
    fuzz_require(window->next_task <= window->tasks && window->begun_count <= FRONTIER_TASKS_MAX, "tasks");
    for (size_t i = 0; i < window->begun_count; ++i) {
        fuzz_require(window->begun[i] < (i + 1 < window->begun_count ? window->begun[i + 1] : window->next_task),
                     "begun task %zu", i);
    }
}

static void require_same(const struct frontier *a, const struct frontier *b)
{
    fuzz_require(a->reached == b->reached && a->count == b->count && a->first_count == b->first_count &&
                     a->base == b->base && a->base_count == b->base_count && a->elapsed_ns == b->elapsed_ns &&
                     a->in_window == b->in_window,
                 "written and read again");
    const struct window_frontier *const v = &a->window;
    const struct window_frontier *const w = &b->window;
    fuzz_require(!a->in_window || (v->method == w->method && v->memory == w->memory && v->threads == w->threads &&
                                   v->first_look == w->first_look && v->plan == w->plan && v->end == w->end &&
                                   v->columns == w->columns && v->block_columns == w->block_columns &&
                                   v->tasks == w->tasks && v->next_task == w->next_task && v->found == w->found &&
                                   v->count == w->count && v->begun_count == w->begun_count &&
                                   memcmp(v->begun, w->begun, v->begun_count * sizeof *v->begun) == 0),
                 "window written and read again");
}

static void write_again(const struct trial *trial, const struct frontier *frontier)
{
    struct record_writer writer;
    struct frontier read = {.window.begun = trial->begun[1]};
    firesieve_error error = {0};
    fuzz_require(checkpoint_format(&trial->subject, frontier, &writer, &error) == FIRESIEVE_OK, "%s", error.message);
    fuzz_require(checkpoint_parse(writer.text, writer.size, &trial->subject, &read, &error) == FIRESIEVE_OK, "%s",
                 error.message);
    require_same(frontier, &read);
    record_writer_free(&writer);
}

static bool go_on(void *context)
{
    (void)context;
    return true;
}

/* Searches the window to its end, where the plan takes it up. */
static void sweep(const struct trial *trial, const struct plan *plan, const struct frontier *frontier)
{
    const struct sweep_goal goal = {.kind = trial->subject.goal};
    const struct sweep_team team = {.kernel = firesieve_kernel_find("scalar"), .threads = 1};
    firesieve_search_options options = firesieve_search_defaults();
    options.from = trial->subject.from;
    options.to = trial->subject.to;
    struct watch watch = watch_start(&options);
    struct window_frontier window = frontier->window;
    struct sweep_part part = {
        .from = frontier->reached, .to = window.end, .columns = plan->first_columns, .resumed = &window};
    firesieve_search_result result = {.count = frontier->count};
    firesieve_error error = {0};
    window.plan = sweep_plan_hash(plan);
    if (sweep_takes_up(plan, frontier->reached, &window)) {
        fuzz_require(sweep_run(plan, &team, &goal, &watch, &part, &result, &error) == FIRESIEVE_OK, "%s",
                     error.message);
        fuzz_require(result.outcome == FIRESIEVE_NONE || result.outcome == FIRESIEVE_FOUND, "outcome");
        fuzz_require(result.reached == (result.outcome == FIRESIEVE_NONE ? window.end : window.found) ||
                         result.reached < window.end,
                     "reached");
    }
}

static void search_window(const struct trial *trial, const struct frontier *frontier)
{
    const firesieve_method method = frontier->window.method;
    const struct plan_request request = {
        .goal = trial->subject.goal,
        .go_on = {go_on, NULL},
        .method = method_is_oracle(method) ? FIRESIEVE_METHOD_AUTO : method,
        .from = trial->subject.from,
        .to = trial->subject.to,
        .threads = 1,
        .memory = 1 << 20,
    };
    struct plan plan;
    firesieve_error error = {0};
    fuzz_require(plan_make(&plan, trial->firewall, &request, &error) == FIRESIEVE_OK, "%s", error.message);
    if (plan.blocked == NULL) {
        sweep(trial, &plan, frontier);
    }
    plan_free(&plan);
}

static void try_text(const struct trial *trial, const char *text, size_t size)
{
    struct frontier frontier = {.window.begun = trial->begun[0]};
    firesieve_error error = {0};
    const firesieve_status status = checkpoint_parse(text, size, &trial->subject, &frontier, &error);
    if (status != FIRESIEVE_OK) {
        fuzz_require(status == FIRESIEVE_ERROR_RECORD && error.line > 0 && error.column > 0, "%s", error.message);
        return;
    }
    require_order(trial, &frontier);
    write_again(trial, &frontier);
    if (frontier.in_window) {
        search_window(trial, &frontier);
    }
}

static void try_both(struct trial *trial, enum search_goal goal, const char *text, size_t size)
{
    trial->subject = (struct checkpoint_subject){
        .firewall = trial->firewall, .fingerprint = fingerprint_of(trial->firewall), .goal = goal, .to = RANGE};
    try_text(trial, text, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const firesieve_layer layers[] = {{0, 3},   {1, 2},   {4, 4},   {6, 4},  {8, 12},
                                             {16, 14}, {28, 18}, {38, 20}, {56, 24}};
    struct trial trial = {
        .begun = {calloc(FRONTIER_TASKS_MAX, sizeof **trial.begun), calloc(FRONTIER_TASKS_MAX, sizeof **trial.begun)}};
    firesieve_error error = {0};
    fuzz_require(firesieve_firewall_build(layers, sizeof layers / sizeof *layers, &trial.firewall, &error) ==
                     FIRESIEVE_OK,
                 "%s", error.message);
    fuzz_require(trial.begun[0] != NULL && trial.begun[1] != NULL, "no memory");
    size_t sealed_size;
    char *const text = fuzz_copy(data, size);
    char *const sealed = fuzz_seal(data, size, &sealed_size);
    try_both(&trial, GOAL_SMALLEST, text, size);
    try_both(&trial, GOAL_SMALLEST, sealed, sealed_size);
    try_both(&trial, GOAL_COUNT, sealed, sealed_size);
    free(sealed);
    free(text);
    free(trial.begun[0]);
    free(trial.begun[1]);
    firesieve_firewall_free(trial.firewall);
    return 0;
}
