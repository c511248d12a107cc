/* Methods and kernels that are wrong: the linker puts them between the library and who calls it. */
#ifndef FIRESIEVE_TESTS_ANSWERS_WRONG_H
#define FIRESIEVE_TESTS_ANSWERS_WRONG_H

#include <firesieve/firesieve.h>

enum wrong_command { WRONG_NOTHING, WRONG_SOLVE, WRONG_COUNT, WRONG_LIST };

/* What is wrong: delays that are one too large, counts too, lists that lack their second delay. */
struct wrong {
    enum wrong_command command;
    firesieve_method method;
    const firesieve_kernel *kernel; /* with this one, or with NULL named */
    firesieve_delay from;           /* in ranges that begin here or behind */
};
extern struct wrong wrong;

/* Adds a kernel "broken" behind all others, which says that it is emulated, and whose rows lack the last one. */
const firesieve_kernel *add_broken_kernel(void);

/* Safe at 10, 22, 34, ... and two of five thousand. */
firesieve_firewall *small_firewall(void);
firesieve_firewall *firewall_of(const char *text);

#endif
