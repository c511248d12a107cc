/* What a misspelled name was meant to be. */
#ifndef FIRESIEVE_CLI_NEAREST_H
#define FIRESIEVE_CLI_NEAREST_H

#include <stddef.h>

/*
 * The name that the text is most like, the first of several, where it is near enough: the text begins it (two letters
 * or more), or one letter in three is wrong, missing, too many, or changed places with its neighbour. Upper and lower
 * case are the same, and so are `-` and `_`. NULL where no name is that near. The names end with NULL.
 */
const char *nearest_name(const char *text, const char *const *names);

/* Room for a question, in bytes. */
#define NEAREST_TEXT_SIZE 128

/* Writes "; did you mean 'NAME'?" with `before` in front of the name, or "" where none is near; returns `out`. */
const char *nearest_ask(const char *text, const char *const *names, const char *before, char *out);

#endif
