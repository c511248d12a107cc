/* What makes a comparison of reports fail: other answers, regressions, and nothing to compare. */
#ifndef FIRESIEVE_BENCH_VERDICTS_H
#define FIRESIEVE_BENCH_VERDICTS_H

#include "bench/compare.h"

/* How much of what the first report has measured, or left out, any other one has, too. */
size_t verdicts_common(const struct comparison *comparison);

/*
 * Prints which figures of the first report cannot be compared with those of a later one, and why. Returns in how many
 * later ones nothing can be compared, or something that both have: that is no success.
 */
size_t verdicts_uncompared(const struct comparison *comparison, FILE *stream);

/* Prints which answers of later reports are not the first one's, and returns how many. */
size_t verdicts_answers(const struct comparison *comparison, FILE *stream);

/*
 * Prints what is more than `percent` % slower in a later report than in the first one by more than chance, or has been
 * left out there, and returns how many things that are.
 */
size_t verdicts_regressions(const struct comparison *comparison, double percent, FILE *stream);

#endif
