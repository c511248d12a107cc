/*
 * How many delays stand for all of them, straight from the layers. For those who search one delay after the other, and
 * share nothing with the sieve.
 */
#ifndef FIRESIEVE_FIREWALL_REPEATS_H
#define FIRESIEVE_FIREWALL_REPEATS_H

#include "firewall/firewall.h"

/*
 * What is safe repeats with it: the lcm of the periods, FIRESIEVE_DELAY_END where that is larger, or where go_on says
 * no. Cost: below.
 */
firesieve_delay firewall_cycle(const firesieve_firewall *firewall, struct go_on go_on);

struct repeats {
    firesieve_delay cycle;
    firesieve_delay enough; /* so many consecutive delays that are all caught show that all are: `cycle`, or 2^n for n
                               layers whose classes (-depth mod period) differ, whichever is less */
    const char *reason;     /* which of them that is */
};

/*
 * Cost: a gcd a layer until the lcm is that large, and a comparison with each different class while they are few. Once
 * go_on says no, nothing is known to repeat.
 */
struct repeats firewall_repeats(const firesieve_firewall *firewall, struct go_on go_on);

#endif
