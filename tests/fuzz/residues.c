/*
 * Bytes become some lines of residues and a question about them; every method, on one of the kernels, must give the
 * same answer as testing the lines for one x after the other.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include <firesieve/firesieve.h>

enum { TEXT_SIZE = 4096, LINES_MAX = 12, LENGTH_MAX = 400 };

struct instance {
    char text[TEXT_SIZE];
    size_t size;
    firesieve_firewall *firewall;
    firesieve_search_options options;
    bool holds[LENGTH_MAX]; /* for options.from + index */
    size_t length;
    size_t count;
};

/* ---- From bytes to an instance ---------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void put(struct instance *instance, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    instance->size += (size_t)vsnprintf(instance->text + instance->size, TEXT_SIZE - instance->size, format, arguments);
    va_end(arguments);
    fuzz_require(instance->size < TEXT_SIZE, "the text is too long");
}

static uint64_t take_modulus(struct fuzz_bytes *bytes)
{
    const unsigned kind = (unsigned)fuzz_take(bytes, 1);
    switch (kind % 4) {
    case 0:
    case 1:
        return 1 + fuzz_take(bytes, 1) % 40;
    case 2:
        return 1 + fuzz_take(bytes, 3);
    default:
        return (UINT64_C(1) << kind / 4 % 63) - (kind / 4 % 63 > 16 ? fuzz_take(bytes, 2) : 0);
    }
}

static void put_set(struct instance *instance, struct fuzz_bytes *bytes, firesieve_delay around)
{
    const unsigned items = 1 + (unsigned)fuzz_take(bytes, 1) % 4;
    put(instance, "{");
    for (unsigned i = 0; i < items; ++i) {
        char text[FIRESIEVE_DELAY_TEXT_SIZE];
        const unsigned control = (unsigned)fuzz_take(bytes, 1);
        const firesieve_delay number = control % 3 == 0 ? fuzz_take(bytes, 1) : around + fuzz_take(bytes, 1);
        put(instance, "%s%s%s", i == 0 ? "" : ",", control % 16 == 5 ? "-" : "", firesieve_delay_format(number, text));
        if (control % 16 == 6) {
            put(instance, "..%s", firesieve_delay_format(number + fuzz_take(bytes, 2), text));
        }
    }
    put(instance, "}");
}

static void put_shifts(struct instance *instance, struct fuzz_bytes *bytes)
{
    put(instance, "x %c ", fuzz_take(bytes, 1) % 2 == 0 ? '+' : '-');
    put_set(instance, bytes, 0);
}

static void put_loop(struct instance *instance, struct fuzz_bytes *bytes)
{
    static const char *const beginnings[] = {
        "x mod p square",         "x mod p nonsquare",          "x mod p != 1",
        "x mod p in {1..p-1}",    "x mod p^2 not in {-p, 2*p}", "x mod 2^p != 2^(p-1)-1",
        "x + {0, 2} coprime to p"};
    const uint64_t low = 1 + fuzz_take(bytes, 1) % 20;
    put(instance, "%s for %sp in %" PRIu64 "..%" PRIu64,
        beginnings[fuzz_take(bytes, 1) % (sizeof beginnings / sizeof beginnings[0])],
        fuzz_take(bytes, 1) % 2 == 0 ? "" : "primes ", low, low + fuzz_take(bytes, 1) % 25);
}

static void put_line(struct instance *instance, struct fuzz_bytes *bytes)
{
    const firesieve_delay from = instance->options.from;
    const unsigned kind = (unsigned)fuzz_take(bytes, 1) % 12;
    const uint64_t modulus = take_modulus(bytes);
    switch (kind) {
    case 0:
        put(instance, "x mod %" PRIu64 " = %" PRIu64, modulus, (uint64_t)((from + fuzz_take(bytes, 1)) % modulus));
        break;
    case 1:
    case 2:
        put(instance, "x mod %" PRIu64 " != %" PRIu64, modulus, (uint64_t)((from + fuzz_take(bytes, 1)) % modulus));
        break;
    case 3:
    case 4:
    case 5:
        put(instance, "x mod %" PRIu64 " %s ", modulus, kind == 3 ? "in" : "not in");
        put_set(instance, bytes, from % modulus);
        break;
    case 6:
        put(instance, "x mod %" PRIu64 " %s", modulus, modulus % 2 == 0 ? "square" : "nonsquare");
        break;
    case 7:
        put_shifts(instance, bytes);
        put(instance, " coprime to %" PRIu64, modulus);
        break;
    case 8:
        put_shifts(instance, bytes);
        put(instance, " prime");
        break;
    case 9:
        put(instance, "x %s ", modulus % 2 == 0 ? "in" : "not in");
        put_set(instance, bytes, from);
        break;
    case 10:
        put(instance, "x not %s", modulus % 2 == 0 ? "square" : "power");
        break;
    default:
        put_loop(instance, bytes);
    }
    put(instance, "\n");
}

static firesieve_delay take_from(struct fuzz_bytes *bytes, size_t length)
{
    const unsigned kind = (unsigned)fuzz_take(bytes, 1);
    const firesieve_delay from = ((firesieve_delay)1 << kind / 2) + fuzz_take(bytes, 1) - 1;
    const firesieve_delay last = FIRESIEVE_DELAY_END - length;
    return kind % 2 == 0 ? fuzz_take(bytes, 1) : from > last ? last : from;
}

static bool take_instance(struct fuzz_bytes *bytes, struct instance *instance)
{
    const firesieve_kernel *const kernel = firesieve_kernel_at(fuzz_take(bytes, 1) % (firesieve_kernel_count() + 1));
    firesieve_error error = {0};
    instance->options = firesieve_search_defaults();
    instance->options.kernel = kernel != NULL && firesieve_kernel_runs_here(kernel) ? kernel : NULL;
    instance->options.threads = 1;
    instance->options.memory = 1 << 18;
    instance->length = 1 + fuzz_take(bytes, 2) % LENGTH_MAX;
    instance->options.from = take_from(bytes, instance->length);
    instance->options.to = instance->options.from + instance->length;
    for (unsigned i = 0; i < LINES_MAX && (i == 0 || bytes->at < bytes->end); ++i) {
        put_line(instance, bytes);
    }
    const firesieve_status status =
        firesieve_firewall_parse(instance->text, instance->size, &instance->firewall, &error);
    fuzz_require(status == FIRESIEVE_OK || status == FIRESIEVE_ERROR_INPUT, "%s", error.message);
    for (size_t i = 0; i < instance->length && status == FIRESIEVE_OK; ++i) {
        instance->holds[i] = !firesieve_firewall_catches(instance->firewall, instance->options.from + i);
        instance->count += instance->holds[i];
    }
    return status == FIRESIEVE_OK;
}

/* ---- Checks ----------------------------------------------------------------------------------------------- */

