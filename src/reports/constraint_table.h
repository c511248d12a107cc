/* Which constraints make a firewall hard: how much each lowers the density of safe delays. */
#ifndef FIRESIEVE_REPORTS_CONSTRAINT_TABLE_H
#define FIRESIEVE_REPORTS_CONSTRAINT_TABLE_H

#include "reports/losses.h"

/*
 * Fills in the constraints of a profile, the sum of those beyond the maximum, and the bits of all. `losses` may be empty:
 * then no candidates were counted. Without memory, or if go_on says no, the profile is not changed.
 */
void constraint_table_fill(const firesieve_firewall *firewall, const struct loss_list *losses, bool blocked,
                           struct go_on go_on, firesieve_profile *profile);

#endif
