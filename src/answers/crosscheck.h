/*
 * Every method on every kernel, and what they make of a firewall: the smallest safe delay of all, and in ranges that the
 * oracle decides delay by delay the smallest one, how many there are, and which.
 */
#ifndef FIRESIEVE_ANSWERS_CROSSCHECK_H
#define FIRESIEVE_ANSWERS_CROSSCHECK_H

#include <firesieve/firesieve.h>

#include "answers/contestants.h"

/* What became of a method on a kernel. */
struct trial {
    firesieve_search_result answer; /* to the smallest safe delay of all; LIMIT: the time was over */
    struct contestant contestant;
    size_t right; /* answers about ranges that are the oracle's, */
    size_t wrong; /* are not, */
    size_t late;  /* or did not come in time */
    bool tried;   /* whether it was asked for `answer`, since that is not hopeless */
    bool answer_agrees;
    bool refused; /* it does not take this firewall, `why` says the library */
    char why[256];
};

/* An answer that is wrong. */
struct mismatch {
    struct contestant contestant;
    const char *command; /* "solve", "count", "list": of the range */
    firesieve_delay from;
    firesieve_delay to;
    char got[64];           /* "none", "17", "17 as number 3" */
    char wanted[64];        /* likewise, */
    const char *wanted_who; /* and of whom: "the oracle", or "others" */
};

/* What came of all. */
struct crosscheck_report {
    firesieve_outcome outcome; /* FOUND and NONE: some method came to the end; otherwise LIMIT or CANCELLED */
    firesieve_delay delay;
    bool confirmed; /* the oracle says so too */
    size_t ranges;  /* that the oracle has decided */
    size_t right;   /* answers, of the smallest safe delay and about ranges */
    size_t wrong;
    size_t done;    /* searches of */
    size_t planned; /* so many */
};

/* Who is told of it; functions of the caller, any of which may be called often. */
struct crosscheck_listener {
    void *context;
    bool (*go_on)(void *context, size_t done, size_t planned); /* shows how far it is; false: stop */
    void (*wrong)(void *context, const struct mismatch *mismatch);
    void (*ended)(void *context,
                  const struct trial *trial); /* a method on a kernel has done all of it, or is stopped */
};

struct crosscheck_request {
    const firesieve_firewall *firewall;
    bool (*includes)(const void *context, const firesieve_kernel *kernel); /* whether it is to run on this kernel */
    const void *includes_context;
    bool unasked; /* also with no kernel named: the short path, where the library takes it */
    unsigned threads;
    double time_limit_s; /* of each search; who takes longer is left out */
    uint64_t seed;       /* of the ranges */
};

/*
 * Compares everything with the oracle. Cost: at most three searches of each range for each method and kernel, and one
 * of all delays within the time limit. Memory besides that of searches: 16 bytes a safe delay of a range, some MiB in
 * all. Errors: those of firesieve_solve but for methods that refuse the firewall; the report is filled as far as it
 * came.
 */
firesieve_status crosscheck_run(const struct crosscheck_request *request, const struct crosscheck_listener *listener,
                                struct crosscheck_report *report, firesieve_error *error);

#endif
