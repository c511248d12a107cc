/* What the library says of a firewall, as a dict. */
#ifndef FIRESIEVE_PYTHON_EXPLAIN_H
#define FIRESIEVE_PYTHON_EXPLAIN_H

#include "python/python.h"

/* A new dict whose keys are members of firesieve_explanation; NULL with an exception. */
PyObject *explanation_to_python(const firesieve_firewall *firewall, const firesieve_explanation *explanation);

/* The kernels as a new list of dicts, and the machine as a new dict; NULL with an exception. */
PyObject *kernels_to_python(void);
PyObject *cpu_to_python(void);

#endif
