#include "planner/focus_choice.h"

#include <math.h>

#include "planner/forecast.h"

/* What each window and each delay of a search costs, in nanoseconds. */
struct price {
    double window;
    double delay;
    double building_window; /* the shares of lists and rows */
    double building_delay;
};

double focus_shorts(double count)
{
    static const double few = 8;
    static const double many = 1 << 10;
    static const double longs = 1 << 21; /* summands of 24 bytes and more */
    return fmax(fmin(many, fmax(few, sqrt(count) / few)), count / longs);
}

/*
 * Columns are those below A, and those that a window reaches beyond it: density * window / offsets. The offsets of a
 * task are those that its columns meet, density * window / columns for each, and those of the task's own stretch:
 * together those below B, and density * window / task_columns. All columns of a task meet each piece of them.
 */
static struct price price_of(const struct costs *costs, const struct row_choice *rows,
                             const struct class_choice *classes, const struct focus_sizes *sizes)
{
    const double density = sizes->density;
    const double columns = fmax(sizes->columns, KERNEL_WORD_COLUMNS);
    const double task_columns = fmin(sizes->task_columns, columns);
    const double read = costs->sum + costs->order;
    const double column = read + costs->seek * focus_shorts(sizes->columns) / task_columns;
    const double offset = read + costs->seek * focus_shorts(sizes->offsets) / sizes->task_offsets;
    const double word = costs->word + classes->groups * costs->group;
    const double build = rows->bunches * costs->bunch + word / KERNEL_WORD_COLUMNS; /* per column and piece */
    const double sieve = classes->words / KERNEL_WORD_COLUMNS;                      /* per pair */
    const double pieces = 1 / sizes->task_offsets;
    struct price price = {
        .building_window = columns * (column + build) + sizes->offsets * (offset + task_columns * pieces * build),
        .building_delay = density * ((column + build) / sizes->offsets + offset / task_columns + pieces * build),
    };
    price.window = costs->window + price.building_window + sizes->offsets * task_columns * sieve;
    price.delay = price.building_delay + density * (sieve + rows->left * rows->survivor);
    return price;
}

/* The integral of (1 - e^-u) / u from 0 to x. */
static double entire_exponential_integral(double x)
{
    enum { TERMS = 60 };
    static const double large = 12;
    static const double euler = 0.57721566490153286;
    static const double negligible = 1e-12;
    if (x > large) {
        return euler + log(x); /* the rest is less than e^-12 / 12 */
    }
    double term = 1;
    double sum = 0;
    for (int k = 1; k <= TERMS && fabs(term) > negligible; ++k) {
        term *= -x / k;
        sum -= term / k;
    }
    return sum;
}

/*
 * How far, in mean distances, the last window, which has the answer at `at` and is `length` long, is searched on
 * average. Its tasks find safe delays in no order. When a share f of them is done, the answer has been found with
 * probability f and ends the window; otherwise the first find after it does, finds being a Poisson process of rate f,
 * or the window's end. This is the integral over f of at + (1 - f) (1 - e^(-f rest)) / f.
 */
static double searched_of_last(double at, double length)
{
    const double rest = length - at;
    const double mean = rest > 0 ? chance_of_any(rest) / rest : 1;
    return at + entire_exponential_integral(rest) - (1 - mean);
}

/* What is searched until the answer at `at`, in windows of that length; all in mean distances. */
static struct focus_share share_until(double at, double window)
{
    const double before = floor(at / window);
    return (struct focus_share){
        .windows = before + 1,
        .delays = before * window + searched_of_last(at - before * window, window),
    };
}

void focus_table_fill(struct focus_table *table, const struct purpose *purpose)
{
    /* In mean distances. The optimum is flat: these lose a few percent at most. */
    static const double windows[FOCUS_WINDOWS] = {1.0 / 16, 1.0 / 12, 1.0 / 8, 1.0 / 6, 1.0 / 4, 1.0 / 3,
                                                  1.0 / 2,  1,        2,       3,       4};
    for (int i = 0; i < FOCUS_WINDOWS; ++i) {
        const double window = windows[i] * purpose->mean;
        const double range = purpose->range;
        table->windows[i] = window < range ? range / ceil(range / window) : range; /* without a short one at the end */
        for (int j = 0; j < FORECAST_PLACES; ++j) {
            table->shares[i][j] = share_until(forecast_place(j), table->windows[i] / purpose->mean);
        }
    }
}

/* All of the range, in delays; other shares are in mean distances, which may be infinite. */
static struct focus_share share_of_all(const struct purpose *purpose, double window)
{
    return (struct focus_share){.windows = ceil(purpose->range / window), .delays = purpose->range};
}

