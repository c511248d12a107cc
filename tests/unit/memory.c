/*
 * Out of memory: the linker replaces the allocator's functions with those below, for the library as well, and each test
 * makes every allocation of a call fail in turn.
 */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "firewalls.h"
#include "residue/cover.h"

/* The linker's names. NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__real_reallocarray(void *block, size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_reallocarray(void *block, size_t count, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
/* NOLINTEND(bugprone-reserved-identifier) */

static _Atomic long allocations_left = -1; /* until all fail; negative: none fails */
static atomic_bool only_one_fails;         /* the next one; later ones succeed */

static atomic_size_t largest; /* number of bytes in one allocation */

static bool may_allocate(size_t size)
{
    size_t before = atomic_load(&largest);
    while (before < size && !atomic_compare_exchange_weak(&largest, &before, size)) {
    }
    long left = atomic_load(&allocations_left);
    while (left > 0 && !atomic_compare_exchange_weak(&allocations_left, &left, left - 1)) {
    }
    if (left == 0 && atomic_load(&only_one_fails)) {
        atomic_store(&allocations_left, -1);
    }
    return left != 0;
}

void *__wrap_malloc(size_t size)
{
    return may_allocate(size) ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return may_allocate(count * size) ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *block, size_t size)
{
    return may_allocate(size) ? __real_realloc(block, size) : NULL;
}

void *__wrap_reallocarray(void *block, size_t count, size_t size)
{
    return may_allocate(count * size) ? __real_reallocarray(block, count, size) : NULL;
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return may_allocate(size) ? __real_aligned_alloc(alignment, size) : NULL;
}

/* An attempt that is repeated with more and more memory. */
typedef firesieve_status attempt_function(const void *context, firesieve_error *error);

/* Lets the first n allocations succeed, n = 0, 1, ..., until the attempt does. */
static void check_every_failure(attempt_function *attempt, const void *context, const char *name)
{
    long failures = 0;
    for (;; ++failures) {
        firesieve_error error = {0};
        atomic_store(&allocations_left, failures);
        const firesieve_status status = attempt(context, &error);
        atomic_store(&allocations_left, -1);
        if (status == FIRESIEVE_OK) {
            break;
        }
        cr_assert(status == FIRESIEVE_ERROR_MEMORY && error.status == FIRESIEVE_ERROR_MEMORY, "%s, %ld: %s", name,
                  failures, error.message);
        cr_assert(strncmp(error.message, "not enough memory for ", 22) == 0, "%s, %ld: %s", name, failures,
                  error.message);
    }
    cr_assert(failures > 0, "%s needs no memory", name);
}

/*
 * Lets the first n allocations succeed and one fail, n = 0, 1, ..., until none is left to fail. A search can do without
 * a thread, but not without memory that all its threads need.
 */
static void check_single_failures(attempt_function *attempt, const void *context, const char *name)
{
    bool failed = true;
    for (long before = 0; failed; ++before) {
        firesieve_error error = {0};
        atomic_store(&only_one_fails, true);
        atomic_store(&allocations_left, before);
        const firesieve_status status = attempt(context, &error);
        failed = atomic_load(&allocations_left) < 0;
        atomic_store(&allocations_left, -1);
        atomic_store(&only_one_fails, false);
        cr_assert(status == FIRESIEVE_OK || (failed && status == FIRESIEVE_ERROR_MEMORY), "%s, %ld: %s", name, before,
                  error.message);
    }
}

static firesieve_status try_parse(const void *context, firesieve_error *error)
{
    firesieve_firewall *firewall = NULL;
    const char *const text = context;
    const firesieve_status status = firesieve_firewall_parse(text, strlen(text), &firewall, error);
    firesieve_firewall_free(firewall); /* NULL unless made: nothing half made is given out */
    return status;
}

/* Depths that do not ascend, columns that vary from line to line, and no line feed at the end. */
static const char *wild_text(void)
{
    static char text[4096];
    char *at = text;
    for (int i = 0; i < 200; ++i) {
        at += sprintf(at, "%s%d: %d%s", i % 3 == 0 ? " " : "", (i * 77) % 200, i % 9 + 2, i == 199 ? "" : "\n");
    }
    return text;
}

