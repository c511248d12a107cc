#include "search/class_list.h"

#include <stdlib.h>

#include "base/large.h"
#include "base/gcd.h"

static size_t count_moduli(const class_key *classes, size_t count)
{
    size_t moduli = 0;
    for (size_t i = 0; i < count; ++i) {
        moduli += i == 0 || class_modulus(classes[i]) != class_modulus(classes[i - 1]);
    }
    return moduli;
}

static struct class_run make_run(const class_key *classes, size_t count, uint64_t step)
{
    const uint32_t modulus = class_modulus(classes[0]);
    const uint32_t turn = (uint32_t)greatest_common_divisor(modulus, step % modulus);
    return (struct class_run){
        .classes = classes,
        .count = count,
        .modulus = divisor_of(modulus),
        .turn = turn,
        .length = modulus / turn,
        .inverse = (uint32_t)inverse_modulo(step % modulus / turn, modulus / turn),
    };
}

/* A survivor is tested until one class drops it. */
static bool add_up(struct class_list *list, struct go_on go_on)
{
    double alive = 1;
    for (size_t i = 0; i < list->count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const double share = 1.0 / class_modulus(list->classes[i]);
        list->shares += share;
        list->tests += alive;
        alive *= 1 - share;
    }
    return true;
}

bool class_list_make(struct class_list *list, const class_key *classes, size_t count, uint64_t step, struct go_on go_on)
{
    *list = (struct class_list){.classes = classes, .count = count};
    if (!add_up(list, go_on)) {
        return false;
    }
    if (step == 1) {
        return true;
    }
    list->runs = large_calloc(count_moduli(classes, count) + 1, sizeof *list->runs);
    if (list->runs == NULL) {
        return false;
    }
    for (size_t first = 0; first < count;) {
        size_t end = first + 1;
        while (end < count && class_modulus(classes[end]) == class_modulus(classes[first])) {
            ++end;
        }
        if (!go_on_at(go_on, list->run_count)) {
            return false;
        }
        list->runs[list->run_count++] = make_run(classes + first, end - first, step);
        first = end;
    }
    return true;
}

void class_list_free(struct class_list *list)
{
    free(list->runs);
    *list = (struct class_list){0};
}
