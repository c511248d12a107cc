/* Describes the machine for firesieve_cpu_detect. */
#include <firesieve/firesieve.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cpu/cpu.h"
#include "cpu/features.h"
#include "cpu/limits.h"

#if defined(__x86_64__)
#include <cpuinfo_x86.h>
#endif

/* Whether groups limit anything does not change while the process lives, and takes a tenth of a millisecond to find out. */
static pthread_once_t groups_once = PTHREAD_ONCE_INIT;
static double groups_cpu_time;
static bool groups_limit_memory;

static void look_at_groups(void)
{
    groups_cpu_time = limits_of_cpu_time("");
    groups_limit_memory = limits_of_group_memory("").by != NULL;
}

unsigned cpu_count_affine(void)
{
#ifdef __EMSCRIPTEN__ /* a module has only the calling thread */
    return 1;
#else
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        return (unsigned)CPU_COUNT(&set);
    }
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
#endif
}

double cpu_time_allowed(void)
{
    pthread_once(&groups_once, look_at_groups);
    return groups_cpu_time;
}

unsigned cpu_count_within(unsigned cpus, double time)
{
    return time >= cpus ? cpus : time <= 1 ? 1 : (unsigned)ceil(time);
}

unsigned cpu_count_available(void)
{
    return cpu_count_within(cpu_count_affine(), cpu_time_allowed());
}

static struct memory_limit look_at_memory(void)
{
    pthread_once(&groups_once, look_at_groups);
    struct memory_limit memory = limits_of_system_memory("");
    if (groups_limit_memory) {
        memory = limits_less(memory, limits_of_group_memory(""));
    }
    return memory;
}

uint64_t memory_available(unsigned processes)
{
    const struct memory_limit all = look_at_memory();
    const struct memory_limit own = limits_of_process_memory("");
    const uint64_t share = all.available / processes;
    return share < own.available ? share : own.available;
}

uint64_t memory_for_search(unsigned processes)
{
    const uint64_t quarter = memory_available(processes) / 4;
    return quarter != 0 ? quarter : 1;
}

static void add_cache(firesieve_cpu *cpu, int level, const char *type, int64_t size)
{
    if (size > 0 && cpu->cache_count < FIRESIEVE_CPU_CACHE_MAX) {
        cpu->caches[cpu->cache_count++] = (firesieve_cpu_cache){.level = level, .type = type, .size = (uint64_t)size};
    }
}

/* Caches that the C library knows, from CPUID on x86 (any vendor), elsewhere from sysfs or not at all. */
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

static pthread_once_t caches_once = PTHREAD_ONCE_INIT;
static struct cpu_caches caches = {.first = 32 << 10, .second = 1 << 20};

static void look_at_caches(void)
{
#ifdef _SC_LEVEL1_DCACHE_SIZE
    const long first = sysconf(_SC_LEVEL1_DCACHE_SIZE);
    const long second = sysconf(_SC_LEVEL2_CACHE_SIZE);
    caches.first = first > 0 ? (uint64_t)first : caches.first;
    caches.second = second > 0 ? (uint64_t)second : caches.second;
#endif
}

struct cpu_caches cpu_caches(void)
{
    pthread_once(&caches_once, look_at_caches);
    return caches;
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
#elif defined(__wasm32__)
    cpu->architecture = "wasm32";
#else
    cpu->architecture = "other";
#endif
    snprintf(cpu->features, sizeof cpu->features, "%s", features_detect()->names);
    const double cpu_time = cpu_time_allowed();
    const unsigned cpus = cpu_count_affine();
    const struct memory_limit memory = limits_less(look_at_memory(), limits_of_process_memory(""));
    cpu->cpus = cpu_count_within(cpus, cpu_time);
    cpu->cpus_by = cpu->cpus < cpus ? limit_by_group : limit_by_affinity;
    cpu->cpu_time = isfinite(cpu_time) ? cpu_time : 0;
    cpu->memory = memory.available;
    cpu->memory_limit = memory.limit;
    cpu->memory_by = memory.by;
    detect_caches(cpu);
}
