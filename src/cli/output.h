/* A FILE that an option names to be written to. */
#ifndef FIRESIEVE_CLI_OUTPUT_H
#define FIRESIEVE_CLI_OUTPUT_H

#include "cli/options.h"

/* What messages say of it. */
struct output_option {
    const char *name;    /* "--profile" */
    const char *content; /* "the profile" */
    const char *fate;    /* what is to become of operands: "solved" */
};

/*
 * Opens the FILE without emptying it. What is wrong with it, also that it is "-", one of the operands or where standard
 * output or error goes, is said on standard error and NULL returned.
 */
FILE *output_open(const struct command *command, const struct output_option *option, const char *path,
                  const struct operands *operands);

/*
 * Whether the FILE may be replaced as a whole, when there is something to take its place: it is not what output_open
 * refuses, and, where it `must` be written, its folder lets new files in. What is wrong is said on standard error.
 */
bool output_may_replace(const struct command *command, const struct output_option *option, bool must, const char *path,
                        const struct operands *operands);

/* Whether two paths (or NULL) name one file, which need not be there yet. */
bool output_is_same(const char *a, const char *b);

/* Empties the FILE, where it has a length. Returns 0, or an errno. */
int output_empty(FILE *stream);

/* Says that the FILE could not be written, and why: `code` is an errno. Returns false. */
bool output_refuse(const struct command *command, const struct output_option *option, const char *path, int code);

#endif
