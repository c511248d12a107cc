/* The extension module _firesieve: what the package `firesieve` is written on. */
#include "python/python.h"

static PyMethodDef module_methods[] = {
    {"kernels", kernels_to_python, METH_NOARGS,
     "kernels()\n--\n\n"
     "The kernels that the library knows, as a list of dicts: name, emulated, built, runs_here, best, needs."},
    {"cpu", cpu_to_python, METH_NOARGS,
     "cpu()\n--\n\n"
     "What this machine has, as a dict: architecture, model, features, cpus, cpus_by, cpu_time, caches, memory,\n"
     "memory_limit, memory_by. Sizes are in bytes."},
    {NULL, NULL, 0, NULL},
};

/* Takes the reference over; a NULL, whose exception is raised already, is passed on. */
static bool add(PyObject *module, const char *name, PyObject *made)
{
    if (made != NULL && PyModule_AddObject(module, name, made) < 0) {
        Py_DECREF(made);
        return false;
    }
    return made != NULL;
}

static int module_exec(PyObject *module)
{
    /* Threads of a search take the main interpreter's lock to call functions; that of another one would be free. */
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) != 0) {
        PyErr_SetString(PyExc_ImportError, "firesieve can be imported in the main interpreter only");
        return -1;
    }
    const bool done = failure_import() && add(module, "Progress", search_make_progress_type()) &&
                      add(module, "Problem", PyType_FromSpec(&problem_spec)) && iterator_add_type() &&
                      PyModule_AddStringConstant(module, "version", firesieve_version()) == 0;
    return done ? 0 : -1;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
    {0, NULL},
};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_firesieve",
    .m_doc = "The library firesieve. For the package of that name, which is what programs import.",
    .m_methods = module_methods,
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit__firesieve(void); /* Python's headers do not declare it */

PyMODINIT_FUNC PyInit__firesieve(void)
{
    return PyModuleDef_Init(&module_definition);
}
