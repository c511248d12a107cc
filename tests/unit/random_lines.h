/* Random lines of residues, in every spelling. Case `seed` is the same on every platform. */
#ifndef FIRESIEVE_TESTS_UNIT_RANDOM_LINES_H
#define FIRESIEVE_TESTS_UNIT_RANDOM_LINES_H

#include <firesieve/firesieve.h>

#include "base/random.h"

enum { RANDOM_LINE_SIZE = 512, RANDOM_TEXT_LINES_MAX = 12 };

/* Writes a line that matters near `x`, without a line feed. */
void random_line(struct random_state *random, firesieve_delay x, char line[RANDOM_LINE_SIZE]);

/* Whether a line holds for x, according to the oracle. */
bool line_holds_for(const char *line, firesieve_delay x);

/* Lines, most of which hold for x, with comments, blank lines and all kinds of line ends. The caller frees the text. */
char *random_text(struct random_state *random, firesieve_delay x);

#endif
