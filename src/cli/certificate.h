/* --certificate of solve, which writes one, and of verify, which checks one. */
#ifndef FIRESIEVE_CLI_CERTIFICATE_H
#define FIRESIEVE_CLI_CERTIFICATE_H

#include "cli/search.h"

/*
 * Whether a certificate may be written to `path` (NULL: nobody asks for one): there is one operand at most, and it is
 * not the one. What is wrong is said on standard error, and false returned.
 */
bool certificate_may_write(const struct command *command, const char *path, const struct operands *operands);

/*
 * Makes the certificate of a search that has ended, whose firewall was kept, and writes it. Why there is none is said
 * on standard error. Returns the exit status: EXIT_FOUND, EXIT_BAD, or EXIT_LIMIT where it was stopped.
 */
int certificate_write(const struct command *command, const struct search_settings *settings, const char *path,
                      const struct searched *searched);

/* How verify is to check a certificate. */
struct certificate_settings {
    const char *path;
    firesieve_search_options options; /* but for progress */
    int progress;
    bool json;
};

/* Checks a certificate of the firewall in `file`, and prints what came of it. Returns the exit status. */
int certificate_verify(const struct command *command, const struct certificate_settings *settings, const char *file);

#endif
