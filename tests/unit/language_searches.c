/*
 * Random lines of residues: with any method, kernel, number of threads and memory, solve, count, list and iterators
 * agree with testing the lines for one x after the other. If FIRESIEVE_TEST_SEED is set to the seed in a message, that
 * case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/delay.h"
#include "firewalls.h"
#include "language/form.h"
#include "random_lines.h"
#include "shapes.h"
#include "support/kernels.h"

enum { LENGTH_MAX = 1500, LABEL_SIZE = 8192 };

struct language_case {
    uint64_t seed;
    struct random_state random;
    char *text;       /* owned */
    char layers[128]; /* joined with it, or "" */
    firesieve_firewall *firewall;
    firesieve_search_options options;
    size_t length;
    bool holds[LENGTH_MAX]; /* for options.from + index */
    size_t count;
};

/* ---- Random lines ----------------------------------------------------------------------------------------- */

static void write_layers(struct random_state *random, firesieve_delay x, char *text, size_t size)
{
    size_t used = 0;
    for (uint64_t i = 0, layers = random_between(random, 1, 4); i < layers; ++i) {
        const firesieve_layer layer = layer_catching(x + 1 + i, 2 * random_between(random, 2, 20));
        used += (size_t)snprintf(text + used, size - used, "%" PRIu64 ": %" PRIu64 "\n",
                                 layer.depth + i * 2 * (layer.range - 1) * 21, layer.range);
    }
}

static firesieve_firewall *join(struct language_case *drawn)
{
    const bool last = coin(&drawn->random, 2);
    firesieve_input *input;
    firesieve_firewall *firewall = NULL;
    firesieve_error error = {0};
    size_t source;
    cr_assert(firesieve_input_create(&input, NULL) == FIRESIEVE_OK);
    for (int i = 0; i < 2; ++i) {
        const char *const text = (i == 0) == last ? drawn->text : drawn->layers;
        cr_assert(firesieve_input_add_text(input, "text", FIRESIEVE_FORMAT_AUTO, text, strlen(text), NULL, &error) ==
                      FIRESIEVE_OK,
                  "%s\n%s", error.message, text);
    }
    cr_assert(firesieve_input_finish(input, NULL, &firewall, &source, &error) == FIRESIEVE_OK, "%s\n%s", error.message,
              drawn->text);
    firesieve_input_free(input);
    return firewall;
}

static firesieve_delay draw_from(struct random_state *random, size_t length)
{
    if (coin(random, 3)) {
        return random_between(random, 0, 20);
    }
    if (coin(random, 4)) {
        return FIRESIEVE_DELAY_END - length - random_between(random, 0, 1) * random_between(random, 0, 5000);
    }
    const firesieve_delay from = coin(random, 3) ? ((firesieve_delay)random_next(random) << 64 | random_next(random)) >>
                                                       random_between(random, 28, 120)
                                                 : draw_delay(random);
    return delay_min(from, FIRESIEVE_DELAY_END - length);
}

/* Sometimes lines give the range. */
static void add_bounds(struct language_case *drawn)
{
    char *text;
    cr_assert(asprintf(&text, "from %s\nto %s\n%s", SHOW(drawn->options.from), SHOW(drawn->options.to), drawn->text) >
              0);
    free(drawn->text);
    drawn->text = text;
}

static void draw_case(struct language_case *drawn, uint64_t seed)
{
    *drawn = (struct language_case){.seed = seed, .random = {seed}, .options = firesieve_search_defaults()};
    struct random_state *const random = &drawn->random;
    drawn->length = random_between(random, 1, LENGTH_MAX);
    drawn->options.from = draw_from(random, drawn->length);
    drawn->options.to = drawn->options.from + drawn->length;
    const firesieve_delay x = drawn->options.from + random_between(random, 0, drawn->length - 1);
    drawn->text = random_text(random, x);
    const bool bounds = coin(random, 5);
    if (bounds) {
        add_bounds(drawn);
    }
    if (coin(random, 6)) {
        write_layers(random, x, drawn->layers, sizeof drawn->layers);
        drawn->firewall = join(drawn);
    } else {
        drawn->firewall = parse_firewall(drawn->text);
    }
    for (size_t i = 0; i < drawn->length; ++i) {
        drawn->holds[i] = form_holds(drawn->firewall, drawn->options.from + i);
    }
    if (bounds) {
        drawn->options.from = 0;
        drawn->options.to = FIRESIEVE_NO_END;
    }
}

static bool is_no_multiple_of_3(firesieve_delay x, void *context)
{
    (void)context;
    return x % 3 != 0;
}

