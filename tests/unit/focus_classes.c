/*
 * Rows, and columns and offsets in the order of their classes, compared with their definitions. If FIRESIEVE_TEST_SEED
 * is set to the seed in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/random.h"
#include "cpu/kernel_table.h"
#include "firewalls.h"
#include "focus/classes.h"
#include "shapes.h"
#include "support/kernels.h"

/* ---- Rows ------------------------------------------------------------------------------------------------- */

static void draw_allowed(struct random_state *random, uint32_t modulus, uint8_t *allowed)
{
    const uint64_t sides = random_between(random, 1, 40);
    const bool most = coin(random, 3);
    for (uint32_t i = 0; i < modulus; ++i) {
        allowed[i] = coin(random, sides) != most;
    }
}

/* A row is alive if its number plus some residue from low to high is allowed. */
static bool is_alive(const uint8_t *allowed, uint32_t modulus, uint32_t row, uint32_t low, uint32_t high)
{
    bool alive = false;
    for (uint32_t residue = low; residue <= high; ++residue) {
        alive = alive || allowed[(residue + row) % modulus];
    }
    return alive;
}

static void check_alive(const struct row_set *set, uint32_t index, uint32_t low, uint32_t high, const uint8_t *allowed)
{
    const uint32_t modulus = set->patterns[index].modulus;
    uint8_t alive[KERNEL_MODULUS_MAX + 1];
    memset(alive, 0x5a, sizeof alive);
    row_set_alive(set, index, low, high, alive);
    for (uint32_t row = 0; row <= KERNEL_MODULUS_MAX; ++row) {
        const uint8_t right = row < modulus && is_alive(allowed, modulus, row, low, high) ? 0xff : 0;
        cr_assert(alive[row] == right, "modulus %u, residues %u to %u, row %u: %x", modulus, low, high, row,
                  alive[row]);
    }
}

Test(focus_rows, are_alive_if_they_leave_some_residue)
{
    static const uint32_t moduli[] = {1, 2, 3, 8, 31, 64, 127, 128, 254, FOCUS_ROW_MODULUS_MAX};
    struct random_state random = {test_seed()};
    for (size_t i = 0; i < COUNT_OF(moduli); ++i) {
        for (int turn = 0; turn < 3; ++turn) {
            uint8_t other[3] = {1, 0, 1};
            uint8_t allowed[FOCUS_ROW_MODULUS_MAX];
            struct row_set set;
            draw_allowed(&random, moduli[i], allowed);
            cr_assert(row_set_start(&set));
            row_set_add(&set, 3, other);
            row_set_add(&set, moduli[i], allowed);
            row_set_finish(&set, 0, NULL);
            for (uint32_t low = 0; low<moduli[i]; low += moduli[i]> 64 ? 5 : 1) {
                for (uint32_t high = low; high < moduli[i]; ++high) {
                    check_alive(&set, 1, low, high, allowed);
                }
            }
            row_set_free(&set);
        }
    }
}

/* After the moduli come moduli of 1 that fill up the key. */
Test(focus_rows, fill_whole_keys)
{
    static const uint8_t allowed[FOCUS_ROW_MODULUS_MAX] = {1};
    static const uint32_t parts[FOCUS_CLASSES_MAX] = {5, 6, 7};
    for (uint32_t count = 1; count <= FOCUS_ROWS_MAX; ++count) {
        for (uint32_t classes = 0; classes <= FOCUS_CLASSES_MAX && classes <= count; ++classes) {
            struct row_set set;
            size_t rows = 0;
            cr_assert(row_set_start(&set));
            for (uint32_t i = 0; i < count; ++i) {
                row_set_add(&set, 3 + 16 * i, allowed);
                rows += 3 + 16 * i;
            }
            row_set_finish(&set, classes, parts);
            const uint32_t key_end = classes + KERNEL_KEY_ROWS;
            cr_assert(set.count == count && set.classes == classes && set.slots == (count > key_end ? count : key_end));
            cr_assert(row_set_bytes(&set) == rows * KERNEL_WORD_BYTES);
            for (uint32_t i = 0; i < FOCUS_CLASSES_MAX; ++i) {
                cr_assert(set.parts[i] == (i < classes ? parts[i] : 1));
            }
            for (uint32_t i = 0; i < set.slots; ++i) {
                const struct kernel_pattern *const pattern = &set.patterns[i];
                cr_assert(pattern->modulus == (i < count ? 3 + 16 * i : 1));
                for (uint32_t j = 0; j < KERNEL_PATTERN_BYTES; ++j) {
                    cr_assert(pattern->allowed[j] == (j % pattern->modulus == 0));
                    for (uint32_t k = 0; k < 8; ++k) {
                        cr_assert((pattern->eights[j] >> k & 1) == ((j + k) % pattern->modulus == 0));
                    }
                }
            }
            row_set_free(&set);
        }
    }
}