Test(memory, parsing_without_enough)
{
    check_every_failure(try_parse, wild_text(), "parse");
}

/* Lines of every kind: stored texts, classes and filters. */
static const char *const lines_of_residues[] = {
    "x mod 7 != 3\nx mod 9 not in {1, 2..3, -1}\n x mod 9 in {0, 4, 5, 7} # a\nx mod (2^3-1)*5 != 8",
    "x mod p square for primes p in 3..30\nx mod p^2 not in {p, p-1..p} for p in 3..9\nx mod 8 = 1\n",
    "x + {0, 2..4} coprime to 30\nx not square\nx - 3 prime\nx mod 1048583 nonsquare\nfrom 10\n",
    "x in {5, 10^30, 7..90}\nx in {6..80}\nx not in {7}\nx mod 2^40-1 not in {2^20..2^30}\n",
    "x mod 2^40 in {1, 3}\nx mod 2^41 in {1..5}\nx mod 5 != 1\n",
    "x mod 2^61-1 = 1\nx mod 2^62 = 5\nx mod 2^62-1 in {3, 4}\n",
};

Test(memory, parsing_residues_without_enough)
{
    for (size_t i = 0; i < COUNT_OF(lines_of_residues); ++i) {
        check_every_failure(try_parse, lines_of_residues[i], lines_of_residues[i]);
        check_single_failures(try_parse, lines_of_residues[i], lines_of_residues[i]);
    }
}

static firesieve_status try_solve_residues(const void *context, firesieve_error *error)
{
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    options.threads = 1;
    options.from = 5;
    options.to = 5000;
    const firesieve_status status = firesieve_solve(context, &options, &result, error);
    return status == FIRESIEVE_OK ? firesieve_count(context, &options, &result, error) : status;
}

Test(memory, solving_residues_without_enough)
{
    for (size_t i = 0; i < COUNT_OF(lines_of_residues); ++i) {
        firesieve_firewall *const firewall = parse_firewall(lines_of_residues[i]);
        check_single_failures(try_solve_residues, firewall, lines_of_residues[i]);
        firesieve_firewall_free(firewall);
    }
}

/* Finding a repeated depth takes memory too: the error is INPUT once there is enough. */
Test(memory, finding_a_repeated_depth_without_enough)
{
    static const char text[] = "2: 3\n0: 3\n2: 3";
    firesieve_error error = {0};
    firesieve_status status = FIRESIEVE_ERROR_MEMORY;
    for (long left = 0; status == FIRESIEVE_ERROR_MEMORY; ++left) {
        atomic_store(&allocations_left, left);
        status = try_parse(text, &error);
        atomic_store(&allocations_left, -1);
    }
    cr_assert(status == FIRESIEVE_ERROR_INPUT);
    cr_assert_str_eq(error.message, "expected every depth once, found depth 2 on line 1 and again on line 3");
}

static firesieve_status try_open(const void *context, firesieve_error *error)
{
    firesieve_firewall *firewall = NULL;
    const firesieve_status status = firesieve_firewall_open(context, &firewall, error);
    firesieve_firewall_free(firewall); /* NULL unless made: nothing half made is given out */
    return status;
}

Test(memory, opening_without_enough)
{
    check_every_failure(try_open, FIRESIEVE_GOLDEN_DIRECTORY "/erdos-selfridge-20.firewall", "open");
}

/* Only part of a long line is kept in memory. */
Test(memory, of_a_long_line_is_bounded)
{
    enum { LINE_SIZE = 8 << 20, ENOUGH = 2 << 20 };
    static const char bytes[] = {' ', '0', '#'};
    for (size_t i = 0; i < COUNT_OF(bytes); ++i) {
        FILE *const file = tmpfile();
        firesieve_firewall *firewall = NULL;
        cr_assert(file != NULL);
        for (int j = 0; j < LINE_SIZE; ++j) {
            putc(bytes[i], file);
        }
        fputs(bytes[i] == '0' ? "7: 3\n" : "\n7: 3\n", file);
        rewind(file);
        atomic_store(&largest, 0);
        cr_assert(firesieve_firewall_read(fileno(file), &firewall, NULL) == FIRESIEVE_OK, "byte %c", bytes[i]);
        cr_assert(atomic_load(&largest) <= ENOUGH, "byte %c: %zu", bytes[i], atomic_load(&largest));
        firesieve_firewall_free(firewall);
        fclose(file);
    }
}

