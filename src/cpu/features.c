#include "cpu/features.h"

#include <pthread.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuinfo_x86.h>
#if defined(__has_include)
#if __has_include(<sys/platform/x86.h>) /* of glibc */
#include <sys/platform/x86.h>
#endif
#endif
#elif defined(__aarch64__)
#include <cpuinfo_aarch64.h>
#endif

#define NEEDS_0(needs) ""
#define NEEDS_1(needs) needs " "
#define NEEDS_(native, needs) NEEDS_##native(needs)
#define NEEDS(native, needs) NEEDS_(native, needs)

/* The features that native kernels need, each followed by a blank. */
static const char kernel_needs[] = ""
#define KERNEL(symbol, name, home, needs, ...) NEEDS(FIRESIEVE_NATIVE_##symbol, needs)
#include "kernels.def"
#undef KERNEL
    ;

bool words_include(const char *words, const char *separators, const char *word, size_t length)
{
    while (*words != '\0') {
        words += strspn(words, separators);
        const size_t word_length = strcspn(words, separators);
        if (word_length == length && strncmp(words, word, length) == 0) {
            return true;
        }
        words += word_length;
    }
    return false;
}

static bool contains_all(const char *names, const char *needs)
{
    for (needs += strspn(needs, " "); *needs != '\0'; needs += strspn(needs, " ")) {
        const size_t length = strcspn(needs, " ");
        if (!words_include(names, " ", needs, length)) {
            return false;
        }
        needs += length;
    }
    return true;
}

static void add(struct feature_list *list, const char *name)
{
    const size_t used = strlen(list->names);
    const size_t length = strlen(name);
    if (words_include(kernel_needs, " ", name, length) && used + length + 2 <= sizeof list->names) {
        list->names[used] = ' ';
        char *const end = mempcpy(list->names + used + (used == 0 ? 0 : 1), name, length);
        *end = '\0';
    }
}

#if defined(CPU_FEATURE_ACTIVE)
/* Names of cpu_features, in its order, and those that it lacks or that others spell differently. */
#define KNOWN_TO_LOADER(X)          \
    X("sse4_1", SSE4_1)             \
    X("avx2", AVX2)                 \
    X("avx512f", AVX512F)           \
    X("avx512bw", AVX512BW)         \
    X("avx512dq", AVX512DQ)         \
    X("avx512vl", AVX512VL)         \
    X("avx512vbmi", AVX512_VBMI)    \
    X("avx512vbmi2", AVX512_VBMI2)  \
    X("popcnt", POPCNT)             \
    X("avx512_vbmi2", AVX512_VBMI2) \
    X("gfni", GFNI)

/* Like CPU_FEATURE_ACTIVE, which however shifts a 1 into the sign bit of an int: undefined behavior. */
static bool is_active(unsigned feature)
{
    enum { LEAF_BITS = 128, REGISTER_BITS = 32 };
    const struct cpuid_feature *const leaf = __x86_get_cpuid_feature_leaf(feature / LEAF_BITS);
    const unsigned bit = feature % LEAF_BITS;
    return (leaf->active_array[bit / REGISTER_BITS] >> bit % REGISTER_BITS & 1) != 0;
}

bool features_ask_loader(struct feature_list *list)
{
#define NAME(name, feature) name " "
    static const char known[] = KNOWN_TO_LOADER(NAME);
#undef NAME
    if (!contains_all(known, kernel_needs)) {
        return false;
    }
#define ADD(name, feature)              \
    if (is_active(x86_cpu_##feature)) { \
        add(list, name);                \
    }
    KNOWN_TO_LOADER(ADD)
#undef ADD
    return true;
}
#else
bool features_ask_loader(struct feature_list *list)
{
    (void)list;
    return false;
}
#endif

void features_ask_cpu(struct feature_list *list)
{
#if defined(__x86_64__)
    const X86Info info = GetX86Info();
    for (int i = 0; i < X86_LAST_; ++i) {
        if (GetX86FeaturesEnumValue(&info.features, (X86FeaturesEnum)i)) {
            add(list, GetX86FeaturesEnumName((X86FeaturesEnum)i));
        }
    }
    /* cpu_features in Debian 12 does not know it. */
    if (!features_include(list, "gfni") && __builtin_cpu_supports("gfni")) {
        add(list, "gfni");
    }
#elif defined(__aarch64__)
    const Aarch64Info info = GetAarch64Info();
    for (int i = 0; i < AARCH64_LAST_; ++i) {
        if (GetAarch64FeaturesEnumValue(&info.features, (Aarch64FeaturesEnum)i)) {
            add(list, GetAarch64FeaturesEnumName((Aarch64FeaturesEnum)i));
        }
    }
#elif defined(__wasm32__) && FIRESIEVE_NATIVE_wasm /* a module with vectors does not even start without them */
    add(list, "simd128");
#else                                              /* no kernel has special instructions */
    (void)list;
    (void)add;
#endif
}

/* The features do not change while the process lives, so caching them keeps no state. */
static struct feature_list detected;
static pthread_once_t detected_once = PTHREAD_ONCE_INIT;

static void detect_once(void)
{
    if (!features_ask_loader(&detected)) {
        features_ask_cpu(&detected);
    }
}

const struct feature_list *features_detect(void)
{
    pthread_once(&detected_once, detect_once);
    return &detected;
}

bool features_include(const struct feature_list *list, const char *needs)
{
    return contains_all(list->names, needs);
}
