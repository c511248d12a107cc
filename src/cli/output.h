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

/* The FILE of an option. */
struct output {
    struct output_option option;
    const char *path; /* NULL: nobody asked for it */
    FILE *stream;     /* NULL: it is not open */
};

/*
 * Opens the FILE, if there is one, without emptying it. What is wrong with it, also that it is "-", one of the operands
 * or where standard output or error goes, is said on standard error and false returned.
 */
bool output_open(const struct command *command, struct output *output, const struct operands *operands);

/* Empties the FILE if it has a length, since there is something to take its place. Says what fails. */
bool output_begin(const struct command *command, const struct output *output);

/* Closes the FILE if it is open. Returns the status, or EXIT_BAD if it fails, which is said unless the status is that. */
int output_close(const struct command *command, const struct output *output, int status);

/*
 * Whether the FILE may be replaced as a whole, when there is something to take its place: it is not what output_open
 * refuses, and, where it `must` be written, its folder lets new files in. What is wrong is said on standard error.
 */
bool output_may_replace(const struct command *command, const struct output_option *option, bool must, const char *path,
                        const struct operands *operands);

/*
 * Whether the FILE of an option is another than `other`, where `content` goes; each may be NULL, and need not be there
 * yet. Says so if it is not.
 */
bool output_is_apart(const struct command *command, const char *option, const char *path, const char *other,
                     const char *content);

/* Empties the FILE, where it has a length. Returns 0, or an errno. */
int output_empty(FILE *stream);

/* Says that the FILE could not be written, and why: `code` is an errno. Returns false. */
bool output_refuse(const struct command *command, const struct output_option *option, const char *path, int code);

#endif
