/* The fixed set of firewalls: dense and thin ones, with answers of 5 to 23 digits. */
#include "bench/methods.h"

struct instance {
    bool is_swept;
    const char *name;
    firesieve_family family;
    uint64_t k;      /* of erdos-selfridge */
    uint64_t primes; /* of negative-pseudosquare */
};

static const struct instance instances[] = {
    {false, "puzzle", FIRESIEVE_FAMILY_PUZZLE, 0, 0},
    {false, "uniform", FIRESIEVE_FAMILY_UNIFORM, 0, 0},
    {false, "tuplet", FIRESIEVE_FAMILY_TUPLET, 0, 0},
    {false, "erdos-selfridge --k 20", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, 20, 0},
    {false, "erdos-selfridge --k 41", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, 41, 0},
    {false, "erdos-selfridge --k 61", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, 61, 0},
    {false, "erdos-selfridge --k 83", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, 83, 0},
    {false, "erdos-selfridge --k 150", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, 150, 0},
    {false, "erdos-selfridge --k 175", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, 175, 0},
    {false, "erdos-selfridge --k 185", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, 185, 0},
    {true, "erdos-selfridge --k 200", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, 200, 0},
    {false, "negative-pseudosquare --primes 20", FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, 0, 20},
    {false, "negative-pseudosquare --primes 30", FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, 0, 30},
    {true, "negative-pseudosquare --primes 38", FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, 0, 38},
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
