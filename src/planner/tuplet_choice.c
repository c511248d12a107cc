#include "planner/tuplet_choice.h"

#include <math.h>

#include "number/prime_test.h"

static const uint32_t wheels[] = {2, 6, 30, 210, 2310, 30030, 510510};
static const uint8_t wheel_last[] = {2, 3, 5, 7, 11, 13, 17}; /* their largest primes */
enum { WHEELS = sizeof wheels / sizeof wheels[0] };

static const double mertens =
    0.5614594835668851; /* e^-gamma: the share of numbers without a prime divisor up to p is mertens / log p */

/* The bound below which a number that no prime up to `high` divides is prime. */
static firesieve_delay tested_below(const struct tuplet *tuplet)
{
    return tuplet->prime ? ~(firesieve_delay)0 : (firesieve_delay)(tuplet->high + 1) * (tuplet->high + 1);
}

/* What is known about a tuplet and a range, whatever the layout. */
struct task {
    const struct purpose *purpose;
    const struct tuplet *tuplet;
    double length;   /* expected numbers to be sieved */
    double bits;     /* of the largest number */
    double root;     /* of it: from there on no composite is left */
    bool tests;      /* what is left may be tested */
    double constant; /* the share that primes up to p leave is constant * (mertens / log p)^count */
    double others;   /* the share that other classes leave */
};

/* A test to base 2. Larger numbers take more limbs of a lane, and so more multiplications per bit. */
static double strong_ns(const struct costs *costs, double bits)
{
    static const struct {
        double bits;
        double times;
    } sizes[] = {{60, 1}, {80, 1.6}, {108, 2.4}, {INFINITY, 3.6}};
    size_t i = 0;
    while (bits > sizes[i].bits) {
        ++i;
    }
    return sizes[i].times * costs->strong * bits;
}

/* How many residues modulo a prime the shifts strike. */
static uint32_t struck_by(const struct tuplet *tuplet, uint32_t prime)
{
    uint32_t struck = 0;
    for (uint32_t i = 0; i < tuplet->count; ++i) {
        bool repeats = false;
        for (uint32_t j = 0; j < i && !repeats; ++j) {
            repeats = (tuplet->shifts[i] - tuplet->shifts[j]) % prime == 0;
        }
        struck += !repeats;
    }
    return struck;
}

/* The constant of Hardy and Littlewood: the product over primes q of (1 - struck / q) / (1 - 1 / q)^count. */
static double constant_of(const struct tuplet *tuplet)
{
    enum { FAR_ENOUGH = 2000 };
    double product = 1;
    for (uint32_t q = 2; q < FAR_ENOUGH; ++q) {
        if (number_is_prime(q)) {
            product *= (1 - (double)struck_by(tuplet, q) / q) / pow(1 - 1.0 / q, tuplet->count);
        }
    }
    return product;
}

static struct task task_of(const struct purpose *purpose)
{
    static const double least_share = 1e-30;
    const struct tuplet *const tuplet = purpose->reduced->tuplet;
    struct task task = {.purpose = purpose, .tuplet = tuplet};
    const double end = (double)purpose->to + (double)tuplet->least + tuplet->shifts[tuplet->count - 1];
    task.constant = constant_of(tuplet);
    task.others = fmax(purpose->reduced->constraints.density, least_share);
    task.tests = end <= (double)tested_below(tuplet);
    double reach = (double)purpose->from + (double)tuplet->least + tuplet->shifts[tuplet->count - 1];
    const double wanted = task.tests ? fmax(log(fmax(reach, 3)), 1) : log((double)tuplet->high + 2) / mertens;
    const double mean = 1 / fmax(task.constant * task.others * pow(wanted, -(double)tuplet->count), least_share);
    task.length = purpose->ends ? fmin(mean, purpose->range) : purpose->range;
    reach = fmin(end, fmax(reach, 3) + task.length);
    task.bits = log2(fmax(reach, 4));
    task.root = sqrt(reach) + 1;
    return task;
}

/* ---- What a layout costs ------------------------------------------------------------------------------ */

static double primes_below(double number)
{
    return number < 10 ? 4 : 1.08 * number / log(number);
}

/* Testing survivors: the first shift of each, the second of those that pass, and so on; then all that passed. */
static double testing_ns(const struct task *task, double survivors, double p)
{
    const double passes = fmin(1, log(fmax(p, 3)) / mertens / (task->bits * M_LN2));
    static const double lucas_times = 2.8; /* what a strong Lucas test takes, in tests to base 2 */
    const struct costs *const costs = task->purpose->costs;
    double strong = 0;
    for (uint32_t i = 0; i < task->tuplet->count; ++i) {
        strong += survivors;
        survivors *= passes;
    }
    const double strong_test_ns = strong_ns(costs, task->bits);
    return strong * strong_test_ns + survivors * task->tuplet->count * (lucas_times * strong_test_ns);
}

