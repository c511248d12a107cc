/*
 * How the page calls the library: functions whose arguments are numbers, and texts in one buffer, and which answer with
 * JSON. A module serves one worker, so shared state may be static. Delays are quoted, as JavaScript's integers are
 * exact only up to 2^53.
 */
#include <firesieve/firesieve.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Declares and begins a function that the page calls. */
#ifdef __wasm__
#define EXPORT(type, name, ...)                                 \
    __attribute__((export_name(#name))) type name(__VA_ARGS__); \
    type name(__VA_ARGS__)
#else /* for tools that read it */
#define EXPORT(type, name, ...) \
    type name(__VA_ARGS__);     \
    type name(__VA_ARGS__)
#endif

/* The page's function that shows how far a search is, and returns whether to continue. */
bool page_progress(double reached, double elapsed_s);

enum { MEMORY = 512 << 20 /* bytes, of the 2 GiB that a module has at most */ };

static char *text; /* what the page wrote last */
static char *answer;
static size_t answer_size;
static FILE *stream; /* writes `answer` */
static firesieve_firewall *firewall;
static firesieve_workload *workload;
static double amount; /* of work in the last run of a workload */

/* ---- Answers ---------------------------------------------------------------------------------------------- */

static void begin(void)
{
    free(answer);
    answer = NULL;
    stream = open_memstream(&answer, &answer_size);
    if (stream == NULL) {
        abort();
    }
}

/* The page reads up to the NUL before it calls anything else. */
static const char *end(void)
{
    fclose(stream);
    return answer;
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stream, format, arguments);
    va_end(arguments);
}

static void say_text(const char *value)
{
    fputc('"', stream);
    for (; *value != '\0'; ++value) {
        const unsigned char byte = (unsigned char)*value;
        if (byte < ' ' || byte == '"' || byte == '\\') {
            fprintf(stream, "\\u%04x", byte);
        } else {
            fputc(byte, stream);
        }
    }
    fputc('"', stream);
}

static void say_delay(const char *name, firesieve_delay delay)
{
    char digits[FIRESIEVE_DELAY_TEXT_SIZE];
    say(",\"%s\":\"%s\"", name, firesieve_delay_format(delay, digits));
}

static const char *fail(const firesieve_error *error)
{
    begin();
    say("{\"error\":{\"status\":");
    say_text(firesieve_status_text(error->status));
    say(",\"line\":%" PRIu64 ",\"column\":%" PRIu64 ",\"message\":", error->line, error->column);
    say_text(error->message);
    say("}}");
    return end();
}

/* ---- Texts ------------------------------------------------------------------------------------------------ */

/* Room for a text of `size` bytes; NULL: no memory. */
EXPORT(char *, web_room, size_t size)
{
    free(text);
    text = malloc(size + 1);
    return text;
}

/* Reads a firewall, or lines of residues, from the first `size` bytes of that room. */
EXPORT(const char *, web_open, size_t size)
{
    firesieve_error error;
    firesieve_firewall *opened;
    if (firesieve_firewall_parse(text, size, &opened, &error) != FIRESIEVE_OK) {
        return fail(&error);
    }
    firesieve_firewall_free(firewall);
    firewall = opened;
    begin();
    say("{\"form\":\"%s\",\"count\":%zu,\"lines\":%zu}",
        firesieve_firewall_layers(firewall) == NULL ? "residues" : "layers", firesieve_firewall_layer_count(firewall),
        firesieve_firewall_line_count(firewall));
    return end();
}

/* The first `most` layers, as pairs of texts; empty for lines of residues. */
EXPORT(const char *, web_layers, size_t most)
{
    const firesieve_layer *const layers = firesieve_firewall_layers(firewall);
    const size_t count = layers == NULL ? 0 : firesieve_firewall_layer_count(firewall);
    begin();
    say("[");
    for (size_t i = 0; i < count && i < most; ++i) {
        say("%s[\"%" PRIu64 "\",\"%" PRIu64 "\"]", i == 0 ? "" : ",", layers[i].depth, layers[i].range);
    }
    say("]");
    return end();
}

/* A generated firewall as a text; `number` is the size its family takes: k, primes or layers. */
EXPORT(const char *, web_generate, unsigned family, double number, double seed)
{
    firesieve_error error;
    firesieve_firewall *made;
    firesieve_generate_options options = firesieve_generate_defaults((firesieve_family)family);
    options.k = options.primes = options.layers = (uint64_t)number;
    options.seed = (uint64_t)seed;
    if (firesieve_firewall_generate((firesieve_family)family, &options, &made, &error) != FIRESIEVE_OK) {
        return fail(&error);
    }
    begin();
    const firesieve_status status = firesieve_firewall_write(made, stream, &error);
    firesieve_firewall_free(made);
    const char *const written = end();
    return status == FIRESIEVE_OK ? written : fail(&error);
}

/* ---- Searching -------------------------------------------------------------------------------------------- */

static bool tell_page(const firesieve_progress *progress, void *context)
{
    (void)context;
    return page_progress((double)progress->reached, progress->elapsed_s);
}

/* `kernel` is an index, or -1 for the best. */
static firesieve_search_options search_options(unsigned method, int kernel)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = (firesieve_method)method;
    options.kernel = kernel < 0 ? NULL : firesieve_kernel_at((size_t)kernel);
    options.threads = 1;
    options.memory = MEMORY;
    return options;
}

/* Solves the firewall that was read last; INFINITY is no time limit. */
EXPORT(const char *, web_solve, unsigned method, int kernel, double time_limit_s)
{
    static const char *const outcomes[] = {"found", "none", "limit", "cancelled"};
    firesieve_error error;
    firesieve_search_result result;
    firesieve_search_options options = search_options(method, kernel);
    options.time_limit_s = time_limit_s;
    options.progress = tell_page;
    if (firesieve_solve(firewall, &options, &result, &error) != FIRESIEVE_OK) {
        return fail(&error);
    }
    begin();
    say("{\"outcome\":\"%s\",\"method\":\"%s\",\"elapsed_s\":%.9g,\"threads\":%u", outcomes[result.outcome],
        firesieve_method_name(result.method), result.elapsed_s, result.threads);
    if (result.outcome == FIRESIEVE_FOUND) {
        say_delay("delay", result.delay);
    }
    say_delay("reached", result.reached);
    say_delay("candidates", result.candidates);
    say(",\"kernel\":\"%s\",\"reason\":", result.kernel == NULL ? "" : firesieve_kernel_name(result.kernel));
    say_text(result.reason == NULL ? "" : result.reason);
    say("}");
    return end();
}

/* Seconds that this many searches take, one after the other; NAN if one fails. */
EXPORT(double, web_time, unsigned method, int kernel, double repeats)
{
    firesieve_error error;
    firesieve_search_result result;
    struct timespec began;
    struct timespec ended;
    const firesieve_search_options options = search_options(method, kernel);
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (uint64_t i = (uint64_t)repeats; i > 0; --i) {
        if (firesieve_solve(firewall, &options, &result, &error) != FIRESIEVE_OK) {
            return NAN;
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &ended);
    return (double)(ended.tv_sec - began.tv_sec) + 1e-9 * (double)(ended.tv_nsec - began.tv_nsec);
}

/* ---- Kernels ---------------------------------------------------------------------------------------------- */

static void say_list(const char *name, const char *(*item)(size_t), size_t count)
{
    say(",\"%s\":[", name);
    for (size_t i = 0; i < count; ++i) {
        say("%s\"%s\"", i == 0 ? "" : ",", item(i));
    }
    say("]");
}

static const char *method_at(size_t index)
{
    return firesieve_method_name((firesieve_method)index);
}

static const char *family_at(size_t index)
{
    return firesieve_family_name((firesieve_family)index);
}

/* What this module is and what it can do. */
EXPORT(const char *, web_about, void)
{
    firesieve_cpu cpu;
    firesieve_cpu_detect(&cpu);
    begin();
    say("{\"version\":\"%s\",\"architecture\":\"%s\",\"features\":\"%s\",\"memory\":%" PRIu64, firesieve_version(),
        cpu.architecture, cpu.features, cpu.memory);
    say(",\"compiler\":\"clang %d.%d.%d\"", __clang_major__, __clang_minor__, __clang_patchlevel__);
    say_list("methods", method_at, FIRESIEVE_METHOD_COUNT);
    say_list("families", family_at, FIRESIEVE_FAMILY_COUNT);
    say(",\"kernels\":[");
    size_t listed = 0;
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        if (firesieve_kernel_runs_here(kernel) && !firesieve_kernel_emulated(kernel)) {
            say("%s{\"name\":\"%s\",\"index\":%zu}", listed++ == 0 ? "" : ",", firesieve_kernel_name(kernel), i);
        }
    }
    say("]}");
    return end();
}

/* Runs random cases of a kernel, starting from a seed. */
EXPORT(const char *, web_verify, unsigned kernel, double cases, double seed)
{
    firesieve_error error;
    firesieve_verify_report report;
    if (firesieve_kernel_verify(firesieve_kernel_at(kernel), (uint64_t)cases, (uint64_t)seed, &report, &error) !=
        FIRESIEVE_OK) {
        return fail(&error);
    }
    begin();
    say("{\"cases\":%" PRIu64 ",\"mismatches\":%" PRIu64 ",\"first_bad_seed\":%" PRIu64 ",\"first_mismatch\":",
        report.cases, report.mismatches, report.first_bad_seed);
    say_text(report.first_mismatch);
    say("}");
    return end();
}

/* Makes the data that kernels are timed on, replacing the last. `lanes`: tests of candidates; otherwise rows. */
EXPORT(const char *, web_workload, bool lanes, size_t rows, size_t bytes, double seed)
{
    firesieve_error error;
    const firesieve_workload_shape shape = {
        .operation = lanes ? FIRESIEVE_OPERATION_LANES : FIRESIEVE_OPERATION_ROWS,
        .rows = rows,
        .bytes = bytes,
        .seed = (uint64_t)seed,
    };
    firesieve_workload_free(workload);
    workload = NULL;
    if (firesieve_workload_create(&shape, &workload, &error) != FIRESIEVE_OK) {
        return fail(&error);
    }
    begin();
    say("{}");
    return end();
}

/* A digest of what a kernel makes of this data. */
EXPORT(const char *, web_digest, unsigned kernel)
{
    firesieve_error error;
    uint64_t digest;
    if (firesieve_workload_digest(workload, firesieve_kernel_at(kernel), &digest, &error) != FIRESIEVE_OK) {
        return fail(&error);
    }
    begin();
    say("{\"digest\":\"%" PRIu64 "\"}", digest);
    return end();
}

/* Seconds that a kernel (-1: plain loads) takes for this many repeats; NAN if it cannot run. */
EXPORT(double, web_run, int kernel, double repeats)
{
    firesieve_error error;
    firesieve_workload_time time;
    const firesieve_kernel *const chosen = kernel < 0 ? NULL : firesieve_kernel_at((size_t)kernel);
    if (firesieve_workload_run(workload, chosen, (uint64_t)repeats, &time, &error) != FIRESIEVE_OK) {
        return NAN;
    }
    amount = time.amount;
    return time.seconds;
}

/* Bytes or tests in the last run. */
EXPORT(double, web_amount, void)
{
    return amount;
}
