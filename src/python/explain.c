#include "python/python.h"

/* ---- Dicts -------------------------------------------------------------------------------------------- */

/* Puts a value into the dict, and takes over the reference. Does nothing once an exception is raised: both may be NULL. */
static void put(PyObject *dict, const char *name, PyObject *value)
{
    if (value != NULL && !PyErr_Occurred()) {
        PyDict_SetItemString(dict, name, value);
    }
    Py_XDECREF(value);
}

static void put_size(PyObject *dict, const char *name, uint64_t value)
{
    put(dict, name, PyLong_FromUnsignedLongLong(value));
}

static void put_number(PyObject *dict, const char *name, double value)
{
    put(dict, name, PyFloat_FromDouble(value));
}

static void put_bool(PyObject *dict, const char *name, bool value)
{
    put(dict, name, PyBool_FromLong(value));
}

/* Appends to a list, and takes over the reference, as `put` does. */
static void append(PyObject *list, PyObject *value)
{
    if (value != NULL && !PyErr_Occurred()) {
        PyList_Append(list, value);
    }
    Py_XDECREF(value);
}

/* What has been made, or NULL if an exception was raised meanwhile. */
static PyObject *finished(PyObject *made)
{
    if (PyErr_Occurred()) {
        Py_XDECREF(made);
        return NULL;
    }
    return made;
}

/* ---- Explanations ------------------------------------------------------------------------------------- */

static PyObject *towers(const firesieve_component *component)
{
    PyObject *const list = PyList_New(0);
    for (size_t i = 0; i < component->tower_count && list != NULL; ++i) {
        const firesieve_tower *const tower = &component->towers[i];
        append(list, Py_BuildValue("(KK)", (unsigned long long)tower->base, (unsigned long long)tower->exponent));
    }
    return list;
}

static PyObject *component_to_python(const firesieve_component *component)
{
    PyObject *const dict = PyDict_New();
    put(dict, "cycle", number_or_none(component->cycle != FIRESIEVE_DELAY_END, component->cycle));
    put(dict, "count", number_or_none(component->counted, component->count));
    put(dict, "density", component->counted ? PyFloat_FromDouble(component->density) : Py_BuildValue(""));
    put_size(dict, "classes", component->classes);
    put(dict, "towers", towers(component));
    return dict;
}

static PyObject *components(const firesieve_explanation *explanation)
{
    if (explanation->components == NULL) {
        return Py_BuildValue("");
    }
    PyObject *const list = PyList_New(0);
    for (size_t i = 0; i < explanation->component_count && list != NULL; ++i) {
        append(list, component_to_python(&explanation->components[i]));
    }
    return list;
}

/* The number of the line that forbids class `index`, from 0. */
static size_t line_of(const firesieve_firewall *firewall, size_t index)
{
    firesieve_line line;
    firesieve_firewall_line(firewall, firesieve_firewall_line_of(firewall, index), &line);
    return (size_t)line.number - 1;
}

/* Layers, or lines: the classes of one follow each other. */
static PyObject *blocking(const firesieve_firewall *firewall, const firesieve_explanation *explanation)
{
    const bool layers = firesieve_firewall_layers(firewall) != NULL;
    size_t last = SIZE_MAX;
    if (explanation->blocking == NULL) {
        return Py_BuildValue("");
    }
    PyObject *const list = PyList_New(0);
    for (size_t i = 0; i < explanation->blocking_count && list != NULL; ++i) {
        const size_t index = layers ? explanation->blocking[i] : line_of(firewall, explanation->blocking[i]);
        if (index != last) {
            append(list, PyLong_FromSize_t(index));
        }
        last = index;
    }
    return list;
}

static PyObject *costs(const firesieve_explanation *explanation)
{
    PyObject *const dict = PyDict_New();
    for (size_t i = 0; i < explanation->cost_count && dict != NULL; ++i) {
        put_number(dict, explanation->costs[i].name, explanation->costs[i].nanoseconds);
    }
    return dict;
}

/* What is true of the firewall. */
static void put_facts(PyObject *dict, const firesieve_firewall *firewall, const firesieve_explanation *explanation)
{
    put(dict, "cycle", number_or_none(explanation->cycle != FIRESIEVE_DELAY_END, explanation->cycle));
    put_number(dict, "cycle_log10", explanation->cycle_log10);
    put_size(dict, "layers", explanation->layers);
    put_size(dict, "periods", explanation->periods);
    put_size(dict, "constraints", explanation->constraints);
    put_size(dict, "classes", explanation->classes);
    put_size(dict, "largest_modulus", explanation->largest_modulus);
    put_number(dict, "density", explanation->density);
    put_bool(dict, "density_exact", explanation->density_exact);
    put(dict, "safe_in_cycle",
        number_or_none(explanation->density_exact && explanation->cycle < FIRESIEVE_DELAY_END,
                       explanation->safe_in_cycle));
    put_number(dict, "expected", explanation->expected);
    put(dict, "components", components(explanation));
    put_size(dict, "component_others", explanation->component_others);
    put(dict, "reason", Py_BuildValue("z", explanation->reason));
    put(dict, "blocking", blocking(firewall, explanation));
    put_bool(dict, "blocking_minimal", explanation->blocking_minimal);
}

