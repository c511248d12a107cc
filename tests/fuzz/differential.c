/*
 * Bytes become a firewall of a few dozen layers and a question about it; every method, on one of the kernels, must give
 * the same answer as an independent loop over delays and layers in this file.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include <firesieve/firesieve.h>

enum { LAYERS_MAX = 48, DELAYS_MAX = 2048, STEPS_MAX = 300000 };

struct instance {
    firesieve_layer layers[LAYERS_MAX];
    size_t layer_count;
    firesieve_firewall *firewall;
    firesieve_delay from;
    firesieve_delay to;
    const firesieve_kernel *kernel;
    unsigned threads;
    uint64_t memory;

    bool caught[DELAYS_MAX]; /* by from + index */
    size_t safe[DELAYS_MAX]; /* the indices of the others, ascending */
    size_t safe_count;
};

/* ---- From bytes to an instance ---------------------------------------------------------------------------- */

static bool has_depth(const struct instance *instance, uint64_t depth)
{
    for (size_t i = 0; i < instance->layer_count; ++i) {
        if (instance->layers[i].depth == depth) {
            return true;
        }
    }
    return false;
}

static size_t first_free(const struct instance *instance, size_t length)
{
    size_t i = 0;
    while (i < length && instance->caught[i]) {
        ++i;
    }
    return i;
}

static void mark_caught(struct instance *instance, size_t length, firesieve_layer layer)
{
    const firesieve_delay period = layer.range == 1 ? 1 : 2 * (firesieve_delay)(layer.range - 1);
    const firesieve_delay phase = (instance->from + layer.depth) % period;
    for (firesieve_delay i = phase == 0 ? 0 : period - phase; i < length; i += period) {
        instance->caught[i] = true;
    }
}

/* A range of any size; half of them are as in puzzles. */
static uint64_t take_range(struct fuzz_bytes *bytes, unsigned kind)
{
    switch (kind) {
    case 0:
    case 1:
        return 2 + fuzz_take(bytes, 1) % 32;
    case 2:
        return 2 + fuzz_take(bytes, 2);
    default: {
        const unsigned bits = (unsigned)fuzz_take(bytes, 1) % 63;
        const uint64_t low = fuzz_take(bytes, 2);
        const uint64_t range = (UINT64_C(1) << bits) + low - (bits > 20 ? 32768 : 0);
        return range < 1 ? 1 : range > FIRESIEVE_RANGE_MAX ? FIRESIEVE_RANGE_MAX : range;
    }
    }
}

static void take_layer(struct fuzz_bytes *bytes, struct instance *instance, size_t length)
{
    const unsigned control = (unsigned)fuzz_take(bytes, 1);
    firesieve_layer layer = {.range = take_range(bytes, control % 4)};
    const uint64_t period = layer.range == 1 ? 1 : 2 * (layer.range - 1);
    if (control & 4) {
        layer.depth = fuzz_take(bytes, control & 8 ? 8 : 1) & FIRESIEVE_DEPTH_MAX;
    } else {
        /* Catches the first delay that is safe so far, so that few are left, or none. */
        const firesieve_delay target = instance->from + first_free(instance, length);
        layer.depth = (uint64_t)((period - target % period) % period);
        layer.depth += control & 8 ? period * (fuzz_take(bytes, 1) % 8) : 0;
    }
    if (layer.depth <= FIRESIEVE_DEPTH_MAX && !has_depth(instance, layer.depth)) {
        instance->layers[instance->layer_count++] = layer;
        mark_caught(instance, length, layer);
    }
}

static const firesieve_kernel *take_kernel(struct fuzz_bytes *bytes)
{
    const firesieve_kernel *const kernel = firesieve_kernel_at(fuzz_take(bytes, 1) % (firesieve_kernel_count() + 1));
    return kernel != NULL && firesieve_kernel_runs_here(kernel) ? kernel : NULL;
}

