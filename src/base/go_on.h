/* Cancellation: whether a long computation is to continue. */
#ifndef FIRESIEVE_BASE_GO_ON_H
#define FIRESIEVE_BASE_GO_ON_H

#include <stdbool.h>
#include <stddef.h>

/* A callback that is asked many times a second; false cancels. If `ask` is NULL, nothing can cancel. */
struct go_on {
    bool (*ask)(void *context);
    void *context;
};

static inline bool go_on_ask(struct go_on go_on)
{
    return go_on.ask == NULL || go_on.ask(go_on.context);
}

/* The same in a loop, at item `i`: asks once every few thousand items, which may take a microsecond each. */
static inline bool go_on_at(struct go_on go_on, size_t i)
{
    enum { ITEMS_A_LOOK = 1 << 13 };
    return i % ITEMS_A_LOOK != 0 || go_on_ask(go_on);
}

#endif
