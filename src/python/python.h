/* Python's own header, limited to what every Python from 3.9 on has: one file of machine code serves them all. */
#ifndef FIRESIEVE_PYTHON_PYTHON_H
#define FIRESIEVE_PYTHON_PYTHON_H

#define Py_LIMITED_API 0x03090000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <firesieve/firesieve.h>

#endif
