/* A method for tests/method: every delay is looked up in every constraint. Nothing else in the tree knows of it. */
#include <stdlib.h>

#include "base/delay.h"
#include "base/error.h"
#include "methods/method.h"

enum trial_key { TRIAL_TASK, TRIAL_WINDOW, TRIAL_KEYS };

static const struct recipe_key keys[TRIAL_KEYS] = {
    [TRIAL_TASK] = {"task", "a number of delays", 1, 1 << 20, 1, 1, false},
    [TRIAL_WINDOW] = {"window", "a number of tasks", 1, 1 << 20, 1, 1, false},
};

static const struct recipe_form form = {FIRESIEVE_METHOD_TRIAL, keys, TRIAL_KEYS};

/* Classes that are in no constraint are not looked up. */
static bool takes_firewall(const struct reduced *reduced)
{
    return reduced->constraints.sparse_moduli == 0;
}

static firesieve_status choose(const struct purpose *purpose, struct recipe *recipe, struct forecast *forecast,
                               bool *can, firesieve_error *error)
{
    enum { TASK = 1 << 10, WINDOW = 64 };
    if (!takes_firewall(purpose->reduced)) {
        return purpose->forced ? error_set(error, FIRESIEVE_ERROR_ARGUMENT, "too many classes for method trial")
                               : FIRESIEVE_OK;
    }
    *forecast = (struct forecast){.delay_ns = 4 * purpose->costs->check};
    forecast_add_up(forecast, purpose, 0);
    *can = recipe_add(recipe, TRIAL_TASK, TASK) && recipe_add(recipe, TRIAL_WINDOW, WINDOW);
    return *can ? FIRESIEVE_OK : error_set_memory(error, "the plan");
}

static firesieve_status check(const struct reduced *reduced, const struct recipe *recipe, firesieve_error *error)
{
    return takes_firewall(reduced) ? FIRESIEVE_OK
                                   : recipe_refuse(recipe, TRIAL_TASK, 0, error, "too many classes for method trial");
}

static double bytes(const struct reduced *reduced, const struct recipe *recipe)
{
    (void)recipe;
    return 8.0 * (double)reduced_class_count(reduced);
}

/* ---- Tables ----------------------------------------------------------------------------------------------- */

struct trial {
    struct residue_set *sets;
    size_t count;
    firesieve_delay task;
    firesieve_delay window;
};

static firesieve_status build(const struct reduced *reduced, const struct recipe *recipe, struct go_on go_on,
                              struct tally *tally, void **tables, enum built *outcome, firesieve_error *error)
{
    const size_t count = reduced->constraints.count;
    struct trial *const made = calloc(1, sizeof *made);
    const struct constraint **const chosen = calloc(count + 1, sizeof(struct constraint *));
    (void)tally;
    *outcome = go_on_ask(go_on) ? BUILT : BUILT_STOPPED;
    *tables = made;
    for (size_t i = 0; i < count && chosen != NULL; ++i) {
        chosen[i] = reduced_ranked(reduced, i);
    }
    if (made != NULL && chosen != NULL) {
        made->sets = residue_sets_make(&reduced->classes, chosen, count);
        made->count = count;
        made->task = recipe_number(recipe, TRIAL_TASK);
        made->window = made->task * recipe_number(recipe, TRIAL_WINDOW);
    }
    free(chosen);
    return made != NULL && made->sets != NULL ? FIRESIEVE_OK : error_set_memory(error, "the plan");
}

static void free_tables(void *tables)
{
    struct trial *const trial = tables;
    if (trial != NULL) {
        free(trial->sets);
        free(trial);
    }
}

static uint64_t thread_bytes(const void *tables)
{
    (void)tables;
    return sizeof(struct worker_setup);
}

/* ---- Windows ---------------------------------------------------------------------------------------------- */

static uint64_t task_count(const struct trial *trial, const struct window_shape *shape)
{
    return (uint64_t)((shape->end - shape->begin + trial->task - 1) / trial->task);
}

static void shape(const void *tables, struct window_request *request, struct window_shape *shaped)
{
    const struct trial *const trial = tables;
    const firesieve_delay length = delay_min(trial->window, request->to - request->begin);
    *shaped = (struct window_shape){.begin = request->begin, .end = request->begin + length};
    shaped->tasks = task_count(trial, shaped);
}

static bool takes(const void *tables, const struct window_shape *shaped)
{
    return shaped->columns == 0 && shaped->block_columns == 0 && shaped->tasks == task_count(tables, shaped);
}

/* ---- Threads ---------------------------------------------------------------------------------------------- */

struct trial_worker {
    const struct trial *trial;
    struct worker_setup setup;
};

static void *start(const void *tables, const struct worker_setup *setup)
{
    struct trial_worker *const worker = malloc(sizeof *worker);
    if (worker != NULL) {
        *worker = (struct trial_worker){.trial = tables, .setup = *setup};
    }
    return worker;
}

static bool is_safe(const struct trial *trial, firesieve_delay delay)
{
    for (size_t i = 0; i < trial->count; ++i) {
        if (residue_set_has(&trial->sets[i], (uint64_t)(delay % trial->sets[i].modulus.value))) {
            return false;
        }
    }
    return true;
}

static enum sieve_outcome run(void *worker, const struct open_window *window, uint64_t task)
{
    const struct trial_worker *const own = worker;
    struct finds *const finds = own->setup.finds;
    const firesieve_delay first = window->shape.begin + own->trial->task * task;
    own->setup.share(own->setup.context);
    const firesieve_delay end = delay_min(first + own->trial->task, finds->end);
    for (firesieve_delay delay = first; delay < end && !finds->found; ++delay) {
        if (is_safe(own->trial, delay) && !finds_take(finds, delay)) {
            return SIEVE_NO_MEMORY;
        }
    }
    return go_on_ask(own->setup.go_on) ? SIEVE_DONE : SIEVE_STOPPED;
}

/* ---- Profiles and explanations ---------------------------------------------------------------------------- */

static struct tally_shape shape_of_tally(const void *tables)
{
    (void)tables;
    return (struct tally_shape){.rows = 0};
}

static void link(const void *tables, const struct tally *tally, struct method_links *links)
{
    (void)tables;
    (void)tally;
    (void)links;
}

static void explain(const void *tables, firesieve_explanation *explanation)
{
    (void)tables;
    explanation->wheel_modulus = 1;
    explanation->wheel_residues = 1;
}

extern const struct method method_trial;
const struct method method_trial = {
    .id = FIRESIEVE_METHOD_TRIAL,
    .form = &form,
    .choose = choose,
    .check = check,
    .bytes = bytes,
    .build = build,
    .free = free_tables,
    .thread_bytes = thread_bytes,
    .shape = shape,
    .takes = takes,
    .start = start,
    .stop = free,
    .run = run,
    .tally_shape = shape_of_tally,
    .link = link,
    .explain = explain,
};
