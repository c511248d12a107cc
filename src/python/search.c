#include "python/python.h"

#include <math.h>
#include <string.h>

/* No start is given. */
#define NO_BEGIN (~(firesieve_delay)0)

/* ---- Progress ----------------------------------------------------------------------------------------- */

static PyStructSequence_Field progress_fields[] = {
    {"start", "where the search began"},
    {"stop", "where it ends at the latest: 2^127 if no end was given"},
    {"reached", "everything below has been searched"},
    {"window", "the numbers from `reached` to here are being searched, in no particular order"},
    {"share", "of this window's work that is done, from 0 to 1"},
    {"window_seconds", "spent on this window"},
    {"seconds", "since the search began"},
    {NULL, NULL},
};

static PyStructSequence_Desc progress_description = {
    .name = "firesieve.Progress",
    .doc = "Where a running search stands.",
    .fields = progress_fields,
    .n_in_sequence = sizeof progress_fields / sizeof progress_fields[0] - 1,
};

/* Owned. There is one interpreter only: module.c refuses the others. */
static PyTypeObject *progress_type;

PyObject *search_make_progress_type(void)
{
    progress_type = PyStructSequence_NewType(&progress_description);
    Py_XINCREF(progress_type);
    return (PyObject *)progress_type;
}

static PyObject *progress_to_python(const firesieve_progress *progress)
{
    PyObject *const made = PyStructSequence_New(progress_type);
    if (made == NULL) {
        return NULL;
    }
    PyObject *const members[] = {number_to_python(progress->from),       number_to_python(progress->to),
                                 number_to_python(progress->reached),    number_to_python(progress->window),
                                 PyFloat_FromDouble(progress->share),    PyFloat_FromDouble(progress->window_s),
                                 PyFloat_FromDouble(progress->elapsed_s)};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; ++i) {
        PyStructSequence_SetItem(made, (Py_ssize_t)i, members[i]);
    }
    if (PyErr_Occurred()) {
        Py_DECREF(made);
        return NULL;
    }
    return made;
}

/* ---- Asking Python ------------------------------------------------------------------------------------ */

/* Keeps the exception that is raised, unless one is kept already. */
static void keep_exception(struct watch *watch)
{
    if (atomic_load(&watch->failed)) {
        PyErr_Clear();
        return;
    }
    PyErr_Fetch(&watch->type, &watch->value, &watch->traceback);
    atomic_store(&watch->failed, true);
}

bool watch_raise(struct watch *watch)
{
    if (!atomic_load(&watch->failed)) {
        return false;
    }
    PyErr_Restore(watch->type, watch->value, watch->traceback);
    watch->type = watch->value = watch->traceback = NULL;
    atomic_store(&watch->failed, false);
    return true;
}

/* Keeps what signal handlers raise. */
static void check_signals(struct watch *watch)
{
    if (!atomic_load(&watch->failed) && PyErr_CheckSignals() < 0) {
        keep_exception(watch);
    }
}

bool search_watch_go_on(void *context)
{
    struct watch *const watch = context;
    const PyGILState_STATE lock = PyGILState_Ensure();
    check_signals(watch);
    PyGILState_Release(lock);
    return !atomic_load(&watch->failed);
}

static void tell(struct watch *watch, const firesieve_progress *progress)
{
    PyObject *const told = progress_to_python(progress);
    PyObject *const answer = told == NULL ? NULL : PyObject_CallFunctionObjArgs(watch->progress, told, NULL);
    /* None asks to continue, as does everything true; -1 is an exception. */
    const int goes_on = answer == NULL ? -1 : answer == Py_None ? 1 : PyObject_IsTrue(answer);
    if (goes_on < 0) {
        keep_exception(watch);
    }
    watch->stopped |= goes_on == 0;
    Py_XDECREF(answer);
    Py_XDECREF(told);
}

bool watch_progress(const firesieve_progress *progress, void *context)
{
    struct watch *const watch = context;
    const PyGILState_STATE lock = PyGILState_Ensure();
    check_signals(watch);
    if (watch->progress != Py_None && !atomic_load(&watch->failed)) {
        tell(watch, progress);
    }
    PyGILState_Release(lock);
    return !watch->stopped && !atomic_load(&watch->failed);
}

/* Whether the number passes; -1 with an exception. */
static int passes(PyObject *filters, PyObject *number)
{
    const Py_ssize_t count = PyTuple_Size(filters);
    int passed = 1;
    for (Py_ssize_t i = 0; i < count && passed == 1; ++i) {
        PyObject *const answer = PyObject_CallFunctionObjArgs(PyTuple_GetItem(filters, i), number, NULL);
        passed = answer == NULL ? -1 : PyObject_IsTrue(answer);
        Py_XDECREF(answer);
    }
    return passed;
}

