#include "planner/costs.h"

#include "cpu/kernel_table.h"

struct costs costs_of(const firesieve_kernel *kernel)
{
    struct costs costs = {
#define COST(member, nanoseconds, what) .member = (nanoseconds),
        COSTS(COST)
#undef COST
            .first_cache = 32 << 10,
        .second_cache = 1 << 20,
    };
    costs.row_word = kernel->costs.row_word;
    costs.call = kernel->costs.call;
    costs.lane = kernel->costs.lane;
    costs.group_words = kernel->costs.group_words;
    costs.key = kernel->costs.key;
    costs.second = kernel->costs.second;
    costs.pick = kernel->costs.pick;
    costs.bunch = kernel->costs.bunch;
    costs.sum = kernel->costs.sum;
    costs.strong = kernel->costs.strong;
    return costs;
}

void costs_scale(struct costs *costs, double factor)
{
    double *const scaled[] = {
        &costs->lift,       &costs->row_bit,     &costs->offset,      &costs->row_start, &costs->row_chunk,
        &costs->live_chunk, &costs->survivor,    &costs->prepare,     &costs->hit,       &costs->visit,
        &costs->check,      &costs->class_start, &costs->order,       &costs->seek,      &costs->word,
        &costs->group,      &costs->pair,        &costs->window,      &costs->summand,   &costs->generate,
        &costs->prime,      &costs->block_prime, &costs->prime_start, &costs->far_start, &costs->far_hit,
    };
    for (size_t i = 0; i < sizeof scaled / sizeof scaled[0]; ++i) {
        *scaled[i] *= factor;
    }
}

struct cost_line costs_line(const struct costs *costs, size_t index)
{
    const struct cost_line lines[COST_COUNT] = {
#define COST(member, nanoseconds, what) {#member, what, costs->member},
        COSTS(COST)
#undef COST
    };
    return lines[index];
}
