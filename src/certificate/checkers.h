/* The two checkers of certificates. Both leave the verdict ACCEPTED where they find nothing wrong. */
#ifndef FIRESIEVE_CERTIFICATE_CHECKERS_H
#define FIRESIEVE_CERTIFICATE_CHECKERS_H

#include "certificate/verdict.h"

/*
 * Checks a tree by arithmetic on depths and ranges alone: it has nothing in common with what makes trees. Errors:
 * MEMORY.
 */
firesieve_status certificate_check_tree(struct certificate_check *check, firesieve_error *error);

/* Checks windows by listing the delays in them again. Errors: those of firesieve_list. */
firesieve_status certificate_check_windows(struct certificate_check *check, firesieve_error *error);

#endif
