/* Which lines ask for prime tuplets, to be sieved by primes that nobody lists. */
#ifndef FIRESIEVE_LANGUAGE_TUPLETS_H
#define FIRESIEVE_LANGUAGE_TUPLETS_H

#include "language/form.h"

/*
 * Marks the lines of one tuplet: all lines `prime`, or else the line `coprime to p for primes p in` that goes farthest;
 * none where the others may forbid so much that they are better sieved by.
 */
void tuplet_mark(struct residue_form *form, const struct residue_class *simple);

/* Makes form->tuplets of marked lines, and of the classes of all others. False: no memory. */
bool tuplet_make(struct residue_form *form, const struct residue_class *classes, size_t count);

#endif
