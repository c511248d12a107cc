/*
 * How many consecutive delays decide about all of them, straight from the layers: for searches that try one delay after
 * the other, and share nothing with the sieve.
 */
#ifndef FIRESIEVE_FIREWALL_REPEATS_H
#define FIRESIEVE_FIREWALL_REPEATS_H

#include "firewall/firewall.h"

/*
 * The cycle with which safe delays repeat: the lcm of the periods, or FIRESIEVE_DELAY_END if that is larger, or on
 * cancellation. Cost: see below.
 */
firesieve_delay firewall_cycle(const firesieve_firewall *firewall, struct go_on go_on);

struct repeats {
    firesieve_delay cycle;
    firesieve_delay enough; /* if this many consecutive delays are caught, all are: the smaller one of `cycle`, and 2^n
                               for n layers whose classes (-depth mod period) differ */
    const char *reason;     /* which of them it is, static */
};

/*
 * Cost: a gcd per layer until the lcm reaches the end of delays, and a comparison with each distinct class while they are
 * few. On cancellation nothing is known to repeat.
 */
struct repeats firewall_repeats(const firesieve_firewall *firewall, struct go_on go_on);

#endif
