#include "python/python.h"

enum { HALF_BITS = 64 };

PyObject *number_to_python(firesieve_delay number)
{
    const unsigned long long low = (unsigned long long)number;
    const unsigned long long high = (unsigned long long)(number >> HALF_BITS);
    char text[2 * HALF_BITS / 4 + 1];
    if (high == 0) {
        return PyLong_FromUnsignedLongLong(low);
    }
    snprintf(text, sizeof text, "%llx%016llx", high, low);
    return PyLong_FromString(text, NULL, 16);
}

PyObject *number_or_none(bool known, firesieve_delay number)
{
    return known ? number_to_python(number) : Py_BuildValue("");
}

/* Raises OverflowError for negative integers and those from 2^128 on. */
static bool read_integer(PyObject *integer, firesieve_delay *number)
{
    const int size = (int)sizeof *number;
    PyObject *const bytes = PyObject_CallMethod((PyObject *)&PyLong_Type, "to_bytes", "Ois", integer, size, "big");
    if (bytes == NULL) {
        return false;
    }
    const char *const digits = PyBytes_AsString(bytes);
    *number = 0;
    for (int i = 0; i < size; ++i) {
        *number = *number << CHAR_BIT | (unsigned char)digits[i];
    }
    Py_DECREF(bytes);
    return true;
}

static void raise_out_of_range(const char *what, firesieve_delay most, PyObject *integer)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    const char *const end = most == FIRESIEVE_DELAY_END ? "2^127" : firesieve_delay_format(most, text);
    PyErr_Format(PyExc_ValueError, "%s: expected an integer from 0 to %s, found %S", what, end, integer);
}

bool number_from_python(PyObject *object, firesieve_delay most, const char *what, firesieve_delay *number)
{
    PyObject *const integer = PyNumber_Index(object);
    if (integer == NULL) {
        if (PyErr_ExceptionMatches(PyExc_TypeError)) {
            PyErr_Clear();
            PyErr_Format(PyExc_TypeError, "%s: expected an integer, found %R", what, object);
        }
        return false;
    }
    firesieve_delay value = FIRESIEVE_DELAY_END;
    const bool fits = read_integer(integer, &value);
    const bool done = fits && value <= most;
    if (done) {
        *number = value;
    } else if (fits || PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        raise_out_of_range(what, most, integer);
    }
    Py_DECREF(integer);
    return done;
}