static firesieve_delay take_from(struct fuzz_bytes *bytes, size_t length)
{
    const unsigned kind = (unsigned)fuzz_take(bytes, 1);
    if (kind % 2 == 0) {
        return fuzz_take(bytes, 1);
    }
    firesieve_delay from = (firesieve_delay)1 << kind / 2;
    from = kind % 4 == 1 ? from - fuzz_take(bytes, 2) % 512 : from + fuzz_take(bytes, 8);
    const firesieve_delay last = FIRESIEVE_DELAY_END - length;
    return from > last ? last : from;
}

static void take_instance(struct fuzz_bytes *bytes, struct instance *instance)
{
    static const uint64_t memories[] = {1 << 16, 1 << 20, 1, 1 << 10};
    const unsigned control = (unsigned)fuzz_take(bytes, 1);
    const size_t length = 1 + fuzz_take(bytes, 2) % DELAYS_MAX;
    instance->threads = control % 32 == 31 ? 3 : 1;
    instance->memory = memories[control / 32 % 4];
    instance->kernel = take_kernel(bytes);
    instance->from = take_from(bytes, length);
    instance->to = instance->from + length;
    while (instance->layer_count < LAYERS_MAX && (instance->layer_count == 0 || bytes->at < bytes->end)) {
        take_layer(bytes, instance, length);
    }
    for (size_t i = 0; i < length; ++i) {
        if (!instance->caught[i]) {
            instance->safe[instance->safe_count++] = i;
        }
    }
    fuzz_require(firesieve_firewall_build(instance->layers, instance->layer_count, &instance->firewall, NULL) ==
                     FIRESIEVE_OK,
                 "no firewall");
}

/* ---- Checks ----------------------------------------------------------------------------------------------- */

static void describe(const struct instance *instance, firesieve_method method, const char *what)
{
    char from[FIRESIEVE_DELAY_TEXT_SIZE];
    char to[FIRESIEVE_DELAY_TEXT_SIZE];
    fprintf(stderr, "%s by %s, kernel %s%s, %u threads, memory %" PRIu64 ", from %s to %s, %zu safe:\n", what,
            firesieve_method_name(method), instance->kernel == NULL ? "auto" : firesieve_kernel_name(instance->kernel),
            instance->kernel != NULL && firesieve_kernel_emulated(instance->kernel) ? " (emulated)" : "",
            instance->threads, instance->memory, firesieve_delay_format(instance->from, from),
            firesieve_delay_format(instance->to, to), instance->safe_count);
    firesieve_firewall_write(instance->firewall, stderr, NULL);
}

/* Aborts, with all that is needed to reproduce the failure, unless the condition holds. */
#define require_of(instance, method, what, condition, ...) \
    ((condition) ? (void)0 : (describe(instance, method, what), fuzz_require(condition, __VA_ARGS__)))

static firesieve_search_options options_of(const struct instance *instance, firesieve_method method)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = method;
    options.kernel = instance->kernel;
    options.threads = instance->threads;
    options.memory = instance->memory;
    options.from = instance->from;
    options.to = instance->to;
    return options;
}

static void check_solve(const struct instance *instance, firesieve_method method)
{
    firesieve_search_options options = options_of(instance, method);
    firesieve_search_result result = {0};
    firesieve_error error = {0};
    /* If a delay in the range is safe, the end of all delays gives the same answer. */
    if (instance->safe_count > 0 && instance->layer_count % 2 == 0) {
        options.to = FIRESIEVE_DELAY_END;
    }
    const firesieve_status status = firesieve_solve(instance->firewall, &options, &result, &error);
    require_of(instance, method, "solve", status == FIRESIEVE_OK, "%s", error.message);
    if (instance->safe_count > 0) {
        const firesieve_delay answer = instance->from + instance->safe[0];
        require_of(instance, method, "solve",
                   result.outcome == FIRESIEVE_FOUND && result.delay == answer && result.reached == answer,
                   "outcome %d, %" PRIu64 " from the beginning", result.outcome,
                   (uint64_t)(result.delay - instance->from));
    } else {
        require_of(instance, method, "solve", result.outcome == FIRESIEVE_NONE && result.reason != NULL,
                   "outcome %d, %" PRIu64 " from the beginning", result.outcome,
                   (uint64_t)(result.delay - instance->from));
    }
}