/* Aborts, with all that is needed to reproduce the failure, unless the condition holds. */
#define require_of(instance, condition, ...)                                                                     \
    ((condition) ? (void)0                                                                                       \
                 : (fprintf(stderr, "by %s, %zu of %zu:\n%s", firesieve_method_name((instance)->options.method), \
                            (instance)->count, (instance)->length, (instance)->text),                            \
                    fuzz_require(condition, __VA_ARGS__)))

static size_t next_of(const struct instance *instance, size_t index)
{
    while (index < instance->length && !instance->holds[index]) {
        ++index;
    }
    return index;
}

/* The focus does not support every firewall. */
static bool is_refused(const struct instance *instance, firesieve_status status)
{
    return instance->options.method == FIRESIEVE_METHOD_FOCUS && status == FIRESIEVE_ERROR_ARGUMENT;
}

static void check_solve(const struct instance *instance)
{
    firesieve_search_result result = {0};
    firesieve_error error = {0};
    const firesieve_status status = firesieve_solve(instance->firewall, &instance->options, &result, &error);
    if (is_refused(instance, status)) {
        return;
    }
    require_of(instance, status == FIRESIEVE_OK, "solve: %s", error.message);
    const size_t first = next_of(instance, 0);
    require_of(instance,
               first == instance->length
                   ? result.outcome == FIRESIEVE_NONE
                   : result.outcome == FIRESIEVE_FOUND && result.delay == instance->options.from + first,
               "solve: outcome %d, %" PRIu64 " from the beginning instead of %zu", result.outcome,
               (uint64_t)(result.delay - instance->options.from), first);
}

static void check_count(const struct instance *instance)
{
    firesieve_search_result result = {0};
    firesieve_error error = {0};
    const firesieve_status status = firesieve_count(instance->firewall, &instance->options, &result, &error);
    if (!is_refused(instance, status)) {
        require_of(instance, status == FIRESIEVE_OK, "count: %s", error.message);
        require_of(instance, result.count == instance->count, "count: %" PRIu64, (uint64_t)result.count);
    }
}

/* The x that a list must give next. */
struct expected {
    const struct instance *instance;
    size_t next;
};

static bool receive(firesieve_delay x, void *context)
{
    struct expected *const expected = context;
    const struct instance *const instance = expected->instance;
    const size_t next = next_of(instance, expected->next);
    require_of(instance, next < instance->length && x == instance->options.from + next,
               "list: %" PRIu64 " from the beginning instead of %zu", (uint64_t)(x - instance->options.from), next);
    expected->next = next + 1;
    return true;
}

static void check_list(const struct instance *instance)
{
    firesieve_search_result result = {0};
    firesieve_error error = {0};
    struct expected expected = {instance, 0};
    const firesieve_status status =
        firesieve_list(instance->firewall, &instance->options, receive, &expected, &result, &error);
    if (!is_refused(instance, status)) {
        require_of(instance, status == FIRESIEVE_OK, "list: %s", error.message);
        require_of(instance, result.count == instance->count, "list: %" PRIu64, (uint64_t)result.count);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const checks[])(const struct instance *instance) = {check_solve, check_count, check_list};
    struct fuzz_bytes bytes = {.at = data, .end = data + size};
    struct instance instance = {.size = 0};
    const unsigned question = (unsigned)fuzz_take(&bytes, 1) % 3;
    if (!take_instance(&bytes, &instance)) {
        return 0;
    }
    for (size_t i = 0; i < FIRESIEVE_METHOD_COUNT; ++i) {
        instance.options.method = (firesieve_method)i;
        if (instance.options.method != FIRESIEVE_METHOD_SIMULATE) { /* residues have no scanners */
            checks[question](&instance);
        }
    }
    firesieve_firewall_free(instance.firewall);
    return 0;
}
