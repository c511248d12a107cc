#include "bench/bench.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "about/about.h"
#include "answers/answers.h"
#include "base/clock.h"

enum { KERNELS_MAX = 16, ITEMS_MAX = FIRESIEVE_METHOD_COUNT * KERNELS_MAX };

/* A method on a kernel, or on some threads, and its result. */
struct item {
    const struct methods_bench *bench;
    firesieve_search_options options;
    firesieve_search_result result;
    char left_out[MEASUREMENT_REMARK_SIZE]; /* why it is not timed; "" if it is */
};

struct methods_bench {
    const char *name;
    char subject[MEASUREMENT_SUBJECT_SIZE];
    const firesieve_firewall *firewall;
    const struct bench_request *request;
    struct item items[ITEMS_MAX];
    size_t count;
    struct contender contenders[ITEMS_MAX]; /* of the items that are timed, in their order */
    size_t contender_count;
};

/* ---- Items ------------------------------------------------------------------------------------------------ */

static enum measurement_part part_of(const struct bench_request *request)
{
    return request->sweeps_threads ? PART_THREADS : PART_METHODS;
}

static const char *kernel_name(const struct item *item)
{
    return item->options.kernel != NULL                    ? firesieve_kernel_name(item->options.kernel)
           : item->options.method == FIRESIEVE_METHOD_AUTO ? "auto"
                                                           : "";
}

/* The key of its measurement. */
static struct measurement describe(const struct item *item)
{
    struct measurement measurement = {.part = part_of(item->bench->request), .threads = item->options.threads};
    memcpy(measurement.subject, item->bench->subject, sizeof measurement.subject);
    snprintf(measurement.method, sizeof measurement.method, "%s", firesieve_method_name(item->options.method));
    snprintf(measurement.kernel, sizeof measurement.kernel, "%s", kernel_name(item));
    return measurement;
}

static void add_item(struct methods_bench *bench, firesieve_method method, const firesieve_kernel *kernel,
                     unsigned threads)
{
    struct item item = {.bench = bench, .options = firesieve_search_defaults()};
    item.options.method = method;
    item.options.kernel = kernel;
    item.options.threads = threads;
    const struct measurement like = describe(&item);
    if (bench->count < ITEMS_MAX && filter_includes(bench->request->filter, &like)) {
        bench->items[bench->count++] = item;
    }
}

static void add_methods(struct methods_bench *bench)
{
    const struct bench_request *const request = bench->request;
    for (int method = 0; method < FIRESIEVE_METHOD_COUNT; ++method) {
        if (request->only_method >= 0 && request->only_method != method) {
            continue;
        }
        /* Auto chooses its kernel, as users get it by default. */
        if (method == FIRESIEVE_METHOD_AUTO || !method_uses_kernels((firesieve_method)method)) {
            add_item(bench, (firesieve_method)method, NULL, request->threads);
            continue;
        }
        for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
            if (bench_includes(firesieve_kernel_at(i), request->only_kernel)) {
                add_item(bench, (firesieve_method)method, firesieve_kernel_at(i), request->threads);
            }
        }
    }
}

static void add_threads(struct methods_bench *bench)
{
    const unsigned most = bench->request->threads;
    for (unsigned threads = 1; threads < most; threads *= 2) {
        add_item(bench, FIRESIEVE_METHOD_AUTO, NULL, threads);
    }
    add_item(bench, FIRESIEVE_METHOD_AUTO, NULL, most);
}

/* ---- Comparing -------------------------------------------------------------------------------------------- */

static const char *answer_text(const firesieve_search_result *result, char *text)
{
    if (result->outcome == FIRESIEVE_FOUND) {
        return firesieve_delay_format(result->delay, text);
    }
    return result->outcome == FIRESIEVE_NONE ? "none" : "";
}

static bool go_on_searching(const firesieve_progress *progress, void *context)
{
    (void)progress;
    return rounds_go_on(context, 0);
}

void bench_watch_search(struct rounds_watch *watch, firesieve_search_options *options)
{
    options->progress = go_on_searching;
    options->progress_context = watch;
}

