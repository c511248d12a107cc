/* The suggestion for a misspelled name. */
#include <criterion/criterion.h>

#include "cli/nearest.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

Test(nearest, finds_a_name_that_is_near_enough)
{
    static const char *const names[] = {"auto",       "scalar", "sse4.1",      "avx2",       "avx512",
                                        "avx512vbmi", "neon",   "wasm",        "scan",       "wheel",
                                        "focus",      "solve",  "closed-form", "time-limit", NULL};
    static const struct {
        const char *text;
        const char *nearest; /* or NULL */
    } rows[] = {
        {"scalar", "scalar"},
        {"SCALAR", "scalar"},
        {"scaler", "scalar"},
        {"sse4", "sse4.1"},
        {"sse41", "sse4.1"},
        {"sse", "sse4.1"},
        {"AVX-512", "avx512"},
        {"avx3", "avx2"},
        {"noen", "neon"},
        {"wams", "wasm"},
        {"whele", "wheel"},
        {"sovle", "solve"},
        {"sol", "solve"},
        {"wheeel", "wheel"},
        {"closed_form", "closed-form"},
        {"tiem-limit", "time-limit"},
        {"tiem_lmti", "time-limit"}, /* three mistakes; an underscore does not count */
        {"sc", "scan"},
        {"bogus", NULL},
        {"s", NULL},
        {"", NULL},
        {"x", NULL},
        {"sometimes", NULL},
        {"sca", "scan"},
        {"simd", NULL},
        {"time-limit-time-limit-time-limit-time-limit", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const char *const nearest = nearest_name(rows[i].text, names);
        cr_assert((nearest == NULL) == (rows[i].nearest == NULL), "\"%s\"", rows[i].text);
        cr_assert(nearest == NULL || strcmp(nearest, rows[i].nearest) == 0, "\"%s\": %s", rows[i].text, nearest);
    }
}

Test(nearest, the_question_names_it)
{
    static const char *const names[] = {"memory", "method", NULL};
    char text[NEAREST_TEXT_SIZE];
    cr_assert_str_eq(nearest_ask("memroy", names, "--", text), "; did you mean '--memory'?");
    cr_assert_str_eq(nearest_ask("nothing", names, "--", text), "");
}
