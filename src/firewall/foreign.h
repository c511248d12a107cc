/* What a file is that is no firewall, where its beginning tells. */
#ifndef FIRESIEVE_FIREWALL_FOREIGN_H
#define FIRESIEVE_FIREWALL_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

/* Where the text behind a UTF-8 byte order mark begins: 3, or 0 where there is none. */
size_t mark_length(const char *text, size_t size);

/* Whether so few bytes are the beginning of such a mark that nobody can tell yet. */
bool mark_may_follow(const char *text, size_t size);

/*
 * What begins at `at`, which a line feed ends, and what to do about it, to be put behind "found ": "gzip data; ...".
 * NULL where it is nothing that is known.
 */
const char *foreign_describe(const char *at);

/* The same where a NUL byte at `at` stands behind or in front of a digit: text of two bytes a character, or NULL. */
const char *foreign_describe_nul(const char *line_start, const char *at);

#endif