/* ---- Runs and orders -------------------------------------------------------------------------------------- */

enum { COUNT_MAX = 6000 };

/* Numbers of columns or offsets: near whole words, and none. */
static size_t draw_count(struct random_state *random)
{
    static const size_t counts[] = {0, 1, 2, 63, 511, 512, 513, 1023, 1024, 1025, 5120, COUNT_MAX};
    return coin(random, 3) ? random_between(random, 0, COUNT_MAX)
                           : counts[random_between(random, 0, COUNT_OF(counts) - 1)];
}

static void draw_row_set(struct random_state *random, struct row_set *set)
{
    static const uint32_t parts[] = {1, 2, 3, 5, 8, 9, 64, FOCUS_CLASS_PARTS_MAX};
    static const uint32_t moduli[] = {1, 2, 3, 7, 16, 31, 64, 127, 128, 251, 254, FOCUS_ROW_MODULUS_MAX};
    uint8_t allowed[FOCUS_ROW_MODULUS_MAX];
    uint32_t of_classes[FOCUS_CLASSES_MAX];
    const uint32_t count = (uint32_t)random_between(random, 1, FOCUS_ROWS_MAX);
    cr_assert(row_set_start(set));
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t modulus = moduli[random_between(random, 0, COUNT_OF(moduli) - 1)];
        draw_allowed(random, modulus, allowed);
        row_set_add(set, modulus, allowed);
    }
    for (int i = 0; i < FOCUS_CLASSES_MAX; ++i) {
        of_classes[i] = parts[random_between(random, 0, COUNT_OF(parts) - 1)];
    }
    row_set_finish(set, (uint32_t)random_between(random, 0, count < FOCUS_CLASSES_MAX ? count : FOCUS_CLASSES_MAX),
                   of_classes);
}

/* A run of random residues with distinct positions. Its memory ends where the run ends. */
static struct sum_run draw_run(struct random_state *random, const struct row_set *set, size_t count)
{
    const bool narrow = coin(random, 4); /* some residues do not occur */
    struct sum_run run = {
        .positions = calloc(count + 1, sizeof *run.positions),
        .residues = calloc(count + 1, sizeof *run.residues),
        .count = count,
    };
    cr_assert(run.positions != NULL && run.residues != NULL);
    for (size_t i = 0; i < count; ++i) {
        run.positions[i] = random_next(random) >> 1;
        for (uint32_t j = 0; j < set->count; ++j) {
            const uint32_t modulus = set->patterns[j].modulus;
            run.residues[i].of[j] = (uint8_t)random_between(random, narrow ? modulus / 2 : 0, modulus - 1);
        }
    }
    return run;
}

static void check_permutation(const uint32_t *numbers, size_t count, const char *label)
{
    uint8_t *const seen = calloc(count + 1, 1);
    cr_assert(seen != NULL);
    for (size_t i = 0; i < count; ++i) {
        cr_assert(numbers[i] < count && !seen[numbers[i]], "%s: place %zu has number %u", label, i, numbers[i]);
        seen[numbers[i]] = 1;
    }
    free(seen);
}

/* ---- Columns ---------------------------------------------------------------------------------------------- */

/* The bytes of each word are the residues of its columns by modulus, and 0 after the last column. */
static void check_residues(const struct column_order *order, const struct row_set *set, const struct sum_run *run,
                           const char *label)
{
    for (size_t place = 0; place < order->word_count * KERNEL_WORD_COLUMNS; ++place) {
        for (uint32_t i = 0; i < set->slots; ++i) {
            const uint8_t right = place < run->count ? run->residues[order->numbers[place]].of[i] : 0;
            const uint8_t residue =
                column_order_residues(order, place / KERNEL_WORD_COLUMNS, i)[place % KERNEL_WORD_COLUMNS];
            cr_assert(residue == right, "%s: place %zu, modulus %u: %u, not %u", label, place, i, residue, right);
        }
    }
}

