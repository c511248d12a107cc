#include "focus/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    CANDIDATES = 192, /* constraints, those that kill most */
    PRIMES = FOCUS_POWERS_MAX,
    PRIMES_A_MODULUS = 8,
    ROW_MODULUS_MAX = 512,
    ROW_COUNT_MAX = 2400, /* rows of a block: some 1.4 MB, which the second-level cache holds */
    TEST_FIRST = 8,       /* rows that kernels AND before they look whether anything is left, */
    TEST_NEXT = 4         /* and between later looks */
};

/* Nanoseconds on one core of a server of 2023 with its widest kernel. */
static const double cost_sum = 16;        /* read a column or an offset from its list */
static const double cost_bunch = 0.35;    /* build a column's bits in a bunch of rows */
static const double cost_call = 6;        /* start an offset in a block */
static const double cost_row_word = 0.55; /* AND one row into 512 columns */
static const double cost_survivor = 60;
static const double cost_summand = 100; /* make a summand */

struct prime_power {
    uint8_t prime; /* its index */
    uint8_t exponent;
};

/* A constraint, with its modulus in primes. */
struct candidate {
    uint64_t modulus;
    double gain; /* -ln of the share that it leaves */
    struct prime_power factors[PRIMES_A_MODULUS];
    uint8_t factor_count; /* 0: it cannot be in a list */
};

struct table {
    uint32_t primes[PRIMES];
    size_t prime_count;
    struct candidate candidates[CANDIDATES];
    size_t count;
};

/* ---- Constraints in primes -------------------------------------------------------------------------------- */

/* The index of a prime, or PRIMES where the table is full. */
static size_t prime_index(struct table *table, uint32_t prime)
{
    size_t index = 0;
    while (index < table->prime_count && table->primes[index] != prime) {
        ++index;
    }
    if (index == table->prime_count && index < PRIMES) {
        table->primes[table->prime_count++] = prime;
    }
    return index;
}

/* False: a prime power is too large, or there are too many primes. */
static bool append_factor(struct table *table, struct candidate *candidate, uint64_t prime, uint8_t exponent)
{
    if (pow((double)prime, exponent) >= FOCUS_POWER_END || candidate->factor_count == PRIMES_A_MODULUS) {
        return false;
    }
    const size_t index = prime_index(table, (uint32_t)prime);
    candidate->factors[candidate->factor_count++] = (struct prime_power){(uint8_t)index, exponent};
    return index < PRIMES;
}

static bool factor(struct table *table, struct candidate *candidate)
{
    uint64_t left = candidate->modulus;
    for (uint64_t prime = 2; prime * prime <= left && prime < FOCUS_POWER_END; ++prime) {
        uint8_t exponent = 0;
        for (; left % prime == 0; left /= prime) {
            ++exponent;
        }
        if (exponent > 0 && !append_factor(table, candidate, prime, exponent)) {
            return false;
        }
    }
    return left == 1 || append_factor(table, candidate, left, 1);
}

static void fill_table(struct table *table, const struct constraint_list *constraints, const size_t *order)
{
    table->prime_count = 0;
    table->count = constraints->count < CANDIDATES ? constraints->count : CANDIDATES;
    for (size_t i = 0; i < table->count; ++i) {
        const struct constraint *const constraint = &constraints->items[order[i]];
        table->candidates[i] = (struct candidate){
            .modulus = constraint->modulus,
            .gain = -log(fmax(1 - constraint->kill, 1e-18)),
        };
        /*
         * Of a modulus of several primes, lists grow by all residues before a constraint drops any; and its primes may
         * come into different parts, which have no use for it. Its gain would be counted all the same.
         */
        if (constraint->modulus >= CLASS_NARROW_END || !factor(table, &table->candidates[i]) ||
            table->candidates[i].factor_count > 1) {
            table->candidates[i].factor_count = 0;
        }
    }
}

/* ---- Lists on paper --------------------------------------------------------------------------------------- */

/* A * B: the exponent of every prime, and what its constraints leave. */
struct sketch {
    uint8_t exponents[PRIMES];
    double modulus; /* logarithms */
    double gain;
};

