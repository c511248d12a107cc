#include "python/python.h"

#include <string.h>

/* Of the package; owned. There is one interpreter only: module.c refuses the others. */
static struct {
    PyObject *input;
    PyObject *limit;
    PyObject *stopped;
} exceptions;

bool failure_import(void)
{
    PyObject *const errors = PyImport_ImportModule("firesieve._errors");
    if (errors == NULL) {
        return false;
    }
    exceptions.input = PyObject_GetAttrString(errors, "InputError");
    exceptions.limit = PyObject_GetAttrString(errors, "Limit");
    exceptions.stopped = PyObject_GetAttrString(errors, "Stopped");
    Py_DECREF(errors);
    return exceptions.input != NULL && exceptions.limit != NULL && exceptions.stopped != NULL;
}

/* Raises an exception that has been made, and takes the reference over; NULL: making it has raised another. */
static PyObject *raise_made(PyObject *exception)
{
    if (exception != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
        Py_DECREF(exception);
    }
    return NULL;
}

/* Line `number` of the text, from 1, without its end; after the last line it is empty. Returns its length. */
static size_t find_line(const char *text, size_t size, uint64_t number, const char **line)
{
    const char *const end = text + size;
    const char *at = text;
    for (; number > 1 && at < end; --number) {
        const char *const feed = memchr(at, '\n', (size_t)(end - at));
        at = feed == NULL ? end : feed + 1;
    }
    const char *const feed = at == end ? NULL : memchr(at, '\n', (size_t)(end - at));
    *line = at;
    return (size_t)((feed == NULL ? end : feed) - at);
}

static PyObject *raise_input(const firesieve_error *error, const char *text, size_t size)
{
    const char *line = "";
    const size_t length = text == NULL ? 0 : find_line(text, size, error->line, &line);
    return raise_made(PyObject_CallFunction(exceptions.input, "sKKy#", error->message, (unsigned long long)error->line,
                                            (unsigned long long)error->column, line, (Py_ssize_t)length));
}

PyObject *failure_raise(const firesieve_error *error, const char *text, size_t size)
{
    const firesieve_status status = error->status;
    if (status == FIRESIEVE_ERROR_INPUT) {
        return raise_input(error, text, size);
    }
    if (status == FIRESIEVE_ERROR_STOPPED) {
        return raise_made(PyObject_CallFunction(exceptions.limit, "s", "the time limit came first"));
    }
    const bool is_system = status == FIRESIEVE_ERROR_READ || status == FIRESIEVE_ERROR_WRITE;
    PyErr_SetString(status == FIRESIEVE_ERROR_MEMORY ? PyExc_MemoryError
                    : is_system                      ? PyExc_OSError
                                                     : PyExc_ValueError,
                    error->message);
    return NULL;
}

PyObject *failure_raise_end(firesieve_outcome outcome, const char *reason, const struct standing *standing)
{
    const bool limited = outcome == FIRESIEVE_LIMIT;
    const char *const message = !limited         ? "the progress function has stopped it"
                                : reason != NULL ? reason
                                                 : "the time limit came first";
    const firesieve_delay count = standing->count == NULL ? 0 : *standing->count;
    return raise_made(PyObject_CallFunction(limited ? exceptions.limit : exceptions.stopped, "sNN", message,
                                            number_to_python(standing->reached),
                                            number_or_none(standing->count != NULL, count)));
}