static firesieve_status try_build(const void *context, firesieve_error *error)
{
    (void)context;
    static const firesieve_layer layers[] = {{6, 4}, {0, 3}, {4, 4}, {1, 2}};
    firesieve_firewall *firewall = NULL;
    const firesieve_status status = firesieve_firewall_build(layers, COUNT_OF(layers), &firewall, error);
    firesieve_firewall_free(firewall); /* NULL unless made: nothing half made is given out */
    return status;
}

Test(memory, building_without_enough)
{
    check_every_failure(try_build, NULL, "build");
}

static firesieve_status try_generate(const void *context, firesieve_error *error)
{
    const firesieve_family family = *(const firesieve_family *)context;
    firesieve_generate_options options = firesieve_generate_defaults(family);
    firesieve_firewall *firewall = NULL;
    options.layers = family == FIRESIEVE_FAMILY_EXTREMAL ? 62 : 1000;
    const firesieve_status status = firesieve_firewall_generate(family, &options, &firewall, error);
    firesieve_firewall_free(firewall); /* NULL unless made: nothing half made is given out */
    return status;
}

Test(memory, generating_without_enough)
{
    for (firesieve_family family = 0; family < FIRESIEVE_FAMILY_COUNT; ++family) {
        check_every_failure(try_generate, &family, firesieve_family_name(family));
    }
}

struct solve_attempt {
    const firesieve_firewall *firewall;
    firesieve_search_options options;
};

/* A result that shows whether it was written. */
static const firesieve_search_result unwritten = {.outcome = FIRESIEVE_LIMIT, .count = 77, .threads = 4711};

static firesieve_status check_unwritten(firesieve_status status, const firesieve_search_result *result)
{
    cr_assert(status == FIRESIEVE_OK || (result->count == unwritten.count && result->threads == unwritten.threads));
    return status;
}

static firesieve_status try_solve(const void *context, firesieve_error *error)
{
    const struct solve_attempt *const attempt = context;
    firesieve_search_result result = unwritten;
    return check_unwritten(firesieve_solve(attempt->firewall, &attempt->options, &result, error), &result);
}

/* The profile is written if the result is; it may then lack its constraints, but not its times. */
static firesieve_status try_profile(const void *context, firesieve_error *error)
{
    const struct solve_attempt *const attempt = context;
    firesieve_search_options options = attempt->options;
    firesieve_search_result result = unwritten;
    firesieve_profile profile = {.thread_count = 4711};
    options.profile = &profile;
    const firesieve_status status = firesieve_solve(attempt->firewall, &options, &result, error);
    cr_assert((status == FIRESIEVE_OK) == (profile.thread_count != 4711));
    cr_assert(status != FIRESIEVE_OK || (profile.seconds != NULL && profile.elapsed_s >= 0));
    cr_assert((profile.constraints == NULL) == (profile.constraint_count == 0));
    firesieve_profile_free(&profile);
    return check_unwritten(status, &result);
}

static firesieve_status try_count(const void *context, firesieve_error *error)
{
    const struct solve_attempt *const attempt = context;
    firesieve_search_result result = unwritten;
    return check_unwritten(firesieve_count(attempt->firewall, &attempt->options, &result, error), &result);
}

/* The delays received before memory runs out are right. */
struct receiver {
    const firesieve_firewall *firewall;
    firesieve_delay next; /* the next delay is at least this */
};

static bool receive(firesieve_delay delay, void *context)
{
    struct receiver *const receiver = context;
    cr_assert(delay >= receiver->next && !firesieve_firewall_catches(receiver->firewall, delay));
    receiver->next = delay + 1;
    return true;
}