/* What a search would do. */
static void put_plan(PyObject *dict, const firesieve_explanation *explanation)
{
    put_bool(dict, "short_path", explanation->short_path);
    put(dict, "method", Py_BuildValue("z", firesieve_method_name(explanation->method)));
    put(dict, "kernel",
        Py_BuildValue("z", explanation->kernel == NULL ? NULL : firesieve_kernel_name(explanation->kernel)));
    put_size(dict, "wheel_modulus", explanation->wheel_modulus);
    put_size(dict, "wheel_residues", explanation->wheel_residues);
    put_size(dict, "wheel_constraints", explanation->wheel_constraints);
    put_size(dict, "row_constraints", explanation->row_constraints);
    put_size(dict, "row_bytes", explanation->row_bytes);
    put_size(dict, "crossed_classes", explanation->crossed_classes);
    put_size(dict, "tested_classes", explanation->tested_classes);
    put_size(dict, "checked_classes", explanation->checked_classes);
    if (explanation->method == FIRESIEVE_METHOD_FOCUS) {
        put(dict, "focus_a", number_to_python(explanation->focus_a));
        put(dict, "focus_b", number_to_python(explanation->focus_b));
        put_size(dict, "focus_columns", explanation->focus_columns);
        put_size(dict, "focus_offsets", explanation->focus_offsets);
        put_size(dict, "list_constraints", explanation->list_constraints);
        put_size(dict, "list_bytes", explanation->list_bytes);
        put_number(dict, "focus_window", explanation->focus_window);
        put_number(dict, "focus_pairs", explanation->focus_pairs);
    }
    put_number(dict, "predicted_s", explanation->predicted_s);
    put_number(dict, "predicted_range_s", explanation->predicted_range_s);
    put(dict, "costs", costs(explanation));
    put_bool(dict, "costs_measured", explanation->costs_measured);
    put(dict, "plan",
        Py_BuildValue("z", explanation->plan == NULL ? NULL : firesieve_plan_text(explanation->plan, &(size_t){0})));
}

PyObject *explanation_to_python(const firesieve_firewall *firewall, const firesieve_explanation *explanation)
{
    PyObject *const dict = PyDict_New();
    put_facts(dict, firewall, explanation);
    if (explanation->reason == NULL) {
        put_plan(dict, explanation);
    }
    return finished(dict);
}

/* ---- The machine -------------------------------------------------------------------------------------- */

static PyObject *kernel_to_python(const firesieve_kernel *kernel)
{
    PyObject *const dict = PyDict_New();
    put(dict, "name", Py_BuildValue("z", firesieve_kernel_name(kernel)));
    put_bool(dict, "emulated", firesieve_kernel_emulated(kernel));
    put_bool(dict, "built", firesieve_kernel_built(kernel));
    put_bool(dict, "runs_here", firesieve_kernel_runs_here(kernel));
    put_bool(dict, "best", kernel == firesieve_kernel_best());
    put(dict, "needs", Py_BuildValue("z", firesieve_kernel_needs(kernel)));
    return dict;
}

PyObject *kernels_to_python(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    PyObject *const list = PyList_New(0);
    for (size_t i = 0; i < firesieve_kernel_count() && list != NULL; ++i) {
        append(list, kernel_to_python(firesieve_kernel_at(i)));
    }
    return finished(list);
}

static PyObject *caches(const firesieve_cpu *cpu)
{
    PyObject *const list = PyList_New(0);
    for (size_t i = 0; i < cpu->cache_count && list != NULL; ++i) {
        const firesieve_cpu_cache *const cache = &cpu->caches[i];
        append(list, Py_BuildValue("{s:i,s:s,s:K}", "level", cache->level, "type", cache->type, "size",
                                   (unsigned long long)cache->size));
    }
    return list;
}

PyObject *cpu_to_python(PyObject *module, PyObject *unused)
{
    (void)module;
    (void)unused;
    firesieve_cpu cpu;
    firesieve_cpu_detect(&cpu);
    PyObject *const dict = PyDict_New();
    put(dict, "architecture", Py_BuildValue("z", cpu.architecture));
    put(dict, "model", Py_BuildValue("z", cpu.model));
    put(dict, "features", Py_BuildValue("z", cpu.features));
    put_size(dict, "cpus", cpu.cpus);
    put(dict, "cpus_by", Py_BuildValue("z", cpu.cpus_by));
    put_number(dict, "cpu_time", cpu.cpu_time);
    put(dict, "caches", caches(&cpu));
    put_size(dict, "memory", cpu.memory);
    put_size(dict, "memory_limit", cpu.memory_limit);
    put(dict, "memory_by", Py_BuildValue("z", cpu.memory_by));
    return finished(dict);
}
