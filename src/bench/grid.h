/* A table of texts that can be printed in columns, as Markdown, or as CSV. */
#ifndef FIRESIEVE_BENCH_GRID_H
#define FIRESIEVE_BENCH_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum grid_style { GRID_TEXT, GRID_MARKDOWN, GRID_CSV };

enum { GRID_COLUMNS_MAX = 160 };

struct grid {
    size_t columns;               /* of every row; at most GRID_COLUMNS_MAX */
    char sides[GRID_COLUMNS_MAX]; /* for each column 'l' or 'r': the side to which its texts are aligned */
    char **cells; /* row by row, heads first, each owned; in a section's row all but the first are NULL */
    size_t count; /* of cells */
    size_t capacity;
    bool failed; /* no memory; then nothing is printed */
};

/* Fills the next cell, in printf's way; a row ends when each of its columns has one. */
void grid_add(struct grid *grid, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a column, before any row, and its head likewise. */
#define grid_add_head(grid, side, ...) ((grid)->sides[(grid)->columns++] = (side), grid_add(grid, __VA_ARGS__))

/* Begins a section of rows with a line that has its title; the previous row has to be complete. */
void grid_add_section(struct grid *grid, const char *title);

/* Prints all rows. False: no memory. */
bool grid_print(const struct grid *grid, enum grid_style style, FILE *stream);

void grid_free(struct grid *grid);

#endif
