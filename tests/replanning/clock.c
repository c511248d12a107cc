/*
 * A clock for tests that advances by the same time whenever it is read, and only then: the program takes the time that
 * the test wants, whatever the machine and its load. CPU time advances FIRESIEVE_TEST_SLOW times as fast.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

/* NOLINTBEGIN(bugprone-reserved-identifier): the linker's names. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    enum { TICK_NS = 50000, SECOND_NS = 1000000000 };
    static atomic_llong ticks;
    const char *const slow = getenv("FIRESIEVE_TEST_SLOW");
    const double factor = clock == CLOCK_THREAD_CPUTIME_ID && slow != NULL ? strtod(slow, NULL) : 1;
    const long long ns = (long long)(factor * TICK_NS * (double)(1 + atomic_fetch_add(&ticks, 1)));
    *now = (struct timespec){.tv_sec = ns / SECOND_NS, .tv_nsec = ns % SECOND_NS};
    return 0;
}
/* NOLINTEND(bugprone-reserved-identifier) */
