#include "cpu/features.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuinfo_x86.h>
#elif defined(__aarch64__)
#include <cpuinfo_aarch64.h>
#endif

/* The features of every kernel in one text, each followed by a blank. */
static const char kernel_needs[] =
#define KERNEL(symbol, name, home, needs, ...) needs " "
#include "kernels.def"
#undef KERNEL
    ;

/* Whether `name`, of `length` bytes, is one of the words of `names`. */
static bool contains(const char *names, const char *name, size_t length)
{
    while (*names != '\0') {
        names += strspn(names, " ");
        const size_t word_length = strcspn(names, " ");
        if (word_length == length && strncmp(names, name, length) == 0) {
            return true;
        }
        names += word_length;
    }
    return false;
}

static void add(struct feature_list *list, const char *name)
{
    if (contains(kernel_needs, name, strlen(name))) {
        const size_t used = strlen(list->names);
        snprintf(list->names + used, sizeof list->names - used, "%s%s", used == 0 ? "" : " ", name);
    }
}

static void detect(struct feature_list *list)
{
#if defined(__x86_64__)
    const X86Info info = GetX86Info();
    for (int i = 0; i < X86_LAST_; ++i) {
        if (GetX86FeaturesEnumValue(&info.features, (X86FeaturesEnum)i)) {
            add(list, GetX86FeaturesEnumName((X86FeaturesEnum)i));
        }
    }
    /* cpu_features of Debian 12 does not know it. */
    if (!contains(list->names, "gfni", strlen("gfni")) && __builtin_cpu_supports("gfni")) {
        add(list, "gfni");
    }
#elif defined(__aarch64__)
    const Aarch64Info info = GetAarch64Info();
    for (int i = 0; i < AARCH64_LAST_; ++i) {
        if (GetAarch64FeaturesEnumValue(&info.features, (Aarch64FeaturesEnum)i)) {
            add(list, GetAarch64FeaturesEnumName((Aarch64FeaturesEnum)i));
        }
    }
#else /* no kernel has instructions of its own */
    (void)list;
    (void)add;
#endif
}

/* The machine stays the same as long as the process lives: what is remembered is no state. */
static struct feature_list detected;
static pthread_once_t detected_once = PTHREAD_ONCE_INIT;

static void detect_once(void)
{
    detect(&detected);
}

const struct feature_list *features_detect(void)
{
    pthread_once(&detected_once, detect_once);
    return &detected;
}

bool features_include(const struct feature_list *list, const char *needs)
{
    while (*needs != '\0') {
        needs += strspn(needs, " ");
        const size_t length = strcspn(needs, " ");
        if (!contains(list->names, needs, length)) {
            return false;
        }
        needs += length;
    }
    return true;
}
