#include "cpu/kernel_table.h"

#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "cpu/features.h"

/*
 * The build defines FIRESIEVE_NATIVE_symbol as 1 for kernels that are native here, and as 0 for the others. Every kernel
 * except scalar, which has nothing to emulate, also has an emulated build, unless FIRESIEVE_WITHOUT_EMULATED is
 * defined.
 */
#define NATIVE_0(symbol) NULL
#define NATIVE_1(symbol) &firesieve_kernel_##symbol
#define NATIVE_(native, symbol) NATIVE_##native(symbol)
#define NATIVE(native, symbol) NATIVE_(native, symbol)

#define EMULATED_ROW_any(symbol, name, needs, ...)
#define EMULATED_ROW_x86_64(symbol, name, needs, ...) \
    {name, needs, &firesieve_kernel_##symbol##_emulated, {__VA_ARGS__}, true},
#define EMULATED_ROW_aarch64(...) EMULATED_ROW_x86_64(__VA_ARGS__)
#define EMULATED_ROW_wasm32(...) EMULATED_ROW_x86_64(__VA_ARGS__)

#define KERNEL(symbol, name, home, needs, ...)                       \
    extern const struct kernel_operations firesieve_kernel_##symbol; \
    extern const struct kernel_operations firesieve_kernel_##symbol##_emulated;
#include "kernels.def"
#undef KERNEL

static const struct firesieve_kernel kernels[] = {
#define KERNEL(symbol, name, home, needs, ...) \
    {name, needs, NATIVE(FIRESIEVE_NATIVE_##symbol, symbol), {__VA_ARGS__}, false},
#include "kernels.def"
#undef KERNEL
#ifndef FIRESIEVE_WITHOUT_EMULATED
#define KERNEL(symbol, name, home, needs, ...) EMULATED_ROW_##home(symbol, name, needs, __VA_ARGS__)
#include "kernels.def"
#undef KERNEL
#endif
};

static const size_t kernel_count = sizeof kernels / sizeof kernels[0];

size_t firesieve_kernel_count(void)
{
    return kernel_count;
}

const firesieve_kernel *firesieve_kernel_at(size_t index)
{
    return index < kernel_count ? &kernels[index] : NULL;
}

const firesieve_kernel *firesieve_kernel_find(const char *name)
{
    for (size_t i = 0; i < kernel_count; ++i) {
        if (!kernels[i].emulated && strcmp(kernels[i].name, name) == 0) {
            return &kernels[i];
        }
    }
    return NULL;
}

const firesieve_kernel *kernel_scalar(void)
{
    return &kernels[0];
}

const firesieve_kernel *firesieve_kernel_best(void)
{
    const firesieve_kernel *best = kernel_scalar();
    for (size_t i = 0; i < kernel_count; ++i) {
        if (!kernels[i].emulated && firesieve_kernel_runs_here(&kernels[i])) {
            best = &kernels[i];
        }
    }
    return best;
}

const char *firesieve_kernel_name(const firesieve_kernel *kernel)
{
    return kernel->name;
}

bool firesieve_kernel_emulated(const firesieve_kernel *kernel)
{
    return kernel->emulated;
}

bool firesieve_kernel_built(const firesieve_kernel *kernel)
{
    return kernel->operations != NULL;
}

/* Which kernels have the features they need. Every search that names a kernel asks, and comparing texts is slow. */
static bool featured[sizeof kernels / sizeof kernels[0]];
static pthread_once_t featured_once = PTHREAD_ONCE_INIT;

static void look_at_features(void)
{
    for (size_t i = 0; i < kernel_count; ++i) {
        featured[i] = features_include(features_detect(), kernels[i].needs);
    }
}

static bool has_features(const firesieve_kernel *kernel)
{
    for (size_t i = 0; i < kernel_count; ++i) {
        if (kernel == &kernels[i]) {
            pthread_once(&featured_once, look_at_features);
            return featured[i];
        }
    }
    return features_include(features_detect(), kernel->needs); /* a kernel of a test */
}

bool firesieve_kernel_runs_here(const firesieve_kernel *kernel)
{
    return kernel->operations != NULL && (kernel->emulated || kernel->needs[0] == '\0' || has_features(kernel));
}

const char *firesieve_kernel_needs(const firesieve_kernel *kernel)
{
    return kernel->emulated ? "" : kernel->needs;
}

firesieve_status kernel_require(const firesieve_kernel *kernel, firesieve_error *error)
{
    if (firesieve_kernel_runs_here(kernel)) {
        return FIRESIEVE_OK;
    }
    if (!firesieve_kernel_built(kernel)) {
        return error_set(error, FIRESIEVE_ERROR_KERNEL, "kernel %s is not built for this architecture", kernel->name);
    }
    return error_set(error, FIRESIEVE_ERROR_KERNEL, "kernel %s needs CPU features that are missing here: %s",
                     kernel->name, kernel->needs);
}