/* A share in mean distances as one in delays, at most the range. */
static struct focus_share share_within(const struct purpose *purpose, double window, struct focus_share share)
{
    const double delays = share.delays * purpose->mean;
    return delays < purpose->range ? (struct focus_share){.windows = share.windows, .delays = delays}
                                   : share_of_all(purpose, window);
}

static double nanoseconds(struct focus_share share, double window_ns, double delay_ns)
{
    return share.windows * window_ns + share.delays * delay_ns;
}

/* The mean of the time over all places (see forecast.h), or the time for the whole range. */
static double typical(const struct purpose *purpose, const struct price *price, double window,
                      const struct focus_share *shares)
{
    double sum = 0;
    if (!purpose->ends) {
        return nanoseconds(share_of_all(purpose, window), price->window, price->delay);
    }
    for (int i = 0; i < FORECAST_PLACES; ++i) {
        const struct focus_share share = share_within(purpose, window, shares[i]);
        sum += nanoseconds(share, price->window, price->delay);
    }
    return sum / FORECAST_PLACES;
}

/* A window of delays, and its cost. */
struct choice {
    double window;
    double typical_ns;
};

/* The only window if all delays are wanted, otherwise the longest one. */
static struct choice longest_window(const struct purpose *purpose, const struct price *price, double longest)
{
    struct choice choice = {.window = longest};
    struct focus_share shares[FORECAST_PLACES];
    for (int i = 0; i < FORECAST_PLACES; ++i) {
        shares[i] = share_until(forecast_place(i), choice.window / purpose->mean);
    }
    choice.typical_ns = typical(purpose, price, choice.window, shares);
    return choice;
}

/*
 * Of windows that cost about the same, the shortest: it finds near answers sooner, and loses less if costs are wrong.
 */
static struct choice choose_window(const struct focus_table *table, const struct purpose *purpose,
                                   const struct price *price)
{
    static const double worth = 0.9; /* the most that a longer one may cost */
    const double most = fmax(1, fmin(0x1p127, purpose->range));
    struct choice best = {.typical_ns = INFINITY};
    for (int i = 0; i < FOCUS_WINDOWS && purpose->ends; ++i) {
        const double window = table->windows[i];
        if (window < 1 || window > most) {
            continue;
        }
        const double ns = typical(purpose, price, window, table->shares[i]);
        best = ns < worth * best.typical_ns ? (struct choice){.window = window, .typical_ns = ns} : best;
    }
    return best.window > 0 ? best : longest_window(purpose, price, most);
}

/* What a thread writes first: the rows of a word, the columns and offsets of a task, in their order. */
static double memory_ns(const struct costs *costs, const struct row_choice *rows, const struct focus_sizes *sizes,
                        double window)
{
    static const double column_bytes = 60;
    static const double offset_bytes = 53;
    static const double others = 0x1p16;
    const double columns = fmin(sizes->task_columns, sizes->columns);
    const double reached = columns / sizes->columns + sizes->density * window / (sizes->columns * sizes->offsets);
    const double offsets = fmin(sizes->offsets * fmin(1, reached), sizes->task_offsets);
    return costs_memory(costs, rows->bunches * 16 * KERNEL_WORD_BYTES + column_bytes * columns +
                                   offset_bytes * offsets + others + COSTS_CODE_BYTES);
}

struct forecast focus_forecast_make(const struct focus_table *table, const struct purpose *purpose,
                                    const struct row_choice *rows, const struct class_choice *classes,
                                    const struct focus_sizes *sizes)
{
    const struct price price = price_of(purpose->costs, rows, classes, sizes);
    const struct choice choice = choose_window(table, purpose, &price);
    const struct focus_share all = share_of_all(purpose, choice.window);
    const struct focus_share mean =
        purpose->ends ? share_within(purpose, choice.window, share_until(1, choice.window / purpose->mean)) : all;
    const double tables_ns = purpose->costs->summand * (sizes->columns / focus_shorts(sizes->columns) +
                                                        sizes->offsets / focus_shorts(sizes->offsets));
    const double first_ns = memory_ns(purpose->costs, rows, sizes, choice.window);
    const double before_ns = tables_ns + first_ns;
    return (struct forecast){
        .tables_ns = tables_ns,
        .memory_ns = first_ns,
        .first_ns = price.window,
        .window_ns = price.window,
        .delay_ns = price.delay,
        .window = choice.window,
        .mean_ns = before_ns + nanoseconds(mean, price.window, price.delay),
        .lists_ns = before_ns + nanoseconds(mean, price.building_window, price.building_delay),
        .range_ns = before_ns + nanoseconds(all, price.window, price.delay),
        .typical_ns = before_ns + choice.typical_ns,
        .pairs = sizes->density * purpose_delays(purpose),
    };
}
