/*
 * Bytes become a small firewall, a focus of any layout (even with positions that have lost more bits than necessary)
 * and windows of delays; its passes must find the same as an independent loop over classes and delays in this file.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "base/delay.h"
#include "cpu/kernel_table.h"
#include "focus/pass.h"

enum { DELAYS_MAX = 1024, LAYERS_MAX = 3000, MODULI_MAX = 96, PLANTED_MAX = 3, PRIMES = 9, ELEMENTS_MAX = 1300 };

struct instance {
    firesieve_delay base;
    size_t length;
    firesieve_delay planted[PLANTED_MAX]; /* safe */
    size_t planted_count;
    bool caught[DELAYS_MAX]; /* by base + index */

    firesieve_layer layers[LAYERS_MAX];
    size_t layer_count;
    bool has_large;              /* a layer with a period that is not small */
    uint64_t next_depth;         /* for layers of small periods */
    uint64_t moduli[MODULI_MAX]; /* with forbidden residues */
    size_t modulus_count;
    struct focus_power wanted[PRIMES]; /* in lists, unless these get too long or too large */
    size_t wanted_count;
    double counts[FOCUS_PARTS / 2]; /* of residues in lists */
    double sizes[FOCUS_PARTS];      /* of the moduli of their parts */

    firesieve_firewall *firewall;
    struct focus_layout layout;
    struct focus focus;
    const struct kernel_operations *kernel;
};

/* ---- Layers ----------------------------------------------------------------------------------------------- */

static bool has_depth(const struct instance *instance, uint64_t depth)
{
    for (size_t i = 0; i < instance->layer_count; ++i) {
        if (instance->layers[i].depth == depth) {
            return true;
        }
    }
    return false;
}

/* Depths are distinct. Returns false if there is no room for the layer. */
static bool add_layer(struct instance *instance, uint64_t period, uint64_t residue)
{
    static const uint64_t small = UINT64_C(1) << 34;
    const uint64_t first = (period - residue) % period;
    uint64_t depth = first;
    if (period < small) {
        const uint64_t next = instance->next_depth;
        depth += next > first ? (next - first + period - 1) / period * period : 0;
        while (instance->has_large && has_depth(instance, depth)) {
            depth += period;
        }
        instance->next_depth = depth + 1;
    }
    if (instance->layer_count == LAYERS_MAX || (period >= small && has_depth(instance, depth))) {
        return false;
    }
    instance->has_large = instance->has_large || period >= small;
    instance->layers[instance->layer_count++] = (firesieve_layer){.depth = depth, .range = period / 2 + 1};
    return true;
}

static void mark_caught(struct instance *instance, uint64_t period, uint64_t residue)
{
    const uint64_t phase = (uint64_t)(instance->base % period);
    for (uint64_t i = residue >= phase ? residue - phase : period - (phase - residue); i < instance->length;
         i += period) {
        instance->caught[i] = true;
    }
}

static bool is_planted(const struct instance *instance, uint64_t modulus, uint64_t residue)
{
    for (size_t i = 0; i < instance->planted_count; ++i) {
        if (instance->planted[i] % modulus == residue) {
            return true;
        }
    }
    return false;
}

/* Periods are even: an odd modulus takes two layers. */
static void forbid(struct instance *instance, uint64_t modulus, uint64_t residue)
{
    const uint64_t period = modulus % 2 == 0 ? modulus : 2 * modulus;
    for (uint64_t r = residue; r < period; r += modulus) {
        if (!is_planted(instance, modulus, residue) && add_layer(instance, period, r)) {
            mark_caught(instance, period, r);
        }
    }
}

static void add_modulus(struct instance *instance, uint64_t modulus)
{
    if (instance->modulus_count < MODULI_MAX) {
        instance->moduli[instance->modulus_count++] = modulus;
    }
}

/* Forbids the residues in a mask of up to 64 consecutive ones. */
static void forbid_mask(struct instance *instance, uint64_t modulus, uint64_t first, uint64_t mask)
{
    for (uint64_t i = 0; i < 64 && i < modulus; ++i) {
        if (mask >> i & 1) {
            forbid(instance, modulus, (first + i) % modulus);
        }
    }
    add_modulus(instance, modulus);
}

/* Forbids all residues of a power and its divisors but those of the planted delays. */
static void forbid_tower(struct instance *instance, uint64_t prime, uint64_t power)
{
    for (uint64_t level = prime;; level *= prime) {
        for (size_t i = 0; i < instance->planted_count; ++i) {
            const uint64_t below = (uint64_t)(instance->planted[i] % (level / prime));
            bool is_new = true;
            for (size_t j = 0; j < i; ++j) {
                is_new = is_new && instance->planted[j] % (level / prime) != below;
            }
            for (uint64_t residue = below; residue < level && is_new; residue += level / prime) {
                forbid(instance, level, residue);
            }
        }
        add_modulus(instance, level);
        if (level == power) {
            return;
        }
    }
}