static firesieve_status try_list(const void *context, firesieve_error *error)
{
    const struct solve_attempt *const attempt = context;
    struct receiver receiver = {.firewall = attempt->firewall};
    firesieve_search_result result = unwritten;
    return check_unwritten(firesieve_list(attempt->firewall, &attempt->options, receive, &receiver, &result, error),
                           &result);
}

static firesieve_status try_explain(const void *context, firesieve_error *error)
{
    const struct solve_attempt *const attempt = context;
    firesieve_explanation explanation = {.layers = 4711};
    const firesieve_status status = firesieve_explain(attempt->firewall, &attempt->options, &explanation, error);
    cr_assert((status == FIRESIEVE_OK) == (explanation.layers != 4711));
    firesieve_explanation_free(&explanation);
    return status;
}

/* Chooses a plan and parses its text; without enough memory for either no plan is returned. */
static firesieve_status try_plan(const void *context, firesieve_error *error)
{
    const struct solve_attempt *const attempt = context;
    firesieve_plan *plan = NULL;
    firesieve_plan *again = NULL;
    firesieve_status status = firesieve_plan_choose(attempt->firewall, &attempt->options, &plan, error);
    cr_assert((status == FIRESIEVE_OK) == (plan != NULL));
    if (status == FIRESIEVE_OK) {
        size_t size;
        const char *const text = firesieve_plan_text(plan, &size);
        status = firesieve_plan_parse(attempt->firewall, text, size, &again, error);
        cr_assert((status == FIRESIEVE_OK) == (again != NULL));
    }
    firesieve_plan_free(plan);
    firesieve_plan_free(again);
    return status;
}

static bool stop_soon(const firesieve_progress *progress, void *context)
{
    return progress->share == 0 || context == NULL;
}

/*
 * A search that is stopped in a window and resumed. If there is no memory to write its checkpoint, that is no error:
 * the search resumes from an older one or starts over.
 */
static firesieve_status try_checkpoint(const void *context, firesieve_error *error)
{
    const struct solve_attempt *const attempt = context;
    firesieve_search_options options = attempt->options;
    firesieve_search_result result = unwritten;
    char path[] = "/tmp/firesieve-memory-XXXXXX";
    const int descriptor = mkstemp(path);
    cr_assert(descriptor >= 0);
    close(descriptor);
    unlink(path);
    options.checkpoint = path;
    options.checkpoint_interval_s = 0.001;
    options.progress = stop_soon;
    options.progress_context = &options;
    firesieve_status status = firesieve_solve(attempt->firewall, &options, &result, error);
    if (status == FIRESIEVE_OK) {
        options.progress_context = NULL;
        result = unwritten;
        status = firesieve_solve(attempt->firewall, &options, &result, error);
        cr_assert(status != FIRESIEVE_OK || result.delay == UINT64_C(3935600384), "%s", SHOW(result.delay));
    }
    unlink(path);
    return check_unwritten(status, &result);
}

Test(memory, resuming_from_a_checkpoint_without_enough)
{
    const firesieve_generate_options erdos = {.k = 100};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &erdos);
    struct solve_attempt attempt = {.firewall = firewall, .options = firesieve_search_defaults()};
    attempt.options.method = FIRESIEVE_METHOD_FOCUS;
    attempt.options.kernel = firesieve_kernel_best();
    attempt.options.threads = 2;
    check_single_failures(try_checkpoint, &attempt, "checkpoint");
    firesieve_firewall_free(firewall);
}

