/* Pairs per second, and how much of a thread's time goes into reading lists, building rows and sieving. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/delay.h"
#include "cpu/cpu.h"
#include "cpu/kernel_table.h"
#include "focus.h"
#include "focus/pass.h"
#include "planner/focus_choice.h"

static const double sample_s = 2; /* the part of the window that is searched takes this long */

/* Every step-th task of a window, from `first` on. */
struct sample {
    uint64_t first;
    uint64_t step;
};

struct stages {
    double all; /* CPU seconds of whole tasks */
    double lists;
    double rows;
    double pairs;
    uint64_t tasks;
};

/* A search on one thread, with everything it needs. */
struct bench {
    struct focus focus;
    firesieve_delay length; /* of a window */
    struct focus_window window;
    struct finds finds;
    struct focus_pass pass;
    struct sum_run columns; /* for reading the same lists alone, */
    struct sum_run offsets;
    struct column_order column_order; /* for bringing them into their orders, */
    struct offset_order offset_order;
    uint64_t *rows; /* and for building the rows of words */
};

/* CPU seconds of this thread, so that other work on the machine does not count. */
static double core_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool always(void *context)
{
    (void)context;
    return true;
}

/* ---- A window --------------------------------------------------------------------------------------------- */

/* The focus that is chosen for one thread. */
static bool make_focus(struct bench *bench, const firesieve_firewall *firewall)
{
    static const struct go_on ever = {NULL, NULL};
    const struct costs costs = costs_of(firesieve_kernel_best());
    const struct reduced *reduced;
    struct focus_layout layout;
    struct forecast forecast;
    enum focus_outcome outcome;
    if (reduced_of(firewall, ever, &reduced, NULL) != FIRESIEVE_OK) {
        return false;
    }
    const struct purpose purpose = {
        .reduced = reduced,
        .costs = &costs,
        .mean = 1 / reduced->constraints.density,
        .range = (double)FIRESIEVE_DELAY_END,
        .ends = true,
        .forced = true,
        .memory = memory_for_search(1),
        .threads = 1,
    };
    bool cheaper;
    if (!focus_choose(&layout, &forecast, &purpose, &cheaper) ||
        focus_make(&bench->focus, reduced, &layout, ever, &outcome, NULL) != FIRESIEVE_OK || outcome != FOCUS_MADE) {
        return false;
    }
    bench->length = delay_min(layout.window, focus_window_longest(&bench->focus));
    return true;
}

/* False: no memory, or no focus. It must be closed in either case. */
static bool bench_open(struct bench *bench, const firesieve_firewall *firewall)
{
    *bench = (struct bench){.rows = NULL};
    if (!make_focus(bench, firewall)) {
        return false;
    }
    const struct focus *const focus = &bench->focus;
    const firesieve_delay length = bench->length;
    const struct go_on go_on = {always, NULL};
    bench->finds = (struct finds){.goal = GOAL_COUNT, .end = length}; /* so that a find does not end it early */
    bench->rows = aligned_alloc(KERNEL_WORD_BYTES, KERNEL_TILE_LIMBS * sizeof *bench->rows);
    return bench->rows != NULL && focus_window_open(&bench->window, focus, 0, length) &&
           focus_pass_start(&bench->pass, focus, firesieve_kernel_best()->operations, go_on, &bench->finds, NULL) &&
           offset_order_start(&bench->offset_order, &focus->rows);
}

static void bench_close(struct bench *bench)
{
    sum_run_free(&bench->columns);
    sum_run_free(&bench->offsets);
    column_order_free(&bench->column_order);
    offset_order_free(&bench->offset_order);
    free(bench->rows);
    focus_pass_free(&bench->pass);
    focus_window_close(&bench->window);
    focus_free(&bench->focus);
}

/* ---- Tasks ------------------------------------------------------------------------------------------------ */

/* The number of values y, in a list or not, that put x * B - y * A into [0, length), 0 <= y < B. */
static double offsets_at(const struct bench *bench, double x)
{
    const struct focus *const focus = &bench->focus;
    const double column = x * (double)focus->b;
    const double last = fmin(column / (double)focus->a, (double)focus->b);
    const double first = fmax((column - (double)bench->window.length) / (double)focus->a, 0);
    return fmax(last - first, 0);
}

/* Pairs within the window in the task that ran last: its columns times the mean number of offsets for each. */
static double pairs_of(const struct bench *bench, uint64_t task)
{
    enum { POINTS = 64 }; /* the first columns of a window have fewer, as do the last */
    const struct focus_stretch stretch = focus_window_columns(&bench->window, task);
    const double unit = (double)((firesieve_delay)1 << bench->window.columns.shift);
    const double step = (double)(stretch.to - stretch.from) / POINTS;
    double offsets = 0;
    for (int i = 0; i < POINTS; ++i) {
        offsets += offsets_at(bench, unit * ((double)stretch.from + (i + 0.5) * step)) / POINTS;
    }
    const double thickness = focus_offset_count(&bench->focus) / (double)bench->focus.b;
    return (double)bench->pass.columns.count * offsets * thickness;
}