/* ---- Lists ------------------------------------------------------------------------------------------------ */

static uint64_t power_of(uint64_t prime, unsigned most, uint64_t end)
{
    uint64_t power = prime;
    for (unsigned i = 1; i < most && power <= (end - 1) / prime; ++i) {
        power *= prime;
    }
    return power;
}

/* The number of residues that a list will have for a prime power: classes of its powers are disjoint (reduce.h). */
static double count_allowed(const struct reduced *reduced, uint64_t power)
{
    uint64_t count = power;
    for (size_t i = 0; i < reduced->constraints.count; ++i) {
        const struct constraint *const constraint = &reduced->constraints.items[i];
        if (power % constraint->modulus == 0) {
            count -= constraint->count * (power / constraint->modulus);
        }
    }
    return (double)count;
}

/* Puts the wanted powers into their parts of lists, unless these get too long or too large. */
static void list_powers(struct instance *instance, const struct reduced *reduced)
{
    static const double part_end = 0x1p62;
    static const double modulus_end = 0x1p99;
    instance->counts[0] = instance->counts[1] = 1;
    for (int part = 0; part < FOCUS_PARTS; ++part) {
        instance->sizes[part] = 1;
    }
    for (size_t i = 0; i < instance->wanted_count; ++i) {
        const struct focus_power power = instance->wanted[i];
        const double count = count_allowed(reduced, power.value);
        const double size = instance->sizes[power.part] * (double)power.value;
        if (instance->counts[power.part / 2] * count <= ELEMENTS_MAX && size < part_end &&
            size * instance->sizes[power.part ^ 1] < modulus_end) {
            instance->layout.powers[instance->layout.power_count++] = power;
            instance->counts[power.part / 2] *= count;
            instance->sizes[power.part] = size;
        }
    }
}

static void take_prime(struct fuzz_bytes *bytes, struct instance *instance, uint64_t prime)
{
    const unsigned control = (unsigned)fuzz_take(bytes, 1);
    const unsigned exponent = (unsigned)fuzz_take(bytes, 1);
    const enum focus_part part = (enum focus_part)(control >> 2 & 3);
    const bool listed = (control & 0x30) != 0;
    uint64_t power = prime;
    if ((control & 3) == 0) {
        return;
    }
    if ((control & 3) == 1 && instance->planted_count > 0) {
        power = power_of(prime, exponent % 64, FOCUS_POWER_END);
        forbid_tower(instance, prime, power);
    } else {
        const uint64_t mask = (control & 3) == 2 ? fuzz_take(bytes, 3) : 0;
        forbid_mask(instance, prime, exponent, mask);
        power = power_of(prime, exponent % 4, 64);
    }
    if (listed) {
        instance->wanted[instance->wanted_count++] = (struct focus_power){.value = power, .part = part};
    }
}

static void take_modulus(struct fuzz_bytes *bytes, struct instance *instance)
{
    static const uint64_t moduli[] = {4,   6,   9,   10,   15,    25,         29,         31,
                                      35,  37,  41,  64,   77,    97,         105,        128,
                                      143, 211, 251, 1009, 65537, 2147483647, 4294967311, 1099511627791};
    const uint64_t modulus = moduli[fuzz_take(bytes, 1) % (sizeof moduli / sizeof moduli[0])];
    const uint64_t first = (uint64_t)((instance->base + fuzz_take(bytes, 1)) % modulus);
    forbid_mask(instance, modulus, first, fuzz_take(bytes, 4));
}

static void take_rows(struct fuzz_bytes *bytes, struct instance *instance)
{
    static const uint32_t parts[] = {1, 2, 3, 4, 7, 8, 64, FOCUS_CLASS_PARTS_MAX};
    struct focus_layout *const layout = &instance->layout;
    const unsigned control = (unsigned)fuzz_take(bytes, 1);
    const size_t wanted = 1 + control % FOCUS_ROWS_MAX;
    while (layout->row_count < wanted) {
        const unsigned byte = (unsigned)fuzz_take(bytes, 1);
        uint64_t modulus = 1 + byte % FOCUS_ROW_MODULUS_MAX;
        if (instance->modulus_count > 0 && byte % 8 != 0) {
            modulus = instance->moduli[byte / 8 % instance->modulus_count];
        }
        layout->row_moduli[layout->row_count++] = modulus <= FOCUS_ROW_MODULUS_MAX ? (uint32_t)modulus : 1;
    }
    layout->class_count = control / FOCUS_ROWS_MAX % (FOCUS_CLASSES_MAX + 1);
    layout->class_count = layout->class_count < layout->row_count ? layout->class_count : (uint32_t)layout->row_count;
    for (uint32_t i = 0; i < layout->class_count; ++i) {
        layout->parts[i] = parts[fuzz_take(bytes, 1) % (sizeof parts / sizeof parts[0])];
    }
}

