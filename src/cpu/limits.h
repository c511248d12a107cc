/*
 * What the operating system lets this process have: control groups (version 1, 2, and both at once, with all groups
 * above), limits of resources, and what is left of the machine. Everything is read from the files of /proc and
 * /sys/fs/cgroup each time.
 */
#ifndef FIRESIEVE_CPU_LIMITS_H
#define FIRESIEVE_CPU_LIMITS_H

#include <stdint.h>

/* What names the smallest of several limits: texts that are shown as they are. */
extern const char limit_by_system[]; /* memory: nothing else does */
extern const char limit_by_group[];  /* memory.max, memory.high, memory.limit_in_bytes; cpu.max, cpu.cfs_quota_us */
extern const char limit_by_address_space[]; /* RLIMIT_AS */
extern const char limit_by_data[];          /* RLIMIT_DATA */
extern const char limit_by_affinity[];      /* CPUs: nothing else does */

struct memory_limit {
    uint64_t available; /* bytes that may still be taken; of a group, a sixteenth of its limit is kept back */
    uint64_t limit;     /* that of the group or of the resource as a whole; of the system all that it has */
    const char *by;     /* one of the texts above */
};

/*
 * The memory that may still be taken: what the system has left; what the groups of this process leave (available and limit
 * are UINT64_MAX, and `by` NULL, where none limits anything); and what its RLIMIT_AS and RLIMIT_DATA do (likewise).
 * `root` is put before every path ("" for this machine), so that a test can give another tree.
 */
struct memory_limit limits_of_system_memory(const char *root);
struct memory_limit limits_of_group_memory(const char *root);
struct memory_limit limits_of_process_memory(const char *root);

/* The one with less available; the first of two that are alike. */
struct memory_limit limits_less(struct memory_limit a, struct memory_limit b);

/*
 * The CPUs' worth of time that the groups allow: the least quota / period, and INFINITY where none has a quota. `root` as
 * above.
 */
double limits_of_cpu_time(const char *root);

/* The bytes of this process that count for RLIMIT_DATA, and for RLIMIT_AS; 0 where nobody says. */
struct memory_use {
    uint64_t data;
    uint64_t address_space;
};
struct memory_use limits_memory_use(const char *root);

#endif
