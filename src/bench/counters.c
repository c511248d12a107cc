#include "bench/counters.h"

#include <stdint.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/perf_event.h>
#include <sys/syscall.h>

/* What the kernel does for us is left out, which needs no privileges on most systems. */
static int open_counter(uint64_t event)
{
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof attributes,
        .config = event,
        .inherit = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

void counters_open(struct counters *counters)
{
    counters->cycles = open_counter(PERF_COUNT_HW_CPU_CYCLES);
    counters->instructions = open_counter(PERF_COUNT_HW_INSTRUCTIONS);
}
#else
void counters_open(struct counters *counters)
{
    counters->cycles = -1;
    counters->instructions = -1;
}
#endif

static double read_counter(int descriptor)
{
    uint64_t count = 0;
    return descriptor >= 0 && read(descriptor, &count, sizeof count) == sizeof count ? (double)count : 0;
}

struct counts counters_read(const struct counters *counters)
{
    if (counters == NULL) {
        return (struct counts){.cycles = 0};
    }
    return (struct counts){read_counter(counters->cycles), read_counter(counters->instructions)};
}

void counters_close(struct counters *counters)
{
    if (counters->cycles >= 0) {
        close(counters->cycles);
    }
    if (counters->instructions >= 0) {
        close(counters->instructions);
    }
}
