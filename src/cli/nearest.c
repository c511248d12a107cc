#include "cli/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { LENGTH_MAX = 32 }; /* names are shorter: a longer text means none of them */

static int fold(char letter)
{
    return letter == '_' ? '-' : tolower((unsigned char)letter);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The edit distance with transpositions of neighbours. Both texts have at most LENGTH_MAX letters. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[LENGTH_MAX + 1][LENGTH_MAX + 1];
    const size_t a_length = strlen(a);
    const size_t b_length = strlen(b);
    for (size_t i = 0; i <= a_length; ++i) {
        for (size_t j = 0; j <= b_length; ++j) {
            if (i == 0 || j == 0) {
                rows[i][j] = i + j;
                continue;
            }
            const bool same = fold(a[i - 1]) == fold(b[j - 1]);
            rows[i][j] = smaller(smaller(rows[i - 1][j], rows[i][j - 1]) + 1, rows[i - 1][j - 1] + !same);
            if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1])) {
                rows[i][j] = smaller(rows[i][j], rows[i - 2][j - 2] + 1);
            }
        }
    }
    return rows[a_length][b_length];
}

const char *nearest_name(const char *text, const char *const *names)
{
    enum { LETTERS_A_MISTAKE = 3, PREFIX_MIN = 2 };
    const char *nearest = NULL;
    const size_t length = strlen(text);
    size_t least = SIZE_MAX;
    for (size_t i = 0; names[i] != NULL && length <= LENGTH_MAX; ++i) {
        const size_t name_length = strlen(names[i]);
        if (name_length > LENGTH_MAX) {
            continue;
        }
        const size_t mistakes = distance(text, names[i]);
        const size_t longer = length > name_length ? length : name_length;
        const bool near = length > 0 && mistakes <= longer / LETTERS_A_MISTAKE;
        const bool begins = length >= PREFIX_MIN && strncasecmp(names[i], text, length) == 0;
        if ((near || begins) && mistakes < least) {
            nearest = names[i];
            least = mistakes;
        }
    }
    return nearest;
}

const char *nearest_ask(const char *text, const char *const *names, const char *before, char *out)
{
    const char *const name = nearest_name(text, names);
    out[0] = '\0';
    if (name != NULL) {
        snprintf(out, NEAREST_TEXT_SIZE, "; did you mean '%s%s'?", before, name);
    }
    return out;
}
