#include "bench/bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "bench/plain_loop.h"

enum { KERNELS_MAX = 16, STEPS_MAX = KERNELS_MAX + 8 };

/* Steps that take less are timed repeatedly, in turn. */
static const double slow_s = 0.25;

const char ladder_firewall_name[] = "the talk's puzzle";

/* Puzzle-like, planted so that the smallest safe delay is 3823370, as in the talk, whose input is not published. */
static const firesieve_layer talk_layers[] = {
    {0, 3},   {1, 2},   {2, 5},   {4, 6},   {6, 4},   {8, 4},   {10, 8},  {12, 6},  {14, 9},  {16, 16}, {18, 11},
    {20, 8},  {22, 10}, {24, 12}, {26, 15}, {28, 12}, {30, 12}, {32, 8},  {34, 10}, {36, 8},  {38, 17}, {40, 12},
    {42, 8},  {44, 12}, {46, 18}, {48, 12}, {50, 14}, {52, 14}, {54, 14}, {56, 12}, {58, 12}, {60, 12}, {62, 14},
    {64, 12}, {66, 14}, {68, 14}, {70, 18}, {72, 14}, {74, 14}, {76, 18}, {82, 14}, {84, 14}, {86, 18}, {90, 14},
};

firesieve_status ladder_firewall(firesieve_firewall **firewall, firesieve_error *error)
{
    return firesieve_firewall_build(talk_layers, sizeof talk_layers / sizeof talk_layers[0], firewall, error);
}

struct step {
    const struct ladder *ladder;
    const char *name;
    bool is_plain; /* the plain loop; otherwise a search with these options */
    firesieve_search_options options;
    double seconds;    /* of one try */
    bool extrapolated; /* from a part of the delays */
    char left_out[MEASUREMENT_REMARK_SIZE];
    struct contender contender;
};

struct ladder {
    const firesieve_firewall *firewall;
    const struct bench_request *request;
    struct plain_layer *plain; /* NULL: this firewall is not for the plain loop */
    size_t plain_count;
    firesieve_delay answer;
    struct step steps[STEPS_MAX];
    size_t count;
};

/* ---- The plain loop --------------------------------------------------------------------------------------- */

static int compare_periods(const void *a, const void *b)
{
    const uint32_t left = ((const struct plain_layer *)a)->period;
    const uint32_t right = ((const struct plain_layer *)b)->period;
    return (left > right) - (left < right);
}

/* Copies the layers for the plain loop, unless there are residue lines or numbers beyond 31 bits. False: no memory. */
static bool copy_layers(struct ladder *ladder)
{
    const firesieve_layer *const layers = firesieve_firewall_layers(ladder->firewall);
    const size_t count = layers == NULL ? 0 : firesieve_firewall_layer_count(ladder->firewall);
    for (size_t i = 0; i < count; ++i) {
        if (layers[i].depth >= PLAIN_END || layers[i].range > PLAIN_END / 2 || layers[i].range == 1) {
            return true;
        }
    }
    if (count == 0) {
        return true;
    }
    ladder->plain = calloc(count, sizeof *ladder->plain);
    if (ladder->plain == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        ladder->plain[i] = (struct plain_layer){(uint32_t)layers[i].depth, (uint32_t)(2 * (layers[i].range - 1))};
    }
    qsort(ladder->plain, count, sizeof *ladder->plain, compare_periods);
    ladder->plain_count = count;
    return true;
}

/* Tries ever more delays until it finds the answer, or has taken some time. MISMATCH: its answer is another one. */
static enum bench_outcome try_plain(struct step *step, double limit_s)
{
    const struct ladder *const ladder = step->ladder;
    const double wanted = (double)ladder->answer + 1;
    uint32_t end = 1024;
    for (;; end = end < PLAIN_END / 4 ? 4 * end : PLAIN_END) {
        const double started = clock_seconds();
        const uint32_t found = plain_loop(ladder->plain, ladder->plain_count, end);
        step->seconds = clock_seconds() - started;
        if (found < end) {
            return found == ladder->answer ? BENCH_DONE : BENCH_MISMATCH;
        }
        if (4 * step->seconds > limit_s || end == PLAIN_END) {
            break;
        }
    }
    step->extrapolated = true;
    step->seconds *= wanted / (double)end;
    return BENCH_DONE;
}

/* ---- Steps ------------------------------------------------------------------------------------------------ */

static struct step *add_step(struct ladder *ladder, const char *name, firesieve_method method,
                             const firesieve_kernel *kernel, unsigned threads)
{
    struct step *const step = &ladder->steps[ladder->count < STEPS_MAX - 1 ? ladder->count++ : ladder->count];
    *step = (struct step){.ladder = ladder, .name = name, .options = firesieve_search_defaults()};
    step->options.method = method;
    step->options.kernel = kernel;
    step->options.threads = threads;
    return step;
}

