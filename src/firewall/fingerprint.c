#include "firewall/fingerprint.h"

#include "base/hash.h"
#include "firewall/firewall.h"

bool fingerprint_make(const firesieve_firewall *firewall, struct go_on go_on, struct fingerprint *fingerprint)
{
    const bool layered = firewall->layers != NULL;
    const size_t count = layered ? firewall->layer_count : firewall->given_classes;
    *fingerprint = (struct fingerprint){{firewall->salt[0], firewall->salt[1]}};
    for (size_t i = 0; i < count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const uint64_t numbers[2] = {layered ? firewall->layers[i].depth : firewall->classes[i].modulus,
                                     layered ? firewall->layers[i].range : firewall->classes[i].residue};
        for (uint64_t seed = 0; seed < 2; ++seed) {
            fingerprint->words[seed] += hash_numbers(numbers, 2, seed);
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
