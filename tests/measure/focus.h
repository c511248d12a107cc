/* Figures of the doubly-focused sieve: see focus.c. Sections return false if something failed or was wrong. */
#ifndef FIRESIEVE_TESTS_MEASURE_FOCUS_H
#define FIRESIEVE_TESTS_MEASURE_FOCUS_H

#include <firesieve/firesieve.h>

/* A command that has ended. */
struct command_run {
    FILE *output;      /* what it printed, rewound; the caller closes it */
    double seconds;    /* wall time, from before it started */
    double peak_bytes; /* of resident memory; at least that of this process, from which it is forked */
};

/* Runs arguments[0], a path, with `input` (unless NULL) as standard input, rewound. False: the exit status is not 0. */
bool command_run(const char *const *arguments, FILE *input, struct command_run *run);

/* Whole commands on erdos-selfridge firewalls, by k; `answers` is a file with lines `answer erdos-selfridge --k K`. */
bool measure_solves(const char *program, const char *answers, const char *const *ks, size_t count);

/* The heading of the table of which measure_family prints rows. */
void print_solves_heading(void);

/* The same for one firewall; `family` has the arguments of `generate`: a name, an option and its value. */
bool measure_family(const char *program, const char *const *family, const char *method, const char *expected);

/* Searches for pseudosquares by focus and by wheel; compares them with each other, and squares with an enumeration. */
bool measure_squares(const char *program);

/* The heading of the table of which measure_pairs prints rows. */
void print_pairs_heading(void);

/* How a thread spends its time in the first window of a search by focus, and pairs per second. */
bool measure_pairs(const char *name, const firesieve_firewall *firewall);

#endif