/* Solves once. A method that refuses the firewall is left out, like one that takes too long. */
static enum bench_outcome try_item(struct item *item, struct answers *answers, struct bench_message *message)
{
    firesieve_search_options options = item->options;
    firesieve_error error;
    struct rounds_watch watch = item->bench->request->watch;
    options.time_limit_s = item->bench->request->time_limit_s;
    bench_watch_search(&watch, &options);
    const firesieve_status status = firesieve_solve(answers->firewall, &options, &item->result, &error);
    if (status == FIRESIEVE_ERROR_ARGUMENT) {
        snprintf(item->left_out, sizeof item->left_out, "refused: %.240s", error.message);
        return BENCH_DONE;
    }
    if (status != FIRESIEVE_OK) {
        return bench_fail(message, "%s: %s", item->bench->name, error.message);
    }
    if (!answers_agree(answers, &item->result)) {
        char wanted[FIRESIEVE_DELAY_TEXT_SIZE];
        char got[FIRESIEVE_DELAY_TEXT_SIZE];
        const firesieve_search_result first = {.outcome = answers->outcome, .delay = answers->delay};
        bench_say(message, "%s: method %s, kernel %s is wrong: it finds '%s', others '%s'", item->bench->name,
                  firesieve_method_name(item->options.method), kernel_name(item), answer_text(&item->result, got),
                  answer_text(&first, wanted));
        return BENCH_MISMATCH;
    }
    if (item->result.outcome == FIRESIEVE_LIMIT && item->result.reason != NULL) {
        snprintf(item->left_out, sizeof item->left_out, "%s", item->result.reason);
    } else if (item->result.outcome == FIRESIEVE_LIMIT) {
        snprintf(item->left_out, sizeof item->left_out, "over %g s", options.time_limit_s);
    }
    return item->result.outcome == FIRESIEVE_CANCELLED ? BENCH_STOPPED : BENCH_DONE;
}

/* The same method on the next wider kernel, or on more threads, or NULL. */
static const struct item *wider(const struct methods_bench *bench, size_t index)
{
    const struct item *const next = index + 1 < bench->count ? &bench->items[index + 1] : NULL;
    return next != NULL && next->options.method == bench->items[index].options.method ? next : NULL;
}

/* Wide kernels and many threads come first: what they cannot solve in time, the others need not try. */
static enum bench_outcome compare(struct methods_bench *bench, struct bench_message *message)
{
    struct answers answers = {.firewall = bench->firewall};
    enum bench_outcome outcome = BENCH_DONE;
    for (size_t i = bench->count; i-- > 0 && outcome == BENCH_DONE;) {
        if (!rounds_go_on(&bench->request->watch, 0)) {
            return BENCH_STOPPED;
        }
        const struct item *const before = wider(bench, i);
        if (before != NULL && before->left_out[0] != '\0') {
            memcpy(bench->items[i].left_out, before->left_out, sizeof before->left_out);
        } else {
            outcome = try_item(&bench->items[i], &answers, message);
        }
    }
    return outcome;
}

/* ---- Timing ----------------------------------------------------------------------------------------------- */

static firesieve_status run_item(void *context, uint64_t repeats, double *seconds, firesieve_error *error)
{
    static const double long_s = 0.05; /* watching does not slow down solves of this length */
    const struct item *const item = context;
    firesieve_search_options options = item->options;
    struct rounds_watch watch = item->bench->request->watch;
    firesieve_status status = FIRESIEVE_OK;
    firesieve_search_result result;
    if (item->result.elapsed_s >= long_s) {
        bench_watch_search(&watch, &options);
    }
    const double started = clock_seconds();
    for (uint64_t i = 0; i < repeats && status == FIRESIEVE_OK; ++i) {
        status = firesieve_solve(item->bench->firewall, &options, &result, error);
    }
    *seconds = clock_seconds() - started;
    return status;
}

static enum bench_outcome time_items(struct methods_bench *bench, size_t *rounds, struct bench_message *message)
{
    firesieve_error error;
    for (size_t i = 0; i < bench->count; ++i) {
        if (bench->items[i].left_out[0] == '\0') {
            bench->contenders[bench->contender_count++] =
                (struct contender){.run = run_item, .context = &bench->items[i]};
        }
    }
    *rounds = 0;
    const struct rounds_request request = {.seconds = bench->request->seconds,
                                           .least = 5,
                                           .most = 50,
                                           .watch = bench->request->watch,
                                           .counters = bench->request->counters};
    if (bench->contender_count > 0 &&
        rounds_run(bench->contenders, bench->contender_count, &request, rounds, &error) != FIRESIEVE_OK) {
        return bench_fail(message, "%s: %s", bench->name, error.message);
    }
    return bench->contender_count > 0 && *rounds == 0 ? BENCH_STOPPED : BENCH_DONE;
}

/* ---- Reporting -------------------------------------------------------------------------------------------- */

