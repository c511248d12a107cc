/* Fewer and shorter moduli that forbid the same integers. */
#ifndef FIRESIEVE_RESIDUE_REDUCE_H
#define FIRESIEVE_RESIDUE_REDUCE_H

#include "base/go_on.h"
#include "residue/classes.h"

/*
 * Lowers a modulus m to m / p if the narrow classes of m repeat with m / p: two layers of period 2m that forbid a and a
 * + m become the one class a mod m. Cost: one pass, and a sort if something was lowered. False: go_on said no, and the
 * set is only fit to be freed; so below.
 */
bool classes_lower_moduli(struct class_set *set, struct go_on go_on);

/* Sorts the wide classes and drops what is there twice. */
bool classes_sort_wide(struct class_set *set, struct go_on go_on);

/* Lowers wide moduli likewise; those that become narrow join the others. False also: no memory. */
bool classes_lower_wide(struct class_set *set, struct go_on go_on);

/*
 * Drops classes that a class of one of their modulus' divisors contains. Narrow ones are compared with those divisors
 * that forbid most: up to 512 of them in a firewall of few periods, 4 in one of millions. Wide ones are compared with
 * all if there are at most 2^16 of them and fewer than 1024 moduli, as in towers of moduli up to 2^63. Cost of these: a
 * division for each pair of moduli, a search for each class and divisor.
 */
bool classes_drop_implied(struct class_set *set, struct go_on go_on);

#endif
