#include "bench/methods.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answers/answers.h"
#include "answers/contestants.h"

enum { KERNELS_MAX = 16, ITEMS_MAX = FIRESIEVE_METHOD_COUNT * KERNELS_MAX };

/* A method and a kernel, and what came of them. */
struct item {
    const struct methods_bench *bench;
    firesieve_search_options options;
    firesieve_search_result result;
    char left_out[MEASUREMENT_REMARK_SIZE]; /* why it is not timed; "": it is */
};

struct methods_bench {
    const char *name;
    char subject[MEASUREMENT_SUBJECT_SIZE];
    const firesieve_firewall *firewall;
    const struct methods_request *request;
    struct item items[ITEMS_MAX];
    size_t count;
    struct contender contenders[ITEMS_MAX]; /* those that are timed, in the order of the items */
    size_t contender_count;
};

/* ---- Items ------------------------------------------------------------------------------------------------ */

static void add_item(struct methods_bench *bench, firesieve_method method, const firesieve_kernel *kernel)
{
    if (bench->count < ITEMS_MAX) {
        struct item *const item = &bench->items[bench->count++];
        *item = (struct item){.bench = bench, .options = firesieve_search_defaults()};
        item->options.method = method;
        item->options.kernel = kernel;
        item->options.threads = bench->request->threads;
    }
}

/* Auto is what a user gets who asks for nothing. */
static bool has_kernels(firesieve_method method)
{
    return method != FIRESIEVE_METHOD_AUTO && method_uses_kernels(method);
}

static void add_items(struct methods_bench *bench)
{
    for (int method = 0; method < FIRESIEVE_METHOD_COUNT; ++method) {
        if (bench->request->only_method >= 0 && bench->request->only_method != method) {
            continue;
        }
        if (!has_kernels((firesieve_method)method)) {
            add_item(bench, (firesieve_method)method, NULL);
            continue;
        }
        for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
            if (bench_includes(firesieve_kernel_at(i), bench->request->only_kernel)) {
                add_item(bench, (firesieve_method)method, firesieve_kernel_at(i));
            }
        }
    }
}

static const char *kernel_name(const struct item *item)
{
    return item->options.kernel != NULL                    ? firesieve_kernel_name(item->options.kernel)
           : item->options.method == FIRESIEVE_METHOD_AUTO ? "auto"
                                                           : "";
}

/* ---- Comparing -------------------------------------------------------------------------------------------- */

static const char *answer_text(const firesieve_search_result *result, char *text)
{
    if (result->outcome == FIRESIEVE_FOUND) {
        return firesieve_delay_format(result->delay, text);
    }
    return result->outcome == FIRESIEVE_NONE ? "none" : "";
}

static bool go_on_solving(const firesieve_progress *progress, void *context)
{
    (void)progress;
    return rounds_go_on(context, 0);
}

/* Lets a solve be stopped. */
static void watch_solve(const struct methods_request *request, struct rounds_watch *watch,
                        firesieve_search_options *options)
{
    *watch = request->watch;
    options->progress = go_on_solving;
    options->progress_context = watch;
}

