/*
 * The library's iterator has numbers ready, and returns one per call. Releasing Python's lock and taking it again costs
 * more than such a call, so many calls are made at once: one at first, since a caller who asks for one number may want
 * no other, then more each time, as long as numbers come quickly. While a number is held for Python, no long search for
 * the next one is begun.
 */
#include "python/python.h"

#include <time.h>

enum { NUMBERS_AT_ONCE = 4096 };

/* After a faster fetch, more numbers are fetched next time; after a slower one, a single number. */
static const double fast_s = 0.002;
static const double slow_s = 0.05;

/* A search for more numbers that takes this long is ended if there is one to hand out: most take half as long. */
static const double patience_s = 0.2;

struct iterator {
    PyObject base;                /* what Python keeps of every object */
    struct problem *problem;      /* owned */
    firesieve_iterator *iterator; /* owned */
    struct search search;         /* whose watch owns its references */
    size_t wanted;                /* numbers to be fetched next time */
    size_t given;                 /* of those held */
    size_t held;
    bool busy;  /* fetching, without Python's lock */
    bool ended; /* there are no others after those held */
    firesieve_delay numbers[NUMBERS_AT_ONCE];
};

/* What came of fetching. */
struct fetched {
    firesieve_status status;
    firesieve_outcome outcome; /* FOUND: there may be more */
    firesieve_delay reached;   /* where the outcome is another */
    firesieve_error error;
};

static PyTypeObject *iterator_type; /* owned; there is one interpreter only: module.c refuses the others */

/* ---- Fetching, without Python's lock ------------------------------------------------------------------ */

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool report(const firesieve_progress *progress, void *context)
{
    struct iterator *const self = context;
    const bool goes_on = watch_progress(progress, &self->search.watch);
    return goes_on && (self->held == 0 || progress->elapsed_s < patience_s);
}

static void fetch_numbers(struct iterator *self, struct fetched *fetched)
{
    while (self->held < self->wanted && !atomic_load(&self->search.watch.failed)) {
        firesieve_delay number = 0;
        fetched->status = firesieve_iterator_next(self->iterator, &fetched->outcome, &number, &fetched->error);
        if (fetched->status == FIRESIEVE_OK && fetched->outcome == FIRESIEVE_FOUND) {
            self->numbers[self->held++] = number;
            continue;
        }
        fetched->reached = number;
        /* Not reported: the end of a search by this file, or in an earlier call, whose exception has been raised. */
        const bool is_stale = fetched->outcome == FIRESIEVE_CANCELLED && !self->search.watch.stopped;
        if (fetched->status != FIRESIEVE_OK || !is_stale || self->held > 0) {
            return;
        }
    }
}

static void fetch(struct iterator *self, struct fetched *fetched)
{
    const double started = seconds_now();
    fetch_numbers(self, fetched);
    const double taken = seconds_now() - started;
    if (taken > slow_s) {
        self->wanted = 1;
    } else if (taken < fast_s && self->wanted < NUMBERS_AT_ONCE) {
        self->wanted *= 2;
    }
}

/* ---- Handing out -------------------------------------------------------------------------------------- */

/* What follows the last number. Always NULL, without an exception if there is no other number. */
static PyObject *end(struct iterator *self, const struct fetched *fetched)
{
    if (fetched->status != FIRESIEVE_OK) {
        return failure_raise(&fetched->error, NULL, 0);
    }
    if (fetched->outcome == FIRESIEVE_NONE) {
        self->ended = true;
        return NULL;
    }
    self->search.watch.stopped = false; /* the next call continues */
    const char *const reason = fetched->reached == FIRESIEVE_DELAY_END ? "no number from here on is below 2^127" : NULL;
    return failure_raise_end(fetched->outcome, reason, &(struct standing){.reached = fetched->reached});
}

static PyObject *next_held(struct iterator *self)
{
    return number_to_python(self->numbers[self->given++]);
}

