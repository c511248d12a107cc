#include "planner/focus_forecast.h"

#include <math.h>

#include "planner/chance.h"

/* What grows with the windows and what with the delays of a search, in nanoseconds each. */
struct price {
    double window;
    double delay;
    double building_window; /* the shares of lists and rows */
    double building_delay;
};

static struct price price_of(const struct costs *costs, const struct row_choice *rows, const struct focus_lists *lists,
                             uint32_t task_columns)
{
    const double column = costs->sum + rows->bunches * costs->bunch;
    const double tasks = fmax(1, lists->columns / task_columns);
    const double seeks = tasks * (sqrt(lists->columns) + sqrt(lists->offsets));
    const double word = rows->words * costs->far_row_word;
    const double density = lists->density;
    /* Rows are built for whole words. */
    struct price price = {
        .building_window =
            fmax(lists->columns, KERNEL_WORD_COLUMNS) * column + lists->offsets * costs->sum + seeks * costs->seek,
    };
    /*
     * An offset meets density * window / offsets columns, and so many lie behind those below A. It is read again for every
     * task that these lie in.
     */
    price.building_delay = density * (column / lists->offsets + costs->sum / task_columns);
    price.window = costs->window + price.building_window + lists->offsets * (costs->call + word);
    price.delay = price.building_delay + density * (costs->call / FOCUS_BLOCK_COLUMNS + word / KERNEL_WORD_COLUMNS +
                                                    rows->left * rows->survivor);
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
        return euler + log(x); /* and less than e^-12 / 12 */
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
 * How far, in mean distances, the last window is searched on average that has the answer at `at` and is `length` long.
 * Its tasks come upon safe delays in no order. When a share f of them is done, the answer has been found with the
 * probability f and ends the window; otherwise the first of the found ones behind it does, which are a Poisson process
 * of rate f, or the window itself. The integral over f of at + (1 - f) (1 - e^(-f rest)) / f.
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

/* As long as this one or less: so many of one length that they fill the range, without a short one at its end. */
static double even_window(double window, double range)
{
    return window < range ? range / ceil(range / window) : range;
}

void focus_table_fill(struct focus_table *table, const struct purpose *purpose)
{
    /* In mean distances. The optimum is flat: these lose a few percent at most. */
    static const double windows[FOCUS_WINDOWS] = {1.0 / 16, 1.0 / 12, 1.0 / 8, 1.0 / 6, 1.0 / 4, 1.0 / 3,
                                                  1.0 / 2,  1,        2,       3,       4};
    for (int i = 0; i < FOCUS_WINDOWS; ++i) {
        table->windows[i] = even_window(windows[i] * purpose->mean, purpose->range);
        for (int j = 0; j < FORECAST_PLACES; ++j) {
            table->shares[i][j] = share_until(forecast_place(j), table->windows[i] / purpose->mean);
        }
    }
}

/* All of the range. Shares are in mean distances, which may be infinite; these are in delays. */
static struct focus_share share_of_all(const struct purpose *purpose, double window)
{
    return (struct focus_share){.windows = ceil(purpose->range / window), .delays = purpose->range};
}

/* The same of a share in mean distances, or all of the range where that is less. */
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

/* The mean of the time over all places (see forecast.h), or the time for all of the range. */
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

/* A window of delays, and what it takes. */
struct choice {
    double window;
    double typical_ns;
};

/* The one window there may be where all are wanted, and the longest one otherwise. */
static struct choice longest_window(const struct purpose *purpose, const struct price *price, double longest)
{
    struct choice choice = {.window = fmax(1, fmin(longest, purpose->range))};
    struct focus_share shares[FORECAST_PLACES];
    for (int i = 0; i < FORECAST_PLACES; ++i) {
        shares[i] = share_until(forecast_place(i), choice.window / purpose->mean);
    }
    choice.typical_ns = typical(purpose, price, choice.window, shares);
    return choice;
}

/* Of windows that take about as long, the shortest: it finds what is near sooner, and loses less where costs are wrong. */
static struct choice choose_window(const struct focus_table *table, const struct purpose *purpose,
                                   const struct price *price, double longest)
{
    static const double worth = 0.9; /* what a longer one has to take at most */
    const double most = fmax(1, fmin(longest, purpose->range));
    struct choice best = {.typical_ns = INFINITY};
    for (int i = 0; i < FOCUS_WINDOWS && purpose->ends; ++i) {
        const double window = table->windows[i];
        if (window < 1 || window > most) {
            continue;
        }
        const double ns = typical(purpose, price, window, table->shares[i]);
        best = ns < worth * best.typical_ns ? (struct choice){.window = window, .typical_ns = ns} : best;
    }
    return best.window > 0 ? best : longest_window(purpose, price, longest);
}

/*
 * What a thread writes first: the rows of a block, the columns and offsets of a task, and a piece of a list before it is
 * sorted. An offset is in a task where its columns are: those of the task itself, and of a window behind them.
 */
static double memory_ns(const struct costs *costs, const struct row_choice *rows, const struct focus_lists *lists,
                        double window, uint32_t task_columns)
{
    static const double value_bytes = sizeof(uint64_t) + sizeof(struct residues);
    static const double piece_values = 1 << 13;
    static const double others = 0x1p16;
    const double columns = fmin(task_columns, lists->columns);
    const double reached = columns / lists->columns + lists->density * window / (lists->columns * lists->offsets);
    const double offsets = lists->offsets * fmin(1, reached);
    const double values = columns + offsets + fmin(piece_values, fmax(columns, offsets));
    return costs_memory(costs, rows->bunches * FOCUS_ROW_BUNCH * FOCUS_ROW_LIMBS * sizeof(uint64_t) +
                                   values * value_bytes + others + COSTS_CODE_BYTES);
}

struct forecast focus_forecast_make(const struct focus_table *table, const struct purpose *purpose,
                                    const struct row_choice *rows, const struct focus_lists *lists, double longest,
                                    uint32_t task_columns)
{
    const struct price price = price_of(purpose->costs, rows, lists, task_columns);
    const struct choice choice = choose_window(table, purpose, &price, longest);
    const struct focus_share all = share_of_all(purpose, choice.window);
    const struct focus_share mean =
        purpose->ends ? share_within(purpose, choice.window, share_until(1, choice.window / purpose->mean)) : all;
    const double tables_ns = purpose->costs->summand * (sqrt(lists->columns) + sqrt(lists->offsets));
    const double first_ns = memory_ns(purpose->costs, rows, lists, choice.window, task_columns);
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
        .pairs = lists->density * purpose_delays(purpose),
    };
}