static bool has_subject(const struct report *report, enum measurement_part part, const char *subject)
{
    for (size_t i = 0; i < report->count; ++i) {
        if (report->items[i].part == part && strcmp(report->items[i].subject, subject) == 0) {
            return true;
        }
    }
    return false;
}

/* A unique subject for every firewall, even if names differ only in what cannot be shown, or not at all. */
static void choose_subject(const struct report *report, enum measurement_part part, const char *name, char *subject)
{
    enum { ROOM_FOR_NUMBER = 24 };
    char plain[MEASUREMENT_SUBJECT_SIZE];
    snprintf(plain, sizeof plain, "%s", name);
    text_make_printable(plain);
    memcpy(subject, plain, sizeof plain);
    for (size_t number = 2; has_subject(report, part, subject); ++number) {
        snprintf(subject, MEASUREMENT_SUBJECT_SIZE, "%.*s #%zu", MEASUREMENT_SUBJECT_SIZE - ROOM_FOR_NUMBER, plain,
                 number);
    }
}

static enum bench_outcome report_items(struct report *report, struct methods_bench *bench, size_t rounds,
                                       struct bench_message *message)
{
    struct contender *contender = bench->contenders;
    for (size_t i = 0; i < bench->count; ++i) {
        const struct item *const item = &bench->items[i];
        char text[FIRESIEVE_DELAY_TEXT_SIZE];
        struct measurement measurement = describe(item);
        measurement.size = item->result.outcome == FIRESIEVE_FOUND ? (double)item->result.candidates : 0;
        measurement.work = 1;
        memcpy(measurement.left_out, item->left_out, sizeof measurement.left_out);
        if (item->left_out[0] == '\0') {
            snprintf(measurement.answer, sizeof measurement.answer, "%s", answer_text(&item->result, text));
            measurement.samples = contender->samples;
            measurement.count = rounds;
            measurement.cycles = contender->cycles;
            measurement.instructions = contender->instructions;
            contender->samples = NULL;
            ++contender;
        }
        if (!report_append(report, measurement)) {
            return bench_fail(message, "not enough memory for the report");
        }
    }
    return BENCH_DONE;
}

enum bench_outcome methods_measure(struct report *report, const char *name, const firesieve_firewall *firewall,
                                   const struct bench_request *request, struct bench_message *message)
{
    struct methods_bench *const bench = calloc(1, sizeof *bench);
    size_t rounds = 0;
    if (bench == NULL) {
        return bench_fail(message, "not enough memory for the methods");
    }
    bench->name = name;
    bench->firewall = firewall;
    bench->request = request;
    choose_subject(report, part_of(request), name, bench->subject);
    if (request->sweeps_threads) {
        add_threads(bench);
    } else {
        add_methods(bench);
    }
    enum bench_outcome outcome = compare(bench, message);
    outcome = outcome == BENCH_DONE ? time_items(bench, &rounds, message) : outcome;
    outcome = outcome == BENCH_DONE ? report_items(report, bench, rounds, message) : outcome;
    outcome = outcome == BENCH_DONE && !rounds_go_on(&request->watch, 1) ? BENCH_STOPPED : outcome;
    for (size_t i = 0; i < bench->contender_count; ++i) {
        free(bench->contenders[i].samples);
    }
    free(bench);
    return outcome;
}

/* ---- The fixed set ---------------------------------------------------------------------------------------- */

const struct instance instances[INSTANCES] = {
    {"puzzle", 0, 0, FIRESIEVE_FAMILY_PUZZLE, false},
    {"uniform", 0, 0, FIRESIEVE_FAMILY_UNIFORM, false},
    {"tuplet", 0, 0, FIRESIEVE_FAMILY_TUPLET, false},
    {"erdos-selfridge --k 20", 20, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 41", 41, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 61", 61, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 83", 83, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 150", 150, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 175", 175, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 185", 185, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 200", 200, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, true},
    {"negative-pseudosquare --primes 20", 0, 20, FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, false},
    {"negative-pseudosquare --primes 30", 0, 30, FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, false},
    {"negative-pseudosquare --primes 38", 0, 38, FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, true},
};

firesieve_status instance_generate(const struct instance *instance, firesieve_firewall **firewall,
                                   firesieve_error *error)
{
    firesieve_generate_options options = firesieve_generate_defaults(instance->family);
    options.k = instance->k != 0 ? instance->k : options.k;
    options.primes = instance->primes != 0 ? instance->primes : options.primes;
    return firesieve_firewall_generate(instance->family, &options, firewall, error);
}
