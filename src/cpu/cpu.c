/* Describes the machine for firesieve_cpu_detect. */
#include <firesieve/firesieve.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cpu/cpu.h"
#include "cpu/features.h"

#if defined(__x86_64__)
#include <cpuinfo_x86.h>
#endif

unsigned cpu_count_available(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        return (unsigned)CPU_COUNT(&set);
    }
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

/* MemAvailable of /proc/meminfo, or the free pages where there is no such line. */
static uint64_t system_memory(void)
{
    uint64_t kib = 0;
    char line[128];
    FILE *const file = fopen("/proc/meminfo", "re");
    while (file != NULL && kib == 0 && fgets(line, sizeof line, file) != NULL) {
        if (sscanf(line, "MemAvailable: %" SCNu64, &kib) != 1) {
            kib = 0;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return kib != 0 ? 1024 * kib : (uint64_t)sysconf(_SC_AVPHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t memory_available(void)
{
    struct rlimit limit;
    const uint64_t system = system_memory();
    const bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    return limited && limit.rlim_cur < system ? limit.rlim_cur : system;
}

static void add_cache(firesieve_cpu *cpu, int level, const char *type, int64_t size)
{
    if (size > 0 && cpu->cache_count < FIRESIEVE_CPU_CACHE_MAX) {
        cpu->caches[cpu->cache_count++] = (firesieve_cpu_cache){.level = level, .type = type, .size = (uint64_t)size};
    }
}

/* What the C library knows; it asks CPUID on x86 (any vendor) and sysfs or nothing elsewhere. */
static void detect_caches(firesieve_cpu *cpu)
{
#ifdef _SC_LEVEL1_DCACHE_SIZE /* musl knows nothing of caches */
    add_cache(cpu, 1, "data", sysconf(_SC_LEVEL1_DCACHE_SIZE));
    add_cache(cpu, 1, "instruction", sysconf(_SC_LEVEL1_ICACHE_SIZE));
    add_cache(cpu, 2, "unified", sysconf(_SC_LEVEL2_CACHE_SIZE));
    add_cache(cpu, 3, "unified", sysconf(_SC_LEVEL3_CACHE_SIZE));
    add_cache(cpu, 4, "unified", sysconf(_SC_LEVEL4_CACHE_SIZE));
#else
    (void)cpu;
    (void)add_cache;
#endif
}

void cpu_copy_name(char *to, size_t size, const char *name)
{
    name += strspn(name, " ");
    size_t length = strlen(name);
    while (length > 0 && name[length - 1] == ' ') {
        --length;
    }
    snprintf(to, size, "%.*s", (int)length, name);
}

void firesieve_cpu_detect(firesieve_cpu *cpu)
{
    memset(cpu, 0, sizeof *cpu);
#if defined(__x86_64__)
    cpu->architecture = "x86_64";
    const X86Info info = GetX86Info();
    cpu_copy_name(cpu->model, sizeof cpu->model, info.brand_string);
#elif defined(__aarch64__)
    cpu->architecture = "aarch64";
#else
    cpu->architecture = "other";
#endif
    snprintf(cpu->features, sizeof cpu->features, "%s", features_detect()->names);
    cpu->cpus = cpu_count_available();
    detect_caches(cpu);
}