static void check_count(const struct instance *instance, firesieve_method method)
{
    const firesieve_search_options options = options_of(instance, method);
    firesieve_search_result result = {0};
    firesieve_error error = {0};
    const firesieve_status status = firesieve_count(instance->firewall, &options, &result, &error);
    require_of(instance, method, "count", status == FIRESIEVE_OK, "%s", error.message);
    require_of(instance, method, "count",
               result.count == instance->safe_count &&
                   result.outcome == (instance->safe_count > 0 ? FIRESIEVE_FOUND : FIRESIEVE_NONE),
               "outcome %d, count %" PRIu64, result.outcome, (uint64_t)result.count);
}

/* The delay that a list must give next. */
struct expected {
    const struct instance *instance;
    firesieve_method method;
    size_t next;
    size_t limit; /* then it is stopped */
};

static bool receive(firesieve_delay delay, void *context)
{
    struct expected *const expected = context;
    const struct instance *const instance = expected->instance;
    require_of(instance, expected->method, "list",
               expected->next < instance->safe_count && delay == instance->from + instance->safe[expected->next],
               "item %zu is %" PRIu64 " from the beginning", expected->next, (uint64_t)(delay - instance->from));
    ++expected->next;
    return expected->next != expected->limit;
}

static void check_list(const struct instance *instance, firesieve_method method)
{
    const firesieve_search_options options = options_of(instance, method);
    firesieve_search_result result = {0};
    firesieve_error error = {0};
    const bool limited = instance->safe_count > 1 && instance->layer_count % 4 == 0;
    const size_t limit = limited ? instance->safe_count / 2 : SIZE_MAX;
    struct expected expected = {.instance = instance, .method = method, .limit = limit};
    const firesieve_status status = firesieve_list(instance->firewall, &options, receive, &expected, &result, &error);
    require_of(instance, method, "list", status == FIRESIEVE_OK, "%s", error.message);
    require_of(instance, method, "list", expected.next == (limited ? limit : instance->safe_count), "%zu were received",
               expected.next);
    const firesieve_outcome outcome = limited                    ? FIRESIEVE_CANCELLED
                                      : instance->safe_count > 0 ? FIRESIEVE_FOUND
                                                                 : FIRESIEVE_NONE;
    require_of(instance, method, "list", result.outcome == outcome, "outcome %d", result.outcome);
}

/* Whether the steps of scanners are few enough: after each safe delay they start over. */
static bool may_simulate(const struct instance *instance)
{
    uint64_t depth = 0;
    for (size_t i = 0; i < instance->layer_count; ++i) {
        depth = instance->layers[i].depth > depth ? instance->layers[i].depth : depth;
    }
    if (instance->to >= STEPS_MAX || depth >= STEPS_MAX) {
        return false;
    }
    const firesieve_delay steps = instance->to * (instance->safe_count + 1) + (instance->to - instance->from) * depth;
    return steps * instance->layer_count < STEPS_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const checks[])(const struct instance *instance, firesieve_method method) = {check_solve, check_count,
                                                                                               check_list};
    struct fuzz_bytes bytes = {.at = data, .end = data + size};
    struct instance instance = {.layer_count = 0};
    const unsigned question = (unsigned)fuzz_take(&bytes, 1) % 3;
    take_instance(&bytes, &instance);
    for (size_t i = 0; i < FIRESIEVE_METHOD_COUNT; ++i) {
        const firesieve_method method = (firesieve_method)i;
        if (method != FIRESIEVE_METHOD_SIMULATE || may_simulate(&instance)) {
            checks[question](&instance, method);
        }
    }
    firesieve_firewall_free(instance.firewall);
    return 0;
}