static bool run_task(struct bench *bench, uint64_t task, double *seconds)
{
    const double started = core_s();
    const bool done = focus_pass_run(&bench->pass, &bench->window, task) == SIEVE_DONE;
    *seconds = core_s() - started;
    return done;
}

/* Builds the rows of all words of a task once. */
static void build_rows(struct bench *bench)
{
    const struct row_set *const rows = &bench->focus.rows;
    for (size_t word = 0; word < bench->column_order.word_count; ++word) {
        for (uint32_t i = 0; i < rows->slots; ++i) {
            bench->pass.kernel->build(&rows->patterns[i], column_order_residues(&bench->column_order, word, i),
                                      bench->rows + (size_t)i * KERNEL_TILE_STRIDE * KERNEL_WORD_LIMBS);
        }
    }
}

/* Only reads the lists of a task, sorts them into their orders and builds rows piece by piece. */
static bool prepare_task(struct bench *bench, uint64_t task, struct stages *stages)
{
    const struct focus_window *const window = &bench->window;
    const struct row_set *const rows = &bench->focus.rows;
    kernel_add_function *const add = bench->pass.kernel->add;
    const struct focus_stretch columns = focus_window_columns(window, task);
    const struct focus_stretch offsets = focus_window_offsets(window, columns, window->length);
    double before = core_s();
    bool read = sums_read(&window->columns, add, columns.from, columns.to, &bench->columns) &&
                column_order_make(&bench->column_order, rows, &bench->columns);
    for (uint64_t from = offsets.from; from < offsets.to && read; from += window->offset_piece) {
        const uint64_t left = offsets.to - from;
        const uint64_t to = from + (left < window->offset_piece ? left : window->offset_piece);
        read = sums_read(&window->offsets, add, from, to, &bench->offsets) &&
               offset_order_make(&bench->offset_order, rows, &bench->offsets);
        const double lists = core_s();
        build_rows(bench);
        const double built = core_s();
        stages->lists += lists - before;
        stages->rows += built - lists;
        before = built;
    }
    return read;
}

/* ---- Samples ---------------------------------------------------------------------------------------------- */

/* Chooses tasks that take about sample_s altogether, spread over the window. */
static bool choose_sample(struct bench *bench, struct sample *sample)
{
    const uint64_t tasks = bench->window.tasks;
    struct stages stages = {.tasks = 0};
    double seconds;
    /* The first task allocates memory and touches it for the first time, so it does not count. */
    if (!prepare_task(bench, tasks / 2, &stages) || !run_task(bench, tasks / 2, &seconds) ||
        !run_task(bench, tasks / 2, &seconds)) {
        return false;
    }
    const double most = sample_s / seconds;
    sample->step = most < (double)tasks ? (uint64_t)((double)tasks / fmax(most, 1)) : 1;
    sample->first = sample->step / 2;
    return true;
}

/* Runs all whole tasks first, so that their lists are no longer in a near cache when they are read alone. */
static bool run_sample(struct bench *bench, struct stages *stages)
{
    struct sample sample = {.step = 1};
    *stages = (struct stages){.tasks = 0};
    bool done = choose_sample(bench, &sample);
    for (uint64_t task = sample.first; task < bench->window.tasks && done; task += sample.step) {
        double seconds;
        done = run_task(bench, task, &seconds);
        stages->all += seconds;
        stages->pairs += pairs_of(bench, task);
        ++stages->tasks;
    }
    for (uint64_t task = sample.first; task < bench->window.tasks && done; task += sample.step) {
        done = prepare_task(bench, task, stages);
    }
    return done;
}

/* ----------------------------------------------------------------------------------------------------------- */

void print_pairs_heading(void)
{
    printf("%-34s %8s %8s %8s %7s %7s %7s %10s %10s %10s\n", "one thread, first window", "tasks", "of", "core s",
           "lists", "rows", "sieve", "pairs", "a s sieved", "a s in all");
}

static void print_stages(const char *name, const struct bench *bench, const struct stages *stages)
{
    const double sieving = stages->all - stages->lists - stages->rows;
    printf("%-34s %8" PRIu64 " %8" PRIu64 " %8.3f %6.1f%% %6.1f%% %6.1f%% %10.3g %10.3g %10.3g\n", name, stages->tasks,
           bench->window.tasks, stages->all, 100 * stages->lists / stages->all, 100 * stages->rows / stages->all,
           100 * sieving / stages->all, stages->pairs, stages->pairs / sieving, stages->pairs / stages->all);
    fflush(stdout);
}

bool measure_pairs(const char *name, const firesieve_firewall *firewall)
{
    struct bench bench;
    struct stages stages;
    const bool done = bench_open(&bench, firewall) && run_sample(&bench, &stages);
    if (done) {
        print_stages(name, &bench, &stages);
    } else {
        fprintf(stderr, "measure_focus: %s was not searched by focus\n", name);
    }
    bench_close(&bench);
    return done;
}
