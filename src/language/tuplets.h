/* Finds lines that ask for prime tuplets, which are sieved by primes without listing their classes. */
#ifndef FIRESIEVE_LANGUAGE_TUPLETS_H
#define FIRESIEVE_LANGUAGE_TUPLETS_H

#include "language/form.h"

/*
 * Marks the lines of one tuplet: all `prime` lines, or otherwise the line `coprime to p for primes p in` with the largest
 * end; none if the other lines may forbid so much that sieving by them is faster.
 */
void tuplet_mark(struct residue_form *form, const struct residue_class *simple);

/* Makes form->tuplets from the marked lines, and the classes of all others. False: no memory. */
bool tuplet_make(struct residue_form *form, const struct residue_class *classes, size_t count);

#endif
