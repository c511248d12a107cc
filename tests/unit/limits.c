/* Limits of a process, read from trees of files like those of machines and containers. */
#include <criterion/criterion.h>
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <firesieve/firesieve.h>

#include "cpu/cpu.h"
#include "cpu/limits.h"

#define MIB (UINT64_C(1) << 20)
#define V2_MOUNT "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1_MEMORY "34 30 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
#define V1_CPU "35 30 0:32 / /sys/fs/cgroup/cpu,cpuacct rw master:3 - cgroup cgroup rw,cpu,cpuacct\n"
#define MEMORY "/sys/fs/cgroup/memory"
#define CPU "/sys/fs/cgroup/cpu,cpuacct"

enum { FILES = 12 };

struct file {
    const char *path;
    const char *text;
};

/* A machine and the limits to find there. MemAvailable is 1000 MiB. */
struct machine {
    const char *name;
    uint64_t group_mib; /* UINT64_MAX: groups limit nothing */
    uint64_t limit_mib;
    double cpus;
    struct file files[FILES];
};

#define CGROUP(text)              \
    {                             \
        "/proc/self/cgroup", text \
    }
#define MOUNTS(text)                 \
    {                                \
        "/proc/self/mountinfo", text \
    }
#define NONE UINT64_MAX, UINT64_MAX

