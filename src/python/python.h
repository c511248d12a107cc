/* What the extension module's files share. All functions need the interpreter's lock, unless they say otherwise. */
#ifndef FIRESIEVE_PYTHON_PYTHON_H
#define FIRESIEVE_PYTHON_PYTHON_H

/* Python's own header, limited to what every Python from 3.9 on has: one file of machine code serves them all. */
#define Py_LIMITED_API 0x03090000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <firesieve/firesieve.h>
#include <stdatomic.h>

/* ---- Numbers ------------------------------------------------------------------------------------------ */

/* A new reference; NULL with MemoryError. */
PyObject *number_to_python(firesieve_delay number);

/* The same, or None if the number is not known. */
PyObject *number_or_none(bool known, firesieve_delay number);

/*
 * Reads an integer (or what has __index__) from 0 to `most` into *number. False with an exception whose message begins
 * with `what`: TypeError, or ValueError if it is out of range.
 */
bool number_from_python(PyObject *object, firesieve_delay most, const char *what, firesieve_delay *number);

/* ---- Exceptions --------------------------------------------------------------------------------------- */

/* Finds the exceptions that the package defines in Python. False with an exception. */
bool failure_import(void);

/*
 * Raises the exception for a status other than OK. `text` is what was read, so that INPUT can show the line; NULL if
 * nothing was. Returns NULL.
 */
PyObject *failure_raise(const firesieve_error *error, const char *text, size_t size);

/* How far a search had come when it was ended. */
struct standing {
    firesieve_delay reached;
    const firesieve_delay *count; /* NULL: it did not count */
};

/* Raises Limit for the outcome LIMIT, with the reason if there is one (or NULL), otherwise Stopped. Returns NULL. */
PyObject *failure_raise_end(firesieve_outcome outcome, const char *reason, const struct standing *standing);

/* ---- Searches ----------------------------------------------------------------------------------------- */

/* What threads that do not hold Python's lock ask of Python, and the result. It must not move meanwhile. */
struct watch {
    PyObject *progress; /* borrowed; called with a Progress now and then; None: nothing is called */
    PyObject *filters;  /* borrowed; a tuple of functions, all of which a number has to pass */
    bool stopped;       /* `progress` has asked to stop */
    atomic_bool failed; /* an exception is kept below, and the search is to end */
    PyObject *type;     /* owned, as the next two */
    PyObject *value;
    PyObject *traceback;
};

/* The options of a search, and what it asks of Python while it runs. */
struct search {
    firesieve_search_options options; /* which refer to the watch */
    struct watch watch;
};

/* Makes the type Progress, which this file keeps: a new reference, or NULL with an exception. */
PyObject *search_make_progress_type(void);

/*
 * Reads (start, stop, threads, method, kernel, memory, time_limit, progress, filters): start, stop, kernel, time_limit
 * and progress may be None, filters is a tuple. The range is what start and stop have in common with the firewall's
 * own. False with an exception.
 */
bool search_read(PyObject *arguments, const firesieve_firewall *firewall, struct search *search);

/*
 * To be called when the library has returned. False with an exception: the one that a function of Python or a signal
 * has raised, or the one for the status.
 */
bool search_ended(struct search *search, firesieve_status status, const firesieve_error *error);

/* For limits, without the lock, with a watch as context: whether signals have raised nothing; the exception is kept. */
bool search_watch_go_on(void *context);

/* The functions of the library's options, without the lock, with a watch as context. */
bool watch_progress(const firesieve_progress *progress, void *context);
bool watch_filter(firesieve_delay number, void *context);

/* Raises the exception that is kept. True: there was one. */
bool watch_raise(struct watch *watch);

/* ---- Types -------------------------------------------------------------------------------------------- */

/* A Problem: a firewall of layers or lines of residues. Immutable: any number of threads may search it at once. */
struct problem {
    PyObject base;                /* what Python keeps of every object */
    firesieve_firewall *firewall; /* owned */
};

extern PyType_Spec problem_spec;

/* Makes the type Iterator. False with an exception. */
bool iterator_add_type(void);

/* A new iterator over the numbers of a problem, with the arguments of search_read; NULL with an exception. */
PyObject *iterator_create(PyObject *problem, PyObject *arguments);

/* ---- Dicts -------------------------------------------------------------------------------------------- */

/* A new dict whose keys are members of firesieve_explanation; NULL with an exception. */
PyObject *explanation_to_python(const firesieve_firewall *firewall, const firesieve_explanation *explanation);

/* The module's functions: the kernels as a new list of dicts, the machine as a new dict; NULL with an exception. */
PyObject *kernels_to_python(PyObject *module, PyObject *unused);
PyObject *cpu_to_python(PyObject *module, PyObject *unused);

#endif