/* Adds all steps but the last ones, which find_answer adds. */
static void add_steps(struct ladder *ladder)
{
    const firesieve_kernel *const best = firesieve_kernel_best();
    add_step(ladder, "first try", FIRESIEVE_METHOD_SIMULATE, NULL, 1);
    add_step(ladder, "closed form", FIRESIEVE_METHOD_CLOSED_FORM, NULL, 1);
    if (ladder->plain != NULL) {
        add_step(ladder, "plain C", FIRESIEVE_METHOD_AUTO, NULL, 1)->is_plain = true;
    }
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        if (bench_includes(firesieve_kernel_at(i), NULL)) {
            add_step(ladder, "scan", FIRESIEVE_METHOD_SCAN, firesieve_kernel_at(i), 1);
        }
    }
    add_step(ladder, "wheel", FIRESIEVE_METHOD_WHEEL, best, 1);
}

static enum bench_outcome solve(struct ladder *ladder, const struct step *step, double limit_s,
                                firesieve_search_result *result, struct bench_message *message)
{
    firesieve_search_options options = step->options;
    firesieve_error error;
    struct rounds_watch watch = ladder->request->watch;
    options.time_limit_s = limit_s;
    bench_watch_search(&watch, &options);
    const firesieve_status status = firesieve_solve(ladder->firewall, &options, result, &error);
    if (status != FIRESIEVE_OK) {
        return bench_fail(message, "%s", error.message);
    }
    return result->outcome == FIRESIEVE_CANCELLED ? BENCH_STOPPED : BENCH_DONE;
}

/* Solves once. If that takes longer than the limit, extrapolates from the delays that were decided to all of them. */
static enum bench_outcome try_search(struct ladder *ladder, struct step *step, double limit_s)
{
    firesieve_search_result result;
    struct bench_message why = {""};
    const enum bench_outcome outcome = solve(ladder, step, limit_s, &result, &why);
    if (outcome == BENCH_FAILED) {
        snprintf(step->left_out, sizeof step->left_out, "refused: %.240s", why.text);
        return BENCH_DONE;
    }
    if (outcome == BENCH_STOPPED) {
        return outcome;
    }
    step->seconds = result.elapsed_s;
    if (result.outcome == FIRESIEVE_LIMIT && result.candidates > 0) {
        step->extrapolated = true;
        step->seconds *= ((double)ladder->answer + 1) / (double)result.candidates;
    } else if (result.outcome == FIRESIEVE_LIMIT) {
        snprintf(step->left_out, sizeof step->left_out, "decides no delay in %g s", limit_s);
    } else if (result.outcome != FIRESIEVE_FOUND || result.delay != ladder->answer) {
        return BENCH_MISMATCH;
    }
    return BENCH_DONE;
}

static enum bench_outcome try_step(struct ladder *ladder, struct step *step, double limit_s,
                                   struct bench_message *message)
{
    const enum bench_outcome outcome = step->is_plain ? try_plain(step, limit_s) : try_search(ladder, step, limit_s);
    if (outcome == BENCH_MISMATCH) {
        bench_say(message, "step %s is wrong: its answer is not that of the others", step->name);
    }
    return outcome;
}

/* Finds the answer, and with it the last steps: what the library does by default, on one thread and on all. */
static enum bench_outcome find_answer(struct ladder *ladder, double limit_s, struct bench_message *message)
{
    const struct step usual = {.ladder = ladder, .options = firesieve_search_defaults()};
    firesieve_search_result result;
    const enum bench_outcome outcome = solve(ladder, &usual, limit_s, &result, message);
    if (outcome != BENCH_DONE) {
        return outcome;
    }
    if (result.outcome != FIRESIEVE_FOUND) {
        return bench_fail(message, "expected a firewall with a safe delay that is found within %g s, found none%s",
                          limit_s, result.outcome == FIRESIEVE_LIMIT ? " in that time" : "");
    }
    ladder->answer = result.delay;
    const bool is_short = result.method == FIRESIEVE_METHOD_WHEEL && result.kernel == NULL;
    add_step(ladder, is_short ? "short path" : "auto", FIRESIEVE_METHOD_AUTO, NULL, 1);
    if (!is_short && ladder->request->threads > 1) {
        add_step(ladder, "all threads", FIRESIEVE_METHOD_AUTO, NULL, ladder->request->threads);
    }
    return BENCH_DONE;
}

/* ---- Timing ----------------------------------------------------------------------------------------------- */

