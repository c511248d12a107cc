#include "cpu/limits.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

const char limit_by_system[] = "system";
const char limit_by_group[] = "control group";
const char limit_by_address_space[] = "RLIMIT_AS";
const char limit_by_data[] = "RLIMIT_DATA";
const char limit_by_affinity[] = "affinity";

/* Of a group's limit, one part in so many is for what programs do not count: page tables, stacks, the kernel. */
enum { KEPT_BACK = 16 };

enum { PAGE_MAX = 65536 }; /* bytes, of any architecture */

/* ---- Files ------------------------------------------------------------------------------------------------ */

static FILE *open_below(const char *root, const char *path)
{
    char whole[PATH_MAX];
    return snprintf(whole, sizeof whole, "%s%s", root, path) < (int)sizeof whole ? fopen(whole, "re") : NULL;
}

/* The number behind `key` on a line of its own, or of the first line for "". "max", no such line or file: false. */
static bool read_number(const char *root, const char *path, const char *key, uint64_t *number)
{
    const size_t length = strlen(key);
    char line[256];
    bool found = false;
    FILE *const file = open_below(root, path);
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        found = strncmp(line, key, length) == 0 && sscanf(line + length, "%" SCNu64, number) == 1;
        if (length == 0) {
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

/* ---- Where the groups are --------------------------------------------------------------------------------- */

/* A hierarchy of groups: all controllers of version 2, or one of version 1. */
struct hierarchy {
    const char *controller; /* "": version 2 */
    const char *type;       /* of its file system */
};

static const struct hierarchy unified = {"", "cgroup2"};

/* A group: the path of its folder, and whether all groups above it can be seen as well, as outside of containers. */
struct group {
    const char *path;
    bool all_above;
};

/* What reads the files of one group. */
typedef void group_function(const char *root, struct group group, void *context);

/* Whether `word` is among those that commas separate. */
static bool has_word(const char *words, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = words; *at != '\0';) {
        const size_t end = strcspn(at, ",\n");
        if (end == length && strncmp(at, word, length) == 0) {
            return true;
        }
        at += end + (at[end] != '\0');
    }
    return false;
}

/* The path of this process' group, from a line `ID:controllers:path` of /proc/self/cgroup. False: there is none. */
static bool find_group(const char *root, const struct hierarchy *hierarchy, char group[PATH_MAX])
{
    char *line = NULL;
    size_t capacity = 0;
    bool found = false;
    FILE *const file = open_below(root, "/proc/self/cgroup");
    while (file != NULL && !found && getline(&line, &capacity, file) > 0) {
        char *const controllers = strchr(line, ':');
        char *const path = controllers == NULL ? NULL : strchr(controllers + 1, ':');
        if (path == NULL) {
            continue;
        }
        *path = '\0';
        path[1 + strcspn(path + 1, "\n")] = '\0';
        const char *const names = controllers + 1;
        found = hierarchy->controller[0] == '\0' ? names[0] == '\0' : has_word(names, hierarchy->controller);
        found = found && snprintf(group, PATH_MAX, "%s", path + 1) < PATH_MAX;
    }
    if (file != NULL) {
        fclose(file);
    }
    free(line);
    return found;
}

/* In mountinfo, blanks, tabs, line feeds and backslashes of paths are written as three octal digits. */
static void unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; ++to) {
        unsigned code;
        if (from[0] == '\\' && sscanf(from + 1, "%3o", &code) == 1) {
            *to = (char)code;
            from += 4;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

/* Where a hierarchy is mounted, and which of its groups is to be seen there. */
struct mount {
    const char *root;
    const char *point;
};

/* Reads a line of mountinfo: "ID PARENT DEVICE ROOT POINT OPTIONS [FIELD]... - TYPE SOURCE OPTIONS". */
static bool read_mount(char *line, const struct hierarchy *hierarchy, struct mount *mount)
{
    enum { FIELDS = 5, ROOT = 3, POINT = 4 };
    char *fields[FIELDS];
    char *rest = line;
    for (int i = 0; i < FIELDS; ++i) {
        fields[i] = strsep(&rest, " ");
        if (fields[i] == NULL) {
            return false;
        }
    }
    char *behind = rest == NULL ? NULL : strstr(rest, " - ");
    if (behind == NULL) {
        return false;
    }
    behind += strlen(" - ");
    const char *const type = strsep(&behind, " ");
    strsep(&behind, " "); /* the source */
    if (strcmp(type, hierarchy->type) != 0 ||
        (hierarchy->controller[0] != '\0' && (behind == NULL || !has_word(behind, hierarchy->controller)))) {
        return false;
    }
    unescape(fields[ROOT]);
    unescape(fields[POINT]);
    *mount = (struct mount){fields[ROOT], fields[POINT]};
    return true;
}

/*
 * The group's path as it is seen below a mount: what the mount shows of the hierarchy begins with its root. NULL: the
 * group lies elsewhere, as for who looks into a container from outside.
 */
static const char *seen_from(const struct mount *mount, const char *group)
{
    const size_t length = strcmp(mount->root, "/") == 0 ? 0 : strlen(mount->root);
    const bool below = strncmp(group, mount->root, length) == 0 && (group[length] == '/' || group[length] == '\0');
    return below && strstr(group + length, "/..") == NULL ? group + length : NULL;
}

/* Shows a group and all that are above it, up to the mount, which may be that of a container, to `function`. */
static void walk_up(const char *root, const struct mount *mount, const char *seen, group_function *function,
                    void *context)
{
    char path[PATH_MAX];
    const size_t top = strlen(mount->point);
    const struct group group = {path, strcmp(mount->root, "/") == 0};
    if (snprintf(path, sizeof path, "%s%s", mount->point, strcmp(seen, "/") == 0 ? "" : seen) >= (int)sizeof path) {
        return;
    }
    for (;;) {
        function(root, group, context);
        char *const last = strrchr(path, '/');
        if (last == NULL || strlen(path) <= top) {
            return;
        }
        *last = '\0';
    }
}

/*
 * The group of this process in a hierarchy, and those above it. Where no mount shows that group, the first one's top is
 * what there is to go by: in a container it is the container's own. False: there is no such hierarchy.
 */
static bool visit_groups(const char *root, const struct hierarchy *hierarchy, group_function *function, void *context)
{
    char group[PATH_MAX];
    char first[PATH_MAX] = "";
    char *line = NULL;
    size_t capacity = 0;
    bool visited = false;
    if (!find_group(root, hierarchy, group)) {
        return false;
    }
    FILE *const file = open_below(root, "/proc/self/mountinfo");
    while (file != NULL && !visited && getline(&line, &capacity, file) > 0) {
        struct mount mount;
        if (!read_mount(line, hierarchy, &mount)) {
            continue;
        }
        const char *const seen = seen_from(&mount, group);
        visited = seen != NULL;
        if (visited) {
            walk_up(root, &mount, seen, function, context);
        } else if (first[0] == '\0') {
            snprintf(first, sizeof first, "%s", mount.point);
        }
    }
    if (!visited && first[0] != '\0') {
        const struct mount of_container = {"", first};
        walk_up(root, &of_container, "", function, context);
    }
    if (file != NULL) {
        fclose(file);
    }
    free(line);
    return true;
}

/* A controller belongs to one hierarchy: to that of version 2 unless there is one of version 1 for it. */
static void visit_groups_of(const char *root, const char *controller, group_function *version_1,
                            group_function *version_2, void *context)
{
    const struct hierarchy own = {controller, "cgroup"};
    if (!visit_groups(root, &own, version_1, context)) {
        visit_groups(root, &unified, version_2, context);
    }
}

/* A file of a group. False: the path is too long. */
static bool path_in(const char *group, const char *name, char path[PATH_MAX])
{
    return snprintf(path, PATH_MAX, "%s/%s", group, name) < PATH_MAX;
}

static bool read_in(const char *root, const char *group, const char *name, const char *key, uint64_t *number)
{
    char path[PATH_MAX];
    return path_in(group, name, path) && read_number(root, path, key, number);
}

/* ---- Memory of groups ------------------------------------------------------------------------------------- */

/* What a version calls its files. */
struct memory_names {
    const char *limits[2];
    const char *above; /* in memory.stat: the least limit of all groups, also of those that a container does not see */
    const char *use;
    const char *caches[2]; /* in memory.stat: pages of files, which the kernel takes back before it says no */
};

struct memory_limit limits_less(struct memory_limit a, struct memory_limit b)
{
    return b.available < a.available ? b : a;
}

static void lower(struct memory_limit *memory, uint64_t available, uint64_t limit, const char *by)
{
    *memory = limits_less(*memory, (struct memory_limit){available, limit, by});
}

/* memory.stat is read where it has to be: the kernel adds it up for that, which takes a tenth of a millisecond. */
static void lower_to_group(struct memory_limit *memory, const char *root, struct group group,
                           const struct memory_names *names)
{
    uint64_t limit = UINT64_MAX;
    uint64_t use = 0;
    uint64_t cached = 0;
    for (size_t i = 0; i < sizeof names->limits / sizeof names->limits[0]; ++i) {
        uint64_t number;
        if (names->limits[i] != NULL && read_in(root, group.path, names->limits[i], "", &number) && number < limit) {
            limit = number;
        }
    }
    uint64_t above;
    if (names->above != NULL && !group.all_above && read_in(root, group.path, "memory.stat", names->above, &above) &&
        above < limit) {
        limit = above;
    }
    if (limit >= INT64_MAX / PAGE_MAX * PAGE_MAX) {
        return; /* that is what version 1 calls none */
    }
    read_in(root, group.path, names->use, "", &use);
    for (size_t i = 0; i < sizeof names->caches / sizeof names->caches[0]; ++i) {
        uint64_t number;
        if (read_in(root, group.path, "memory.stat", names->caches[i], &number)) {
            cached += number;
        }
    }
    const uint64_t taken = (cached < use ? use - cached : 0) + limit / KEPT_BACK;
    lower(memory, taken < limit ? limit - taken : 0, limit, limit_by_group);
}

static void lower_to_memory_1(const char *root, struct group group, void *memory)
{
    static const struct memory_names names = {{"memory.limit_in_bytes", NULL},
                                              "hierarchical_memory_limit ",
                                              "memory.usage_in_bytes",
                                              {"total_inactive_file ", "total_active_file "}};
    lower_to_group(memory, root, group, &names);
}

static void lower_to_memory_2(const char *root, struct group group, void *memory)
{
    static const struct memory_names names = {
        {"memory.max", "memory.high"}, NULL, "memory.current", {"inactive_file ", "active_file "}};
    lower_to_group(memory, root, group, &names);
}

struct memory_limit limits_of_group_memory(const char *root)
{
    struct memory_limit memory = {UINT64_MAX, UINT64_MAX, NULL};
    visit_groups_of(root, "memory", lower_to_memory_1, lower_to_memory_2, &memory);
    return memory;
}

/* ---- CPU time of groups ----------------------------------------------------------------------------------- */

static void lower_to_quota(double *cpus, double quota, double period)
{
    if (quota > 0 && period > 0 && quota / period < *cpus) {
        *cpus = quota / period;
    }
}

static void lower_to_cpu_1(const char *root, struct group group, void *cpus)
{
    uint64_t quota;
    uint64_t period;
    /* No quota is written as -1, which reads as the largest number. */
    if (read_in(root, group.path, "cpu.cfs_quota_us", "", &quota) && quota <= INT64_MAX &&
        read_in(root, group.path, "cpu.cfs_period_us", "", &period)) {
        lower_to_quota(cpus, (double)quota, (double)period);
    }
}

static void lower_to_cpu_2(const char *root, struct group group, void *cpus)
{
    char path[PATH_MAX];
    char line[64];
    uint64_t quota;
    uint64_t period;
    FILE *const file = path_in(group.path, "cpu.max", path) ? open_below(root, path) : NULL;
    if (file != NULL && fgets(line, sizeof line, file) != NULL &&
        sscanf(line, "%" SCNu64 " %" SCNu64, &quota, &period) == 2) {
        lower_to_quota(cpus, (double)quota, (double)period);
    }
    if (file != NULL) {
        fclose(file);
    }
}

double limits_of_cpu_time(const char *root)
{
    double cpus = INFINITY;
    visit_groups_of(root, "cpu", lower_to_cpu_1, lower_to_cpu_2, &cpus);
    return cpus;
}

/* ---- The machine and the process -------------------------------------------------------------------------- */

static uint64_t page_size(void)
{
    return (uint64_t)sysconf(_SC_PAGESIZE);
}

/* MemAvailable of /proc/meminfo, or the free pages where there is no such line. */
struct memory_limit limits_of_system_memory(const char *root)
{
#ifdef __EMSCRIPTEN__ /* a module's memory grows, and no further than addresses with a sign go */
    const uint64_t whole = UINT64_C(1) << 31;
    return (struct memory_limit){whole - (uintptr_t)sbrk(0), whole, limit_by_system};
#endif
    uint64_t available;
    uint64_t total;
    if (read_number(root, "/proc/meminfo", "MemAvailable:", &available) &&
        read_number(root, "/proc/meminfo", "MemTotal:", &total)) {
        return (struct memory_limit){1024 * available, 1024 * total, limit_by_system};
    }
    return (struct memory_limit){(uint64_t)sysconf(_SC_AVPHYS_PAGES) * page_size(),
                                 (uint64_t)sysconf(_SC_PHYS_PAGES) * page_size(), limit_by_system};
}

struct memory_use limits_memory_use(const char *root)
{
    uint64_t size = 0;
    uint64_t data = 0;
    FILE *const file = open_below(root, "/proc/self/statm");
    if (file != NULL) {
        if (fscanf(file, "%" SCNu64 " %*u %*u %*u %*u %" SCNu64, &size, &data) != 2) {
            size = data = 0;
        }
        fclose(file);
    }
    return (struct memory_use){.data = data * page_size(), .address_space = size * page_size()};
}

static void lower_to_resource(struct memory_limit *memory, rlim_t limit, uint64_t use, const char *by)
{
    if (limit != RLIM_INFINITY) {
        lower(memory, limit > use ? limit - use : 0, limit, by);
    }
}

struct memory_limit limits_of_process_memory(const char *root)
{
    struct memory_limit memory = {UINT64_MAX, UINT64_MAX, NULL};
    struct rlimit limit;
    const rlim_t space = getrlimit(RLIMIT_AS, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
    const rlim_t data = getrlimit(RLIMIT_DATA, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY;
    if (space != RLIM_INFINITY || data != RLIM_INFINITY) { /* to read the use takes some microseconds */
        const struct memory_use use = limits_memory_use(root);
        lower_to_resource(&memory, space, use.address_space, limit_by_address_space);
        lower_to_resource(&memory, data, use.data, limit_by_data);
    }
    return memory;
}
