/* Suggestions for misspelled names. */
#ifndef FIRESIEVE_CLI_NEAREST_H
#define FIRESIEVE_CLI_NEAREST_H

#include <stddef.h>

/*
 * The name most similar to the text (the first of several) if it is near enough: the text is the beginning of the name
 * (two letters or more), or at most one letter in three is wrong, missing, extra, or swapped with its neighbour. Case
 * does not matter, and `-` and `_` are the same. NULL if no name is that near. The names end with NULL.
 */
const char *nearest_name(const char *text, const char *const *names);

/* Room for a question, in bytes. */
#define NEAREST_TEXT_SIZE 128

/* Writes "; did you mean 'NAME'?" with `before` in front of the name, or "" if none is near; returns `out`. */
const char *nearest_ask(const char *text, const char *const *names, const char *before, char *out);

#endif