/* Once an exception is kept everything passes: nothing found is used any more, and the search ends sooner. */
bool watch_filter(firesieve_delay number, void *context)
{
    struct watch *const watch = context;
    if (atomic_load(&watch->failed)) {
        return true;
    }
    const PyGILState_STATE lock = PyGILState_Ensure();
    PyObject *const integer = number_to_python(number);
    const int passed = integer == NULL ? -1 : passes(watch->filters, integer);
    if (passed < 0) {
        keep_exception(watch);
    }
    Py_XDECREF(integer);
    PyGILState_Release(lock);
    return passed != 0;
}

/* ---- Options ------------------------------------------------------------------------------------------ */

static bool read_method(const char *name, firesieve_method *method)
{
    for (int i = 0; i < FIRESIEVE_METHOD_COUNT; ++i) {
        if (strcmp(firesieve_method_name((firesieve_method)i), name) == 0) {
            *method = (firesieve_method)i;
            return true;
        }
    }
    PyErr_Format(PyExc_ValueError, "method: expected auto, simulate, closed-form, scan, wheel or focus, found '%s'",
                 name);
    return false;
}

static bool read_kernel(const char *name, const firesieve_kernel **kernel)
{
    *kernel = name == NULL ? NULL : firesieve_kernel_find(name);
    if (name != NULL && *kernel == NULL) {
        PyErr_Format(PyExc_ValueError, "kernel: there is none of the name '%s'; firesieve.kernels() lists them", name);
        return false;
    }
    return true;
}

static bool read_bound(PyObject *object, const char *what, firesieve_delay none, firesieve_delay *bound)
{
    *bound = none;
    return object == Py_None || number_from_python(object, FIRESIEVE_DELAY_END, what, bound);
}

static bool read_time_limit(PyObject *object, double *seconds)
{
    *seconds = object == Py_None ? INFINITY : PyFloat_AsDouble(object);
    if (!PyErr_Occurred() && *seconds >= 0) {
        return true;
    }
    if (!PyErr_Occurred() || PyErr_ExceptionMatches(PyExc_TypeError)) {
        PyObject *const type = PyErr_Occurred() ? PyExc_TypeError : PyExc_ValueError;
        PyErr_Clear();
        PyErr_Format(type, "time_limit: expected seconds, found %R", object);
    }
    return false;
}

static bool read_callable(PyObject *object)
{
    if (object != Py_None && !PyCallable_Check(object)) {
        PyErr_Format(PyExc_TypeError, "progress: expected a function, found %R", object);
        return false;
    }
    return true;
}

/* Lines `from` and `to` always hold: the intersection with the range asked for may be empty. */
static void narrow(const firesieve_firewall *firewall, firesieve_search_options *options)
{
    firesieve_delay from;
    firesieve_delay to;
    const bool ascends = options->from == NO_BEGIN || options->from <= options->to;
    firesieve_firewall_range(firewall, &from, &to);
    if (options->from == NO_BEGIN || options->from < from) {
        options->from = from;
    }
    if (options->to > to) {
        options->to = to;
    }
    if (ascends && options->from > options->to) { /* otherwise the library reports what is wrong */
        options->from = options->to;
    }
    options->range_is_given = true;
}

bool search_read(PyObject *arguments, const firesieve_firewall *firewall, struct search *search)
{
    PyObject *start;
    PyObject *stop;
    PyObject *threads;
    PyObject *memory;
    PyObject *time_limit;
    const char *method;
    const char *kernel;
    firesieve_delay thread_count;
    firesieve_delay bytes;
    firesieve_search_options *const options = &search->options;
    struct watch *const watch = &search->watch;
    *search = (struct search){.options = firesieve_search_defaults()};
    if (!PyArg_ParseTuple(arguments, "OOOszOOOO!", &start, &stop, &threads, &method, &kernel, &memory, &time_limit,
                          &watch->progress, &PyTuple_Type, &watch->filters) ||
        !read_bound(start, "start", NO_BEGIN, &options->from) ||
        !read_bound(stop, "stop", FIRESIEVE_NO_END, &options->to) ||
        !number_from_python(threads, FIRESIEVE_THREADS_MAX, "threads", &thread_count) ||
        !read_method(method, &options->method) || !read_kernel(kernel, &options->kernel) ||
        !number_from_python(memory, UINT64_MAX, "memory", &bytes) ||
        !read_time_limit(time_limit, &options->time_limit_s) || !read_callable(watch->progress)) {
        return false;
    }
    narrow(firewall, options);
    options->threads = (unsigned)thread_count;
    options->memory = (uint64_t)bytes;
    options->progress = watch_progress;
    options->progress_context = watch;
    if (PyTuple_Size(watch->filters) > 0) {
        options->filter = watch_filter;
        options->filter_context = watch;
    }
    return true;
}

bool search_ended(struct search *search, firesieve_status status, const firesieve_error *error)
{
    if (watch_raise(&search->watch)) {
        return false;
    }
    if (status == FIRESIEVE_ERROR_STOPPED && search->watch.stopped) {
        failure_raise_end(FIRESIEVE_CANCELLED, NULL, &(struct standing){0});
        return false;
    }
    if (status != FIRESIEVE_OK) {
        failure_raise(error, NULL, 0);
        return false;
    }
    return true;
}
