/* A search that Python asks for: its options, and what it asks of Python while it runs. */
#ifndef FIRESIEVE_PYTHON_SEARCH_H
#define FIRESIEVE_PYTHON_SEARCH_H

#include <stdatomic.h>

#include "python/python.h"

/* What is asked of Python, from threads that do not hold its lock, and what came of it. It may not move meanwhile. */
struct watch {
    PyObject *progress; /* borrowed; called with a Progress now and then; None: nobody is told */
    PyObject *filters;  /* borrowed; a tuple of functions, all of which a number has to pass */
    bool stopped;       /* `progress` has asked to stop */
    atomic_bool failed; /* an exception is kept below, and the search is to end */
    PyObject *type;     /* owned, as the next two */
    PyObject *value;
    PyObject *traceback;
};

struct search {
    firesieve_search_options options; /* which refer to the watch */
    struct watch watch;
};

/* Makes the type Progress, and adds it to the module. False with an exception. */
bool search_add_types(PyObject *module);

/*
 * Reads (start, stop, threads, method, kernel, memory, time_limit, progress, filters): start, stop, kernel, time_limit
 * and progress may be None, filters is a tuple. The range is what start and stop have in common with the firewall's
 * own. False with an exception.
 */
bool search_read(PyObject *arguments, const firesieve_firewall *firewall, struct search *search);

/*
 * To be called when the library has returned, with Python's lock. False with an exception: that which Python's
 * functions or a signal have raised, or what the status says.
 */
bool search_ended(struct search *search, firesieve_status status, const firesieve_error *error);

/* Whether signals have raised nothing; the exception is kept. For limits, with a watch as context. */
bool search_watch_go_on(void *context);

/* The functions of the library's options, with a watch as context. */
bool watch_progress(const firesieve_progress *progress, void *context);
bool watch_filter(firesieve_delay number, void *context);

/* Raises the exception that is kept. True: there was one. */
bool watch_raise(struct watch *watch);

#endif
