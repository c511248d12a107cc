/* A table of texts that can be printed in columns, as Markdown, or as CSV. */
#ifndef FIRESIEVE_BENCH_GRID_H
#define FIRESIEVE_BENCH_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum grid_style { GRID_TEXT, GRID_MARKDOWN, GRID_CSV };

enum { GRID_COLUMNS_MAX = 160 };

struct grid {
    const char *const *heads; /* of the columns; borrowed */
    const char *sides;        /* for each column 'l' or 'r': where its texts stand; borrowed */
    size_t columns;           /* of `heads`, and of every row; at most GRID_COLUMNS_MAX */
    char **cells;             /* row by row, each owned; of a section's row the first alone, the others are NULL */
    size_t count;             /* of cells */
    size_t capacity;
    bool failed; /* for want of memory; then nothing is printed */
};

/* Fills the next cell, in printf's way; a row is over when each of its columns has one. */
void grid_add(struct grid *grid, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Begins rows that are of something, which a line of its own says; the row before has to be over. */
void grid_add_section(struct grid *grid, const char *title);

/* Prints all rows. False: memory was lacking. */
bool grid_print(const struct grid *grid, enum grid_style style, FILE *stream);

void grid_free(struct grid *grid);

#endif