Test(memory, solving_without_enough)
{
    static const char *const names[] = {"example.firewall", "erdos-selfridge-20.firewall", "wide.firewall"};
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_SIMULATE, FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL,
                                               FIRESIEVE_METHOD_FOCUS, FIRESIEVE_METHOD_AUTO};
    for (size_t i = 0; i < COUNT_OF(names) * COUNT_OF(methods); ++i) {
        if (i / COUNT_OF(methods) == 0 && methods[i % COUNT_OF(methods)] == FIRESIEVE_METHOD_AUTO) {
            continue; /* the short path, which needs no memory */
        }
        firesieve_firewall *const firewall = open_golden(names[i / COUNT_OF(methods)]);
        struct solve_attempt attempt = {.firewall = firewall, .options = firesieve_search_defaults()};
        attempt.options.method = methods[i % COUNT_OF(methods)];
        if (attempt.options.method == FIRESIEVE_METHOD_SIMULATE) {
            attempt.options.time_limit_s = 0.1; /* it need not get far */
        }
        check_every_failure(try_solve, &attempt, names[i / COUNT_OF(methods)]);
        check_every_failure(try_profile, &attempt, names[i / COUNT_OF(methods)]);
        check_single_failures(try_profile, &attempt, names[i / COUNT_OF(methods)]);
        firesieve_firewall_free(firewall);
    }
}

/* Classes that are crossed off, tested and checked; rows, a wheel, and the search for a cover. */
Test(memory, counting_listing_and_explaining_without_enough)
{
    static const char *const names[] = {"example.firewall", "erdos-selfridge-20.firewall", "wide.firewall",
                                        "erdos-cover.firewall", "sextuplet.firewall"};
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_AUTO};
    for (size_t i = 0; i < COUNT_OF(names) * COUNT_OF(methods); ++i) {
        const char *const name = names[i / COUNT_OF(methods)];
        firesieve_firewall *const firewall = open_golden(name);
        struct solve_attempt attempt = {.firewall = firewall, .options = firesieve_search_defaults()};
        attempt.options.method = methods[i % COUNT_OF(methods)];
        attempt.options.memory = 1 << 20;
        attempt.options.to = 50000;
        check_every_failure(try_count, &attempt, name);
        check_every_failure(try_list, &attempt, name);
        attempt.options.to = FIRESIEVE_DELAY_END;
        check_every_failure(try_explain, &attempt, name);
        firesieve_firewall_free(firewall);
    }
}

Test(memory, planning_without_enough)
{
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_FOCUS,
                                               FIRESIEVE_METHOD_AUTO};
    for (size_t i = 0; i < COUNT_OF(methods); ++i) {
        firesieve_firewall *const firewall = open_golden("erdos-selfridge-20.firewall");
        struct solve_attempt attempt = {.firewall = firewall, .options = firesieve_search_defaults()};
        attempt.options.method = methods[i];
        check_every_failure(try_plan, &attempt, firesieve_method_name(methods[i]));
        firesieve_firewall_free(firewall);
    }
}

/* An error does not move the iterator. */
static firesieve_status try_iterator(const void *context, firesieve_error *error)
{
    static const unsigned safe[] = {10, 22, 34, 46, 58, 70, 82, 94};
    const struct solve_attempt *const attempt = context;
    firesieve_iterator *iterator = NULL;
    firesieve_outcome outcome;
    firesieve_delay delay;
    firesieve_status status = firesieve_iterator_create(attempt->firewall, &attempt->options, &iterator, error);
    cr_assert((iterator != NULL) == (status == FIRESIEVE_OK));
    for (size_t i = 0; iterator != NULL && i < COUNT_OF(safe); ++i) {
        const firesieve_status step = firesieve_iterator_next(iterator, &outcome, &delay, error);
        if (step != FIRESIEVE_OK) {
            status = step;
            atomic_store(&allocations_left, -1);
            cr_assert(firesieve_iterator_next(iterator, &outcome, &delay, NULL) == FIRESIEVE_OK);
        }
        cr_assert(outcome == FIRESIEVE_FOUND && delay == safe[i], "%zu: %s", i, SHOW(delay));
    }
    firesieve_iterator_free(iterator);
    return status;
}

Test(memory, iterating_without_enough)
{
    firesieve_firewall *const firewall = open_golden("example.firewall");
    struct solve_attempt attempt = {.firewall = firewall, .options = firesieve_search_defaults()};
    check_every_failure(try_iterator, &attempt, "short path");
    attempt.options.method = FIRESIEVE_METHOD_SCAN;
    check_every_failure(try_iterator, &attempt, "scan");
    attempt.options.method = FIRESIEVE_METHOD_SIMULATE;
    check_every_failure(try_iterator, &attempt, "simulate");
    firesieve_firewall_free(firewall);
}

