/* The safe delays of a list on their way to whoever receives them: window by window, ascending. */
#ifndef FIRESIEVE_SEARCH_LISTING_H
#define FIRESIEVE_SEARCH_LISTING_H

#include "search/search.h"

struct listing {
    struct delay_list delays; /* owned: of the window that was searched last */
    bool ended;               /* the result says how: nothing more is to be received */
};

/*
 * Hands the window's delays over, and leaves none; counts them in the result. False: the list has ended, and the result
 * says how. A receiver may be slow, so the watch is asked in between.
 */
bool listing_deliver(struct listing *listing, struct search *search);

#endif