/* Ranges are as narrow as the columns allow: the padding after the last column does not widen them. */
static void check_ranges(const struct column_order *order, const struct row_set *set, const struct sum_run *run,
                         const char *label)
{
    for (size_t word = 0; word < order->word_count; ++word) {
        for (uint32_t class = 0; class < set->classes; ++class) {
            uint8_t low = UINT8_MAX;
            uint8_t high = 0;
            for (size_t i = word * KERNEL_WORD_COLUMNS; i < (word + 1) * KERNEL_WORD_COLUMNS && i < run->count; ++i) {
                const uint8_t residue = run->residues[order->numbers[i]].of[class];
                low = residue < low ? residue : low;
                high = residue > high ? residue : high;
            }
            const struct class_range *const range = &order->ranges[word];
            cr_assert(range->low[class] == low && range->high[class] == high,
                      "%s: word %zu, class %u: %u to %u, not %u to %u", label, word, class, range->low[class],
                      range->high[class], low, high);
        }
    }
}

/* The parts of words modulo one class are in order, and so are the parts of each modulo the next class. */
static void check_parts(const struct column_order *order, const struct row_set *set, size_t first, size_t end,
                        uint32_t class, const char *label)
{
    if (class == FOCUS_CLASSES_MAX || class == set->classes || first == end) {
        return;
    }
    const uint32_t parts = set->parts[class];
    uint32_t highest = 0;
    for (uint32_t part = 0; part < parts; ++part) {
        const size_t from = first + part * (end - first) / parts;
        const size_t to = first + (part + 1) * (end - first) / parts;
        uint32_t next = highest;
        for (size_t word = from; word < to; ++word) {
            cr_assert(order->ranges[word].low[class] >= highest, "%s: words %zu to %zu, class %u, word %zu", label,
                      first, end, class, word);
            next = order->ranges[word].high[class] > next ? order->ranges[word].high[class] : next;
        }
        highest = next;
        check_parts(order, set, from, to, class + 1, label);
    }
}

/* The order was used before for another run, with more columns or fewer. */
Test(focus_classes, order_columns_into_words_of_narrow_ranges)
{
    enum { CASES = 150, RUNS = 3 };
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        struct row_set set;
        struct column_order order = {.count = 0};
        draw_row_set(&random, &set);
        for (int i = 0; i < RUNS; ++i) {
            char label[128];
            struct sum_run run = draw_run(&random, &set, draw_count(&random));
            snprintf(label, sizeof label, "FIRESIEVE_TEST_SEED=%" PRIu64 ", %zu columns, %u classes", seed, run.count,
                     set.classes);
            cr_assert(column_order_make(&order, &set, &run));
            cr_assert(order.count == run.count &&
                          order.word_count == (run.count + KERNEL_WORD_COLUMNS - 1) / KERNEL_WORD_COLUMNS,
                      "%s", label);
            check_permutation(order.numbers, run.count, label);
            check_residues(&order, &set, &run, label);
            check_ranges(&order, &set, &run, label);
            check_parts(&order, &set, 0, order.word_count, 0, label);
            sum_run_free(&run);
        }
        column_order_free(&order);
        row_set_free(&set);
    }
}

/* ---- Offsets ---------------------------------------------------------------------------------------------- */

static void check_offset(const struct offset_order *order, const struct row_set *set, const struct sum_run *run,
                         size_t place, const char *label)
{
    const struct residues *const residues = &run->residues[order->numbers[place]];
    for (int i = 0; i < FOCUS_ROWS_MAX; ++i) {
        cr_assert(order->residues[place].of[i] == residues->of[i], "%s: place %zu", label, place);
    }
    for (uint32_t i = 0; i < KERNEL_KEY_ROWS; ++i) {
        cr_assert((uint8_t)(order->keys[place] >> 8 * i) == residues->of[set->classes + i], "%s: place %zu, key %u",
                  label, place, i);
    }
    const uint8_t third = set->classes == FOCUS_CLASSES_MAX ? residues->of[2] : 0;
    cr_assert(order->thirds[place] == third, "%s: place %zu, third %u", label, place, order->thirds[place]);
}

