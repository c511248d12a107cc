#include "structured.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/gcd.h"
#include "firewalls.h"

const char *const structured_names[STRUCTURED_KINDS] = {"towers",     "digits",     "roots",
                                                        "composites", "components", "coprime"};

struct criterion_test_params every_structured_kind(void)
{
    static size_t kinds[STRUCTURED_KINDS];
    for (size_t i = 0; i < STRUCTURED_KINDS; ++i) {
        kinds[i] = i;
    }
    return cr_make_param_array(size_t, kinds, STRUCTURED_KINDS);
}

/* Layers under construction. */
struct making {
    struct random_state *random;
    firesieve_layer *layers;
    size_t count;
    size_t capacity;
};

/* Depths stay below the period if possible, so that they remain valid for large periods. */
static void add_layer(struct making *making, uint64_t period, uint64_t residue)
{
    if (making->count == making->capacity) {
        making->capacity = 2 * making->capacity + 64;
        making->layers = reallocarray(making->layers, making->capacity, sizeof *making->layers);
        cr_assert(making->layers != NULL);
    }
    uint64_t depth = (period - residue % period) % period;
    for (size_t i = 0; i < making->count; ++i) {
        if (making->layers[i].depth == depth) { /* in use: try the next one against all layers */
            depth += period;
            i = SIZE_MAX;
        }
    }
    making->layers[making->count++] = (firesieve_layer){.depth = depth, .range = period / 2 + 1};
}

static void forbid(struct making *making, uint64_t modulus, uint64_t residue)
{
    if (modulus % 2 == 0) {
        add_layer(making, modulus, residue);
    } else {
        add_layer(making, 2 * modulus, residue);
        add_layer(making, 2 * modulus, residue + modulus);
    }
}

static uint64_t draw(struct making *making, uint64_t low, uint64_t high)
{
    return random_between(making->random, low, high);
}

static const uint64_t primes[] = {2, 3, 5, 7, 11, 13};
enum { PRIMES = sizeof primes / sizeof *primes };

/* A prime that is not in `used` (one bit for each), or 0 if all are. */
static uint64_t draw_prime(struct making *making, unsigned *used)
{
    if (*used == (1 << PRIMES) - 1) {
        return 0;
    }
    for (;;) {
        const uint64_t i = draw(making, 0, PRIMES - 1);
        if ((*used >> i & 1) == 0) {
            *used |= 1U << i;
            return primes[i];
        }
    }
}

static void make_towers(struct making *making, uint64_t cycle_max)
{
    unsigned used = 0;
    uint64_t cycle = 1;
    for (uint64_t p = draw_prime(making, &used); p != 0 && cycle * p <= cycle_max; p = draw_prime(making, &used)) {
        const uint64_t highest = draw(making, 1, 8);
        uint64_t power = 1;
        for (uint64_t level = 1; level <= highest && cycle * p <= cycle_max; ++level) {
            power *= p;
            cycle *= p;
            for (uint64_t i = draw(making, 0, p < 5 ? p - 1 : p); i > 0; --i) {
                forbid(making, power, draw(making, 0, power - 1));
            }
        }
    }
}

/* Leaves one residue modulo base^levels, or sometimes none. */
static void make_digits(struct making *making, uint64_t base, uint64_t levels)
{
    const uint64_t spoilt = draw(making, 0, 30); /* a level at which everything is forbidden, usually none */
    uint64_t power = 1;
    uint64_t known = 0;
    for (uint64_t level = 0; level < levels; ++level) {
        const uint64_t digit = draw(making, 0, base - 1);
        for (uint64_t other = 0; other < base; ++other) {
            if (other != digit || level == spoilt) {
                forbid(making, power * base, known + other * power);
            }
        }
        known += digit * power;
        power *= base;
    }
}

static void make_digit_towers(struct making *making, uint64_t cycle_max)
{
    static const uint64_t bases[] = {2, 3, 5, 6, 10, 12};
    uint64_t cycle = 1;
    for (int i = 0; i < 3; ++i) {
        const uint64_t base = bases[draw(making, 0, sizeof bases / sizeof *bases - 1)];
        const uint64_t most = draw(making, 1, 8);
        uint64_t levels = 0;
        if (greatest_common_divisor(base, cycle) == 1) {
            for (; levels < most && cycle * base <= cycle_max; cycle *= base) {
                ++levels;
            }
            make_digits(making, base, levels);
        }
    }
}

