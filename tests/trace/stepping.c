#include "stepping.h"

#include <criterion/criterion.h>

struct stepping stepping_start(uint64_t range)
{
    return (struct stepping){.range = range, .step = 1};
}

void stepping_step(struct stepping *scanner)
{
    if (scanner->range == 1) {
        return;
    }
    if (scanner->position == 0) {
        scanner->step = 1;
    } else if (scanner->position == scanner->range - 1) {
        scanner->step = -1;
    }
    scanner->position = scanner->step > 0 ? scanner->position + 1 : scanner->position - 1;
}

uint64_t stepping_at(uint64_t range, uint64_t time)
{
    struct stepping scanner = stepping_start(range);
    for (uint64_t i = 0; i < time; ++i) {
        stepping_step(&scanner);
    }
    return scanner.position;
}

firesieve_firewall *firewall_of(const firesieve_layer *layers, size_t count)
{
    firesieve_firewall *firewall;
    firesieve_error error = {0};
    cr_assert(firesieve_firewall_build(layers, count, &firewall, &error) == FIRESIEVE_OK, "%s", error.message);
    return firewall;
}

/* SplitMix64. The bias of a modulus does not matter here. */
uint64_t dice_roll(struct dice *dice, uint64_t most)
{
    uint64_t mixed = dice->state += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return (mixed ^ (mixed >> 31)) % (most + 1);
}

size_t dice_layers(struct dice *dice, firesieve_layer *layers, size_t most, uint64_t depth, uint64_t range)
{
    size_t count = 0;
    const uint64_t sparse = dice_roll(dice, 9);
    for (uint64_t i = 0; i <= depth && count < most; ++i) {
        if (dice_roll(dice, sparse) == 0 || (i == depth && count == 0)) {
            layers[count++] = (firesieve_layer){.depth = i, .range = 1 + dice_roll(dice, range - 1)};
        }
    }
    return count;
}