/* Solves once. A method that refuses the firewall is left out, like one that takes too long. */
static enum bench_outcome try_item(struct item *item, struct answers *answers, struct bench_message *message)
{
    firesieve_search_options options = item->options;
    firesieve_error error;
    struct rounds_watch watch;
    options.time_limit_s = item->bench->request->time_limit_s;
    watch_solve(item->bench->request, &watch, &options);
    const firesieve_status status = firesieve_solve(answers->firewall, &options, &item->result, &error);
    if (status == FIRESIEVE_ERROR_ARGUMENT) {
        snprintf(item->left_out, sizeof item->left_out, "refused: %.240s", error.message);
        return BENCH_DONE;
    }
    if (status != FIRESIEVE_OK) {
        bench_say(message, "%s: %s", item->bench->name, error.message);
        return BENCH_FAILED;
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

/* The same method on the next wider kernel, or NULL. */
static const struct item *wider(const struct methods_bench *bench, size_t index)
{
    const struct item *const next = index + 1 < bench->count ? &bench->items[index + 1] : NULL;
    return next != NULL && next->options.method == bench->items[index].options.method ? next : NULL;
}

/* Wide kernels come first: what they cannot do, narrow ones need not try. */
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

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static firesieve_status run_item(void *context, uint64_t repeats, double *seconds, firesieve_error *error)
{
    static const double long_s = 0.05; /* such solves do not feel that they are watched */
    const struct item *const item = context;
    firesieve_search_options options = item->options;
    struct rounds_watch watch;
    firesieve_status status = FIRESIEVE_OK;
    firesieve_search_result result;
    if (item->result.elapsed_s >= long_s) {
        watch_solve(item->bench->request, &watch, &options);
    }
    const double started = now_s();
    for (uint64_t i = 0; i < repeats && status == FIRESIEVE_OK; ++i) {
        status = firesieve_solve(item->bench->firewall, &options, &result, error);
    }
    *seconds = now_s() - started;
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
    const struct rounds_request request = {
        .seconds = bench->request->seconds, .least = 5, .most = 50, .watch = bench->request->watch};
    if (bench->contender_count > 0 &&
        rounds_run(bench->contenders, bench->contender_count, &request, rounds, &error) != FIRESIEVE_OK) {
        bench_say(message, "%s: %s", bench->name, error.message);
        return BENCH_FAILED;
    }
    return bench->contender_count > 0 && *rounds == 0 ? BENCH_STOPPED : BENCH_DONE;
}

/* ---- Reporting -------------------------------------------------------------------------------------------- */

/* Names of files are bytes, in any encoding; reports are plain text. */
static void copy_name(char *to, const char *name)
{
    snprintf(to, MEASUREMENT_SUBJECT_SIZE, "%s", name);
    for (; *to != '\0'; ++to) {
        if ((unsigned char)*to < ' ' || (unsigned char)*to > '~') {
            *to = '?';
        }
    }
}

static bool has_subject(const struct report *report, const char *subject)
{
    for (size_t i = 0; i < report->count; ++i) {
        if (strcmp(report->items[i].subject, subject) == 0) {
            return true;
        }
    }
    return false;
}

/* A subject of its own for every firewall, also where names differ in what cannot be shown, or not at all. */
static void choose_subject(const struct report *report, const char *name, char *subject)
{
    enum { ROOM_FOR_NUMBER = 24 };
    char plain[MEASUREMENT_SUBJECT_SIZE];
    copy_name(plain, name);
    memcpy(subject, plain, sizeof plain);
    for (size_t number = 2; has_subject(report, subject); ++number) {
        snprintf(subject, MEASUREMENT_SUBJECT_SIZE, "%.*s #%zu", MEASUREMENT_SUBJECT_SIZE - ROOM_FOR_NUMBER, plain,
                 number);
    }
}

static bool append(struct report *report, struct methods_bench *bench, const struct item *item,
                   struct contender *contender, size_t rounds)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    struct measurement measurement = {
        .part = PART_METHODS,
        .threads = item->bench->request->threads,
        .size = item->result.outcome == FIRESIEVE_FOUND ? (double)item->result.candidates : 0,
        .work = 1,
    };
    memcpy(measurement.subject, bench->subject, sizeof measurement.subject);
    snprintf(measurement.method, sizeof measurement.method, "%s", firesieve_method_name(item->options.method));
    snprintf(measurement.kernel, sizeof measurement.kernel, "%s", kernel_name(item));
    snprintf(measurement.left_out, sizeof measurement.left_out, "%s", item->left_out);
    if (contender != NULL) {
        snprintf(measurement.answer, sizeof measurement.answer, "%s", answer_text(&item->result, text));
        measurement.samples = contender->samples;
        measurement.count = rounds;
        contender->samples = NULL;
    }
    return report_append(report, measurement);
}

static enum bench_outcome report_items(struct report *report, struct methods_bench *bench, size_t rounds,
                                       struct bench_message *message)
{
    struct contender *next = bench->contenders;
    for (size_t i = 0; i < bench->count; ++i) {
        struct item *const item = &bench->items[i];
        struct contender *const contender = item->left_out[0] == '\0' ? next++ : NULL;
        if (!append(report, bench, item, contender, rounds)) {
            bench_say(message, "not enough memory for the report");
            return BENCH_FAILED;
        }
    }
    return BENCH_DONE;
}

enum bench_outcome methods_measure(struct report *report, const char *name, const firesieve_firewall *firewall,
                                   const struct methods_request *request, struct bench_message *message)
{
    struct methods_bench *const bench = calloc(1, sizeof *bench);
    size_t rounds = 0;
    if (bench == NULL) {
        bench_say(message, "not enough memory for the methods");
        return BENCH_FAILED;
    }
    bench->name = name;
    bench->firewall = firewall;
    bench->request = request;
    choose_subject(report, name, bench->subject);
    add_items(bench);
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