static firesieve_status try_cnf(const void *context, firesieve_error *error)
{
    FILE *const stream = fopen("/dev/null", "w");
    cr_assert(stream != NULL);
    const firesieve_status status = firesieve_cnf_write(context, stream, error);
    fclose(stream);
    return status;
}

Test(memory, writing_a_formula_without_enough)
{
    firesieve_firewall *const firewall = open_golden("erdos-selfridge-20.firewall");
    check_every_failure(try_cnf, firewall, "formula");
    firesieve_firewall_free(firewall);
}

/* The search on several threads begins after some milliseconds, and allocates for each of them. */
Test(memory, solving_on_threads_without_enough)
{
    static const uint32_t primes[] = {61, 16411};
    firesieve_delay x;
    firesieve_delay cycle;
    firesieve_firewall *const firewall = lone_residue_firewall(primes, COUNT_OF(primes), 5, 1, &x, &cycle);
    struct solve_attempt attempt = {.firewall = firewall, .options = firesieve_search_defaults()};
    attempt.options.threads = 3;
    attempt.options.from = x + 1;
    attempt.options.time_limit_s = 1;
    check_every_failure(try_solve, &attempt, "threads");
    firesieve_firewall_free(firewall);
}

/* The answer is right, or not found yet: without memory to reduce the layers, the search takes long. */
static firesieve_status try_published(const void *context, firesieve_error *error)
{
    const struct solve_attempt *const attempt = context;
    firesieve_search_result result = unwritten;
    const firesieve_status status = firesieve_solve(attempt->firewall, &attempt->options, &result, error);
    cr_assert(status != FIRESIEVE_OK || result.outcome == FIRESIEVE_LIMIT ||
              (result.outcome == FIRESIEVE_FOUND && result.delay == UINT64_C(6077111)));
    return check_unwritten(status, &result);
}

/* The lists of a focus, its rows, checks and windows, and the memory of each of its threads. */
Test(memory, focusing_without_enough)
{
    const firesieve_generate_options options = {.primes = 16};
    firesieve_firewall *const firewall = generate_firewall(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &options);
    struct solve_attempt attempt = {.firewall = firewall, .options = firesieve_search_defaults()};
    attempt.options.method = FIRESIEVE_METHOD_FOCUS;
    attempt.options.time_limit_s = 0.2;
    for (attempt.options.threads = 1; attempt.options.threads <= 3; attempt.options.threads += 2) {
        attempt.options.to = FIRESIEVE_DELAY_END;
        check_every_failure(try_published, &attempt, "solve by focus");
        check_single_failures(try_published, &attempt, "solve by focus");
        attempt.options.to = UINT64_C(100000000);
        check_every_failure(try_count, &attempt, "count by focus");
        check_single_failures(try_count, &attempt, "count by focus");
        check_every_failure(try_list, &attempt, "list by focus");
        check_single_failures(try_list, &attempt, "list by focus");
    }
    firesieve_firewall_free(firewall);
}

/* Classes 2^i - 1 mod 2^(i + 1) for i below 40, and the class left: a path that outgrows its initial storage. */
static firesieve_status try_cover_decide(const void *context, firesieve_error *error)
{
    (void)context;
    struct residue_class classes[41];
    uint8_t roles[COUNT_OF(classes)];
    for (size_t i = 0; i < COUNT_OF(classes); ++i) {
        const uint64_t modulus = UINT64_C(2) << (i < 40 ? i : 39);
        classes[i] = (struct residue_class){.modulus = modulus, .residue = i < 40 ? modulus / 2 - 1 : modulus - 1};
    }
    enum cover_outcome outcome = COVER_UNDECIDED;
    const firesieve_status status =
        cover_decide(classes, COUNT_OF(classes), 1000000, (struct go_on){NULL, NULL}, roles, &outcome, error);
    cr_assert(outcome == (status == FIRESIEVE_OK ? COVER_COMPLETE : COVER_UNDECIDED));
    return status;
}

