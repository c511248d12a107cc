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

#endif
