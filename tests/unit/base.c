/* Delays in decimal, sorting, random numbers. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/delay.h"
#include "base/random.h"
#include "base/sort.h"
#include "cpu/cpu.h"
#include "cpu/features.h"
#include "cpu/kernel_table.h"
#include "firewalls.h"
#include "support/kernels.h"

Test(delays, text_and_number_agree)
{
    const firesieve_delay one = 1;
    const struct {
        firesieve_delay delay;
        const char *text;
    } rows[] = {
        {0, "0"},
        {9, "9"},
        {10, "10"},
        {UINT32_MAX, "4294967295"},
        {UINT64_MAX, "18446744073709551615"},
        {one << 64, "18446744073709551616"},
        {(one << 64) + 1, "18446744073709551617"},
        {one << 126, "85070591730234615865843651857942052864"},
        {FIRESIEVE_DELAY_END - 1, "170141183460469231731687303715884105727"},
        {FIRESIEVE_DELAY_END, "170141183460469231731687303715884105728"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        char text[FIRESIEVE_DELAY_TEXT_SIZE];
        firesieve_delay delay = 7;
        cr_assert(firesieve_delay_format(rows[i].delay, text) == text);
        cr_assert_str_eq(text, rows[i].text);
        cr_assert(firesieve_delay_parse(rows[i].text, &delay) && delay == rows[i].delay, "%s", rows[i].text);
    }
}

Test(delays, largest_of_128_bits_fits_the_text)
{
    cr_assert_str_eq(SHOW(~(firesieve_delay)0), "340282366920938463463374607431768211455");
}

Test(delays, leading_zeros_do_not_count)
{
    firesieve_delay delay;
    cr_assert(firesieve_delay_parse("00000000000000000000000000000000000000000000000000000000000042", &delay));
    cr_assert(delay == 42);
    cr_assert(firesieve_delay_parse("000", &delay) && delay == 0);
}

Test(delays, other_texts_and_larger_numbers_are_refused)
{
    static const char *const texts[] = {
        "",
        " ",
        "-1",
        "+1",
        "-0",
        " 1",
        "1 ",
        "1\n",
        "\t1",
        "1_0",
        "0x10",
        "1e3",
        "1.0",
        "x",
        "1x",
        "170141183460469231731687303715884105729", /* 2^127 + 1 */
        "170141183460469231731687303715884105730",
        "180000000000000000000000000000000000000",
        "340282366920938463463374607431768211456", /* 2^128 */
        "340282366920938463463374607431768211457",
        "1701411834604692317316873037158841057280",
        "99999999999999999999999999999999999999999999999999999999999999999999999999999999",
        "1\xd9\xa1", /* an Arabic digit */
    };
    for (size_t i = 0; i < COUNT_OF(texts); ++i) {
        firesieve_delay delay = 7;
        cr_assert(!firesieve_delay_parse(texts[i], &delay), "\"%s\"", texts[i]);
        cr_assert(delay == 7, "\"%s\" changed the delay", texts[i]);
    }
}

Test(delays, random_ones_survive_the_round_trip)
{
    struct random_state random = {test_seed()};
    for (int i = 0; i < 10000; ++i) {
        const firesieve_delay high = random_next(&random) >> 1;
        const firesieve_delay delay = (high << 64 | random_next(&random)) >> random_between(&random, 0, 126);
        firesieve_delay again;
        cr_assert(firesieve_delay_parse(SHOW(delay), &again) && again == delay, "%s", SHOW(delay));
    }
}

Test(delays, sums_stop_at_the_end)
{
    const firesieve_delay end = FIRESIEVE_DELAY_END;
    cr_assert(delay_add_saturated(0, 0) == 0);
    cr_assert(delay_add_saturated(2, 3) == 5);
    cr_assert(delay_add_saturated(UINT64_MAX, 1) == (firesieve_delay)1 << 64);
    cr_assert(delay_add_saturated(end - 2, 1) == end - 1);
    cr_assert(delay_add_saturated(end - 1, 1) == end);
    cr_assert(delay_add_saturated(1, end - 1) == end);
    cr_assert(delay_add_saturated(end - 1, 2) == end);
    cr_assert(delay_add_saturated(end, 0) == end);
    cr_assert(delay_add_saturated(0, end) == end);
    cr_assert(delay_add_saturated(end, end) == end);
    cr_assert(delay_add_saturated(end - 1, end - 1) == end);
}

