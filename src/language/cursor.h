/* Words in a line of residues. */
#ifndef FIRESIEVE_LANGUAGE_CURSOR_H
#define FIRESIEVE_LANGUAGE_CURSOR_H

#include "firewall/cursor.h"

/* Skips blanks and the word, if it comes next, with no letter, digit or underscore after it; returns whether it did. */
bool cursor_take_word(struct cursor *cursor, const char *word);

/* Whether the word comes next; does not move. */
bool cursor_at_word(const struct cursor *cursor, const char *word);

/* The same as cursor_take_word for `..`, after which anything may stand. */
bool cursor_take_dots(struct cursor *cursor);

/* Skips blanks and fails: "expected `what`, found " and what is there. Returns false. */
bool cursor_expected(struct cursor *cursor, const char *what);

/* Fails for lack of memory. Returns false. */
bool cursor_no_memory(struct cursor *cursor);

#endif
