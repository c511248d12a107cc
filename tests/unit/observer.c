#include "observer.h"

#include <criterion/criterion.h>

#include "firewalls.h"

struct observer observer_start(firesieve_delay from, firesieve_delay answer, int calls_max)
{
    return (struct observer){
        .caller = pthread_self(), .from = from, .answer = answer, .reached = from, .calls_max = calls_max};
}

bool observe(const firesieve_progress *progress, void *context)
{
    struct observer *const observer = context;
    cr_assert(pthread_equal(pthread_self(), observer->caller));
    cr_assert(progress->from == observer->from);
    cr_assert(progress->reached >= observer->reached, "from %s: %s after %s", SHOW(observer->from),
              SHOW(progress->reached), SHOW(observer->reached));
    cr_assert(progress->reached <= observer->answer, "from %s: reached %s though %s is safe", SHOW(observer->from),
              SHOW(progress->reached), SHOW(observer->answer));
    cr_assert(progress->reached <= progress->window && progress->window <= progress->to);
    cr_assert(progress->share >= 0 && progress->share <= 1);
    cr_assert(progress->elapsed_s >= observer->elapsed_s && progress->elapsed_s >= progress->window_s);
    observer->reached = progress->reached;
    observer->elapsed_s = progress->elapsed_s;
    return ++observer->calls < observer->calls_max;
}