static void forecast_layout(const struct task *task, struct tuplet_choice *choice)
{
    const struct tuplet_layout *const layout = &choice->layout;
    const struct costs *const costs = task->purpose->costs;
    const double p = (double)layout->sieved_to;
    const double listed = fmin(p, layout->listed_to);
    const double rows = fmin(p, layout->rows_to);
    const uint32_t offset_count = tuplet_offset_count(task->tuplet, layout->wheel);
    const double pairs = (double)offset_count * task->tuplet->count; /* of an offset and a shift */
    const double columns = task->length / layout->wheel + 1;
    const double blocks = ceil(columns / choice->block_columns);
    const double listed_primes = fmax(primes_below(listed) - primes_below(rows), 0);
    const double large_primes = fmax(primes_below(p) - primes_below(listed), 0);
    const double hits = pairs * columns * fmax(log(log(fmax(listed, 3)) / log(fmax(rows, 3))), 0);
    const double far_hits = pairs * columns * fmax(log(log(fmax(p, 3)) / log(fmax(listed, 3))), 0);
    const double row_words = offset_count * columns / KERNEL_WORD_COLUMNS * primes_below(rows);
    const double left = task->constant * pow(mertens / log(fmax(p, 3)), task->tuplet->count); /* by primes up to p */
    const double survivors = task->length * left * task->others;
    const double tests = task->tests && p < task->root ? testing_ns(task, survivors, p) : 0;
    const double block_ns = listed_primes * (costs->block_prime + pairs * costs->prime_start) +
                            large_primes * (costs->prime + pairs * costs->far_start) +
                            offset_count * (costs->offset + primes_below(rows) * costs->row_start);
    const double search_ns = hits * costs->hit + far_hits * costs->far_hit + row_words * costs->row_word +
                             survivors * costs->survivor + tests + blocks * block_ns;
    struct forecast *const forecast = &choice->forecast;
    *forecast = (struct forecast){.window = INFINITY};
    forecast->tables_ns = listed_primes * costs->prime + p * costs->generate + layout->wheel * 2.0;
    forecast->memory_ns = costs_memory(costs, choice->block_columns / 8.0);
    forecast->delay_ns = search_ns / fmax(task->length, 1);
    forecast_add_up(forecast, task->purpose, 0);
}

/* ---- Choosing ----------------------------------------------------------------------------------------- */

static void consider(const struct task *task, const struct tuplet_choice *candidate, struct tuplet_choice *best)
{
    struct tuplet_choice choice = *candidate;
    forecast_layout(task, &choice);
    if (best->layout.wheel == 0 || choice.forecast.typical_ns < best->forecast.typical_ns) {
        *best = choice;
    }
}

/* Primes up to the block's columns usually strike it, and are worth a place in the tables. */
static uint32_t listed_to(uint32_t block_columns)
{
    enum { LEAST = 1 << 20 };
    const uint64_t wanted = 2 * (uint64_t)block_columns;
    return wanted < LEAST ? LEAST : wanted > TUPLET_LISTED_MAX ? TUPLET_LISTED_MAX : (uint32_t)wanted;
}

/* How far to sieve: ever farther, up to the root, or as far as necessary. */
static void consider_bounds(const struct task *task, struct tuplet_choice *candidate, struct tuplet_choice *best)
{
    static const double growth = 1.5;
    static const double least = 300;
    const double most = task->tuplet->prime ? UINT32_MAX : (double)task->tuplet->high;
    const double end = fmin(task->tests ? task->root : most, most);
    double bound = task->tests ? fmin(least, end) : end;
    bool last = false;
    while (!last) {
        last = bound >= end;
        candidate->layout.sieved_to = (uint64_t)fmin(ceil(bound), end);
        consider(task, candidate, best);
        bound = fmin(bound * growth, end);
    }
}

/* A block is not much longer than the search, and numbers in it differ by less than 2^40. */
static void consider_blocks(const struct task *task, struct tuplet_choice *candidate, struct tuplet_choice *best)
{
    enum { LEAST = 1 << 16, MOST = 1 << 23, ROWS_LEAST = 32 };
    static const double spread = 0x1p39;
    const uint32_t wheel = candidate->layout.wheel;
    const double wanted = fmin(fmin(task->length / wheel + 1, spread / wheel), TUPLET_COLUMNS_MAX);
    const uint32_t most = (uint32_t)(ceil(wanted / TUPLET_RUN_COLUMNS) * TUPLET_RUN_COLUMNS);
    const double share = (double)most / task->purpose->threads;
    for (uint32_t columns = LEAST; columns <= MOST; columns *= 2) {
        const bool fits = columns < most && columns < share;
        const uint32_t shared = (uint32_t)(ceil(share / TUPLET_RUN_COLUMNS) * TUPLET_RUN_COLUMNS);
        candidate->block_columns = fits ? columns : shared < columns ? shared : columns;
        candidate->layout.listed_to = listed_to(candidate->block_columns);
        for (uint32_t rows = ROWS_LEAST; rows <= TUPLET_ROWS_MAX; rows += rows / 2) {
            candidate->layout.rows_to = rows;
            consider_bounds(task, candidate, best);
        }
        if (!fits) {
            break;
        }
    }
}

void tuplet_choose(struct tuplet_choice *choice, const struct purpose *purpose)
{
    const struct task task = task_of(purpose);
    const uint64_t high = task.tuplet->prime ? UINT32_MAX : task.tuplet->high;
    *choice = (struct tuplet_choice){.block_columns = 0};
    for (size_t i = 0; i < WHEELS && wheel_last[i] <= high; ++i) {
        struct tuplet_choice candidate = {.layout.wheel = wheels[i]};
        consider_blocks(&task, &candidate, choice);
    }
}