static bool is_listed(const struct candidate *candidate, const uint8_t *exponents)
{
    for (uint8_t i = 0; i < candidate->factor_count; ++i) {
        if (exponents[candidate->factors[i].prime] < candidate->factors[i].exponent) {
            return false;
        }
    }
    return candidate->factor_count > 0;
}

/* The sketch that lists a candidate, too, and all others that come with it. */
static struct sketch sketch_with(const struct table *table, const struct sketch *sketch,
                                 const struct candidate *candidate)
{
    struct sketch with = *sketch;
    for (uint8_t i = 0; i < candidate->factor_count; ++i) {
        const struct prime_power power = candidate->factors[i];
        if (with.exponents[power.prime] < power.exponent) {
            with.modulus += (power.exponent - with.exponents[power.prime]) * log(table->primes[power.prime]);
            with.exponents[power.prime] = power.exponent;
        }
    }
    for (size_t i = 0; i < table->count; ++i) {
        if (is_listed(&table->candidates[i], with.exponents) && !is_listed(&table->candidates[i], sketch->exponents)) {
            with.gain += table->candidates[i].gain;
        }
    }
    return with;
}

/* The next sketch: with the candidate that leaves fewest for the growth of the modulus. False: there is none. */
static bool grow(const struct table *table, struct sketch *sketch)
{
    struct sketch best = *sketch;
    double best_ratio = 0;
    for (size_t i = 0; i < table->count; ++i) {
        const struct candidate *const candidate = &table->candidates[i];
        if (candidate->factor_count == 0 || is_listed(candidate, sketch->exponents)) {
            continue;
        }
        const struct sketch with = sketch_with(table, sketch, candidate);
        const double ratio = (with.gain - sketch->gain) / (with.modulus - sketch->modulus);
        if (ratio > best_ratio) {
            best_ratio = ratio;
            best = with;
        }
    }
    *sketch = best;
    return best_ratio > 0;
}

/* ---- Rows on paper ---------------------------------------------------------------------------------------- */

struct row_choice {
    uint32_t moduli[FOCUS_ROWS_MAX];
    size_t count;
    double bunches; /* of their patterns */
    double words; /* rows that are ANDed into a word, on average */
    double left;  /* the share of pairs that survives them */
};

struct row_option {
    uint32_t modulus;
    double gain;
};

static int compare_options(const void *a, const void *b)
{
    const struct row_option *const left = a;
    const struct row_option *const right = b;
    if (left->gain != right->gain) {
        return (left->gain < right->gain) - (left->gain > right->gain);
    }
    return (left->modulus > right->modulus) - (left->modulus < right->modulus);
}

/* A row takes in all constraints whose moduli divide its own, those that rows before it have not. */
static double row_gain(const struct table *table, const bool *used, uint64_t modulus)
{
    double gain = 0;
    for (size_t i = 0; i < table->count; ++i) {
        gain += !used[i] && modulus % table->candidates[i].modulus == 0 ? table->candidates[i].gain : 0;
    }
    return gain;
}

static size_t list_options(const struct table *table, const bool *used, struct row_option *options)
{
    size_t count = 0;
    for (size_t i = 0; i < table->count; ++i) {
        if (!used[i] && table->candidates[i].modulus <= ROW_MODULUS_MAX) {
            const uint32_t modulus = (uint32_t)table->candidates[i].modulus;
            options[count++] = (struct row_option){.modulus = modulus, .gain = row_gain(table, used, modulus)};
        }
    }
    qsort(options, count, sizeof *options, compare_options);
    return count;
}

/*
 * Those that kill most come first; one more as long as it saves more survivors than it costs. Where lists take care of
 * everything, there is one of modulus 1, which allows all.
 */
