#include "pass/finds.h"

#include <stdlib.h>

bool delay_list_append(struct delay_list *list, firesieve_delay delay)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 1024 : 2 * list->capacity;
        firesieve_delay *const delays = reallocarray(list->delays, capacity, sizeof *delays);
        if (delays == NULL) {
            return false;
        }
        list->delays = delays;
        list->capacity = capacity;
    }
    list->delays[list->count++] = delay;
    return true;
}

bool finds_take(struct finds *finds, firesieve_delay delay)
{
    if (finds->filter != NULL && !finds->filter->accepts(finds->filter->context, delay)) {
        return true;
    }
    if (finds->goal == GOAL_COUNT) {
        ++finds->count;
        return true;
    }
    if (finds->goal == GOAL_LIST) {
        return delay_list_append(&finds->list, delay);
    }
    finds->end = delay;
    finds->found = true;
    return true;
}