static firesieve_delay begin_of(const struct language_case *drawn)
{
    firesieve_delay from;
    firesieve_delay to;
    firesieve_firewall_range(drawn->firewall, &from, &to);
    return drawn->options.to == FIRESIEVE_NO_END ? from : drawn->options.from;
}

static void add_filter(struct language_case *drawn)
{
    drawn->options.filter = is_no_multiple_of_3;
    for (size_t i = 0; i < drawn->length; ++i) {
        drawn->holds[i] = drawn->holds[i] && is_no_multiple_of_3(begin_of(drawn) + i, NULL);
    }
}

static void free_case(struct language_case *drawn)
{
    free(drawn->text);
    firesieve_firewall_free(drawn->firewall);
}

static const char *label_of(const struct language_case *drawn, const char *what)
{
    static char label[LABEL_SIZE];
    snprintf(label, sizeof label,
             "FIRESIEVE_TEST_SEED=%" PRIu64 ": %s by %s, kernel %s%s, %u threads, %" PRIu64
             " bytes, from %s, %zu numbers%s\n%s\n%s",
             drawn->seed, what, firesieve_method_name(drawn->options.method),
             drawn->options.kernel == NULL ? "auto" : firesieve_kernel_name(drawn->options.kernel),
             drawn->options.kernel != NULL && firesieve_kernel_emulated(drawn->options.kernel) ? ", emulated" : "",
             drawn->options.threads, drawn->options.memory, SHOW(begin_of(drawn)), drawn->length,
             drawn->options.filter == NULL ? "" : ", no multiples of 3", drawn->text, drawn->layers);
    return label;
}

/* ---- Searches --------------------------------------------------------------------------------------------- */

/* The first index from `index` on that holds, or the length if there is none. */
static size_t next_of(const struct language_case *drawn, size_t index)
{
    while (index < drawn->length && !drawn->holds[index]) {
        ++index;
    }
    return index;
}

/* The focus does not support every firewall. */
static bool is_refused(const struct language_case *drawn, firesieve_status status, const firesieve_error *error)
{
    return drawn->options.method == FIRESIEVE_METHOD_FOCUS && status == FIRESIEVE_ERROR_ARGUMENT &&
           strstr(error->message, "focus") != NULL;
}

static void check_solve(const struct language_case *drawn)
{
    firesieve_search_result found = {0};
    firesieve_error error = {0};
    const firesieve_status status = firesieve_solve(drawn->firewall, &drawn->options, &found, &error);
    if (is_refused(drawn, status, &error)) {
        return;
    }
    cr_assert(status == FIRESIEVE_OK, "%s: %s", label_of(drawn, "solve"), error.message);
    const size_t first = next_of(drawn, 0);
    if (first < drawn->length) {
        const firesieve_delay answer = begin_of(drawn) + first;
        cr_assert(found.outcome == FIRESIEVE_FOUND && found.delay == answer && found.reached == answer,
                  "%s: outcome %d, %s; expected %s", label_of(drawn, "solve"), found.outcome, SHOW(found.delay),
                  SHOW(answer));
    } else {
        cr_assert(found.outcome == FIRESIEVE_NONE && found.reason != NULL, "%s: outcome %d, %s",
                  label_of(drawn, "solve"), found.outcome, SHOW(found.delay));
    }
}

static void check_count(const struct language_case *drawn)
{
    firesieve_search_result found = {0};
    firesieve_error error = {0};
    const firesieve_status status = firesieve_count(drawn->firewall, &drawn->options, &found, &error);
    if (is_refused(drawn, status, &error)) {
        return;
    }
    cr_assert(status == FIRESIEVE_OK, "%s: %s", label_of(drawn, "count"), error.message);
    cr_assert(found.count == drawn->count && found.outcome == (drawn->count > 0 ? FIRESIEVE_FOUND : FIRESIEVE_NONE),
              "%s: outcome %d, %s; expected %zu", label_of(drawn, "count"), found.outcome, SHOW(found.count),
              drawn->count);
}

struct received {
    const struct language_case *drawn;
    size_t index;
};

static bool receive(firesieve_delay x, void *context)
{
    struct received *const received = context;
    const struct language_case *const drawn = received->drawn;
    const size_t next = next_of(drawn, received->index);
    cr_assert(next < drawn->length && x == begin_of(drawn) + next, "%s: %s; expected index %zu of %zu",
              label_of(drawn, "list"), SHOW(x), next, drawn->length);
    received->index = next + 1;
    return true;
}