static struct row_choice choose_rows(const struct table *table, const struct sketch *sketch, double pairs,
                                     double columns)
{
    struct row_choice choice = {.left = 1};
    struct row_option options[CANDIDATES];
    bool used[CANDIDATES];
    uint32_t rows = 0;
    double alive = 1; /* the share of groups of words that a kernel still looks at */
    for (size_t i = 0; i < table->count; ++i) {
        used[i] = is_listed(&table->candidates[i], sketch->exponents);
    }
    const size_t count = list_options(table, used, options);
    for (size_t i = 0; i < count && choice.count < FOCUS_ROWS_MAX; ++i) {
        const uint32_t modulus = options[i].modulus;
        const double gain = row_gain(table, used, modulus);
        const double bunches = ceil((double)modulus / FOCUS_ROW_BUNCH);
        const double saved = pairs * choice.left * (1 - exp(-gain)) * cost_survivor;
        if (choice.count >= TEST_FIRST && choice.count % TEST_NEXT == 0) {
            alive = fmin(1, FOCUS_BLOCK_COLUMNS * choice.left);
        }
        const double price = columns * bunches * cost_bunch + pairs / KERNEL_WORD_COLUMNS * alive * cost_row_word;
        if (gain <= 0 || rows + modulus > ROW_COUNT_MAX || (choice.count > 0 && saved < price)) {
            continue;
        }
        choice.moduli[choice.count++] = modulus;
        choice.bunches += bunches;
        choice.words += alive;
        choice.left *= exp(-gain);
        rows += modulus;
        for (size_t j = 0; j < table->count; ++j) {
            used[j] = used[j] || modulus % table->candidates[j].modulus == 0;
        }
    }
    if (choice.count == 0) {
        choice = (struct row_choice){.moduli = {1}, .count = 1, .bunches = 1, .words = 1, .left = 1};
    }
    return choice;
}

/* ---- What it takes ---------------------------------------------------------------------------------------- */

/* The shares of a search that grow with its windows and with its delays. */
struct price {
    double window; /* ns a window */
    double delay;  /* ns a delay */
    double building_window;
    double building_delay;
};

static struct price price_of(const struct row_choice *rows, double density, double columns, double offsets,
                             uint32_t task_columns)
{
    const double column = cost_sum + rows->bunches * cost_bunch;
    const double word = rows->words * cost_row_word;
    struct price price = {.building_window = columns * column + offsets * cost_sum};
    /* An offset meets density * window / offsets columns; it is read again for every task that these lie in. */
    price.building_delay = density * cost_sum / task_columns;
    price.window = price.building_window + offsets * (cost_call + word);
    price.delay = price.building_delay + density * (cost_call / FOCUS_BLOCK_COLUMNS + word / KERNEL_WORD_COLUMNS +
                                                    rows->left * cost_survivor);
    return price;
}

/*
 * The window that makes a search cheapest. Where the smallest is wanted, and lies at `delays` on average (and anywhere,
 * like the first event of a Poisson process), delays / window + 1/2 windows are opened, and the last is searched a quarter
 * of its length too far: a find cuts it short.
 */
static double best_window(const struct price *price, const struct focus_purpose *purpose, double longest)
{
    const double most = fmin(longest, purpose->range);
    if (!purpose->smallest) {
        return most;
    }
    return fmin(most, 2 * sqrt(price->window / price->delay * purpose->delays));
}

/* Of the whole search, from what a window and a delay take. */
static double total_ns(const struct focus_purpose *purpose, double window, double window_ns, double delay_ns)
{
    const double windows = purpose->smallest ? purpose->delays / window + 0.5 : ceil(purpose->delays / window);
    const double delays = purpose->smallest ? fmin(purpose->delays + window / 4, purpose->range) : purpose->delays;
    return windows * window_ns + delays * delay_ns;
}

/* A focus on paper. */
struct draft {
    struct sketch sketch;
    struct row_choice rows;
    struct focus_forecast forecast;
    double cost;
};

