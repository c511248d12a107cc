#include "planner/costs.h"

#include "cpu/kernel_table.h"

static const struct cost_line usual[COST_COUNT] = {
#define COST(member, nanoseconds, what) {#member, what, nanoseconds},
    COSTS(COST)
#undef COST
};

struct costs costs_of(const firesieve_kernel *kernel)
{
    struct costs costs = {.first_cache = 32 << 10, .second_cache = 1 << 20};
    for (size_t i = 0; i < COST_COUNT; ++i) {
        costs.all[i] = usual[i].nanoseconds;
    }
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
    for (size_t i = 0; i < COST_COUNT; ++i) {
        const bool is_kernels = usual[i].nanoseconds == 0;
        costs->all[i] *= is_kernels || i == COST_AT_page ? 1 : factor;
    }
}

struct cost_line costs_line(const struct costs *costs, size_t index)
{
    return (struct cost_line){usual[index].name, usual[index].what, costs->all[index]};
}
