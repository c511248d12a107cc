/* Answers that need no sieve: by components, what they leave, and the few delays that are left by some of them. */
#ifndef FIRESIEVE_SEARCH_BY_STRUCTURE_H
#define FIRESIEVE_SEARCH_BY_STRUCTURE_H

#include "search/search.h"

/*
 * Looks for the answer of a search that is planned and predicted to take `sieving_ns`, in a small share of that time; a
 * search of some milliseconds is not worth it. *answered: the result says what came of it. Otherwise a count may be shorter
 * than it was: search->counted says what is to be added to it. Errors: MEMORY, STOPPED.
 */
firesieve_status search_by_structure(struct search *search, double sieving_ns, bool *answered, firesieve_error *error);

#endif
