#include "firewall/repeats.h"

#include "base/delay.h"
#include "base/gcd.h"

enum { BITS_MAX = 127 /* of a delay */ };

/* Most delays fit into 64 bits, which divide much faster. */
static uint64_t remainder_of(firesieve_delay delay, uint64_t period)
{
    return delay <= UINT64_MAX ? (uint64_t)delay % period : (uint64_t)(delay % period);
}

firesieve_delay firewall_cycle(const firesieve_firewall *firewall, struct go_on go_on)
{
    firesieve_delay cycle = 1;
    for (size_t i = 0; i < firewall->layer_count && cycle < FIRESIEVE_DELAY_END; ++i) {
        if (!go_on_at(go_on, i)) {
            return FIRESIEVE_DELAY_END;
        }
        const uint64_t period = firewall_class(firewall, i).modulus;
        const uint64_t factor = period / greatest_common_divisor(period, remainder_of(cycle, period));
        cycle = factor > FIRESIEVE_DELAY_END / cycle ? FIRESIEVE_DELAY_END : cycle * factor;
    }
    return cycle;
}

/* The number of distinct classes; BITS_MAX if there are more, or on cancellation. */
static unsigned classes_of(const firesieve_firewall *firewall, struct go_on go_on)
{
    struct residue_class different[BITS_MAX];
    unsigned count = 0;
    for (size_t i = 0; i < firewall->layer_count && count < BITS_MAX; ++i) {
        if (!go_on_at(go_on, i)) {
            return BITS_MAX;
        }
        const struct residue_class class = firewall_class(firewall, i);
        unsigned same = 0;
        while (same < count && (different[same].modulus != class.modulus || different[same].residue != class.residue)) {
            ++same;
        }
        if (same == count) {
            different[count++] = class;
        }
    }
    return count;
}

struct repeats firewall_repeats(const firesieve_firewall *firewall, struct go_on go_on)
{
    const unsigned classes = classes_of(firewall, go_on);
    const firesieve_delay stretch = classes < BITS_MAX ? (firesieve_delay)1 << classes : FIRESIEVE_DELAY_END;
    const firesieve_delay cycle = firewall_cycle(firewall, go_on);
    return (struct repeats){
        .cycle = cycle,
        .enough = delay_min(cycle, stretch),
        .reason = cycle <= stretch
                      ? "every delay of one cycle of all scanners together is caught, and later ones repeat it"
                      : "n layers that catch 2^n consecutive delays catch all (Crittenden and Vanden Eynden 1970)",
    };
}
