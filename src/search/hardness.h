/* Which constraints make a firewall hard: by how much each lowers the density of safe delays. */
#ifndef FIRESIEVE_SEARCH_HARDNESS_H
#define FIRESIEVE_SEARCH_HARDNESS_H

#include "search/fates.h"

/*
 * Fills in the constraints of a profile, those beyond the most that are described, and the bits of all. `fates` may be
 * empty: then no candidates were counted. Without memory, or where go_on says no, the profile stays as it is.
 */
void hardness_fill(const firesieve_firewall *firewall, const struct fate_list *fates, bool blocked, struct go_on go_on,
                   firesieve_profile *profile);

#endif