/* Reduced if a position would have very many elements, or very many pairs would seem to be near the window. */
static uint32_t take_shift(struct fuzz_bytes *bytes, const struct instance *instance)
{
    static const uint32_t shifts[] = {0, 0, 1, 2, 3, 5, 8, 10, 16, 24, 30, 38, 45, 64};
    static const double most = 1e4;
    uint32_t shift = shifts[fuzz_take(bytes, 1) % (sizeof shifts / sizeof shifts[0])];
    const double a = instance->sizes[COLUMN_LONGS] * instance->sizes[COLUMN_SHORTS];
    const double b = instance->sizes[OFFSET_LONGS] * instance->sizes[OFFSET_SHORTS];
    for (; shift > 0; --shift) {
        const double columns = instance->counts[0] * (1 + ldexp(4 / a, (int)shift));
        const double offsets = instance->counts[1] * (1 + ldexp(4 / b, (int)shift));
        if (columns * offsets * fmin(1, ldexp(8 / a + 8 / b, (int)shift)) < most &&
            ldexp(1 / a + 1 / b, (int)shift) < most) {
            break;
        }
    }
    return shift;
}

/* ---- From bytes to an instance ---------------------------------------------------------------------------- */

static firesieve_delay take_base(struct fuzz_bytes *bytes, size_t length)
{
    const unsigned kind = (unsigned)fuzz_take(bytes, 1);
    const firesieve_delay last = FIRESIEVE_DELAY_END - length;
    if (kind % 4 == 0) {
        return fuzz_take(bytes, 1);
    }
    if (kind % 4 == 1) {
        return last - fuzz_take(bytes, 1);
    }
    const firesieve_delay base = ((firesieve_delay)fuzz_take(bytes, 8) << 64 | fuzz_take(bytes, 8)) >> kind / 4;
    return base > last ? last : base;
}

static void take_instance(struct fuzz_bytes *bytes, struct instance *instance)
{
    static const uint32_t primes[PRIMES] = {2, 3, 5, 7, 11, 13, 17, 19, 23};
    const unsigned control = (unsigned)fuzz_take(bytes, 1);
    const firesieve_kernel *const kernel = firesieve_kernel_at(fuzz_take(bytes, 1) % firesieve_kernel_count());
    const bool runs = firesieve_kernel_runs_here(kernel) && !firesieve_kernel_emulated(kernel);
    instance->kernel = runs ? kernel->operations : firesieve_kernel_best()->operations;
    instance->length = 1 + fuzz_take(bytes, 2) % DELAYS_MAX;
    instance->base = take_base(bytes, instance->length);
    instance->planted_count = control % (PLANTED_MAX + 1);
    for (size_t i = 0; i < instance->planted_count; ++i) {
        const uint64_t place = fuzz_take(bytes, 2);
        const uint64_t within = (place & 1) != 0   ? place % instance->length
                                : (place & 2) != 0 ? 0
                                                   : instance->length - 1;
        instance->planted[i] = instance->base + within;
    }
    for (int i = 0; i < PRIMES; ++i) {
        take_prime(bytes, instance, primes[i]);
    }
    for (unsigned left = control / 4 % 8; left > 0; --left) {
        take_modulus(bytes, instance);
    }
    for (uint64_t i = 0; instance->layer_count == 0; ++i) {
        forbid(instance, 1024, (uint64_t)((instance->base + instance->length + i) % 1024));
    }
}

static void take_layout(struct fuzz_bytes *bytes, struct instance *instance, const struct reduced *reduced)
{
    list_powers(instance, reduced);
    take_rows(bytes, instance);
    instance->layout.least_shift = take_shift(bytes, instance);
    instance->layout.task_columns = 1 + (uint32_t)(instance->counts[0] / (double)(1 + fuzz_take(bytes, 1) % 8));
    instance->layout.task_offsets = 1 + (uint32_t)(instance->counts[1] / (double)(1 + fuzz_take(bytes, 1) % 8));
}

/* ---- Checks ----------------------------------------------------------------------------------------------- */

