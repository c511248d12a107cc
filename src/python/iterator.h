/* The type Iterator: numbers one after the other, fetched some thousands at a time without Python's lock. */
#ifndef FIRESIEVE_PYTHON_ITERATOR_H
#define FIRESIEVE_PYTHON_ITERATOR_H

#include "python/problem.h"

/* Makes the type. False with an exception. */
bool iterator_add_type(void);

/* A new iterator over the numbers of a problem, with the arguments of search_read; NULL with an exception. */
PyObject *iterator_create(struct problem *problem, PyObject *arguments);

#endif