/* With so many columns and offsets as cost least together. */
static struct draft make_draft(const struct table *table, const struct sketch *sketch,
                               const struct focus_layout *layout, const struct focus_purpose *purpose)
{
    struct draft draft = {.sketch = *sketch, .cost = INFINITY};
    const double density = exp(-sketch->gain);
    const double both = exp(sketch->modulus - sketch->gain);
    const double pairs = purpose->delays * density;
    draft.rows = choose_rows(table, sketch, pairs, sqrt(both) / 2);
    for (double ratio = 1; ratio <= 64; ratio *= 2) {
        const double columns = fmax(1, sqrt(both / ratio));
        const double offsets = both / columns;
        /* A window of so many delays meets `task_offsets` offsets at a column: delays * density / columns. */
        const double longest = layout->task_offsets * columns / density;
        const struct price price = price_of(&draft.rows, density, columns, offsets, layout->task_columns);
        const double window = best_window(&price, purpose, longest);
        const double summands = cost_summand * 2 * sqrt(both) / 64;
        const double cost = total_ns(purpose, window, price.window, price.delay) + summands;
        if (cost < draft.cost) {
            const double building =
                total_ns(purpose, window, price.building_window, price.building_delay) + summands;
            draft.cost = cost;
            draft.forecast = (struct focus_forecast){
                .pairs = pairs,
                .columns = columns,
                .offsets = offsets,
                .window = window,
                .building_ns = building,
                .sieving_ns = cost - building,
                .range_ns = ceil(purpose->range / window) * price.window + purpose->range * price.delay + summands,
            };
        }
    }
    return draft;
}

/* ---- Parts ------------------------------------------------------------------------------------------------ */

/* A prime power of the sketch, on its way into a part. */
struct item {
    uint32_t value;
    double modulus; /* logarithms */
    double count;
};

static size_t list_items(const struct table *table, const struct sketch *sketch, struct item *items)
{
    size_t count = 0;
    for (size_t prime = 0; prime < table->prime_count; ++prime) {
        if (sketch->exponents[prime] == 0) {
            continue;
        }
        struct item item = {.value = 1};
        for (uint8_t i = 0; i < sketch->exponents[prime]; ++i) {
            item.value *= table->primes[prime];
        }
        item.modulus = log(item.value);
        item.count = item.modulus;
        for (size_t i = 0; i < table->count; ++i) {
            if (item.value % table->candidates[i].modulus == 0) {
                item.count -= table->candidates[i].gain;
            }
        }
        item.count = fmax(item.count, 0);
        items[count++] = item;
    }
    return count;
}

enum { CELLS = 4096 };
static const double cell_width = 0.02; /* of the logarithm of a count */

/* Ways to choose some of the items, by the product of their counts: the one with the smallest, or largest, modulus. */
struct ways {
    uint64_t masks[CELLS]; /* a bit an item */
    double moduli[CELLS];  /* logarithms, below `most`; NAN where there is no way */
};

static const double most = FOCUS_PART_BITS * M_LN2 - 0.01;

static void find_ways(struct ways *ways, const struct item *items, size_t count, bool largest)
{
    for (size_t cell = 0; cell < CELLS; ++cell) {
        ways->masks[cell] = 0;
        ways->moduli[cell] = cell == 0 ? 0 : NAN;
    }
    for (size_t i = 0; i < count; ++i) {
        const size_t shift = (size_t)(items[i].count / cell_width + 0.5);
        for (size_t cell = CELLS; cell-- > shift;) {
            const double modulus = ways->moduli[cell - shift] + items[i].modulus;
            const double old = ways->moduli[cell];
            if (modulus < most && (isnan(old) || (largest ? modulus > old : modulus < old))) {
                ways->moduli[cell] = modulus;
                ways->masks[cell] = ways->masks[cell - shift] | UINT64_C(1) << i;
            }
        }
    }
}

/*
 * The items, a bit each, whose counts have a product near e^wanted, while both their moduli and those of the others have
 * products below 2^FOCUS_PART_BITS. Dynamic programming over rounded logarithms. *found: there are such.
 */
static uint64_t choose_subset(const struct item *items, size_t count, double wanted, bool *found)
{
    struct ways *const ways = malloc(sizeof *ways);
    uint64_t best = 0;
    double best_distance = INFINITY;
    double all = 0;
    for (size_t i = 0; i < count; ++i) {
        all += items[i].modulus;
    }
    for (int largest = 0; largest <= 1 && ways != NULL; ++largest) {
        find_ways(ways, items, count, largest == 1);
        for (size_t cell = 0; cell < CELLS; ++cell) {
            const double distance = fabs((double)cell * cell_width - wanted);
            if (!isnan(ways->moduli[cell]) && all - ways->moduli[cell] < most && distance < best_distance) {
                best = ways->masks[cell];
                best_distance = distance;
            }
        }
    }
    free(ways);
    *found = best_distance < INFINITY;
    return best;
}

