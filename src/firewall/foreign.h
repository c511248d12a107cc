/* Recognizes other kinds of files by their beginning. */
#ifndef FIRESIEVE_FIREWALL_FOREIGN_H
#define FIRESIEVE_FIREWALL_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

/* The length of a UTF-8 byte order mark at the beginning of the text: 3, or 0 if there is none. */
size_t mark_length(const char *text, size_t size);

/* Whether the text is only the beginning of such a mark, so more bytes have to decide. */
bool mark_may_follow(const char *text, size_t size);

/*
 * What begins at `at`, which a line feed ends, and what to do about it, for a message after "found ": "gzip data; ...".
 * NULL if it is unknown.
 */
const char *foreign_describe(const char *at);

/* The same for a NUL byte at `at` next to a digit: text with two bytes per character, or NULL. */
const char *foreign_describe_nul(const char *line_start, const char *at);

#endif
