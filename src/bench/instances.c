/* The fixed set of firewalls: dense and thin ones, with answers of 5 to 23 digits. */
#include "bench/methods.h"

struct instance {
    const char *name;
    uint64_t k;      /* of erdos-selfridge */
    uint64_t primes; /* of negative-pseudosquare */
    firesieve_family family;
    bool is_swept;
};

static const struct instance instances[] = {
    {"puzzle", 0, 0, FIRESIEVE_FAMILY_PUZZLE, false},
    {"uniform", 0, 0, FIRESIEVE_FAMILY_UNIFORM, false},
    {"tuplet", 0, 0, FIRESIEVE_FAMILY_TUPLET, false},
    {"erdos-selfridge --k 20", 20, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 41", 41, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 61", 61, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 83", 83, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 150", 150, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 175", 175, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 185", 185, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, false},
    {"erdos-selfridge --k 200", 200, 0, FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, true},
    {"negative-pseudosquare --primes 20", 0, 20, FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, false},
    {"negative-pseudosquare --primes 30", 0, 30, FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, false},
    {"negative-pseudosquare --primes 38", 0, 38, FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, true},
};

size_t instance_count(void)
{
    return sizeof instances / sizeof instances[0];
}

const char *instance_name(size_t index)
{
    return instances[index].name;
}

bool instance_is_swept(size_t index)
{
    return instances[index].is_swept;
}

firesieve_status instance_generate(size_t index, firesieve_firewall **firewall, firesieve_error *error)
{
    const struct instance *const instance = &instances[index];
    firesieve_generate_options options = firesieve_generate_defaults(instance->family);
    options.k = instance->k != 0 ? instance->k : options.k;
    options.primes = instance->primes != 0 ? instance->primes : options.primes;
    return firesieve_firewall_generate(instance->family, &options, firewall, error);
}
