#include "base/harvest.h"

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

bool harvest_take(struct harvest *harvest, firesieve_delay delay)
{
    if (harvest->goal == GOAL_COUNT) {
        ++harvest->count;
        return true;
    }
    if (harvest->goal == GOAL_LIST) {
        return delay_list_append(&harvest->list, delay);
    }
    harvest->end = delay;
    harvest->found = true;
    return true;
}
