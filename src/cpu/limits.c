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

#include "cpu/features.h"

const char limit_by_system[] = "system";
const char limit_by_group[] = "control group";
const char limit_by_address_space[] = "RLIMIT_AS";
const char limit_by_data[] = "RLIMIT_DATA";
const char limit_by_affinity[] = "affinity";

/* This fraction of a group's limit is kept for what programs do not count: page tables, stacks, the kernel. */
enum { KEPT_BACK = 16 };

enum { PAGE_MAX = 65536 }; /* bytes, on any architecture */

/* ---- Files ------------------------------------------------------------------------------------------------ */

/* The text of a file below `root`, to be freed by the caller; NULL: there is none, or no memory. */
static char *read_file(const char *root, const char *folder, const char *name)
{
    char path[PATH_MAX];
    char *text = NULL;
    size_t capacity = 0;
    if (snprintf(path, sizeof path, "%s%s/%s", root, folder, name) >= (int)sizeof path) {
        return NULL;
    }
    FILE *const file = fopen(path, "re");
    if (file == NULL) {
        return NULL;
    }
    if (getdelim(&text, &capacity, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

/* The number after `key` at the beginning of a line; "" means the first line. False: no such line, or "max". */
static bool find_number(const char *text, const char *key, uint64_t *number)
{
    const size_t length = strlen(key);
    while (text != NULL && strncmp(text, key, length) != 0) {
        text = strchr(text, '\n');
        text = text == NULL ? NULL : text + 1;
    }
    return text != NULL && sscanf(text + length, "%" SCNu64, number) == 1;
}

static bool read_number(const char *root, const char *folder, const char *name, const char *key, uint64_t *number)
{
    char *const text = read_file(root, folder, name);
    const bool found = find_number(text, key, number);
    free(text);
    return found;
}

/* ---- Finding the groups ----------------------------------------------------------------------------------- */

/* A group: the path of its folder, and which files it has. */
struct group {
    const char *root; /* precedes every path */
    const char *path;
    bool all_above; /* all groups above it can be seen as well, as outside of containers */
    bool unified;   /* of version 2 */
};

/* What reads the files of one group. */
typedef void group_function(const struct group *group, void *context);

/*
 * The path of this process' group, from a line `ID:controllers:path` of /proc/self/cgroup; "" is the controller of version
 * 2. False: there is none.
 */
static bool find_group(const char *root, const char *controller, char group[PATH_MAX])
{
    bool found = false;
    char *const text = read_file(root, "/proc/self", "cgroup");
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line != NULL && !found; line = strsep(&rest, "\n")) {
        strsep(&line, ":");
        const char *const names = strsep(&line, ":");
        found =
            line != NULL &&
            (controller[0] == '\0' ? names[0] == '\0' : words_include(names, ",", controller, strlen(controller))) &&
            snprintf(group, PATH_MAX, "%s", line) < PATH_MAX;
    }
    free(text);
    return found;
}

/* In mountinfo, blanks, tabs, line feeds and backslashes in paths are escaped as three octal digits. */
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

/* Where a hierarchy is mounted, and which of its groups is visible there. */
struct mount {
    const char *root;
    const char *point;
};

/* Reads a line of mountinfo: "ID PARENT DEVICE ROOT POINT OPTIONS [FIELD]... - TYPE SOURCE OPTIONS". */
static bool read_mount(char *line, const char *controller, struct mount *mount)
{
    enum { FIELDS = 5, ROOT = 3, POINT = 4 };
    char *fields[FIELDS];
    for (int i = 0; i < FIELDS; ++i) {
        fields[i] = strsep(&line, " ");
    }
    char *end = line == NULL ? NULL : strstr(line, " - ");
    if (end == NULL) {
        return false;
    }
    end += strlen(" - ");
    const char *const type = strsep(&end, " ");
    strsep(&end, " "); /* the source */
    if (strcmp(type, controller[0] == '\0' ? "cgroup2" : "cgroup") != 0 ||
        (controller[0] != '\0' && (end == NULL || !words_include(end, ",", controller, strlen(controller))))) {
        return false;
    }
    unescape(fields[ROOT]);
    unescape(fields[POINT]);
    *mount = (struct mount){fields[ROOT], fields[POINT]};
    return true;
}

/*
 * The group's path below a mount, whose part of the hierarchy begins at its root. NULL: the group is elsewhere, as when a
 * process looks into a container from outside.
 */
static const char *seen_from(const struct mount *mount, const char *group)
{
    const size_t length = strcmp(mount->root, "/") == 0 ? 0 : strlen(mount->root);
    const bool below = strncmp(group, mount->root, length) == 0 && (group[length] == '/' || group[length] == '\0');
    return below && strstr(group + length, "/..") == NULL ? group + length : NULL;
}

/* Calls `function` for a group and those above it, up to the mount point, which may be that of a container. */
static void walk_up(struct group group, const struct mount *mount, const char *seen, group_function *function,
                    void *context)
{
    char path[PATH_MAX];
    const size_t top = strlen(mount->point);
    group.path = path;
    group.all_above = strcmp(mount->root, "/") == 0;
    if (snprintf(path, sizeof path, "%s%s", mount->point, strcmp(seen, "/") == 0 ? "" : seen) >= (int)sizeof path) {
        return;
    }
    for (;;) {
        function(&group, context);
        char *const last = strrchr(path, '/');
        if (last == NULL || strlen(path) <= top) {
            return;
        }
        *last = '\0';
    }
}

/*
 * Visits the group of this process in the hierarchy of a controller ("": version 2), and those above it. If no mount shows
 * that group, the top of the first mount stands for it: in a container it is the container's own. False: there is no such
 * hierarchy.
 */
static bool visit_hierarchy(const char *root, const char *controller, group_function *function, void *context)
{
    const struct group group = {.root = root, .unified = controller[0] == '\0'};
    char path[PATH_MAX];
    struct mount first = {"", NULL};
    if (!find_group(root, controller, path)) {
        return false;
    }
    const char *seen = NULL;
    char *const text = read_file(root, "/proc/self", "mountinfo");
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line != NULL && seen == NULL; line = strsep(&rest, "\n")) {
        struct mount mount;
        if (!read_mount(line, controller, &mount)) {
            continue;
        }
        seen = seen_from(&mount, path);
        if (seen != NULL) {
            walk_up(group, &mount, seen, function, context);
        } else if (first.point == NULL) {
            first.point = mount.point;
        }
    }
    if (seen == NULL && first.point != NULL) {
        walk_up(group, &first, "", function, context);
    }
    free(text);
    return true;
}

/* A controller belongs to one hierarchy: that of version 2, unless there is one of version 1 for it. */
static void visit_groups(const char *root, const char *controller, group_function *function, void *context)
{
    if (!visit_hierarchy(root, controller, function, context)) {
        visit_hierarchy(root, "", function, context);
    }
}

/* ---- Memory of groups ------------------------------------------------------------------------------------- */

/* The files of a version. */
struct memory_names {
    const char *limits[2];
    const char *above; /* in memory.stat: the least limit of all groups, also of those that a container does not see */
    const char *use;
    const char *caches[2]; /* in memory.stat: pages of files, which the kernel reclaims before it refuses memory */
};

static const struct memory_names memory_names[] = {
    {{"memory.limit_in_bytes", NULL},
     "hierarchical_memory_limit ",
     "memory.usage_in_bytes",
     {"total_inactive_file ", "total_active_file "}},
    {{"memory.max", "memory.high"}, NULL, "memory.current", {"inactive_file ", "active_file "}}};

struct memory_limit limits_less(struct memory_limit a, struct memory_limit b)
{
    return b.available < a.available ? b : a;
}

static void lower(struct memory_limit *memory, uint64_t available, uint64_t limit, const char *by)
{
    *memory = limits_less(*memory, (struct memory_limit){available, limit, by});
}

/* memory.stat is read only if needed: the kernel adds it up on each reading, which takes a tenth of a millisecond. */
static void lower_to_group(const struct group *group, void *context)
{
    struct memory_limit *const memory = context;
    const struct memory_names *const names = &memory_names[group->unified];
    uint64_t limit = UINT64_MAX;
    uint64_t use = 0;
    uint64_t cached = 0;
    uint64_t number;
    for (size_t i = 0; i < sizeof names->limits / sizeof names->limits[0]; ++i) {
        if (names->limits[i] != NULL && read_number(group->root, group->path, names->limits[i], "", &number)) {
            limit = number < limit ? number : limit;
        }
    }
    if (names->above != NULL && !group->all_above &&
        read_number(group->root, group->path, "memory.stat", names->above, &number)) {
        limit = number < limit ? number : limit;
    }
    if (limit >= INT64_MAX / PAGE_MAX * PAGE_MAX) {
        return; /* version 1 means no limit by that */
    }
    read_number(group->root, group->path, names->use, "", &use);
    for (size_t i = 0; i < sizeof names->caches / sizeof names->caches[0]; ++i) {
        cached += read_number(group->root, group->path, "memory.stat", names->caches[i], &number) ? number : 0;
    }
    const uint64_t taken = (cached < use ? use - cached : 0) + limit / KEPT_BACK;
    lower(memory, taken < limit ? limit - taken : 0, limit, limit_by_group);
}

struct memory_limit limits_of_group_memory(const char *root)
{
    struct memory_limit memory = {UINT64_MAX, UINT64_MAX, NULL};
    visit_groups(root, "memory", lower_to_group, &memory);
    return memory;
}

/* ---- CPU time of groups ----------------------------------------------------------------------------------- */

static void lower_to_quota(const struct group *group, void *context)
{
    double *const cpus = context;
    uint64_t quota = 0;
    uint64_t period = 0;
    if (group->unified) {
        char *const text = read_file(group->root, group->path, "cpu.max");
        if (text == NULL || sscanf(text, "%" SCNu64 " %" SCNu64, &quota, &period) != 2) {
            quota = 0;
        }
        free(text);
    } else if (!read_number(group->root, group->path, "cpu.cfs_quota_us", "", &quota) || quota > INT64_MAX ||
               !read_number(group->root, group->path, "cpu.cfs_period_us", "", &period)) {
        quota = 0; /* none is written as -1, which reads as the largest number */
    }
    if (quota > 0 && period > 0) {
        *cpus = fmin(*cpus, (double)quota / (double)period);
    }
}

double limits_of_cpu_time(const char *root)
{
    double cpus = INFINITY;
    visit_groups(root, "cpu", lower_to_quota, &cpus);
    return cpus;
}

/* ---- The machine and the process -------------------------------------------------------------------------- */

static uint64_t page_size(void)
{
    return (uint64_t)sysconf(_SC_PAGESIZE);
}

/* MemAvailable of /proc/meminfo, or the free pages if there is no such line. */
struct memory_limit limits_of_system_memory(const char *root)
{
#ifdef __EMSCRIPTEN__ /* a module's memory grows up to the largest signed address */
    const uint64_t whole = UINT64_C(1) << 31;
    return (struct memory_limit){whole - (uintptr_t)sbrk(0), whole, limit_by_system};
#endif
    uint64_t available;
    uint64_t total;
    if (read_number(root, "/proc", "meminfo", "MemAvailable:", &available) &&
        read_number(root, "/proc", "meminfo", "MemTotal:", &total)) {
        return (struct memory_limit){1024 * available, 1024 * total, limit_by_system};
    }
    return (struct memory_limit){(uint64_t)sysconf(_SC_AVPHYS_PAGES) * page_size(),
                                 (uint64_t)sysconf(_SC_PHYS_PAGES) * page_size(), limit_by_system};
}

struct memory_use limits_memory_use(const char *root)
{
    uint64_t size = 0;
    uint64_t data = 0;
    char *const text = read_file(root, "/proc/self", "statm");
    if (text == NULL || sscanf(text, "%" SCNu64 " %*u %*u %*u %*u %" SCNu64, &size, &data) != 2) {
        size = data = 0;
    }
    free(text);
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
    if (space != RLIM_INFINITY || data != RLIM_INFINITY) { /* reading the use takes some microseconds */
        const struct memory_use use = limits_memory_use(root);
        lower_to_resource(&memory, space, use.address_space, limit_by_address_space);
        lower_to_resource(&memory, data, use.data, limit_by_data);
    }
    return memory;
}
