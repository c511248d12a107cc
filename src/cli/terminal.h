/* What is known of the terminals that standard output and standard error go to, if they are any. */
#ifndef FIRESIEVE_CLI_TERMINAL_H
#define FIRESIEVE_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

enum colour_mode { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

/* The names of the modes in that order; ends with NULL. */
extern const char *const colour_mode_names[];

/* Whether to colour: AUTO does on a terminal that moves its cursor, unless NO_COLOR is set and not empty. */
bool terminal_colours(enum colour_mode mode);

/* Whether standard output is a terminal on which the cursor can be moved; TERM says `dumb`, or nothing, where not. */
bool terminal_redraws(void);

struct terminal_size {
    size_t columns;
    size_t lines;
};

/* What the terminal behind a descriptor says, or COLUMNS and LINES where these are set; 80 and 24 where nobody knows. */
struct terminal_size terminal_size(int descriptor);

#endif