/* Splits those items whose part is `longs` into longs and shorts. */
static void split_part(struct focus_layout *layout, const struct item *items, size_t count, enum focus_part longs,
                       double list)
{
    struct item members[PRIMES];
    size_t indices[PRIMES];
    size_t member_count = 0;
    bool found;
    for (size_t i = 0; i < count; ++i) {
        if (layout->powers[i].part == longs) {
            members[member_count] = items[i];
            indices[member_count++] = i;
        }
    }
    const double shorts = fmin(1024, fmax(8, sqrt(list) / 8));
    const uint64_t mask = choose_subset(members, member_count, log(shorts), &found);
    for (size_t i = 0; i < member_count; ++i) {
        if (mask >> i & 1) {
            layout->powers[indices[i]].part = longs + 1;
        }
    }
}

/* False: A and B cannot both be kept small enough. */
static bool split(struct focus_layout *layout, const struct table *table, const struct draft *draft)
{
    struct item items[PRIMES] = {{0}};
    bool found;
    layout->power_count = list_items(table, &draft->sketch, items);
    const uint64_t columns = choose_subset(items, layout->power_count, log(draft->forecast.columns), &found);
    for (size_t i = 0; i < layout->power_count; ++i) {
        layout->powers[i] = (struct focus_power){
            .value = items[i].value,
            .part = columns >> i & 1 ? COLUMN_LONGS : OFFSET_LONGS,
        };
    }
    split_part(layout, items, layout->power_count, COLUMN_LONGS, draft->forecast.columns);
    split_part(layout, items, layout->power_count, OFFSET_LONGS, draft->forecast.offsets);
    return found;
}

/* ----------------------------------------------------------------------------------------------------------- */

/* A thread's columns and offsets, with the pieces that they are sorted in, take a third of the memory together. */
static void choose_tasks(struct focus_layout *layout, const struct focus_purpose *purpose)
{
    enum { COLUMN_BYTES = 80, OFFSET_BYTES = 96 };
    const double share = (double)purpose->memory / purpose->threads / 6;
    layout->task_columns = (uint32_t)fmin(1 << 15, fmax(FOCUS_BLOCK_COLUMNS, share / COLUMN_BYTES));
    layout->task_offsets = (uint32_t)fmin(1 << 18, fmax(1 << 10, share / OFFSET_BYTES));
}

/* Longs of lists of so many sums, while they are made. */
static bool fits(const struct draft *draft, const struct focus_purpose *purpose)
{
    static const double bytes = 64;
    const double summands = (draft->forecast.columns + draft->forecast.offsets) / 64;
    return summands * bytes < (double)purpose->memory / 3;
}

bool focus_layout_choose(struct focus_layout *layout, struct focus_forecast *forecast,
                         const struct constraint_list *constraints, const size_t *order,
                         const struct focus_purpose *purpose)
{
    static const double largest = 2 * FOCUS_PART_BITS * M_LN2 - 4; /* A * B, so that it can be split */
    struct table *const table = malloc(sizeof *table);
    struct sketch sketch = {.modulus = 0};
    if (table == NULL) {
        return false;
    }
    *layout = (struct focus_layout){.power_count = 0};
    choose_tasks(layout, purpose);
    fill_table(table, constraints, order);
    struct draft best = make_draft(table, &sketch, layout, purpose);
    while (grow(table, &sketch) && sketch.modulus < largest) {
        const struct draft draft = make_draft(table, &sketch, layout, purpose);
        if (draft.cost < best.cost && fits(&draft, purpose)) {
            best = draft;
        }
    }
    const bool chosen = split(layout, table, &best);
    memcpy(layout->row_moduli, best.rows.moduli, sizeof layout->row_moduli);
    layout->row_count = best.rows.count;
    *forecast = best.forecast;
    free(table);
    return chosen;
}