Test(memory, deciding_a_cover_without_enough)
{
    check_every_failure(try_cover_decide, NULL, "cover");
}

static firesieve_status try_cover_minimise(const void *context, firesieve_error *error)
{
    size_t *layers = NULL;
    size_t layer_count = 0;
    bool minimal = false;
    enum cover_outcome outcome = COVER_UNDECIDED;
    const firesieve_status status =
        cover_minimise(context, 1000000, (struct go_on){NULL, NULL}, &layers, &layer_count, &minimal, &outcome, error);
    cr_assert((layers != NULL) == (status == FIRESIEVE_OK));
    free(layers);
    return status;
}

Test(memory, minimising_a_cover_without_enough)
{
    firesieve_firewall *const firewall = open_golden("erdos-cover.firewall");
    check_every_failure(try_cover_minimise, firewall, "minimal cover");
    firesieve_firewall_free(firewall);
}

/* ---- Certificates ----------------------------------------------------------------------------------------------- */

struct certificate_attempt {
    const firesieve_firewall *firewall;
    const firesieve_search_options *options;
    firesieve_search_result result;
    firesieve_certificate *certificate;
};

static firesieve_status free_certificate(firesieve_status status, firesieve_certificate *const *certificate)
{
    cr_assert((*certificate != NULL) == (status == FIRESIEVE_OK));
    firesieve_certificate_free(*certificate);
    return status;
}

static firesieve_status try_certify(const void *context, firesieve_error *error)
{
    const struct certificate_attempt *const attempt = context;
    firesieve_certificate *certificate = NULL;
    return free_certificate(
        firesieve_certify(attempt->firewall, attempt->options, &attempt->result, &certificate, error), &certificate);
}

static firesieve_status try_certificate_parse(const void *context, firesieve_error *error)
{
    const struct certificate_attempt *const attempt = context;
    firesieve_certificate *certificate = NULL;
    size_t size;
    const char *const text = firesieve_certificate_text(attempt->certificate, &size);
    return free_certificate(firesieve_certificate_parse(attempt->firewall, text, size, &certificate, error),
                            &certificate);
}

static firesieve_status try_certificate_check(const void *context, firesieve_error *error)
{
    const struct certificate_attempt *const attempt = context;
    firesieve_certificate_report report = {.line = 4711};
    const firesieve_status status =
        firesieve_certificate_check(attempt->firewall, attempt->certificate, attempt->options, &report, error);
    cr_assert((status == FIRESIEVE_OK) == (report.line != 4711));
    cr_assert(status != FIRESIEVE_OK || report.verdict == FIRESIEVE_ACCEPTED, "%s", report.message);
    return status;
}

static void check_certificate_without_enough(const firesieve_firewall *firewall,
                                             const firesieve_search_options *options, const char *name)
{
    struct certificate_attempt attempt = {firewall, options, solve(firewall, options), NULL};
    firesieve_error error = {0};
    check_every_failure(try_certify, &attempt, name);
    check_single_failures(try_certify, &attempt, name);
    cr_assert(firesieve_certify(firewall, options, &attempt.result, &attempt.certificate, &error) == FIRESIEVE_OK);
    check_every_failure(try_certificate_parse, &attempt, name);
    if (strcmp(name, "example.firewall") != 0) { /* tests every delay, without memory */
        check_every_failure(try_certificate_check, &attempt, name);
    }
    check_single_failures(try_certificate_check, &attempt, name);
    firesieve_certificate_free(attempt.certificate);
}