static firesieve_status run_step(void *context, uint64_t repeats, double *seconds, firesieve_error *error)
{
    const struct step *const step = context;
    const struct ladder *const ladder = step->ladder;
    firesieve_search_result result;
    firesieve_status status = FIRESIEVE_OK;
    uint32_t found = 0;
    const double started = clock_seconds();
    for (uint64_t i = 0; i < repeats && status == FIRESIEVE_OK; ++i) {
        if (step->is_plain) {
            found |= plain_loop(ladder->plain, ladder->plain_count, PLAIN_END);
        } else {
            status = firesieve_solve(ladder->firewall, &step->options, &result, error);
        }
    }
    *seconds = clock_seconds() - started + 0 * found; /* so that no loop is optimised away */
    return status;
}

/* Times quick steps in turn; the others keep the one sample of their try. */
static enum bench_outcome time_steps(struct ladder *ladder, size_t *rounds, struct bench_message *message)
{
    struct contender contenders[STEPS_MAX];
    size_t count = 0;
    firesieve_error error;
    for (size_t i = 0; i < ladder->count; ++i) {
        struct step *const step = &ladder->steps[i];
        if (step->left_out[0] == '\0' && !step->extrapolated && step->seconds < slow_s) {
            contenders[count++] = (struct contender){.run = run_step, .context = step};
        }
    }
    const struct rounds_request request = {
        .seconds = ladder->request->seconds / 2, .least = 5, .most = 50, .watch = ladder->request->watch};
    *rounds = 0;
    if (count > 0 && rounds_run(contenders, count, &request, rounds, &error) != FIRESIEVE_OK) {
        return bench_fail(message, "%s", error.message);
    }
    for (size_t i = 0; i < count; ++i) {
        ((struct step *)contenders[i].context)->contender = contenders[i];
    }
    return count > 0 && *rounds == 0 ? BENCH_STOPPED : BENCH_DONE;
}

/* ---- Reporting -------------------------------------------------------------------------------------------- */

static bool append(struct report *report, const struct ladder *ladder, const char *name, struct step *step,
                   size_t rounds)
{
    struct measurement measurement = {.part = PART_LADDER,
                                      .threads = step->options.threads,
                                      .size = (double)ladder->answer + 1,
                                      .work = 1,
                                      .extrapolated = step->extrapolated};
    snprintf(measurement.subject, sizeof measurement.subject, "%s", name);
    snprintf(measurement.method, sizeof measurement.method, "%s", step->name);
    snprintf(measurement.kernel, sizeof measurement.kernel, "%s",
             step->options.kernel != NULL ? firesieve_kernel_name(step->options.kernel) : "");
    memcpy(measurement.left_out, step->left_out, sizeof measurement.left_out);
    if (step->left_out[0] == '\0') {
        firesieve_delay_format(ladder->answer, measurement.answer);
        if (step->contender.samples != NULL) {
            measurement.samples = step->contender.samples;
            measurement.count = rounds;
            step->contender.samples = NULL;
        } else if (!measurement_extend(&measurement, &step->seconds, 1)) {
            return false;
        }
    }
    return report_append(report, measurement);
}

static enum bench_outcome climb(struct ladder *ladder, struct report *report, const char *name,
                                struct bench_message *message)
{
    const double limit_s = ladder->request->seconds / 6;
    size_t rounds = 0;
    add_steps(ladder);
    enum bench_outcome outcome = find_answer(ladder, limit_s, message);
    for (size_t i = 0; i < ladder->count && outcome == BENCH_DONE; ++i) {
        outcome = rounds_go_on(&ladder->request->watch, (double)i / (double)(2 * ladder->count))
                      ? try_step(ladder, &ladder->steps[i], limit_s / 2, message)
                      : BENCH_STOPPED;
    }
    outcome = outcome == BENCH_DONE ? time_steps(ladder, &rounds, message) : outcome;
    for (size_t i = 0; i < ladder->count && outcome == BENCH_DONE; ++i) {
        if (!append(report, ladder, name, &ladder->steps[i], rounds)) {
            outcome = bench_fail(message, "not enough memory for the report");
        }
    }
    return outcome;
}

enum bench_outcome ladder_measure(struct report *report, const char *name, const firesieve_firewall *firewall,
                                  const struct bench_request *request, struct bench_message *message)
{
    struct ladder *const ladder = calloc(1, sizeof *ladder);
    if (ladder == NULL) {
        return bench_fail(message, "not enough memory for the ladder");
    }
    ladder->firewall = firewall;
    ladder->request = request;
    const enum bench_outcome outcome = copy_layers(ladder)
                                           ? climb(ladder, report, name, message)
                                           : bench_fail(message, "not enough memory for the plain loop");
    for (size_t i = 0; i < ladder->count; ++i) {
        free(ladder->steps[i].contender.samples);
    }
    free(ladder->plain);
    free(ladder);
    return outcome;
}
