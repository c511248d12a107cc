/* Wrong methods and kernels: the linker puts them between the library and its callers. */
#ifndef FIRESIEVE_TESTS_ANSWERS_WRONG_H
#define FIRESIEVE_TESTS_ANSWERS_WRONG_H

#include <firesieve/firesieve.h>

enum wrong_command { WRONG_NOTHING, WRONG_SOLVE, WRONG_COUNT, WRONG_LIST };

/* Delays and counts are one too large, and lists lack their second delay. */
struct wrong {
    enum wrong_command command;
    firesieve_method method;
    const firesieve_kernel *kernel; /* with this one, or with NULL named */
    firesieve_delay from;           /* in ranges that begin here or later */
};
extern struct wrong wrong;

/* Adds a kernel "broken" after all others; it claims to be emulated, and ignores the last row. */
const firesieve_kernel *add_broken_kernel(void);

/* Safe at 10, 22, 34, ... */
firesieve_firewall *small_firewall(void);
firesieve_firewall *firewall_of(const char *text);

#endif
