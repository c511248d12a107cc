#include "python/python.h"

#include <endian.h>
#include <stdlib.h>

/* ---- Making ------------------------------------------------------------------------------------------- */

/* A pair of integers. */
static bool read_layer(PyObject *pair, firesieve_layer *layer)
{
    firesieve_delay depth;
    firesieve_delay range;
    PyObject *const both = PySequence_Tuple(pair);
    bool done = both != NULL;
    if (done && PyTuple_Size(both) != 2) {
        PyErr_Format(PyExc_TypeError, "layers: expected pairs of depth and range, found %R", pair);
        done = false;
    }
    done = done && number_from_python(PyTuple_GetItem(both, 0), FIRESIEVE_DEPTH_MAX, "depth", &depth) &&
           number_from_python(PyTuple_GetItem(both, 1), FIRESIEVE_RANGE_MAX, "range", &range);
    if (done) {
        *layer = (firesieve_layer){(uint64_t)depth, (uint64_t)range};
    }
    Py_XDECREF(both);
    return done;
}

/* The layers in a list of pairs; the caller frees them. NULL with an exception. */
static firesieve_layer *read_layers(PyObject *list, size_t count)
{
    firesieve_layer *const layers = calloc(count + 1, sizeof *layers);
    if (layers == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (size_t i = 0; i < count; ++i) {
        if (!read_layer(PyList_GetItem(list, (Py_ssize_t)i), &layers[i])) {
            free(layers);
            return NULL;
        }
    }
    return layers;
}

/* Parses bytes of text, or builds a firewall of a list of layers. NULL with an exception. */
static firesieve_firewall *make_firewall(PyObject *source)
{
    struct watch watch = {.progress = Py_None};
    firesieve_limits limits = firesieve_limits_none();
    const char *const text = PyBytes_Check(source) ? PyBytes_AsString(source) : NULL;
    const size_t size = (size_t)(text != NULL ? PyBytes_Size(source) : PyList_Size(source));
    firesieve_layer *const layers = text != NULL ? NULL : read_layers(source, size);
    firesieve_firewall *firewall = NULL;
    firesieve_status status;
    firesieve_error error;
    limits.go_on = search_watch_go_on;
    limits.context = &watch;
    if (text == NULL && layers == NULL) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS;
    status = text != NULL ? firesieve_firewall_parse_within(text, size, &limits, &firewall, &error)
                          : firesieve_firewall_build_within(layers, size, &limits, &firewall, &error);
    Py_END_ALLOW_THREADS;
    free(layers);
    if (status != FIRESIEVE_OK) {
        if (!watch_raise(&watch)) {
            failure_raise(&error, text, size);
        }
        return NULL;
    }
    return firewall;
}

static PyObject *problem_new(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    PyObject *source;
    (void)keywords;
    if (!PyArg_ParseTuple(arguments, "O", &source)) {
        return NULL;
    }
    if (!PyBytes_Check(source) && !PyList_Check(source)) {
        PyErr_SetString(PyExc_TypeError, "a problem is made from bytes of text or a list of layers");
        return NULL;
    }
    firesieve_firewall *const firewall = make_firewall(source);
    const allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    struct problem *const self = firewall == NULL ? NULL : (struct problem *)allocate(type, 0);
    if (self == NULL) {
        firesieve_firewall_free(firewall);
        return NULL;
    }
    self->firewall = firewall;
    return (PyObject *)self;
}

static void problem_dealloc(PyObject *object)
{
    PyTypeObject *const type = Py_TYPE(object);
    const freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    firesieve_firewall_free(((struct problem *)object)->firewall);
    release(object);
    Py_DECREF(type);
}

static const firesieve_firewall *firewall_of(PyObject *object)
{
    return ((struct problem *)object)->firewall;
}

/* ---- Searching ---------------------------------------------------------------------------------------- */

typedef firesieve_status (*search_function)(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                            firesieve_search_result *result, firesieve_error *error);

/* Reads the arguments and searches, without Python's lock. False with an exception, also if the search was ended. */
static bool run(PyObject *self, PyObject *arguments, search_function function, struct search *search,
                firesieve_search_result *result)
{
    firesieve_status status;
    firesieve_error error;
    if (!search_read(arguments, firewall_of(self), search)) {
        return false;
    }
    Py_BEGIN_ALLOW_THREADS;
    status = function(firewall_of(self), &search->options, result, &error);
    Py_END_ALLOW_THREADS;
    if (!search_ended(search, status, &error)) {
        return false;
    }
    if (result->outcome == FIRESIEVE_LIMIT || result->outcome == FIRESIEVE_CANCELLED) {
        const struct standing standing = {result->reached, function == firesieve_count ? &result->count : NULL};
        failure_raise_end(result->outcome, result->reason, &standing);
        return false;
    }
    return true;
}

/* The number that was found, or None. */
static PyObject *answer(const firesieve_search_result *result)
{
    return number_or_none(result->outcome == FIRESIEVE_FOUND, result->delay);
}

static PyObject *problem_first(PyObject *self, PyObject *arguments)
{
    struct search search;
    firesieve_search_result result;
    return run(self, arguments, firesieve_solve, &search, &result) ? answer(&result) : NULL;
}

static PyObject *problem_count(PyObject *self, PyObject *arguments)
{
    struct search search;
    firesieve_search_result result;
    return run(self, arguments, firesieve_count, &search, &result) ? number_to_python(result.count) : NULL;
}

/* ---- Arrays ------------------------------------------------------------------------------------------- */

/* Numbers of eight bytes each, least significant ones first. */
struct array {
    FILE *stream;   /* to memory */
    bool no_memory; /* it cannot grow */
    bool too_large; /* a number has more than eight bytes */
};

static bool array_receive(firesieve_delay number, void *context)
{
    struct array *const array = context;
    const uint64_t bytes = htole64((uint64_t)number);
    array->too_large = number > UINT64_MAX;
    array->no_memory = !array->too_large && fwrite_unlocked(&bytes, sizeof bytes, 1, array->stream) != 1;
    return !array->too_large && !array->no_memory;
}

/* True if the list came to its end. */
static bool array_list(const firesieve_firewall *firewall, struct search *search, struct array *array)
{
    firesieve_search_result result;
    firesieve_status status;
    firesieve_error error;
    Py_BEGIN_ALLOW_THREADS;
    status = firesieve_list(firewall, &search->options, array_receive, array, &result, &error);
    Py_END_ALLOW_THREADS;
    if (!search_ended(search, status, &error)) {
        return false;
    }
    if (array->no_memory) {
        PyErr_NoMemory();
    } else if (array->too_large) {
        PyErr_SetString(PyExc_OverflowError,
                        "an array holds numbers below 2^64, and there is a larger one; iter() gives it");
    } else if (result.outcome == FIRESIEVE_LIMIT || result.outcome == FIRESIEVE_CANCELLED) {
        failure_raise_end(result.outcome, result.reason, &(struct standing){.reached = result.reached});
    }
    return !PyErr_Occurred();
}

/* (limit, search arguments): a bytearray. */
static PyObject *problem_array(PyObject *self, PyObject *arguments)
{
    struct search search;
    struct array array = {.no_memory = false};
    PyObject *limit;
    PyObject *rest;
    firesieve_delay most;
    char *bytes = NULL;
    size_t size = 0;
    if (!PyArg_ParseTuple(arguments, "OO!", &limit, &PyTuple_Type, &rest) ||
        !number_from_python(limit, UINT64_MAX, "count", &most) || !search_read(rest, firewall_of(self), &search)) {
        return NULL;
    }
    search.options.limit = (uint64_t)most;
    array.stream = open_memstream(&bytes, &size);
    if (array.stream == NULL) {
        return PyErr_NoMemory();
    }
    const bool listed = array_list(firewall_of(self), &search, &array);
    const bool closed = fclose(array.stream) == 0;
    if (listed && !closed) {
        PyErr_NoMemory();
    }
    PyObject *const made = listed && closed ? PyByteArray_FromStringAndSize(bytes, (Py_ssize_t)size) : NULL;
    free(bytes);
    return made;
}

/* ---- Certificates ------------------------------------------------------------------------------------- */

/* Makes the certificate of an answer and saves it. False with an exception. */
static bool save_certificate(const firesieve_firewall *firewall, struct search *search,
                             const firesieve_search_result *result, const char *path)
{
    firesieve_certificate *certificate = NULL;
    firesieve_status status;
    firesieve_error error;
    Py_BEGIN_ALLOW_THREADS;
    status = firesieve_certify(firewall, &search->options, result, &certificate, &error);
    if (status == FIRESIEVE_OK && certificate != NULL) {
        status = firesieve_certificate_save(certificate, path, &error);
    }
    Py_END_ALLOW_THREADS;
    const bool made = certificate != NULL;
    firesieve_certificate_free(certificate);
    if (!search_ended(search, status, &error)) {
        return false;
    }
    if (!made) {
        const firesieve_outcome outcome = search->watch.stopped ? FIRESIEVE_CANCELLED : FIRESIEVE_LIMIT;
        failure_raise_end(outcome, NULL, &(struct standing){.reached = result->reached});
    }
    return made;
}

/* (path as bytes, search arguments): the answer, once its certificate is saved. */
static PyObject *problem_certify(PyObject *self, PyObject *arguments)
{
    struct search search;
    firesieve_search_result result;
    const char *path;
    PyObject *rest;
    if (!PyArg_ParseTuple(arguments, "yO!", &path, &PyTuple_Type, &rest) ||
        !run(self, rest, firesieve_solve, &search, &result) ||
        !save_certificate(firewall_of(self), &search, &result, path)) {
        return NULL;
    }
    return answer(&result);
}

/* ---- Asking ------------------------------------------------------------------------------------------- */

static PyObject *problem_explain(PyObject *self, PyObject *arguments)
{
    struct search search;
    firesieve_explanation explanation = {.layers = 0};
    firesieve_status status;
    firesieve_error error;
    if (!search_read(arguments, firewall_of(self), &search)) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS;
    status = firesieve_explain(firewall_of(self), &search.options, &explanation, &error);
    Py_END_ALLOW_THREADS;
    if (!search_ended(&search, status, &error)) {
        return NULL;
    }
    PyObject *const dict = explanation_to_python(firewall_of(self), &explanation);
    firesieve_explanation_free(&explanation);
    return dict;
}

static PyObject *problem_catches(PyObject *self, PyObject *object)
{
    firesieve_delay delay;
    if (!number_from_python(object, FIRESIEVE_DELAY_END - 1, "delay", &delay)) {
        return NULL;
    }
    return PyBool_FromLong(firesieve_firewall_catches(firewall_of(self), delay));
}

static PyObject *problem_severity(PyObject *self, PyObject *object)
{
    firesieve_delay delay;
    firesieve_delay severity;
    firesieve_error error;
    if (!number_from_python(object, FIRESIEVE_DELAY_END - 1, "delay", &delay)) {
        return NULL;
    }
    return firesieve_firewall_severity(firewall_of(self), delay, &severity, &error) == FIRESIEVE_OK
               ? number_to_python(severity)
               : failure_raise(&error, NULL, 0);
}

static PyObject *problem_layers(PyObject *self, PyObject *unused)
{
    const firesieve_layer *const layers = firesieve_firewall_layers(firewall_of(self));
    const size_t count = layers == NULL ? 0 : firesieve_firewall_layer_count(firewall_of(self));
    PyObject *const tuple = PyTuple_New((Py_ssize_t)count);
    (void)unused;
    for (size_t i = 0; i < count && tuple != NULL; ++i) {
        PyObject *const pair =
            Py_BuildValue("(KK)", (unsigned long long)layers[i].depth, (unsigned long long)layers[i].range);
        if (pair == NULL) {
            Py_DECREF(tuple);
            return NULL;
        }
        PyTuple_SetItem(tuple, (Py_ssize_t)i, pair);
    }
    return tuple;
}

static PyObject *problem_has_layers(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(firesieve_firewall_layers(firewall_of(self)) != NULL);
}

static PyObject *problem_size(PyObject *self, PyObject *unused)
{
    (void)unused;
    return PyLong_FromSize_t(firesieve_firewall_layer_count(firewall_of(self)));
}

/* ---- The type ----------------------------------------------------------------------------------------- */

static PyMethodDef problem_methods[] = {
    {"first", problem_first, METH_VARARGS, "The least number that is left, or None."},
    {"count", problem_count, METH_VARARGS, "How many numbers are left."},
    {"iterate", iterator_create, METH_VARARGS, "An iterator over the numbers that are left."},
    {"array", problem_array, METH_VARARGS, "At most this many numbers (0: all), eight bytes each, little-endian."},
    {"certify", problem_certify, METH_VARARGS, "The least number that is left, or None, and its proof in a file."},
    {"explain", problem_explain, METH_VARARGS, "What the library sees and would do, as a dict."},
    {"catches", problem_catches, METH_O, "Whether a layer catches this delay, or a line forbids this number."},
    {"severity", problem_severity, METH_O, "The sum of depth * range over the layers that catch this delay."},
    {"layers", problem_layers, METH_NOARGS, "The layers as pairs of depth and range; empty for lines of residues."},
    {"has_layers", problem_has_layers, METH_NOARGS, "Whether it is made of layers rather than lines of residues."},
    {"size", problem_size, METH_NOARGS, "How many layers or residue classes there are."},
    {NULL, NULL, 0, NULL},
};

static char problem_doc[] = "Layers or lines of residues, as the library holds them. Immutable.";

static PyType_Slot problem_slots[] = {
    {Py_tp_doc, problem_doc},
    {Py_tp_new, problem_new},
    {Py_tp_dealloc, problem_dealloc},
    {Py_tp_methods, problem_methods},
    {0, NULL},
};

PyType_Spec problem_spec = {
    .name = "firesieve._firesieve.Problem",
    .basicsize = sizeof(struct problem),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = problem_slots,
};
