/*
 * The oracle: the first two ways to solve the puzzle, straight from its text. Nothing here knows of residue classes,
 * columns or kernels, so that what the sieve finds can be checked against it.
 */
#ifndef FIRESIEVE_FIREWALL_ORACLE_H
#define FIRESIEVE_FIREWALL_ORACLE_H

#include "base/watch.h"
#include "firewall/firewall.h"

/*
 * Scanners with a position and a direction that step, one picosecond after the other, for every delay from 0 on (a
 * range that starts later is stepped up to). Cost: layers * depth steps a delay; 64 bytes a layer. Errors: MEMORY.
 */
firesieve_status oracle_simulate(const firesieve_firewall *firewall, struct watch *watch,
                                 firesieve_search_result *result, firesieve_error *error);

/* (delay + depth) mod period for every delay and layer. Cost: one division a layer until the first catch. */
void oracle_closed_form(const firesieve_firewall *firewall, struct watch *watch, firesieve_search_result *result);

#endif
