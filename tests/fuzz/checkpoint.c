/*
 * The reader of checkpoints, and searches that resume from what it accepts. An input is a text, tried as it is and with
 * the correct checksum, for layers and for residues. What was read is written and read again, and must be the same. A
 * window in it is searched to its end by the plan in the text: the result is unknown, but the search must end.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/kernel_table.h"
#include "firewall/firewall.h"
#include "fuzz.h"
#include "search/checkpoint.h"
#include "search/search.h"

enum { RANGE = 1 << 16 };

/* The search. */
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
    const struct window_shape *const shape = &window->shape;
    fuzz_require(frontier->recipe.form != NULL, "plan");
    fuzz_require(shape->end > frontier->reached && shape->end <= trial->subject.to, "end");
    fuzz_require(window->found >= frontier->reached && window->found <= shape->end, "found");
    fuzz_require(window->next_task <= shape->tasks && window->begun_count <= FRONTIER_TASKS_MAX, "tasks");
    for (size_t i = 0; i < window->begun_count; ++i) {
        fuzz_require(window->begun[i] < (i + 1 < window->begun_count ? window->begun[i + 1] : window->next_task),
                     "begun task %zu", i);
    }
}

static void require_same(const struct frontier *a, const struct frontier *b)
{
    fuzz_require(a->reached == b->reached && a->count == b->count && a->first_count == b->first_count &&
                     a->base == b->base && a->base_count == b->base_count && a->elapsed_ns == b->elapsed_ns &&
                     a->in_window == b->in_window && a->until == b->until && recipe_same(&a->recipe, &b->recipe),
                 "written and read again");
    const struct window_frontier *const v = &a->window;
    const struct window_frontier *const w = &b->window;
    fuzz_require(!a->in_window ||
                     (v->shape.begin == w->shape.begin && v->shape.end == w->shape.end &&
                      v->shape.columns == w->shape.columns && v->shape.block_columns == w->shape.block_columns &&
                      v->shape.tasks == w->shape.tasks && v->next_task == w->next_task && v->found == w->found &&
                      v->count == w->count && v->begun_count == w->begun_count &&
                      memcmp(v->begun, w->begun, v->begun_count * sizeof *v->begun) == 0),
                 "window written and read again");
}

static void write_again(const struct trial *trial, const struct frontier *frontier)
{
    struct record_writer writer;
    struct frontier read = frontier_at(0, trial->begun[1]);
    firesieve_error error = {0};
    fuzz_require(checkpoint_format(&trial->subject, frontier, &writer, &error) == FIRESIEVE_OK, "%s", error.message);
    fuzz_require(checkpoint_parse(writer.text, writer.size, &trial->subject, &read, &error) == FIRESIEVE_OK, "%s",
                 error.message);
    require_same(frontier, &read);
    recipe_free(&read.recipe);
    record_writer_free(&writer);
}

/* Searches to the end of the window, from the state in the checkpoint. */
static void search_window(const struct trial *trial, const struct plan *plan, const struct frontier *frontier)
{
    const firesieve_delay end = frontier->window.shape.end;
    struct watch watch = {.deadline = INFINITY};
    struct task_pool pool;
    struct team team = {
        .plan = plan,
        .goal = trial->subject.goal,
        .kernel = firesieve_kernel_find("scalar"),
        .threads = 1,
        .pool = &pool,
        .watch = &watch,
    };
    struct ledger ledger;
    firesieve_error error = {0};
    const struct schedule schedule = {
        .plan = plan,
        .request = {.begin = frontier->reached, .goal = team.goal, .threads = 1},
        .resumed = frontier->in_window ? &frontier->window : NULL,
        .middle = end,
        .end = end,
    };
    fuzz_require(team_start(&team, &error) == FIRESIEVE_OK, "%s", error.message);
    fuzz_require(task_pool_start(&pool, 1, true, &error) == FIRESIEVE_OK, "%s", error.message);
    fuzz_require(ledger_start(&ledger, &schedule, frontier, &error) == FIRESIEVE_OK, "%s", error.message);
    if (ledger_standing(&ledger) == LEDGER_OPEN) {
        const struct scheduled window = *ledger_window(&ledger);
        task_pool_put(&pool, window.numbers);
        fuzz_require(team_search(&team, &window, 1) == WINDOW_DONE, "the window is done");
        fuzz_require(ledger_collect(&ledger, &pool, &error) == FIRESIEVE_OK, "%s", error.message);
    }
    fuzz_require(ledger_standing(&ledger) != LEDGER_OPEN, "the search is done");
    team_free(&team);
    task_pool_free(&pool);
    ledger_free(&ledger);
}

/* If the plan suits the firewall and is small, builds it and searches by it. */
static void try_plan(const struct trial *trial, const struct frontier *frontier)
{
    static const double bytes_max = 1 << 24;
    static const struct go_on always = {NULL, NULL};
    const struct method *const method = method_of_recipe(&frontier->recipe);
    const struct reduced *reduced;
    struct plan plan;
    firesieve_error error = {0};
    fuzz_require(reduced_of(trial->firewall, always, &reduced, &error) == FIRESIEVE_OK, "%s", error.message);
    if (method->check(reduced, &frontier->recipe, &error) != FIRESIEVE_OK) {
        fuzz_require(error.message[0] != '\0', "a message");
        return;
    }
    if (method->bytes(reduced, &frontier->recipe) > bytes_max) {
        return;
    }
    fuzz_require(plan_of_recipe(&plan, &frontier->recipe, frontier->until, &error) == FIRESIEVE_OK &&
                     plan_build(&plan, reduced, always, NULL, &error) == FIRESIEVE_OK,
                 "%s", error.message);
    if (plan.built == BUILT && frontier->in_window && method->takes(plan.tables, &frontier->window.shape)) {
        search_window(trial, &plan, frontier);
    }
    plan_free(&plan);
}

static void try_text(const struct trial *trial, const char *text, size_t size)
{
    struct frontier frontier = frontier_at(0, trial->begun[0]);
    firesieve_error error = {0};
    const firesieve_status status = checkpoint_parse(text, size, &trial->subject, &frontier, &error);
    if (status != FIRESIEVE_OK) {
        fuzz_require(status == FIRESIEVE_ERROR_RECORD && error.line > 0 && error.column > 0, "%s", error.message);
        return;
    }
    require_order(trial, &frontier);
    write_again(trial, &frontier);
    if (frontier.recipe.form != NULL) {
        try_plan(trial, &frontier);
    }
    recipe_free(&frontier.recipe);
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
    static const char residues[] = "x mod 3 != 0\nx mod p nonsquare for primes p in 5..13\nx not square\nx not power\n";
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
    firesieve_firewall_free(trial.firewall);
    fuzz_require(firesieve_firewall_parse(residues, strlen(residues), &trial.firewall, &error) == FIRESIEVE_OK, "%s",
                 error.message);
    try_both(&trial, GOAL_SMALLEST, sealed, sealed_size);
    try_both(&trial, GOAL_COUNT, sealed, sealed_size);
    free(sealed);
    free(text);
    free(trial.begun[0]);
    free(trial.begun[1]);
    firesieve_firewall_free(trial.firewall);
    return 0;
}
