/*
 * Every method on every kernel, and their answers to a firewall: the smallest safe delay of all, and in ranges that the
 * oracle decides delay by delay the smallest one, the number of safe delays, and their list.
 */
#ifndef FIRESIEVE_ANSWERS_CROSSCHECK_H
#define FIRESIEVE_ANSWERS_CROSSCHECK_H

#include <firesieve/firesieve.h>

#include "answers/answers.h"

/* The results of a method on a kernel. */
struct trial {
    firesieve_search_result answer; /* the smallest safe delay of all; LIMIT: not in time */
    struct contestant contestant;
    size_t right; /* answers about ranges that are the oracle's, */
    size_t wrong; /* that are not, */
    size_t late;  /* and that did not come in time */
    bool tried;   /* whether it was asked for `answer`, which is not hopeless */
    bool answer_agrees;
    bool refused; /* it does not accept this firewall; `why` is the library's message */
    char why[256];
};

enum { MISMATCH_TEXT_SIZE = 80 };

/* A wrong answer. */
struct mismatch {
    struct contestant contestant;
    const char *command; /* "solve", "count", "list": of the range */
    firesieve_delay from;
    firesieve_delay to;
    char got[MISMATCH_TEXT_SIZE];    /* "none", "17", "17 as number 3" */
    char wanted[MISMATCH_TEXT_SIZE]; /* likewise */
    const char *wanted_who;          /* whose answer that is: "the oracle", or "others" */
};

/* The results of all. */
struct crosscheck_report {
    firesieve_outcome outcome; /* FOUND and NONE: some method ended; otherwise LIMIT or CANCELLED */
    firesieve_delay delay;
    bool confirmed; /* by the oracle */
    size_t ranges;  /* that the oracle has decided */
    size_t right;   /* answers, of the smallest safe delay and about ranges */
    size_t wrong;
    size_t done;    /* searches, */
    size_t planned; /* and all that are to be done */
};

/* Callbacks, any of which may be called often. */
struct crosscheck_listener {
    void *context;
    bool (*go_on)(void *context, size_t done, size_t planned); /* shows the progress; false: stop */
    void (*wrong)(void *context, const struct mismatch *mismatch);
    void (*ended)(void *context, const struct trial *trial); /* a method on a kernel has ended, or was stopped */
};

struct crosscheck_request {
    const firesieve_firewall *firewall;
    bool (*includes)(const void *context, const firesieve_kernel *kernel); /* whether it is to run on this kernel */
    const void *includes_context;
    bool unasked; /* also without a kernel, which allows the short path */
    unsigned threads;
    double time_limit_s; /* of each search; a method that takes longer is left out */
    uint64_t seed;       /* of the ranges */
};

/*
 * Compares everything with the oracle. Cost: for each method and kernel at most three searches of each range, and one
 * of all delays within the time limit. Memory besides that of searches: 16 bytes per safe delay of a range, some MiB in
 * all. Errors: those of firesieve_solve, except of methods that refuse the firewall; the report has the results so far.
 */
firesieve_status crosscheck_run(const struct crosscheck_request *request, const struct crosscheck_listener *listener,
                                struct crosscheck_report *report, firesieve_error *error);

#endif
