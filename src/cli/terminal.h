/* The terminals that standard output and standard error go to, if they are any. */
#ifndef FIRESIEVE_CLI_TERMINAL_H
#define FIRESIEVE_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

enum colour_mode { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* The names of the modes in that order; ends with NULL. */
extern const char *const colour_mode_names[];

/* Whether to colour: AUTO does on a terminal that moves its cursor, unless NO_COLOR is set and not empty. */
bool terminal_colours(enum colour_mode mode);

/* Whether standard output is a terminal whose cursor can be moved: TERM is neither `dumb` nor empty. */
bool terminal_redraws(void);

struct terminal_size {
    size_t columns;
    size_t lines;
};

/* COLUMNS and LINES if they are set, else the size of the terminal at a descriptor, else 80 and 24. */
struct terminal_size terminal_size(int descriptor);

#endif
