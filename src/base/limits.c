#include "base/limits.h"

#include <math.h>

#include "base/clock.h"

firesieve_limits firesieve_limits_none(void)
{
    return (firesieve_limits){.time_limit_s = INFINITY};
}

struct limit_watch limit_watch_start(const firesieve_limits *limits)
{
    const firesieve_limits none = firesieve_limits_none();
    const firesieve_limits *const given = limits == NULL ? &none : limits;
    return (struct limit_watch){
        .deadline = isinf(given->time_limit_s) ? INFINITY : clock_seconds() + given->time_limit_s,
        .go_on = given->go_on,
        .context = given->context,
    };
}

static bool ask_limits(void *context)
{
    struct limit_watch *const watch = context;
    watch->over =
        watch->over || clock_seconds() >= watch->deadline || (watch->go_on != NULL && !watch->go_on(watch->context));
    return !watch->over;
}

struct go_on limit_watch_go_on(struct limit_watch *watch)
{
    const bool unlimited = isinf(watch->deadline) && watch->go_on == NULL;
    return unlimited ? (struct go_on){NULL, NULL} : (struct go_on){ask_limits, watch};
}
