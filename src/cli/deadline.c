#include "cli/deadline.h"

#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "base/clock.h"
#include "cpu/limits.h"

static double started_s;
static double limit_s = INFINITY;

void deadline_start(void)
{
    started_s = clock_seconds();
}

double deadline_passed(void)
{
    return clock_seconds() - started_s;
}

double deadline_left(void)
{
    return isinf(limit_s) ? (double)INFINITY : fmax(0, limit_s - deadline_passed());
}

bool deadline_is_over(void)
{
    return deadline_passed() >= limit_s;
}

firesieve_limits deadline_limits(void)
{
    firesieve_limits limits = firesieve_limits_none();
    limits.time_limit_s = deadline_left();
    return limits;
}

static bool is_in_time(void *context)
{
    (void)context;
    return !deadline_is_over();
}

struct go_on deadline_go_on(void)
{
    return isinf(limit_s) ? (struct go_on){NULL, NULL} : (struct go_on){is_in_time, NULL};
}

/* Its only purpose is to interrupt a wait. */
static void wake(int signal_number)
{
    (void)signal_number;
}

static struct timeval interval_of(double seconds)
{
    static const double longest_s = 1e8; /* years: no timer has to run that long */
    static const double shortest_s = 1e-3;
    const double within = fmin(fmax(seconds, shortest_s), longest_s);
    const time_t whole = (time_t)within;
    return (struct timeval){.tv_sec = whole, .tv_usec = (suseconds_t)(1e6 * (within - (double)whole))};
}

void deadline_set(double seconds)
{
    static const double again_s = 0.02; /* a write may begin to wait just after the signal */
    limit_s = seconds;
    if (isinf(seconds)) {
        return;
    }
    const struct sigaction action = {.sa_handler = wake}; /* without SA_RESTART */
    const struct itimerval timer = {.it_value = interval_of(deadline_left()), .it_interval = interval_of(again_s)};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

void deadline_lift(void)
{
    const struct itimerval none = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &none, NULL);
}

/*
 * Search plans hold back a sixteenth of the group's limit. Half of that stays free for what is not data: page
 * tables, and kernel memory of the process.
 */
enum { KEPT_FREE = 32 };

void bound_memory(unsigned processes)
{
    const struct memory_limit group = limits_of_group_memory("");
    struct rlimit limit;
    if (group.by == NULL || getrlimit(RLIMIT_DATA, &limit) != 0) {
        return;
    }
    const uint64_t more = (group.available + group.limit / KEPT_FREE) / processes;
    const uint64_t most = limits_memory_use("").data + more;
    if (most < limit.rlim_cur) {
        limit.rlim_cur = most;
        setrlimit(RLIMIT_DATA, &limit);
    }
}
