/* The short path: puzzle-sized firewalls in well under a microsecond. */
#ifndef FIRESIEVE_METHODS_SMALL_H
#define FIRESIEVE_METHODS_SMALL_H

#include <firesieve/firesieve.h>

/* Limits of the short path: the number of layers, and their ranges (periods up to 64) or moduli. */
enum { SMALL_LAYERS_MAX = 512, SMALL_RANGE_MAX = 33 };

/* Whether the firewall is within these limits. */
bool small_takes(const firesieve_firewall *firewall);

enum small_outcome {
    SMALL_FOUND,
    SMALL_NONE,     /* no delay in the range is safe */
    SMALL_UNDECIDED /* too many layers, a longer range, or too much work: nothing is known */
};

/*
 * Finds the smallest safe delay in [from, to), from <= to <= 2^127. FOUND: *delay. NONE: *reason is a static text if no
 * delay at all is safe, or NULL if the range ended first. Decisions are exact. No allocations; usually 4 KiB of stack,
 * and about 40 KiB if many residues are left. Cost: a few nanoseconds per layer, and then what the answer takes; gives
 * up after tens of microseconds. In the residue form only classes count.
 */
enum small_outcome small_solve(const firesieve_firewall *firewall, firesieve_delay from, firesieve_delay to,
                               firesieve_delay *delay, const char **reason);

#endif
