#include "bench/grid.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Takes over a text, which may be NULL. */
static void append(struct grid *grid, char *text)
{
    if (grid->count == grid->capacity) {
        const size_t capacity = 2 * grid->capacity + 64;
        char **const grown = reallocarray(grid->cells, capacity, sizeof *grown);
        if (grown == NULL) {
            free(text);
            grid->failed = true;
            return;
        }
        grid->cells = grown;
        grid->capacity = capacity;
    }
    grid->cells[grid->count++] = text;
}

void grid_add(struct grid *grid, const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0) {
        text = NULL;
    }
    va_end(arguments);
    grid->failed = grid->failed || text == NULL;
    append(grid, text);
}

void grid_add_section(struct grid *grid, const char *title)
{
    grid_add(grid, "%s", title);
    for (size_t column = 1; column < grid->columns; ++column) {
        append(grid, NULL);
    }
}

/* ---- In columns ------------------------------------------------------------------------------------------- */

static const char *cell_at(const struct grid *grid, size_t row, size_t column)
{
    return grid->cells[row * grid->columns + column];
}

/* A table of one column has no sections. */
static bool is_section(const struct grid *grid, size_t row)
{
    return grid->columns > 1 && cell_at(grid, row, 1) == NULL;
}

static size_t row_count(const struct grid *grid)
{
    return grid->count / grid->columns;
}

static void find_widths(const struct grid *grid, int widths[GRID_COLUMNS_MAX])
{
    memset(widths, 0, GRID_COLUMNS_MAX * sizeof widths[0]);
    for (size_t row = 0; row < row_count(grid); ++row) {
        for (size_t column = 0; column < grid->columns; ++column) {
            const int length = is_section(grid, row) ? 0 : (int)strlen(cell_at(grid, row, column));
            widths[column] = length > widths[column] ? length : widths[column];
        }
    }
}

/* Lines have no blanks at their ends. */
static void print_columns(const struct grid *grid, FILE *stream)
{
    int widths[GRID_COLUMNS_MAX];
    find_widths(grid, widths);
    for (size_t row = 0; row < row_count(grid); ++row) {
        int blanks = 0;
        if (is_section(grid, row)) {
            fprintf(stream, "%s", cell_at(grid, row, 0));
        }
        for (size_t column = 0; !is_section(grid, row) && column < grid->columns; ++column) {
            const char *const text = cell_at(grid, row, column);
            const int room = widths[column] - (int)strlen(text);
            const bool right = grid->sides[column] == 'r';
            blanks += right ? room : 0;
            if (text[0] != '\0') {
                fprintf(stream, "%*s%s", blanks, "", text);
                blanks = 0;
            }
            blanks += 1 + (right ? 0 : room);
        }
        fputc('\n', stream);
    }
}

/* ---- As Markdown and CSV ---------------------------------------------------------------------------------- */

static void print_markdown_text(const char *text, FILE *stream)
{
    for (; *text != '\0'; ++text) {
        fprintf(stream, strchr("\\|`*_<>[]", *text) != NULL ? "\\%c" : "%c", *text);
    }
}

static void print_markdown(const struct grid *grid, FILE *stream)
{
    for (size_t row = 0; row < row_count(grid); ++row) {
        for (size_t column = 0; column < grid->columns; ++column) {
            const char *const text = cell_at(grid, row, column);
            fputs("| ", stream);
            print_markdown_text(text != NULL ? text + strspn(text, " ") : "", stream);
            fputc(' ', stream);
        }
        fputs("|\n", stream);
        for (size_t column = 0; row == 0 && column < grid->columns; ++column) {
            fprintf(stream, "| %s%s", grid->sides[column] == 'r' ? "---:" : "---",
                    column + 1 < grid->columns ? " " : " |\n");
        }
    }
}

/* As in RFC 4180, except for the ends of lines. */
static void print_csv_text(const char *text, FILE *stream)
{
    const bool plain = strpbrk(text, ",\"\r\n") == NULL;
    fputs(plain ? "" : "\"", stream);
    for (; *text != '\0'; ++text) {
        fprintf(stream, *text == '"' ? "\"%c" : "%c", *text);
    }
    fputs(plain ? "" : "\"", stream);
}

static void print_csv(const struct grid *grid, FILE *stream)
{
    for (size_t row = 0; row < row_count(grid); ++row) {
        for (size_t column = 0; column < grid->columns; ++column) {
            fputs(column == 0 ? "" : ",", stream);
            const char *const text = cell_at(grid, row, column);
            print_csv_text(text != NULL ? text : "", stream);
        }
        fputc('\n', stream);
    }
}

bool grid_print(const struct grid *grid, enum grid_style style, FILE *stream)
{
    if (grid->failed) {
        return false;
    }
    static void (*const print[])(const struct grid *grid, FILE *stream) = {
        [GRID_TEXT] = print_columns, [GRID_MARKDOWN] = print_markdown, [GRID_CSV] = print_csv};
    print[style](grid, stream);
    return true;
}

void grid_free(struct grid *grid)
{
    for (size_t i = 0; i < grid->count; ++i) {
        free(grid->cells[i]);
    }
    free(grid->cells);
    *grid = (struct grid){.columns = 0};
}
