/* --certificate of solve and count, which write one, and of verify, which checks one. */
#ifndef FIRESIEVE_CLI_CERTIFICATE_H
#define FIRESIEVE_CLI_CERTIFICATE_H

#include "cli/search.h"

/*
 * Whether a certificate may be written to `path` (NULL: nobody asks for one): there is one operand at most, which is to
 * be `fate`, and it is not the one. What is wrong is said on standard error, and false returned; so below.
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
 * Makes the certificate of a search that has ended, whose firewall was kept, and writes it; nothing where there is no
 * path or no firewall. The firewall is freed. Why there is none is said on standard error. Returns the exit status, or
 * EXIT_BAD, or EXIT_LIMIT where it was stopped, where these are higher.
 */
int certificate_write(const struct command *command, const struct search_settings *settings, const char *path,
                      certify_function certify, struct searched *searched, int status);

/* How verify is to check a certificate. */
struct certificate_settings {
    const char *path;
    firesieve_search_options options; /* but for progress */
    int progress;
    bool json;
};

/* Checks a certificate of the firewall in `source`, and prints what came of it. Returns the exit status. */
int certificate_verify(const struct command *command, const struct certificate_settings *settings,
                       const struct source *source);

#endif
