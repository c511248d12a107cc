/* The depths that have a column. */
#include "trace/picture.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#include "stepping.h"

/* Columns as "depth" or "depth*depths", those of a layer with "=range". */
static void describe(const struct columns *columns, char *text, size_t size)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < columns->count; ++i) {
        const struct column *const column = &columns->items[i];
        used += (size_t)snprintf(text + used, size - used, "%s%" PRIu64, i == 0 ? "" : " ", column->depth);
        if (column->depths != 1) {
            used += (size_t)snprintf(text + used, size - used, "*%" PRIu64, column->depths);
        }
        if (column->range > 0) {
            used += (size_t)snprintf(text + used, size - used, "=%" PRIu64, column->range);
        }
    }
}

static bool lay_out(const firesieve_layer *layers, size_t count, struct columns *columns)
{
    firesieve_firewall *const firewall = firewall_of(layers, count);
    struct crossing crossing;
    cr_assert(crossing_begin(firewall, 0, (struct go_on){NULL, NULL}, &crossing));
    const bool fits = columns_lay_out(&crossing, columns);
    crossing_end(&crossing);
    firesieve_firewall_free(firewall);
    return fits;
}

Test(columns, gaps_of_more_than_four_depths_are_folded)
{
    static const struct {
        firesieve_layer layers[3];
        size_t count;
        const char *wanted;
    } cases[] = {
        {{{0, 3}}, 1, "0=3"},
        {{{0, 3}, {1, 2}}, 2, "0=3 1=2"},
        {{{4, 3}}, 1, "0 1 2 3 4=3"},
        {{{5, 3}}, 1, "0*5 5=3"},
        {{{0, 3}, {5, 2}}, 2, "0=3 1 2 3 4 5=2"},
        {{{0, 3}, {6, 2}}, 2, "0=3 1*5 6=2"},
        {{{6, 2}, {0, 3}, {7, 1}}, 3, "0=3 1*5 6=2 7=1"},
        {{{0, 3}, {FIRESIEVE_DEPTH_MAX, 2}}, 2, "0=3 1*9223372036854775806 9223372036854775807=2"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        struct columns columns;
        char text[256];
        cr_assert(lay_out(cases[i].layers, cases[i].count, &columns));
        describe(&columns, text, sizeof text);
        cr_expect_str_eq(text, cases[i].wanted);
    }
}

/* Layers at depths step, 2 step, ...: a thousand columns fit, one more does not. */
Test(columns, are_a_thousand_at_most)
{
    static const struct {
        uint64_t step;
        size_t most;
    } cases[] = {{1, 999}, {2, 499}, {5, 200}, {6, 500}, {1000000, 500}};
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        static firesieve_layer layers[COLUMNS_MAX + 1];
        static struct columns columns;
        for (size_t j = 0; j <= COLUMNS_MAX; ++j) {
            layers[j] = (firesieve_layer){.depth = (j + 1) * cases[i].step, .range = 2};
        }
        cr_expect(lay_out(layers, cases[i].most, &columns), "step %" PRIu64, cases[i].step);
        cr_expect(!lay_out(layers, cases[i].most + 1, &columns), "step %" PRIu64, cases[i].step);
    }
}
