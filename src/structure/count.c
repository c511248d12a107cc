#include "base/error.h"
#include "structure/counter.h"

/* False: the work has ended. */
static firesieve_status count_component(struct component *component, struct work *work, firesieve_error *error)
{
    struct left left;
    struct counter *const counter = counter_new(component, work);
    const enum counter_outcome outcome = counter == NULL ? COUNTER_NO_MEMORY : counter_count(counter, &left);
    counter_free(counter);
    if (outcome == COUNTER_NO_MEMORY) {
        return error_set_memory(error, "counting what a component leaves");
    }
    if (outcome == COUNTER_DONE) {
        component->counted = true;
        component->blocked = left.none;
        component->density = left.none ? 0 : left.density;
        component->count = left.count;
    }
    return work->stopped ? error_set_stopped(error) : FIRESIEVE_OK;
}

/* Small ones first, so that one that is too hard leaves something for the others. */
firesieve_status structure_count(struct structure *structure, uint64_t budget, struct go_on go_on,
                                 firesieve_error *error)
{
    struct work work = work_start(budget, go_on);
    firesieve_status status = FIRESIEVE_OK;
    for (size_t i = structure->count; i-- > 0 && status == FIRESIEVE_OK && work.left > 0;) {
        if (!structure->components[i].counted) {
            status = count_component(&structure->components[i], &work, error);
        }
    }
    return status;
}

const char structure_blocked[] =
    "layers whose periods have no prime in common with those of others catch every delay by themselves";

struct structure_total structure_total(const struct structure *structure)
{
    struct structure_total total = {.counted = true, .density = 1, .cycle = 1, .count = 1};
    for (size_t i = 0; i < structure->count; ++i) {
        const struct component *const component = &structure->components[i];
        total.blocked = total.blocked || (component->counted && component->blocked);
        total.counted = total.counted && component->counted;
        total.density *= component->density;
        if (component->cycle > (FIRESIEVE_DELAY_END - 1) / total.cycle) {
            total.cycle = FIRESIEVE_DELAY_END;
        }
        total.cycle *= total.cycle < FIRESIEVE_DELAY_END ? component->cycle : 1;
        total.count *= component->count; /* below the cycle, where there is one */
    }
    if (!total.counted) {
        return (struct structure_total){.blocked = total.blocked, .cycle = FIRESIEVE_DELAY_END};
    }
    total.count = total.cycle == FIRESIEVE_DELAY_END ? 0 : total.count;
    return total;
}
