/* Fewer and shorter moduli that forbid the same integers. */
#ifndef FIRESIEVE_RESIDUE_REDUCE_H
#define FIRESIEVE_RESIDUE_REDUCE_H

#include "base/go_on.h"
#include "residue/classes.h"

/*
 * Lowers a modulus m to m / p where the narrow classes of m repeat with m / p: two layers of period 2m that forbid a
 * and a + m become the one class a mod m. Cost: one pass, and a sort where something was lowered. False: go_on said no, and the set is
 * fit to be freed alone; so below.
 */
bool classes_lower_moduli(struct class_set *set, struct go_on go_on);

/*
 * Drops narrow classes that a class of one of their modulus' divisors contains. Each is compared with those divisors
 * that forbid most: up to 512 of them in a firewall of few periods, 4 in one of millions.
 */
bool classes_drop_implied(struct class_set *set, struct go_on go_on);

/* Sorts the wide classes and drops what is there twice. */
bool classes_sort_wide(struct class_set *set, struct go_on go_on);

/* Lowers wide moduli likewise; those that are narrow then join the others. False also: no memory. */
bool classes_lower_wide(struct class_set *set, struct go_on go_on);

/*
 * Drops wide classes that a class of a divisor of their modulus contains, where there are at most 2^16 of them and fewer than
 * 1024 moduli: what towers of moduli up to 2^63 have. Cost: a division a pair of moduli, a search a class and divisor.
 */
bool classes_drop_implied_wide(struct class_set *set, struct go_on go_on);

#endif