/* ---- Sorting ------------------------------------------------------------------------------------------ */

static int compare_keys(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a;
    const uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

typedef uint64_t key_function(struct random_state *random, uint64_t i, uint64_t count);

static uint64_t any_key(struct random_state *random, uint64_t i, uint64_t count)
{
    (void)i;
    (void)count;
    return random_next(random);
}

static uint64_t equal_key(struct random_state *random, uint64_t i, uint64_t count)
{
    (void)random;
    (void)i;
    (void)count;
    return UINT64_MAX;
}

static uint64_t ascending_key(struct random_state *random, uint64_t i, uint64_t count)
{
    (void)random;
    return UINT64_MAX - count + i;
}

static uint64_t descending_key(struct random_state *random, uint64_t i, uint64_t count)
{
    (void)random;
    return (UINT64_C(1) << 63) + count / 2 - i;
}

static uint64_t ascending_but_the_last_key(struct random_state *random, uint64_t i, uint64_t count)
{
    (void)random;
    return i + 1 == count ? 0 : i + 1;
}

static uint64_t few_values_key(struct random_state *random, uint64_t i, uint64_t count)
{
    static const uint64_t values[] = {0, 1, UINT64_C(1) << 63, (UINT64_C(1) << 63) - 1, UINT64_MAX};
    (void)i;
    (void)count;
    return values[random_between(random, 0, COUNT_OF(values) - 1)];
}

/* Keys of the same length in bits are rare among random ones. */
static uint64_t any_length_key(struct random_state *random, uint64_t i, uint64_t count)
{
    (void)i;
    (void)count;
    return random_next(random) >> random_between(random, 0, 63);
}

/* Most keys fall into one bucket on every level. */
static uint64_t clustered_key(struct random_state *random, uint64_t i, uint64_t count)
{
    (void)count;
    return i % 100 == 0 ? random_next(random) : UINT64_C(0x0123456789abc000) + random_between(random, 0, 999);
}

static void check_sorted(uint64_t *keys, size_t count, const char *name)
{
    uint64_t *const expected = malloc((count + 1) * sizeof *expected);
    cr_assert(expected != NULL);
    memcpy(expected, keys, count * sizeof *expected);
    qsort(expected, count, sizeof *expected, compare_keys);
    sort_u64(keys, count);
    for (size_t i = 0; i < count; ++i) {
        cr_assert(keys[i] == expected[i], "%zu keys, %s: key %zu is %" PRIu64 " instead of %" PRIu64, count, name, i,
                  keys[i], expected[i]);
    }
    free(expected);
}

static uint64_t *allocate_keys(size_t count)
{
    uint64_t *const keys = malloc((count + 1) * sizeof *keys);
    cr_assert(keys != NULL);
    return keys;
}

Test(sorting, gives_the_same_order_as_qsort)
{
    static const struct {
        const char *name;
        key_function *key;
    } kinds[] = {
        {"random", any_key},
        {"equal", equal_key},
        {"ascending", ascending_key},
        {"descending", descending_key},
        {"ascending but for the last", ascending_but_the_last_key},
        {"few values", few_values_key},
        {"of any length", any_length_key},
        {"clustered", clustered_key},
    };
    static const size_t counts[] = {0, 1, 2, 3, 63, 64, 65, 66, 127, 128, 129, 1000, 100000};
    struct random_state random = {test_seed()};
    for (size_t i = 0; i < COUNT_OF(counts); ++i) {
        uint64_t *const keys = allocate_keys(counts[i]);
        for (size_t kind = 0; kind < COUNT_OF(kinds); ++kind) {
            for (size_t j = 0; j < counts[i]; ++j) {
                keys[j] = kinds[kind].key(&random, j, counts[i]);
            }
            check_sorted(keys, counts[i], kinds[kind].name);
        }
        free(keys);
    }
}

Test(sorting, keys_that_differ_in_one_byte_only)
{
    enum { COUNT = 3000 };
    struct random_state random = {test_seed()};
    uint64_t *const keys = allocate_keys(COUNT);
    for (unsigned shift = 0; shift < 64; shift += 8) {
        const uint64_t others = random_next(&random) & ~(UINT64_C(0xff) << shift);
        for (size_t i = 0; i < COUNT; ++i) {
            keys[i] = others | random_between(&random, 0, 255) << shift;
        }
        check_sorted(keys, COUNT, "differing in one byte");
    }
    free(keys);
}

/* ---- Random numbers ----------------------------------------------------------------------------------- */

Test(random_numbers, match_the_published_ones)
{
    struct random_state random = {1234567};
    static const uint64_t expected[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                        UINT64_C(16408922859458223821)};
    for (size_t i = 0; i < COUNT_OF(expected); ++i) {
        cr_assert(random_next(&random) == expected[i], "number %zu", i);
    }
}

Test(random_numbers, stay_in_their_span_and_reach_its_ends)
{
    static const struct {
        uint64_t low;
        uint64_t high;
    } spans[] = {{0, 0},
                 {0, 1},
                 {5, 9},
                 {UINT64_MAX, UINT64_MAX},
                 {UINT64_MAX - 2, UINT64_MAX},
                 {(UINT64_C(1) << 63) - 1, (UINT64_C(1) << 63) + 1}};
    struct random_state random = {test_seed()};
    for (size_t i = 0; i < COUNT_OF(spans); ++i) {
        bool hit_low = false;
        bool hit_high = false;
        for (int draw = 0; draw < 1000; ++draw) {
            const uint64_t value = random_between(&random, spans[i].low, spans[i].high);
            cr_assert(value >= spans[i].low && value <= spans[i].high, "span %zu: %" PRIu64, i, value);
            hit_low |= value == spans[i].low;
            hit_high |= value == spans[i].high;
        }
        cr_assert(hit_low && hit_high, "span %zu", i);
    }
}

Test(random_numbers, a_span_of_64_bits_is_the_generator_itself)
{
    struct random_state random = {42};
    struct random_state same = {42};
    for (int i = 0; i < 1000; ++i) {
        cr_assert(random_between(&random, 0, UINT64_MAX) == random_next(&same));
    }
}

/* Without rejection, the lower half of a span of 3 * 2^62 would come up two times out of three. */
Test(random_numbers, have_no_bias)
{
    enum { DRAWS = 30000 };
    const uint64_t high = 3 * (UINT64_C(1) << 62) - 1;
    struct random_state random = {7};
    int thirds[3] = {0};
    for (int i = 0; i < DRAWS; ++i) {
        ++thirds[random_between(&random, 0, high) >> 62];
    }
    for (int i = 0; i < 3; ++i) {
        cr_assert(abs(thirds[i] - DRAWS / 3) < DRAWS / 30, "third %d: %d of %d", i, thirds[i], DRAWS);
    }
}

Test(cpu, names_are_trimmed)
{
    const struct {
        const char *name;
        const char *copied;
    } rows[] = {
        {"A CPU of 2 GHz", "A CPU of 2 GHz"},
        {"A CPU of 2 GHz     ", "A CPU of 2 GHz"},
        {"   A CPU", "A CPU"},
        {"    ", ""},
        {"", ""},
        {"0123456789abcdefghij", "0123456789abcde"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        char copied[16];
        cpu_copy_name(copied, sizeof copied, rows[i].name);
        cr_expect_str_eq(copied, rows[i].copied, "'%s': '%s'", rows[i].name, copied);
    }
}

/* ---- Sorting by comparison -------------------------------------------------------------------------------- */

struct item {
    uint64_t key;
    uint64_t value;
};

static int compare_items(const void *a, const void *b)
{
    const struct item *const left = a;
    const struct item *const right = b;
    return left->key != right->key ? (left->key > right->key) - (left->key < right->key)
                                   : (left->value > right->value) - (left->value < right->value);
}

/* Several runs, the last of them shorter; the result is compared with qsort's. */
Test(sorting, by_comparison_agrees_with_qsort)
{
    static const size_t counts[] = {0, 1, 2, 4096, 4097, 8192, 12289, 50000};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; ++i) {
        struct random_state random = {test_seed() + i};
        const size_t size = counts[i] * sizeof(struct item);
        struct item *const items = malloc(size + 1);
        struct item *const sorted = malloc(size + 1);
        cr_assert(items != NULL && sorted != NULL);
        for (size_t j = 0; j < counts[i]; ++j) {
            items[j] = (struct item){random_between(&random, 0, counts[i] / 2), random_next(&random)};
        }
        memcpy(sorted, items, size);
        qsort(sorted, counts[i], sizeof *sorted, compare_items);
        cr_assert(sort_items_while(items, counts[i], sizeof *items, compare_items, (struct go_on){NULL, NULL}));
        cr_assert(memcmp(items, sorted, size) == 0, "%zu items, FIRESIEVE_TEST_SEED=%" PRIu64, counts[i], test_seed());
        free(items);
        free(sorted);
    }
}

static bool never_again(void *context)
{
    int *const asked = context;
    ++*asked;
    return false;
}

Test(sorting, by_comparison_stops_when_told_to)
{
    enum { COUNT = 20000 };
    struct item *const items = calloc(COUNT, sizeof *items);
    int asked = 0;
    cr_assert(items != NULL);
    cr_assert(!sort_items_while(items, COUNT, sizeof *items, compare_items, (struct go_on){never_again, &asked}));
    cr_assert(asked == 1);
    free(items);
}

/* The loader reports the features of the CPU if it knows them; otherwise the CPU is asked. Both give the same list. */
Test(features, are_the_same_from_the_loader_and_the_cpu)
{
    struct feature_list loader = {""};
    struct feature_list cpu = {""};
    features_ask_cpu(&cpu);
    if (!features_ask_loader(&loader)) {
        cr_expect_str_eq(loader.names, "");
        cr_expect_str_eq(features_detect()->names, cpu.names);
        cr_skip("the loader does not know");
    }
    cr_expect_str_eq(features_detect()->names, loader.names);
    /* The order may differ. */
    cr_expect(features_include(&loader, cpu.names), "%s without %s", loader.names, cpu.names);
    cr_expect(features_include(&cpu, loader.names), "%s without %s", cpu.names, loader.names);
}

/* Asking the CPU takes far longer, so the loader must be able to report every feature that a kernel needs. */
Test(features, of_every_kernel_are_known_to_the_loader)
{
#if defined(__x86_64__) && defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
    struct feature_list list = {""};
    cr_expect(features_ask_loader(&list));
#else
    cr_skip("the loader is asked only on x86-64 with glibc");
#endif
}

Test(features, of_a_kernel_decide_whether_it_runs)
{
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        const bool has = firesieve_kernel_emulated(kernel) || features_include(features_detect(), kernel->needs);
        cr_expect(firesieve_kernel_runs_here(kernel) == (has && firesieve_kernel_built(kernel)), "%s", kernel->name);
        struct firesieve_kernel same = *kernel; /* but not in the table */
        cr_expect(firesieve_kernel_runs_here(&same) == firesieve_kernel_runs_here(kernel), "%s", kernel->name);
        same.needs = "none-such";
        cr_expect(firesieve_kernel_runs_here(&same) == (same.emulated && same.operations != NULL), "%s", kernel->name);
    }
}

Test(features, match_whole_names_only)
{
    const struct feature_list list = {"sse4_1 avx512f"};
    cr_expect(features_include(&list, "") && features_include(&list, "avx512f sse4_1 "));
    cr_expect(!features_include(&list, "avx512") && !features_include(&list, "avx512f avx2"));
    cr_expect(!features_include(&(struct feature_list){""}, "avx2"));
}
