/* Integers of Python and numbers of the library. The interpreter's lock is held in all of these. */
#ifndef FIRESIEVE_PYTHON_NUMBER_H
#define FIRESIEVE_PYTHON_NUMBER_H

#include "python/python.h"

/* A new reference; NULL with MemoryError. */
PyObject *number_to_python(firesieve_delay number);

/*
 * Reads an integer (or what has __index__) from 0 to `most` into *number. False with an exception that begins with
 * `what`: TypeError, or ValueError where it is out of its range.
 */
bool number_from_python(PyObject *object, firesieve_delay most, const char *what, firesieve_delay *number);

#endif
