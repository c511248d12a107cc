/* The second oracle: the remainder of delay + depth, layer by layer as given. It shares nothing with the sieve. */
#include "base/delay.h"
#include "firewall/oracle.h"

bool firesieve_firewall_catches(const firesieve_firewall *firewall, firesieve_delay delay)
{
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (layer_catches(firewall->layers[i], delay)) {
            return true;
        }
    }
    return false;
}

void oracle_closed_form(const firesieve_firewall *firewall, struct watch *watch, firesieve_search_result *result)
{
    enum { DELAYS_A_LOOK = 256 };
    firesieve_delay delay = watch->from;
    while (delay < watch->to && watch_go_on(watch, delay)) {
        const firesieve_delay stop = delay_min(delay_add_saturated(delay, DELAYS_A_LOOK), watch->to);
        for (; delay < stop; ++delay) {
            if (!firesieve_firewall_catches(firewall, delay)) {
                watch_found(watch, delay, result);
                return;
            }
        }
    }
    watch_ended(watch, watch->to, delay, result);
}
