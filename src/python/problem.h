/* The type Problem: a firewall of the library, layers or lines of residues, and the searches of it. */
#ifndef FIRESIEVE_PYTHON_PROBLEM_H
#define FIRESIEVE_PYTHON_PROBLEM_H

#include "python/python.h"

/* Immutable: any number of threads may search it at once, without Python's lock. */
struct problem {
    PyObject base;                /* what Python keeps of every object */
    firesieve_firewall *firewall; /* owned */
};

/* Makes the type, and adds it to the module. False with an exception. */
bool problem_add_type(PyObject *module);

#endif
