/*
 * Values of options and of the environment other than names: whole numbers, bytes and durations. If the text is not
 * valid, each function returns false and leaves its output unchanged.
 */
#ifndef FIRESIEVE_CLI_VALUES_H
#define FIRESIEVE_CLI_VALUES_H

#include <firesieve/firesieve.h>

/*
 * A whole number from `low` to `high`, written as 1000000, 1_000_000 (one underscore between two digits), 1e6 or 1.5e6
 * (if that is whole), 10^6 or 2^20, or as sums and differences of these without blanks: 2^40-1, 10^30+10^9.
 */
bool delay_parse(const char *text, firesieve_delay low, firesieve_delay high, firesieve_delay *delay);

/* The same in 64 bits. */
bool number_parse(const char *text, uint64_t low, uint64_t high, uint64_t *number);

/*
 * Bytes: a whole number as above, or one with a unit, which may have a decimal fraction then: 1.5G, 64MB. K, M, G and
 * KiB, MiB, GiB are powers of 1024, KB, MB, GB of 1000. Parts of a byte are dropped.
 */
bool bytes_parse(const char *text, uint64_t low, uint64_t high, uint64_t *bytes);

/*
 * A duration, 0 or more: seconds as 90, 0.5 or 1e-3, or units from the longest to the shortest, each once at most, as
 * 1m30s, 2h, 1.5h or 500ms: d, h, m or min, s, ms.
 */
bool duration_parse(const char *text, double *seconds);

/* Reads a plain decimal number, as 1.5 or 2e-3, which is not below 0: seconds, or per cent. */
bool decimal_parse(const char *text, double *number);

#endif
