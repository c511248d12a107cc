/* Methods on kernels, as the library's tables have them, and whether their answers to a firewall agree. */
#ifndef FIRESIEVE_ANSWERS_ANSWERS_H
#define FIRESIEVE_ANSWERS_ANSWERS_H

#include <firesieve/firesieve.h>

/* The answers so far; the first one is that which the others must agree with. */
struct answers {
    const firesieve_firewall *firewall;
    bool answered;
    firesieve_outcome outcome;
    firesieve_delay delay;
    firesieve_delay reached; /* the farthest by a search that a limit stopped */
};

/*
 * Whether the result of a solve agrees with the answers so far, and adds it to them. The layers as given must let a
 * delay pass, and a search that a limit stopped must not have passed it.
 */
bool answers_agree(struct answers *answers, const firesieve_search_result *result);

/* A method, and the kernel to run it on; NULL: it uses none, or the library chooses, as by default. */
struct contestant {
    firesieve_method method;
    const firesieve_kernel *kernel;
};

enum { CONTESTANT_KERNELS_MAX = 64, CONTESTANTS_MAX = FIRESIEVE_METHOD_COUNT * (CONTESTANT_KERNELS_MAX + 1) };

/* Whether a method runs on a kernel if it is given one. Cost: some microseconds. */
bool method_uses_kernels(firesieve_method method);

/* Their name in messages: "method scan on kernel avx2 (emulated)", "method simulate". */
#define CONTESTANT_TEXT_SIZE 96
const char *contestant_describe(const struct contestant *contestant, char *text);

#endif
