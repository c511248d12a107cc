/* What one thread of a search looks for, and what it has found. */
#ifndef FIRESIEVE_PASS_FINDS_H
#define FIRESIEVE_PASS_FINDS_H

#include <firesieve/firesieve.h>

/* What is wanted of the safe delays. */
enum search_goal {
    GOAL_SMALLEST, /* the smallest one */
    GOAL_COUNT,    /* their number */
    GOAL_LIST      /* all of them */
};

/* Delays in the order in which they were found. */
struct delay_list {
    firesieve_delay *delays;
    size_t count;
    size_t capacity;
};

/* False: no memory. */
bool delay_list_append(struct delay_list *list, firesieve_delay delay);

/* A test of delays that no class contains; called from any thread. */
struct survivor_filter {
    bool (*accepts)(const void *context, firesieve_delay delay);
    const void *context;
    bool callers; /* it calls a function of the caller, about which nothing else is known */
};

/* Safe delays are sought in [low, end). */
struct finds {
    enum search_goal goal;
    firesieve_delay low;
    firesieve_delay end;                  /* SMALLEST: a find lowers it to itself */
    bool found;                           /* SMALLEST: since this was last set to false */
    uint64_t count;                       /* COUNT */
    struct delay_list list;               /* LIST; owned */
    const struct survivor_filter *filter; /* or NULL: all are taken */
};

/* How a piece of a search ended. */
enum sieve_outcome { SIEVE_DONE, SIEVE_STOPPED, SIEVE_NO_MEMORY };

/* The outcome of making tables. */
enum built {
    BUILT,
    BUILT_BLOCKED, /* a list of residues is empty, so that no delay is safe */
    BUILT_STOPPED  /* by go_on */
};

/* Takes a delay in [low, end) that no class contains as the goal wants, if the filter accepts it. False: no memory. */
bool finds_take(struct finds *finds, firesieve_delay delay);

#endif
