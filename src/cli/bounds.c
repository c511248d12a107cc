#include "cli/bounds.h"

#include <stddef.h>
#include <sys/resource.h>

#include "cpu/limits.h"

/*
 * The plans of searches keep a sixteenth of the group's limit back. Half of that stays free for what is no data: page
 * tables, and what the kernel holds for the process.
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