static const struct machine machines[] = {
    {"no files at all", NONE, INFINITY, {{NULL, NULL}}},
    {"no group", NONE, INFINITY, {MOUNTS(V2_MOUNT)}},
    {"nothing is mounted", NONE, INFINITY, {CGROUP("0::/a\n")}},
    {"version 2 without limits",
     NONE,
     INFINITY,
     {CGROUP("0::/a/b\n"),
      MOUNTS(V2_MOUNT),
      {"/sys/fs/cgroup/a/b/memory.max", "max\n"},
      {"/sys/fs/cgroup/a/b/memory.high", "max\n"},
      {"/sys/fs/cgroup/a/b/cpu.max", "max 100000\n"}}},
    {"version 2",
     36,
     64,
     0.5,
     {CGROUP("0::/a/b\n"),
      MOUNTS(V2_MOUNT),
      {"/sys/fs/cgroup/a/b/memory.max", "67108864\n"},
      {"/sys/fs/cgroup/a/b/memory.current", "25165824\n"},
      {"/sys/fs/cgroup/a/b/cpu.max", "50000 100000\n"}}},
    {"pages of files are taken back",
     56,
     64,
     INFINITY,
     {CGROUP("0::/a\n"),
      MOUNTS(V2_MOUNT),
      {"/sys/fs/cgroup/a/memory.max", "67108864\n"},
      {"/sys/fs/cgroup/a/memory.current", "62914560\n"},
      {"/sys/fs/cgroup/a/memory.stat", "anon 4194304\nfile 58720256\ninactive_file 52428800\nactive_file 6291456\n"}}},
    {"memory.high is less",
     45,
     48,
     INFINITY,
     {CGROUP("0::/a\n"),
      MOUNTS(V2_MOUNT),
      {"/sys/fs/cgroup/a/memory.max", "67108864\n"},
      {"/sys/fs/cgroup/a/memory.high", "50331648\n"}}},
    {"a group above has less",
     15,
     32,
     1.5,
     {CGROUP("0::/above/a/b\n"),
      MOUNTS(V2_MOUNT),
      {"/sys/fs/cgroup/above/memory.max", "33554432\n"},
      {"/sys/fs/cgroup/above/memory.current", "15728640\n"},
      {"/sys/fs/cgroup/above/cpu.max", "150000 100000\n"},
      {"/sys/fs/cgroup/above/a/b/memory.max", "67108864\n"},
      {"/sys/fs/cgroup/above/a/b/memory.current", "1048576\n"},
      {"/sys/fs/cgroup/above/a/b/cpu.max", "400000 100000\n"}}},
    {"nothing is left",
     0,
     64,
     INFINITY,
     {CGROUP("0::/a\n"),
      MOUNTS(V2_MOUNT),
      {"/sys/fs/cgroup/a/memory.max", "67108864\n"},
      {"/sys/fs/cgroup/a/memory.current", "67108864\n"}}},
    {"a container with a namespace of its own",
     60,
     64,
     2,
     {CGROUP("0::/\n"),
      MOUNTS(V2_MOUNT),
      {"/sys/fs/cgroup/memory.max", "67108864\n"},
      {"/sys/fs/cgroup/cpu.max", "200000 100000\n"}}},
    {"a container that sees its group alone",
     60,
     64,
     INFINITY,
     {CGROUP("0::/docker/abc/inner\n"),
      MOUNTS("30 22 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n"),
      {"/sys/fs/cgroup/memory.max", "67108864\n"}}},
    {"a container whose path is not to be seen",
     60,
     64,
     INFINITY,
     {CGROUP("0::/../other\n"), MOUNTS(V2_MOUNT), {"/sys/fs/cgroup/memory.max", "67108864\n"}}},
    {"a path that only begins alike",
     60,
     64,
     INFINITY,
     {CGROUP("0::/ab\n"),
      MOUNTS("30 22 0:26 /a /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"),
      {"/sys/fs/cgroup/memory.max", "67108864\n"},
      {"/sys/fs/cgroupb/memory.max", "1048576\n"}}},
    {"a mount with blanks in its path",
     60,
     64,
     INFINITY,
     {CGROUP("0::/a\n"),
      MOUNTS("30 22 0:26 / /my\\040groups rw - cgroup2 cgroup2 rw\n"),
      {"/my groups/a/memory.max", "67108864\n"}}},
    {"version 1",
     36,
     64,
     2.5,
     {CGROUP("5:memory:/a/b\n4:cpu,cpuacct:/c\n1:name=systemd:/x\n"),
      MOUNTS("24 1 8:1 / / rw - ext4 /dev/sda1 rw\n" V1_CPU V1_MEMORY),
      {MEMORY "/a/b/memory.limit_in_bytes", "67108864\n"},
      {MEMORY "/a/b/memory.usage_in_bytes", "31457280\n"},
      {MEMORY "/a/b/memory.stat", "inactive_file 1\ntotal_inactive_file 4194304\ntotal_active_file 2097152\n"},
      {MEMORY "/memory.limit_in_bytes", "9223372036854771712\n"},
      {CPU "/c/cpu.cfs_quota_us", "250000\n"},
      {CPU "/c/cpu.cfs_period_us", "100000\n"}}},
    {"version 1 without limits",
     NONE,
     INFINITY,
     {CGROUP("5:memory:/a\n4:cpu,cpuacct:/c\n"),
      MOUNTS(V1_MEMORY V1_CPU),
      {MEMORY "/a/memory.limit_in_bytes", "9223372036854771712\n"},
      {MEMORY "/a/memory.stat", "hierarchical_memory_limit 9223372036854710272\n"},
      {CPU "/c/cpu.cfs_quota_us", "-1\n"},
      {CPU "/c/cpu.cfs_period_us", "100000\n"}}},
    {"version 1, limited above what the container sees",
     60,
     64,
     INFINITY,
     {CGROUP("5:memory:/docker/abc\n"),
      MOUNTS("34 30 0:31 /docker/abc " MEMORY " ro - cgroup cgroup rw,memory\n"),
      {MEMORY "/memory.limit_in_bytes", "9223372036854771712\n"},
      {MEMORY "/memory.stat", "cache 0\nhierarchical_memory_limit 67108864\n"}}},
    {"both at once",
     60,
     64,
     0.25,
     {CGROUP("8:memory:/a\n0::/u\n"),
      MOUNTS("40 30 0:37 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n" V1_MEMORY),
      {MEMORY "/a/memory.limit_in_bytes", "67108864\n"},
      {"/sys/fs/cgroup/unified/u/cpu.max", "25000 100000\n"}}},
    {"texts that are none", NONE, INFINITY, {CGROUP("\n:\nx\n0::/a\n"), MOUNTS("\n1 2 3\n- cgroup2\n1 2 3 / /x rw\n")}},
};