/* Leaves some lifts of each residue that is left. */
static void make_roots(struct making *making, uint64_t cycle_max)
{
    enum { LEFT_MAX = 64 };
    unsigned used = 0;
    uint64_t cycle = 1;
    for (int tower = 0; tower < 3; ++tower) {
        const uint64_t p = draw_prime(making, &used);
        uint64_t left[LEFT_MAX] = {0};
        size_t left_count = 1;
        uint64_t power = 1;
        while (p != 0 && cycle * p <= cycle_max && draw(making, 0, 4) > 0) {
            uint64_t lifted[LEFT_MAX];
            size_t count = 0;
            for (size_t i = 0; i < left_count; ++i) {
                const uint64_t kept = draw(making, 0, p - 1);
                for (uint64_t digit = 0; digit < p; ++digit) {
                    if ((digit == kept || draw(making, 0, 3) == 0) && count < LEFT_MAX) {
                        lifted[count++] = left[i] + digit * power;
                    } else {
                        forbid(making, power * p, left[i] + digit * power);
                    }
                }
            }
            memcpy(left, lifted, count * sizeof *left);
            left_count = count;
            power *= p;
            cycle *= p;
        }
    }
}

static uint64_t draw_divisor(struct making *making, uint64_t cycle)
{
    for (;;) {
        const uint64_t divisor = cycle / draw(making, 1, cycle < 400 ? cycle / 2 : 200);
        if (divisor > 1 && divisor < 20000 && cycle % divisor == 0) {
            return divisor;
        }
        const uint64_t small = draw(making, 2, 200);
        if (cycle % small == 0) {
            return small;
        }
    }
}

static void make_composites(struct making *making, uint64_t cycle_max)
{
    static const uint64_t cycles[] = {360,   720,   840,    1260,    2310,    5040,     27720,
                                      30030, 55440, 720720, 2162160, 3603600, 21621600, 9699690};
    uint64_t cycle = 0;
    while (cycle == 0 || cycle > cycle_max || cycle < cycle_max / 1000) {
        cycle = cycles[draw(making, 0, sizeof cycles / sizeof *cycles - 1)];
    }
    for (uint64_t i = draw(making, 1, 40); i > 0; --i) {
        const uint64_t modulus = draw_divisor(making, cycle);
        forbid(making, modulus, draw(making, 0, modulus - 1));
    }
}

static void make_components(struct making *making, uint64_t cycle_max)
{
    static const uint64_t parts[] = {12, 35, 143, 45, 8, 77, 13};
    uint64_t cycle = 1;
    for (int i = 0; i < 8; ++i) {
        const uint64_t part = parts[draw(making, 0, sizeof parts / sizeof *parts - 1)];
        if (greatest_common_divisor(part, cycle) == 1 && cycle * part <= cycle_max) {
            cycle *= part;
            for (uint64_t j = draw(making, 1, 6); j > 0; --j) {
                const uint64_t modulus = draw_divisor(making, part);
                forbid(making, modulus, draw(making, 0, modulus - 1));
            }
        }
    }
}

static void make_coprime(struct making *making, uint64_t cycle_max)
{
    uint64_t cycle = 1;
    for (int i = 0; i < 30; ++i) {
        const uint64_t modulus = draw(making, 2, draw(making, 0, 3) == 0 ? 600 : 30);
        if (cycle * modulus <= cycle_max && greatest_common_divisor(modulus, cycle) == 1) {
            cycle *= modulus;
            forbid(making, modulus, draw(making, 0, modulus - 1));
        }
    }
}

firesieve_firewall *lone_towers_firewall(struct lone_tower *towers, size_t count, struct random_state *random)
{
    struct making making = {.random = random};
    for (size_t i = 0; i < count; ++i) {
        towers[i].modulus = 1;
        towers[i].residue = 0;
        for (uint64_t level = 0; level < towers[i].levels; ++level) {
            const uint64_t digit = draw(&making, 0, towers[i].base - 1);
            for (uint64_t other = 0; other < towers[i].base; ++other) {
                if (other != digit) {
                    forbid(&making, towers[i].modulus * towers[i].base, towers[i].residue + other * towers[i].modulus);
                }
            }
            towers[i].residue += digit * towers[i].modulus;
            towers[i].modulus *= towers[i].base;
        }
    }
    for (size_t i = making.count; i > 1; --i) {
        const size_t other = draw(&making, 0, i - 1);
        const firesieve_layer moved = making.layers[other];
        making.layers[other] = making.layers[i - 1];
        making.layers[i - 1] = moved;
    }
    firesieve_firewall *const firewall = build_firewall(making.layers, making.count);
    free(making.layers);
    return firewall;
}

firesieve_firewall *structured_firewall(enum structured_kind kind, uint64_t cycle_max, struct random_state *random)
{
    static void (*const make[STRUCTURED_KINDS])(struct making *, uint64_t) = {
        make_towers, make_digit_towers, make_roots, make_composites, make_components, make_coprime};
    struct making making = {.random = random};
    do {
        make[kind](&making, cycle_max);
    } while (making.count == 0);
    firesieve_firewall *const firewall = build_firewall(making.layers, making.count);
    free(making.layers);
    return firewall;
}
