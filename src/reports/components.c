#include "reports/components.h"

#include <stdlib.h>

#include "base/error.h"
#include "structure/structure.h"

/* One allocation: the components, and behind them their towers. */
static firesieve_component *allocate(const struct structure *structure, size_t count, firesieve_tower **towers)
{
    size_t tower_count = 0;
    for (size_t i = 0; i < count; ++i) {
        tower_count += structure->components[i].tower_count;
    }
    _Static_assert(_Alignof(firesieve_component) >= _Alignof(firesieve_tower), "towers come behind the components");
    firesieve_component *const components =
        malloc(count * sizeof *components + tower_count * sizeof(firesieve_tower) + 1);
    *towers = components == NULL ? NULL : (firesieve_tower *)(void *)(components + count);
    return components;
}

static bool describe(const struct structure *structure, firesieve_explanation *explanation)
{
    const size_t count = structure->count < FIRESIEVE_COMPONENTS_MAX ? structure->count : FIRESIEVE_COMPONENTS_MAX;
    firesieve_tower *towers;
    firesieve_component *const components = allocate(structure, count, &towers);
    if (components == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        const struct component *const own = &structure->components[i];
        components[i] = (firesieve_component){
            .cycle = own->cycle,
            .count = own->count,
            .density = own->density,
            .counted = own->counted,
            .classes = own->class_count,
            .towers = towers,
            .tower_count = own->tower_count,
        };
        for (size_t j = 0; j < own->tower_count; ++j) {
            *towers++ = (firesieve_tower){own->towers[j].base, own->towers[j].exponent};
        }
    }
    explanation->components = components;
    explanation->component_count = count;
    explanation->component_others = structure->count - count;
    return true;
}

firesieve_status explain_components(const struct reduced *reduced, struct go_on go_on,
                                    firesieve_explanation *explanation, firesieve_error *error)
{
    const uint64_t budget = 10000000; /* a third of a second */
    struct structure *structure;
    struct structure_total total;
    firesieve_status status = structure_find(reduced, budget, go_on, &structure, error);
    if (status == FIRESIEVE_OK && structure != NULL) {
        status = structure_count(structure, budget, go_on, error);
    }
    if (status == FIRESIEVE_OK && structure != NULL && !describe(structure, explanation)) {
        status = error_set_memory(error, "the components");
    }
    if (status == FIRESIEVE_OK && structure != NULL) {
        total = structure_total(structure);
        explanation->reason = total.blocked && explanation->reason == NULL ? structure_blocked : explanation->reason;
        explanation->density_exact = total.counted;
        explanation->safe_in_cycle = total.count;
        if (total.counted) {
            explanation->density = total.density;
            explanation->expected = 1 / total.density;
        }
    }
    structure_free(structure);
    return status;
}
