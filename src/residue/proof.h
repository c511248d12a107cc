/* Whether the classes of a firewall cover all delays, asked beside a search that may never end. */
#ifndef FIRESIEVE_RESIDUE_PROOF_H
#define FIRESIEVE_RESIDUE_PROOF_H

#include "residue/reduced.h"

/* What to say where it is so. */
extern const char proof_reason[];

/*
 * Looks for a proof for about `seconds` (on a server of 2023; it counts its work, not the time). *blocked: it found
 * one. Without one nothing is known. Memory: 16 bytes a class and what cover_decide takes. Errors: MEMORY,
 * STOPPED.
 */
firesieve_status proof_find(const struct reduced *reduced, double seconds, struct go_on go_on, bool *blocked,
                            firesieve_error *error);

#endif