static void describe(const struct instance *instance)
{
    char text[4][FIRESIEVE_DELAY_TEXT_SIZE];
    const struct focus *const focus = &instance->focus;
    fprintf(stderr, "from %s, %zu delays, A %s (%zu * %zu), B %s (%zu * %zu), shifts %u and %u, tasks of %u * %u, rows",
            firesieve_delay_format(instance->base, text[0]), instance->length,
            firesieve_delay_format(focus->a, text[1]), focus->columns.longs.count, focus->columns.shorts.count,
            firesieve_delay_format(focus->b, text[2]), focus->offsets.longs.count, focus->offsets.shorts.count,
            focus->columns.shift, focus->offsets.shift, instance->layout.task_columns, instance->layout.task_offsets);
    for (size_t i = 0; i < instance->layout.row_count; ++i) {
        fprintf(stderr, " %u", instance->layout.row_moduli[i]);
    }
    fprintf(stderr, ", parts");
    for (uint32_t i = 0; i < instance->layout.class_count; ++i) {
        fprintf(stderr, " %u", instance->layout.parts[i]);
    }
    fprintf(stderr, ":\n");
    firesieve_firewall_write(instance->firewall, stderr, NULL);
}

/* Aborts, with all that is needed to reproduce the failure, unless the condition holds. */
#define require_of(instance, condition, ...) \
    ((condition) ? (void)0 : (describe(instance), fuzz_require(condition, __VA_ARGS__)))

/* Runs all tasks of one window, or of two, the last first. */
static void run_windows(const struct instance *instance, struct finds *finds, size_t cut)
{
    const size_t ends[] = {cut, instance->length};
    struct focus_pass pass;
    size_t begin = 0;
    fuzz_require(focus_pass_start(&pass, &instance->focus, instance->kernel, (struct go_on){NULL, NULL}, finds, NULL),
                 "no memory");
    for (size_t i = 0; i < sizeof ends / sizeof ends[0] && !finds->found; ++i) {
        if (ends[i] > begin) {
            struct focus_window window;
            const firesieve_delay base = instance->base + begin;
            fuzz_require(focus_window_open(&window, &instance->focus, base, ends[i] - begin), "no memory");
            finds->end = instance->base + ends[i];
            for (uint64_t task = window.tasks; task-- > 0;) {
                require_of(instance, focus_pass_run(&pass, &window, task) == SIEVE_DONE, "task %" PRIu64, task);
            }
            focus_window_close(&window);
            begin = ends[i];
        }
    }
    focus_pass_free(&pass);
}

static void check_list(const struct instance *instance, size_t low, struct delay_list *list)
{
    size_t next = 0;
    if (list->count > 1) {
        qsort(list->delays, list->count, sizeof *list->delays, delay_compare);
    }
    for (size_t i = low; i < instance->length; ++i) {
        if (!instance->caught[i]) {
            require_of(instance, next < list->count && list->delays[next] == instance->base + i,
                       "delay %zu from the beginning is item %zu of %zu", i, next, list->count);
            ++next;
        }
    }
    require_of(instance, next == list->count, "%zu delays instead of %zu", list->count, next);
    free(list->delays);
}

static void check_finds(struct fuzz_bytes *bytes, const struct instance *instance)
{
    const unsigned control = (unsigned)fuzz_take(bytes, 1);
    const size_t low = control % 4 == 3 ? fuzz_take(bytes, 2) % instance->length : 0;
    const size_t cut = control % 8 < 4 ? fuzz_take(bytes, 2) % instance->length : 0;
    struct finds finds = {.goal = control % 16 < 8 ? GOAL_LIST : GOAL_SMALLEST, .low = instance->base + low};
    run_windows(instance, &finds, cut);
    if (finds.goal == GOAL_LIST) {
        check_list(instance, low, &finds.list);
        return;
    }
    size_t first = low;
    while (first < instance->length && instance->caught[first]) {
        ++first;
    }
    require_of(instance, finds.end == instance->base + first, "the smallest is %" PRIu64 " from the beginning, not %zu",
               (uint64_t)(finds.end - instance->base), first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct go_on ever = {NULL, NULL};
    static struct instance instance;
    struct fuzz_bytes bytes = {.at = data, .end = data + size};
    const struct reduced *reduced;
    enum built outcome = BUILT_BLOCKED;
    memset(&instance, 0, sizeof instance);
    take_instance(&bytes, &instance);
    fuzz_require(firesieve_firewall_build(instance.layers, instance.layer_count, &instance.firewall, NULL) ==
                         FIRESIEVE_OK &&
                     reduced_of(instance.firewall, ever, &reduced, NULL) == FIRESIEVE_OK,
                 "no firewall");
    if (reduced->classes.blocked == NULL) {
        take_layout(&bytes, &instance, reduced);
        fuzz_require(focus_make(&instance.focus, reduced, &instance.layout, ever, &outcome, NULL) == FIRESIEVE_OK,
                     "no memory");
    }
    if (outcome == BUILT) {
        check_finds(&bytes, &instance);
    } else {
        for (size_t i = 0; i < instance.length; ++i) {
            require_of(&instance, instance.caught[i], "blocked, but delay %zu from the beginning is safe", i);
        }
    }
    focus_free(&instance.focus);
    firesieve_firewall_free(instance.firewall);
    return 0;
}
