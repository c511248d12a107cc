/* Whether the classes of a firewall cover all delays, for searches that might never end. */
#ifndef FIRESIEVE_RESIDUE_PROOF_H
#define FIRESIEVE_RESIDUE_PROOF_H

#include "residue/reduced.h"

/* The reason to give if they do. */
extern const char proof_reason[];

/*
 * Searches for a proof for about `seconds` (on a server of 2023; it counts its work, not the time). *blocked: it found
 * one; otherwise nothing is known. Memory: 16 bytes per class and what cover_decide takes. Errors: MEMORY,
 * STOPPED.
 */
firesieve_status proof_find(const struct reduced *reduced, double seconds, struct go_on go_on, bool *blocked,
                            firesieve_error *error);

#endif