static PyObject *next_fetched(struct iterator *self)
{
    struct fetched fetched = {.status = FIRESIEVE_OK, .outcome = FIRESIEVE_FOUND};
    self->given = 0;
    self->held = 0;
    self->busy = true;
    Py_BEGIN_ALLOW_THREADS;
    fetch(self, &fetched);
    Py_END_ALLOW_THREADS;
    self->busy = false;
    if (watch_raise(&self->search.watch)) {
        return NULL;
    }
    return self->held > 0 ? next_held(self) : end(self, &fetched);
}

static PyObject *iterator_next(PyObject *object)
{
    struct iterator *const self = (struct iterator *)object;
    if (self->busy) {
        PyErr_SetString(PyExc_ValueError, "the iterator is searching already, in another thread or this one");
        return NULL;
    }
    if (self->given < self->held) {
        return next_held(self);
    }
    return self->ended ? NULL : next_fetched(self);
}

/* ---- The type ----------------------------------------------------------------------------------------- */

static int iterator_traverse(PyObject *object, visitproc visit, void *arg)
{
    struct iterator *const self = (struct iterator *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->problem);
    Py_VISIT(self->search.watch.progress);
    Py_VISIT(self->search.watch.filters);
    return 0;
}

static int iterator_clear(PyObject *object)
{
    struct iterator *const self = (struct iterator *)object;
    firesieve_iterator_free(self->iterator); /* before what it searches */
    self->iterator = NULL;
    self->ended = true;
    Py_CLEAR(self->problem);
    Py_CLEAR(self->search.watch.progress);
    Py_CLEAR(self->search.watch.filters);
    return 0;
}

static void iterator_dealloc(PyObject *object)
{
    PyTypeObject *const type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    iterator_clear(object);
    PyObject_GC_Del(object);
    Py_DECREF(type);
}

static PyObject *iterator_refuse(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    (void)type;
    (void)arguments;
    (void)keywords;
    PyErr_SetString(PyExc_TypeError, "iterators are made by iter() of a Sieve or a Firewall");
    return NULL;
}

static char iterator_doc[] = "The numbers that are left, ascending, one at a time. Use it from one thread at a time.";

static PyType_Slot iterator_slots[] = {
    {Py_tp_doc, iterator_doc},         {Py_tp_new, iterator_refuse},
    {Py_tp_dealloc, iterator_dealloc}, {Py_tp_traverse, iterator_traverse},
    {Py_tp_clear, iterator_clear},     {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, iterator_next},   {0, NULL},
};

static PyType_Spec iterator_spec = {
    .name = "firesieve._firesieve.Iterator",
    .basicsize = sizeof(struct iterator),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = iterator_slots,
};

bool iterator_add_type(void)
{
    iterator_type = (PyTypeObject *)PyType_FromSpec(&iterator_spec);
    return iterator_type != NULL;
}

/* The references of the arguments that the watch borrows become its own. */
static bool begin(struct iterator *self, PyObject *arguments)
{
    struct search *const search = &self->search;
    firesieve_error error;
    if (!search_read(arguments, self->problem->firewall, search)) {
        search->watch.progress = search->watch.filters = NULL;
        return false;
    }
    Py_INCREF(search->watch.progress);
    Py_INCREF(search->watch.filters);
    search->options.progress = report;
    search->options.progress_context = self;
    if (firesieve_iterator_create(self->problem->firewall, &search->options, &self->iterator, &error) != FIRESIEVE_OK) {
        failure_raise(&error, NULL, 0);
        return false;
    }
    return true;
}

PyObject *iterator_create(PyObject *problem, PyObject *arguments)
{
    const allocfunc allocate = (allocfunc)PyType_GetSlot(iterator_type, Py_tp_alloc);
    struct iterator *const self = (struct iterator *)allocate(iterator_type, 0);
    if (self == NULL) {
        return NULL;
    }
    Py_INCREF(problem);
    self->problem = (struct problem *)problem;
    self->wanted = 1;
    if (!begin(self, arguments)) {
        Py_DECREF((PyObject *)self);
        return NULL;
    }
    return (PyObject *)self;
}