/* Writes a file, and creates its parent folders. */
static void write_file(const char *root, const struct file *file)
{
    char path[512];
    snprintf(path, sizeof path, "%s%s", root, file->path);
    for (char *at = path + strlen(root) + 1; (at = strchr(at, '/')) != NULL; ++at) {
        *at = '\0';
        mkdir(path, 0700);
        *at = '/';
    }
    FILE *const stream = fopen(path, "w");
    cr_assert(stream != NULL, "%s", path);
    fputs(file->text, stream);
    fclose(stream);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

static void expect_machine(const struct machine *machine)
{
    char root[] = "/tmp/firesieve-limits-XXXXXX";
    const struct file meminfo = {"/proc/meminfo", "MemTotal: 2048000 kB\nMemFree: 10 kB\nMemAvailable: 1024000 kB\n"};
    cr_assert(mkdtemp(root) != NULL);
    for (size_t i = 0; i < FILES && machine->files[i].path != NULL; ++i) {
        write_file(root, &machine->files[i]);
    }
    const struct memory_limit group = limits_of_group_memory(root);
    const bool limited = machine->group_mib != UINT64_MAX;
    cr_expect(group.available == (limited ? machine->group_mib * MIB : UINT64_MAX), "%s: %llu bytes", machine->name,
              (unsigned long long)group.available);
    cr_expect(group.limit == (limited ? machine->limit_mib * MIB : UINT64_MAX), "%s: of %llu bytes", machine->name,
              (unsigned long long)group.limit);
    cr_expect(group.by == (limited ? limit_by_group : NULL), "%s", machine->name);
    const double cpus = limits_of_cpu_time(root);
    cr_expect(cpus >= machine->cpus && cpus <= machine->cpus, "%s: %g CPUs", machine->name, cpus);
    cr_expect(limits_of_system_memory(root).available > 0, "%s", machine->name);
    write_file(root, &meminfo);
    const struct memory_limit system = limits_of_system_memory(root);
    cr_expect(system.available == 1000 * MIB && system.limit == 2000 * MIB && system.by == limit_by_system);
    cr_expect(limits_less(system, group).by == (limited ? limit_by_group : limit_by_system), "%s", machine->name);
    nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

Test(limits, of_groups_are_found_at_any_mount_point)
{
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; ++i) {
        expect_machine(&machines[i]);
    }
}

Test(limits, a_quota_is_rounded_up_to_threads)
{
    static const struct {
        double time;
        unsigned cpus;
        unsigned threads;
    } rows[] = {{0.5, 2, 1}, {1, 2, 1},    {1.01, 2, 2},  {2, 2, 2},
                {16, 2, 2},  {7.5, 64, 8}, {0.001, 1, 1}, {INFINITY, 8, 8}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        cr_expect(cpu_count_within(rows[i].cpus, rows[i].time) == rows[i].threads, "%u CPUs, a quota of %g",
                  rows[i].cpus, rows[i].time);
    }
}

/* The data of a process counts against RLIMIT_DATA; if all of it is used, nothing is available. */
Test(limits, of_data_are_found, .disabled = FIRESIEVE_SANITIZED)
{
    struct rlimit limit;
    const uint64_t use = limits_memory_use("").data;
    cr_assert(getrlimit(RLIMIT_DATA, &limit) == 0);
    cr_assert(use > 0);
    limit.rlim_cur = use + 64 * MIB;
    cr_assert(setrlimit(RLIMIT_DATA, &limit) == 0);
    const struct memory_limit found = limits_of_process_memory("");
    cr_expect(found.by == limit_by_data && found.limit == limit.rlim_cur);
    cr_expect(found.available > 48 * MIB && found.available <= 64 * MIB);
    cr_expect(memory_available(1) <= 64 * MIB && memory_for_search(1) <= 16 * MIB);
    limit.rlim_cur = 1;
    cr_assert(setrlimit(RLIMIT_DATA, &limit) == 0);
    cr_expect(memory_available(1) == 0);
    cr_expect(memory_for_search(1) == 1, "a checkpoint with 0 is refused");
}

Test(limits, of_address_space_are_found)
{
    struct rlimit limit;
    cr_assert(getrlimit(RLIMIT_AS, &limit) == 0);
    limit.rlim_cur = limits_memory_use("").address_space + 64 * MIB;
    cr_assert(setrlimit(RLIMIT_AS, &limit) == 0);
    const struct memory_limit found = limits_of_process_memory("");
    cr_expect(found.by == limit_by_address_space && found.available > 48 * MIB && found.available <= 64 * MIB);
}

Test(limits, are_described)
{
    firesieve_cpu cpu;
    firesieve_cpu_detect(&cpu);
    cr_expect(cpu.cpus >= 1 && cpu.cpus_by != NULL && cpu.cpu_time >= 0);
    cr_expect(cpu.memory <= cpu.memory_limit && cpu.memory_limit > 0 && cpu.memory_by != NULL);
}
