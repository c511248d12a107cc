/* Tables in columns, as Markdown and as CSV. */
#include "bench/grid.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static char *print(const struct grid *grid, enum grid_style style)
{
    char *text = NULL;
    size_t size;
    FILE *const stream = open_memstream(&text, &size);
    cr_assert(grid_print(grid, style, stream));
    fclose(stream);
    return text;
}

Test(grid, is_printed_in_three_styles)
{
    static const struct {
        enum grid_style style;
        const char *text;
    } cases[] = {
        {GRID_TEXT, "name    count\n"
                    "what is odd\n"
                    "a,b|\"c\"     7\n"
                    "d          12 =\n"},
        {GRID_MARKDOWN, "| name | count |  |\n"
                        "| --- | ---: | --- |\n"
                        "| what is odd |  |  |\n"
                        "| a,b\\|\"c\" | 7 |  |\n"
                        "| d | 12 | = |\n"},
        {GRID_CSV, "name,count,\n"
                   "what is odd,,\n"
                   "\"a,b|\"\"c\"\"\",7,\n"
                   "d,12,=\n"},
    };
    struct grid grid = {.columns = 0};
    grid_add_head(&grid, 'l', "name");
    grid_add_head(&grid, 'r', "count");
    grid_add_head(&grid, 'l', "%s", "");
    grid_add_section(&grid, "what is odd");
    grid_add(&grid, "%s", "a,b|\"c\"");
    grid_add(&grid, "%d", 7);
    grid_add(&grid, "%s", "");
    grid_add(&grid, "%c", 'd');
    grid_add(&grid, "%d", 12);
    grid_add(&grid, "=");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char *const text = print(&grid, cases[i].style);
        cr_expect_str_eq(text, cases[i].text, "case %zu:\n%s", i, text);
        free(text);
    }
    grid_free(&grid);
}

Test(grid, grows_with_its_rows)
{
    struct grid grid = {.columns = 0};
    grid_add_head(&grid, 'r', "n");
    for (int i = 0; i < 1000; ++i) {
        grid_add(&grid, "%d", i);
    }
    char *const text = print(&grid, GRID_TEXT);
    cr_expect(strncmp(text, "  n\n  0\n", 8) == 0);
    cr_expect_not_null(strstr(text, "\n999\n"));
    free(text);
    grid_free(&grid);
}
