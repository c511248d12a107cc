/* The FILE that an option writes. */
#ifndef FIRESIEVE_CLI_OUTPUT_H
#define FIRESIEVE_CLI_OUTPUT_H

#include "cli/options.h"

/* How messages describe it. */
struct output_option {
    const char *name;    /* "--profile" */
    const char *content; /* "the profile" */
    const char *fate;    /* what happens to operands: "solved" */
};

/* The FILE of an option. */
struct output {
    struct output_option option;
    const char *path; /* NULL: not requested */
    FILE *stream;     /* NULL: it is not open */
};

/*
 * Opens the FILE, if there is one, without emptying it. Returns false after reporting an error, also if it is "-", an
 * operand, or the target of standard output or error.
 */
bool output_open(const struct command *command, struct output *output, const struct operands *operands);

/* Empties the FILE if it has a length, once there is new content. Reports a failure. */
bool output_begin(const struct command *command, const struct output *output);

/* Closes the FILE if it is open. Returns the status, or EXIT_BAD on failure, reported unless status is EXIT_BAD. */
int output_close(const struct command *command, const struct output *output, int status);

/*
 * Whether the FILE may later be replaced as a whole: it is not what output_open
 * refuses, and, if it `must` be written, its folder allows new files. Reports what is wrong.
 */
bool output_may_replace(const struct command *command, const struct output_option *option, bool must, const char *path,
                        const struct operands *operands);

/*
 * Whether the FILE of an option differs from `other`, where `content` goes; each may be NULL, and need not exist
 * yet. Reports it if they are the same.
 */
bool output_is_apart(const struct command *command, const char *option, const char *path, const char *other,
                     const char *content);

/* Empties the FILE if it has a length. Returns 0, or an errno. */
int output_empty(FILE *stream);

/* Reports why the FILE could not be written: `code` is an errno. Returns false. */
bool output_refuse(const struct command *command, const struct output_option *option, const char *path, int code);

#endif