/* Windows with a witness and without, a tree from a proof, and one with a large prime in a modulus. */
Test(memory, certificates_without_enough)
{
    static const char *const golden[] = {"sextuplet.firewall", "example.firewall", "erdos-cover.firewall",
                                         "range-one.firewall"};
    firesieve_search_options options = firesieve_search_defaults();
    options.threads = 1;
    options.memory = 16000000;
    for (size_t i = 0; i < COUNT_OF(golden); ++i) {
        firesieve_firewall *const firewall = open_golden(golden[i]);
        check_certificate_without_enough(firewall, &options, golden[i]);
        firesieve_firewall_free(firewall);
    }
    firesieve_layer layers[2 * 317];
    for (size_t i = 0; i < COUNT_OF(layers); ++i) {
        layers[i] = (firesieve_layer){.depth = i, .range = 318};
    }
    firesieve_firewall *const firewall = build_firewall(layers, COUNT_OF(layers));
    check_certificate_without_enough(firewall, &options, "one modulus");
    firesieve_firewall_free(firewall);
}

static firesieve_status try_certify_count(const void *context, firesieve_error *error)
{
    const struct certificate_attempt *const attempt = context;
    firesieve_certificate *certificate = NULL;
    return free_certificate(
        firesieve_certify_count(attempt->firewall, attempt->options, &attempt->result, &certificate, error),
        &certificate);
}

/* Components with a remainder and without, and windows. */
Test(memory, certificates_of_counts_without_enough)
{
    static const struct {
        firesieve_delay to;
        const char *name;
    } rows[] = {{1000, "components and a rest"}, {996, "components"}, {11, "windows"}};
    firesieve_firewall *const firewall = open_golden("example.firewall");
    firesieve_search_options options = firesieve_search_defaults();
    options.threads = 1;
    options.memory = 16000000;
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        struct certificate_attempt attempt = {.firewall = firewall, .options = &options};
        firesieve_error error = {0};
        options.to = rows[i].to;
        cr_assert(firesieve_count(firewall, &options, &attempt.result, &error) == FIRESIEVE_OK);
        check_every_failure(try_certify_count, &attempt, rows[i].name);
        check_single_failures(try_certify_count, &attempt, rows[i].name);
        cr_assert(firesieve_certify_count(firewall, &options, &attempt.result, &attempt.certificate, &error) ==
                  FIRESIEVE_OK);
        check_every_failure(try_certificate_parse, &attempt, rows[i].name);
        check_every_failure(try_certificate_check, &attempt, rows[i].name);
        check_single_failures(try_certificate_check, &attempt, rows[i].name);
        firesieve_certificate_free(attempt.certificate);
    }
    firesieve_firewall_free(firewall);
}

static firesieve_status try_workload(const void *context, firesieve_error *error)
{
    firesieve_workload *workload = NULL;
    const firesieve_status status = firesieve_workload_create(context, &workload, error);
    cr_assert((workload != NULL) == (status == FIRESIEVE_OK));
    firesieve_workload_free(workload);
    return status;
}

Test(memory, workloads_without_enough)
{
    static const firesieve_workload_shape shapes[] = {{FIRESIEVE_OPERATION_ROWS, 3, 4096, 1, {0}},
                                                      {FIRESIEVE_OPERATION_LANES, 3, 4096, 1, {0}}};
    for (size_t i = 0; i < COUNT_OF(shapes); ++i) {
        check_every_failure(try_workload, &shapes[i], "workload");
    }
}

static firesieve_status try_kernel_verify(const void *context, firesieve_error *error)
{
    firesieve_verify_report report = {.cases = 4711};
    const firesieve_status status = firesieve_kernel_verify(context, 3, 1, &report, error);
    cr_assert((status == FIRESIEVE_OK) == (report.cases == 3) && (status == FIRESIEVE_OK || report.cases == 4711));
    return status;
}

static firesieve_status try_kernel_measure(const void *context, firesieve_error *error)
{
    firesieve_kernel_speed speed = {.row_bytes_s = -1};
    const firesieve_status status = firesieve_kernel_measure(context, 1e-4, &speed, error);
    cr_assert((status == FIRESIEVE_OK) == (speed.row_bytes_s >= 0));
    return status;
}

Test(memory, verifying_and_measuring_a_kernel_without_enough)
{
    check_every_failure(try_kernel_verify, firesieve_kernel_best(), "verify");
    check_every_failure(try_kernel_measure, firesieve_kernel_best(), "measure");
}