/* Each bucket has exactly the offsets of its residues. */
static void check_buckets(const struct offset_order *order, const struct row_set *set, const struct sum_run *run,
                          const char *label)
{
    const uint32_t first = set->classes > 0 ? set->patterns[0].modulus : 1;
    const uint32_t second = set->classes > 1 ? set->patterns[1].modulus : 1;
    cr_assert(order->second == second && order->count == run->count && order->starts[0] == 0, "%s", label);
    cr_assert(order->starts[first * second] == run->count, "%s", label);
    for (uint32_t bucket = 0; bucket < first * second; ++bucket) {
        cr_assert(order->starts[bucket] <= order->starts[bucket + 1], "%s: bucket %u", label, bucket);
        for (size_t place = order->starts[bucket]; place < order->starts[bucket + 1]; ++place) {
            const struct residues *const residues = &run->residues[order->numbers[place]];
            const uint32_t right =
                (set->classes > 0 ? residues->of[0] * second : 0) + (set->classes > 1 ? residues->of[1] : 0);
            cr_assert(bucket == right, "%s: bucket %u has one of %u", label, bucket, right);
            check_offset(order, set, run, place, label);
        }
    }
}

/* Kernels pick from positions up to the last one; AddressSanitizer detects reads too far past it. */
static void check_picking(const struct offset_order *order, const char *label)
{
    static const size_t most[] = {1, 64, COUNT_MAX};
    uint64_t *const keys = calloc(COUNT_MAX + KERNEL_PICK_SPARE, sizeof *keys);
    uint32_t *const places = calloc(COUNT_MAX + KERNEL_PICK_SPARE, sizeof *places);
    uint8_t alive[KERNEL_MODULUS_MAX + 1];
    cr_assert(keys != NULL && places != NULL);
    for (size_t i = 0; i < sizeof alive; ++i) {
        alive[i] = i % 3 == 0 ? 0xff : 0;
    }
    for (size_t kernel = 0; kernel < firesieve_kernel_count() * COUNT_OF(most); ++kernel) {
        const firesieve_kernel *const chosen = firesieve_kernel_at(kernel / COUNT_OF(most));
        const size_t from =
            order->count -
            (order->count < most[kernel % COUNT_OF(most)] ? order->count : most[kernel % COUNT_OF(most)]);
        if (!firesieve_kernel_runs_here(chosen)) {
            continue;
        }
        const size_t count = chosen->operations->pick(order->thirds + from, order->keys + from, (uint32_t)from,
                                                      order->count - from, alive, keys, places);
        size_t right = 0;
        for (size_t place = from; place < order->count; ++place) {
            if (alive[order->thirds[place]] != 0) {
                cr_assert(right < count && keys[right] == order->keys[place] && places[right] == place, "%s", label);
                ++right;
            }
        }
        cr_assert(right == count, "%s: %zu picked, not %zu", label, count, right);
    }
    free(keys);
    free(places);
}

Test(focus_classes, order_offsets_into_buckets)
{
    enum { CASES = 150, RUNS = 3 };
    for (uint64_t seed = test_seed(); seed < test_seed() + CASES; ++seed) {
        struct random_state random = {seed};
        struct row_set set;
        struct offset_order order;
        draw_row_set(&random, &set);
        cr_assert(offset_order_start(&order, &set));
        for (int i = 0; i < RUNS; ++i) {
            char label[128];
            struct sum_run run = draw_run(&random, &set, draw_count(&random));
            snprintf(label, sizeof label, "FIRESIEVE_TEST_SEED=%" PRIu64 ", %zu offsets, %u classes", seed, run.count,
                     set.classes);
            cr_assert(offset_order_make(&order, &set, &run));
            check_permutation(order.numbers, run.count, label);
            check_buckets(&order, &set, &run, label);
            check_picking(&order, label);
            sum_run_free(&run);
        }
        offset_order_free(&order);
        row_set_free(&set);
    }
}
