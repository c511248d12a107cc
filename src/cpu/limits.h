/*
 * The limits of this process: its control groups (version 1, 2, or both, with all groups above), resource limits, and the
 * free resources of the machine. Each call reads the files of /proc and /sys/fs/cgroup again.
 */
#ifndef FIRESIEVE_CPU_LIMITS_H
#define FIRESIEVE_CPU_LIMITS_H

#include <stdint.h>

/* Names of the smallest of several limits, shown to the user as they are. */
extern const char limit_by_system[]; /* memory: no other limit applies */
extern const char limit_by_group[];  /* memory.max, memory.high, memory.limit_in_bytes; cpu.max, cpu.cfs_quota_us */
extern const char limit_by_address_space[]; /* RLIMIT_AS */
extern const char limit_by_data[];          /* RLIMIT_DATA */
extern const char limit_by_affinity[];      /* CPUs: no other limit applies */

struct memory_limit {
    uint64_t available; /* bytes that can still be allocated; a sixteenth of a group's limit is kept back */
    uint64_t limit;     /* the limit itself; of the system, its total memory */
    const char *by;     /* one of the texts above */
};

/*
 * The memory that can still be allocated: by the system; by the groups of this process (available and limit are UINT64_MAX,
 * and `by` is NULL, if there is no limit); and by its RLIMIT_AS and RLIMIT_DATA (likewise). `root` precedes every path (""
 * for this machine), so that a test can use another tree.
 */
struct memory_limit limits_of_system_memory(const char *root);
struct memory_limit limits_of_group_memory(const char *root);
struct memory_limit limits_of_process_memory(const char *root);

/* The one with less available; the first one if they are equal. */
struct memory_limit limits_less(struct memory_limit a, struct memory_limit b);

/*
 * The CPU time that the groups allow, in CPUs: the least quota / period, or INFINITY without a quota. `root` as above.
 */
double limits_of_cpu_time(const char *root);

/* The bytes of this process that count for RLIMIT_DATA and for RLIMIT_AS; 0 if unknown. */
struct memory_use {
    uint64_t data;
    uint64_t address_space;
};
struct memory_use limits_memory_use(const char *root);

#endif
