/*
 * Progressions that x must be in: lines that allow few residues of a large modulus, and so forbid too many to be listed,
 * combined by the Chinese remainder theorem.
 */
#ifndef FIRESIEVE_LANGUAGE_BRANCHES_H
#define FIRESIEVE_LANGUAGE_BRANCHES_H

#include "language/form.h"

/* A line that allows few residues. */
struct narrow_line {
    uint64_t residues; /* number of allowed residues; first, to be sorted by */
    size_t line;
    uint64_t modulus;
    struct interval *allowed; /* owned, united */
    size_t allowed_count;
};

struct branch_list {
    struct narrow_line *lines; /* owned */
    size_t count;
};

/* Whether a line that allows this many residues can make branches. */
bool branches_take(firesieve_delay residues);

/* Takes over `allowed`, even on failure. False: no memory. */
bool branch_list_add(struct branch_list *list, size_t line, uint64_t modulus, struct interval *allowed, size_t count);

/*
 * Combines lines, those with the fewest residues first, while the branches and the classes along them are few, and removes
 * them from the list. Makes the form's branches, or listed numbers if each branch has one number below 2^127. False: no
 * memory.
 */
bool branch_list_finish(struct branch_list *list, struct residue_form *form, const struct residue_class *classes,
                        size_t class_count);

void branch_list_free(struct branch_list *list);

/* Restricts the listed numbers of a form to a united set, which it takes over, even on failure. False: no memory. */
bool form_list(struct residue_form *form, struct interval *numbers, size_t count);

#endif