static void check_list(const struct language_case *drawn)
{
    firesieve_search_result found = {0};
    firesieve_error error = {0};
    struct received received = {drawn, 0};
    const firesieve_status status =
        firesieve_list(drawn->firewall, &drawn->options, receive, &received, &found, &error);
    if (is_refused(drawn, status, &error)) {
        return;
    }
    cr_assert(status == FIRESIEVE_OK, "%s: %s", label_of(drawn, "list"), error.message);
    const uint64_t limit = drawn->options.limit;
    const size_t wanted = limit > 0 && limit < drawn->count ? limit : drawn->count;
    cr_assert(found.count == wanted, "%s: %s; expected %zu", label_of(drawn, "list"), SHOW(found.count), wanted);
    cr_assert(found.outcome == (drawn->count > 0 ? FIRESIEVE_FOUND : FIRESIEVE_NONE), "%s: outcome %d",
              label_of(drawn, "list"), found.outcome);
}

static void check_iterator(const struct language_case *drawn)
{
    firesieve_iterator *iterator = NULL;
    firesieve_error error = {0};
    firesieve_outcome outcome = FIRESIEVE_FOUND;
    firesieve_delay x;
    size_t index = 0;
    cr_assert(firesieve_iterator_create(drawn->firewall, &drawn->options, &iterator, &error) == FIRESIEVE_OK, "%s: %s",
              label_of(drawn, "iterator"), error.message);
    for (size_t next = next_of(drawn, 0); outcome == FIRESIEVE_FOUND; next = next_of(drawn, index)) {
        const firesieve_status status = firesieve_iterator_next(iterator, &outcome, &x, &error);
        if (is_refused(drawn, status, &error)) {
            break;
        }
        cr_assert(status == FIRESIEVE_OK, "%s: %s", label_of(drawn, "iterator"), error.message);
        cr_assert(outcome == (next < drawn->length ? FIRESIEVE_FOUND : FIRESIEVE_NONE) && x == begin_of(drawn) + next,
                  "%s: outcome %d, %s; expected index %zu of %zu", label_of(drawn, "iterator"), outcome, SHOW(x), next,
                  drawn->length);
        index = next + 1;
    }
    firesieve_iterator_free(iterator);
}

/* ---- Cases ------------------------------------------------------------------------------------------------ */

static void (*const checks[])(const struct language_case *drawn) = {check_solve, check_count, check_list,
                                                                    check_iterator};

static void check_case(struct language_case *drawn, const firesieve_method *methods, size_t method_count)
{
    static const uint64_t memories[] = {0, 1 << 20, 1 << 16, 1 << 10, 1};
    if (coin(&drawn->random, 4)) {
        add_filter(drawn);
    }
    for (size_t i = 0; i < drawn->length; ++i) {
        drawn->count += drawn->holds[i];
    }
    for (size_t i = 0; i < method_count * COUNT_OF(checks); ++i) {
        drawn->options.method = methods[i / COUNT_OF(checks)];
        drawn->options.threads = coin(&drawn->random, 4) ? 3 : 1;
        /* A wheel requested by name uses all the memory it gets. */
        drawn->options.memory = memories[random_between(&drawn->random, drawn->options.method != FIRESIEVE_METHOD_AUTO,
                                                        COUNT_OF(memories) - 1)];
        drawn->options.limit = coin(&drawn->random, 6) ? random_between(&drawn->random, 1, 5) : 0;
        if (drawn->options.limit == 0 || i % COUNT_OF(checks) != 3) {
            checks[i % COUNT_OF(checks)](drawn);
        }
    }
}

Test(language_searches, every_method_obeys_the_lines)
{
    enum { CASES = 120 };
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_AUTO, FIRESIEVE_METHOD_CLOSED_FORM,
                                               FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_FOCUS};
    static struct language_case drawn;
    size_t holding = 0;
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        draw_case(&drawn, seed);
        check_case(&drawn, methods, COUNT_OF(methods));
        holding += drawn.count > 0;
        free_case(&drawn);
    }
    cr_assert(holding > CASES / 4, "something holds in %zu cases of %d alone", holding, CASES);
}

ParameterizedTestParameters(language_searches, every_kernel_obeys_the_lines)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, language_searches, every_kernel_obeys_the_lines)
{
    static const firesieve_method methods[] = {FIRESIEVE_METHOD_AUTO, FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL,
                                               FIRESIEVE_METHOD_FOCUS};
    static struct language_case drawn;
    operations_or_skip(*index);
    const uint64_t cases = firesieve_kernel_emulated(firesieve_kernel_at(*index)) ? 2 : 8;
    const uint64_t first = test_seed() + 1000 * (*index + 1);
    for (uint64_t seed = first; seed < first + cases; ++seed) {
        draw_case(&drawn, seed);
        drawn.options.kernel = firesieve_kernel_at(*index);
        check_case(&drawn, methods, COUNT_OF(methods));
        free_case(&drawn);
    }
}
