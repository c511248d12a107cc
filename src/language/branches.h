/*
 * Progressions that x must be in: lines that allow few residues of a modulus too large for what they forbid to be
 * listed, put together by the Chinese remainder theorem.
 */
#ifndef FIRESIEVE_LANGUAGE_BRANCHES_H
#define FIRESIEVE_LANGUAGE_BRANCHES_H

#include "language/form.h"

/* A line that leaves few residues. */
struct narrow_line {
    size_t line;
    uint64_t modulus;
    struct interval *allowed; /* owned, united */
    size_t allowed_count;
    uint64_t residues; /* that are allowed */
};

struct branch_list {
    struct narrow_line *lines; /* owned */
    size_t count;
};

/* Whether so few residues are allowed that the line may make branches. */
bool branches_take(firesieve_delay residues);

/* Takes over what is allowed. False: no memory. */
bool branch_list_add(struct branch_list *list, size_t line, uint64_t modulus, struct interval *allowed, size_t count);

/*
 * Puts lines together, those that leave least first, as long as branches and the classes of each are few: then the line
 * is no longer in the list. Makes the form's branches, or listed numbers where each branch has one number below 2^127.
 * False: no memory.
 */
bool branch_list_finish(struct branch_list *list, struct residue_form *form, const struct residue_class *classes,
                        size_t class_count);

void branch_list_free(struct branch_list *list);

#endif
