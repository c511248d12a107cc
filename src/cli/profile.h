/*
 * --profile of solve: where the time of a search went, as stacks for viewers of flame graphs, as JSON and as a table.
 */
#ifndef FIRESIEVE_CLI_PROFILE_H
#define FIRESIEVE_CLI_PROFILE_H

#include "cli/output.h"
#include "cli/search.h"

/* The FILE of --profile. */
struct profile_file {
    struct output output;
    json_t *objects; /* one per profile if the name ends in .json; otherwise NULL */
    bool begun;      /* there is something to write */
    int failure;     /* why not, or 0 */
};

/*
 * Opens the FILE before anything is searched. Returns false after reporting an error, also if it is an operand or
 * the target of standard output or error.
 */
bool profile_open(const struct command *command, const char *path, const struct operands *operands,
                  struct profile_file *file);

/*
 * Writes the profile of a search, or keeps it to be written as JSON. `several`: stacks begin with the FILE's name.
 */
void profile_write(struct profile_file *file, const struct searched *searched, bool several);

/* Prints the profile of a search on standard error. */
void profile_print(const struct searched *searched);

/* The profile of a search as JSON. */
json_t *profile_json(const struct searched *searched);

/* Ends the FILE. False: it could not be written, which has been reported. */
bool profile_close(const struct command *command, struct profile_file *file, bool several);

#endif
