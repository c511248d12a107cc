/* Turns lines into classes, if these are few enough, and filters. */
#ifndef FIRESIEVE_LANGUAGE_EXPAND_H
#define FIRESIEVE_LANGUAGE_EXPAND_H

#include "language/form.h"

/* A growing list of classes. */
struct class_list_built {
    struct residue_class *items; /* owned */
    size_t count;
    size_t capacity;
};

/* Makes room for `more` classes. False: no memory. */
bool class_list_reserve(struct class_list_built *list, size_t more);

/*
 * Appends the classes that the form's lines forbid to those of its simple lines, and makes its filters, range, listed
 * numbers and branches. Errors: INPUT if a number in a loop has no value, in text *source; MEMORY, STOPPED.
 */
firesieve_status form_expand(struct residue_form *form, struct class_list_built *classes, struct go_on go_on,
                             size_t *source, firesieve_error *error);

#endif
