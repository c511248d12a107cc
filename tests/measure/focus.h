/* Figures of the doubly-focused sieve: see focus.c. Sections return false where something failed or was wrong. */
#ifndef FIRESIEVE_TESTS_MEASURE_FOCUS_H
#define FIRESIEVE_TESTS_MEASURE_FOCUS_H

#include <firesieve/firesieve.h>

/* A command that came to its end. */
struct command_run {
    FILE *output;      /* what it printed, from the start; to be closed */
    double seconds;    /* wall time, from before it was started */
    double peak_bytes; /* of resident memory; at least that of this process, out of which it is started */
};

/* Runs arguments[0], a path; `input` is its standard input, from the start, unless NULL. False: no exit status of 0. */
bool command_run(const char *const *arguments, FILE *input, struct command_run *run);

/* Whole commands on erdos-selfridge firewalls, k by k; `answers` is a file of lines `answer erdos-selfridge --k K`. */
bool measure_solves(const char *program, const char *answers, const char *const *ks, size_t count);

/* The heading of the table that measure_family prints rows of. */
void print_solves_heading(void);

/* The same for one firewall, `family` being what `generate` takes: a name, an option and its value. */
bool measure_family(const char *program, const char *const *family, const char *method, const char *expected);

/* Searches for pseudosquares by focus and by wheel, compared with each other and with squares by enumeration. */
bool measure_squares(const char *program);

/* The heading of the table that measure_pairs prints rows of. */
void print_pairs_heading(void);

/* Where a thread's time goes in the first window of a search by focus, and pairs a second. */
bool measure_pairs(const char *name, const firesieve_firewall *firewall);

#endif
