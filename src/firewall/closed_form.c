/* The second oracle: the remainder of delay + depth, layer by layer in the given order. It shares nothing with the sieve. */
#include "base/delay.h"
#include "firewall/oracle.h"

bool firesieve_firewall_catches(const firesieve_firewall *firewall, firesieve_delay delay)
{
    if (firewall->form != NULL) {
        return !firewall->holds(firewall, delay);
    }
    if (firewall->layers == NULL) {
        return firewall_class_contains(firewall, delay);
    }
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (layer_catches(firewall->layers[i], delay)) {
            return true;
        }
    }
    return false;
}

struct oracle_answer oracle_closed_form(const firesieve_firewall *firewall, const struct oracle_question *question)
{
    enum { DELAYS_A_LOOK = 256 };
    firesieve_delay delay = question->from;
    while (delay < question->to) {
        if (!oracle_may_go_on(question, delay)) {
            return (struct oracle_answer){.outcome = ORACLE_STOPPED, .delay = delay};
        }
        const firesieve_delay stop = delay_min(delay_add_saturated(delay, DELAYS_A_LOOK), question->to);
        for (; delay < stop; ++delay) {
            if (!firesieve_firewall_catches(firewall, delay)) {
                return (struct oracle_answer){.outcome = ORACLE_FOUND, .delay = delay};
            }
        }
    }
    return (struct oracle_answer){.outcome = ORACLE_NONE, .delay = question->to};
}
