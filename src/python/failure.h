/* Statuses and outcomes of the library as exceptions. The interpreter's lock is held in all of these. */
#ifndef FIRESIEVE_PYTHON_FAILURE_H
#define FIRESIEVE_PYTHON_FAILURE_H

#include "python/python.h"

/* Finds the exceptions that the package defines in Python. False with an exception. */
bool failure_import(void);

/*
 * Raises what a status other than OK says. `text` is what was read, so that INPUT can show the line; NULL where nothing
 * was. Returns NULL.
 */
PyObject *failure_raise(const firesieve_error *error, const char *text, size_t size);

/* Where a search stood that was ended. */
struct standing {
    firesieve_delay reached;
    const firesieve_delay *count; /* NULL: it did not count */
};

/* Raises Limit for the outcome LIMIT, with the reason where there is one (or NULL), otherwise Stopped. Returns NULL. */
PyObject *failure_raise_end(firesieve_outcome outcome, const char *reason, const struct standing *standing);

#endif
