/* Which files may be written to: not those that are read, nor those where standard streams go. */
#ifndef FIRESIEVE_CLI_TARGET_H
#define FIRESIEVE_CLI_TARGET_H

#include <sys/stat.h>

#include "cli/command.h"

/*
 * Whether `file`, which `path` names, may be written to for an option. That it is one of the operands, or standard
 * input, or where standard output or error goes, is said on standard error, and false returned.
 */
bool target_is_free(const struct command *command, const char *option, const char *path, const struct stat *file,
                    const struct operands *operands);

/* Whether `path` is a name, not '-', which would be standard output; otherwise says so. */
bool target_is_named(const struct command *command, const char *option, const char *path);

#endif
