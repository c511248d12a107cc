#include "focus/forecast.h"

#include <math.h>

/* What grows with the windows and what with the delays of a search, in nanoseconds each. */
struct price {
    double window;
    double delay;
    double building_window; /* the shares of lists and rows */
    double building_delay;
};

static struct price price_of(const struct row_choice *rows, double density, double columns, double offsets,
                             uint32_t task_columns)
{
    const double column = focus_cost_sum + rows->bunches * focus_cost_bunch;
    const double word = rows->words * focus_cost_row_word;
    /* Rows are built for whole words. */
    struct price price = {.building_window = fmax(columns, KERNEL_WORD_COLUMNS) * column + offsets * focus_cost_sum};
    /* An offset meets density * window / offsets columns; it is read again for every task that these lie in. */
    price.building_delay = density * focus_cost_sum / task_columns;
    price.window = focus_cost_window + price.building_window + offsets * (focus_cost_call + word);
    price.delay = price.building_delay + density * (focus_cost_call / FOCUS_BLOCK_COLUMNS + word / KERNEL_WORD_COLUMNS +
                                                    rows->left * focus_cost_survivor);
    return price;
}

/* The integral of (1 - e^-u) / u from 0 to x. */
static double entire_exponential_integral(double x)
{
    enum { TERMS = 60 };
    static const double large = 12;
    static const double euler = 0.57721566490153286;
    if (x > large) {
        return euler + log(x); /* and less than e^-12 / 12 */
    }
    double term = 1;
    double sum = 0;
    for (int k = 1; k <= TERMS; ++k) {
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
    const double mean = rest > 0 ? -expm1(-rest) / rest : 1;
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

/* Places are distributed like the first event of a Poisson process. */
static double place(int i)
{
    return -log1p(-(i + 0.5) / FOCUS_PLACES);
}

void focus_table_fill(struct focus_table *table)
{
    /* The optimum is flat: these lose a few percent at most. */
    static const double windows[FOCUS_WINDOWS] = {1.0 / 16, 1.0 / 12, 1.0 / 8, 1.0 / 6, 1.0 / 4, 1.0 / 3,
                                                  1.0 / 2,  1,        2,       3,       4};
    for (int i = 0; i < FOCUS_WINDOWS; ++i) {
        table->windows[i] = windows[i];
        for (int j = 0; j < FOCUS_PLACES; ++j) {
            table->shares[i][j] = share_until(place(j), windows[i]);
        }
    }
}

static struct focus_share share_of_all(const struct focus_purpose *purpose, double window)
{
    return (struct focus_share){.windows = ceil(purpose->range / window), .delays = purpose->range / purpose->delays};
}

static double nanoseconds(const struct focus_purpose *purpose, struct focus_share share, double window_ns,
                          double delay_ns)
{
    return share.windows * window_ns + share.delays * purpose->delays * delay_ns;
}

/*
 * The geometric mean of the time over all places: unlike the arithmetic mean it minds what a near answer takes. Places
 * behind the range stand for no answer.
 */
static double typical(const struct focus_purpose *purpose, const struct price *price, double window,
                      const struct focus_share *shares)
{
    double product = 1;
    for (int i = 0; i < FOCUS_PLACES; ++i) {
        const bool inside = shares[i].delays * purpose->delays < purpose->range;
        const struct focus_share share = inside ? shares[i] : share_of_all(purpose, window);
        product *= nanoseconds(purpose, share, price->window, price->delay) * 1e-9;
    }
    return 1e9 * pow(product, 1.0 / FOCUS_PLACES);
}

/* A window of delays, and what it takes. */
struct choice {
    double window;
    double typical_ns;
};

/* The one window there may be where all are wanted, and the longest one otherwise. */
static struct choice longest_window(const struct focus_purpose *purpose, const struct price *price, double longest)
{
    struct choice choice = {.window = fmax(1, fmin(longest, purpose->range))};
    struct focus_share shares[FOCUS_PLACES];
    if (!purpose->smallest) {
        const struct focus_share all = share_of_all(purpose, choice.window);
        choice.typical_ns = nanoseconds(purpose, all, price->window, price->delay);
        return choice;
    }
    for (int i = 0; i < FOCUS_PLACES; ++i) {
        shares[i] = share_until(place(i), choice.window / purpose->delays);
    }
    choice.typical_ns = typical(purpose, price, choice.window, shares);
    return choice;
}

static struct choice choose_window(const struct focus_table *table, const struct focus_purpose *purpose,
                                   const struct price *price, double longest)
{
    const double most = fmax(1, fmin(longest, purpose->range));
    struct choice best = {.typical_ns = INFINITY};
    for (int i = 0; i < FOCUS_WINDOWS && purpose->smallest; ++i) {
        const double window = table->windows[i] * purpose->delays;
        if (window < 1 || window > most) {
            continue;
        }
        const double ns = typical(purpose, price, window, table->shares[i]);
        best = ns < best.typical_ns ? (struct choice){.window = window, .typical_ns = ns} : best;
    }
    return best.window > 0 ? best : longest_window(purpose, price, longest);
}

struct focus_forecast focus_forecast_make(const struct focus_table *table, const struct focus_purpose *purpose,
                                          const struct row_choice *rows, double density, double columns, double offsets,
                                          double longest, uint32_t task_columns)
{
    const struct price price = price_of(rows, density, columns, offsets, task_columns);
    const struct choice choice = choose_window(table, purpose, &price, longest);
    const struct focus_share all = share_of_all(purpose, choice.window);
    const bool likely = purpose->smallest && purpose->range > purpose->delays;
    const struct focus_share mean = likely ? share_until(1, choice.window / purpose->delays) : all;
    const double summands = focus_cost_summand * (sqrt(columns) + sqrt(offsets));
    const double mean_ns = nanoseconds(purpose, mean, price.window, price.delay);
    const double building_ns = nanoseconds(purpose, mean, price.building_window, price.building_delay);
    return (struct focus_forecast){
        .pairs = density * purpose->delays,
        .columns = columns,
        .offsets = offsets,
        .window = choice.window,
        .window_ns = price.window + choice.window * price.delay,
        .building_ns = summands + building_ns,
        .sieving_ns = mean_ns - building_ns,
        .range_ns = summands + nanoseconds(purpose, all, price.window, price.delay),
        .typical_ns = summands + choice.typical_ns,
    };
}
