/* Whether what takes long is to go on. */
#ifndef FIRESIEVE_BASE_GO_ON_H
#define FIRESIEVE_BASE_GO_ON_H

#include <stdbool.h>
#include <stddef.h>

/* Whom to ask, many times a second, whether to go on; with all members zero, nobody, and on it goes. */
struct go_on {
    bool (*ask)(void *context);
    void *context;
};

static inline bool go_on_ask(struct go_on go_on)
{
    return go_on.ask == NULL || go_on.ask(go_on.context);
}

/* The same in a loop, at item `i`: asked once in some thousand items, which may take a microsecond each. */
static inline bool go_on_at(struct go_on go_on, size_t i)
{
    enum { ITEMS_A_LOOK = 1 << 13 };
    return i % ITEMS_A_LOOK != 0 || go_on_ask(go_on);
}

#endif
