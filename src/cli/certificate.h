/* --certificate of solve and count, which write one, and of verify, which checks one. */
#ifndef FIRESIEVE_CLI_CERTIFICATE_H
#define FIRESIEVE_CLI_CERTIFICATE_H

#include "cli/search.h"

/*
 * Whether a certificate may be written to `path` (NULL: none is requested): there is at most one operand, which is to
 * be `fate`, and it is not `path`. Otherwise reports the error and returns false; so below.
 */
bool certificate_may_write(const struct command *command, const char *path, const char *fate,
                           const struct operands *operands);

/* Whether certificate, profile (or NULL), checkpoint and plan go to different FILEs. */
bool certificate_is_apart(const struct command *command, const struct search_settings *settings, const char *path,
                          const char *profile);

/* firesieve_certify or firesieve_certify_count. */
typedef firesieve_status (*certify_function)(const firesieve_firewall *firewall,
                                             const firesieve_search_options *options,
                                             const firesieve_search_result *result, firesieve_certificate **certificate,
                                             firesieve_error *error);

/*
 * Makes the certificate of a search that has ended, whose firewall was kept, and writes it; does nothing without a path
 * or a firewall. Frees the firewall. Reports why no certificate was made. Returns `status`, or EXIT_BAD or EXIT_LIMIT
 * (it was stopped) if these are higher.
 */
int certificate_write(const struct command *command, const struct search_settings *settings, const char *path,
                      certify_function certify, struct searched *searched, int status);

/* How verify checks a certificate. */
struct certificate_settings {
    const char *path;
    firesieve_search_options options; /* without progress */
    int progress;
    bool json;
};

/* Checks a certificate of the firewall in `source` and prints the result. Returns the exit status. */
int certificate_verify(const struct command *command, const struct certificate_settings *settings,
                       const struct source *source);

#endif
