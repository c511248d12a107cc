#include "search/listing.h"

#include <stdlib.h>

#include "base/delay.h"
static bool ascends(const struct delay_list *list)
{
    for (size_t i = 1; i < list->count; ++i) {
        if (list->delays[i - 1] > list->delays[i]) {
            return false;
        }
    }
    return true;
}

/* The list ends behind that delay, also where it was the last one of the range. */
static bool end_behind(struct listing *listing, struct search *search, firesieve_delay delay, firesieve_outcome outcome)
{
    result_ended(search, search->watch.to, delay + 1);
    search->result.outcome = outcome;
    listing->ended = true;
    return false;
}

bool listing_deliver(struct listing *listing, struct search *search)
{
    enum { DELAYS_A_LOOK = 64 };
    struct delay_list *const list = &listing->delays;
    const struct goal *const goal = search->goal;
    firesieve_search_result *const result = &search->result;
    if (!ascends(list)) {
        qsort(list->delays, list->count, sizeof *list->delays, delay_compare);
    }
    for (size_t i = 0; i < list->count; ++i) {
        const firesieve_delay delay = list->delays[i];
        ++result->count;
        if (!goal->receive(delay, goal->context)) {
            return end_behind(listing, search, delay, FIRESIEVE_CANCELLED);
        }
        if (result->count == goal->limit) {
            return end_behind(listing, search, delay, FIRESIEVE_FOUND);
        }
        if ((i + 1) % DELAYS_A_LOOK == 0 && !watch_go_on(&search->watch, delay + 1)) {
            return end_behind(listing, search, delay, search->watch.stop);
        }
    }
    list->count = 0;
    return true;
}
