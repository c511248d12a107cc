#include "firewall/fingerprint.h"

#include "base/hash.h"
#include "firewall/firewall.h"

bool fingerprint_make(const firesieve_firewall *firewall, struct go_on go_on, struct fingerprint *fingerprint)
{
    *fingerprint = (struct fingerprint){{0}};
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const uint64_t layer[2] = {firewall->layers[i].depth, firewall->layers[i].range};
        for (uint64_t seed = 0; seed < 2; ++seed) {
            fingerprint->words[seed] += hash_numbers(layer, 2, seed);
        }
    }
    return true;
}

struct fingerprint fingerprint_of(const firesieve_firewall *firewall)
{
    struct fingerprint fingerprint;
    fingerprint_make(firewall, (struct go_on){NULL, NULL}, &fingerprint);
    return fingerprint;
}
