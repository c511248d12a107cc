/* For emscripten: older versions of its C library declare reallocarray but lack it. */
#include <errno.h>
#include <stdlib.h>

/* Other C libraries name the parameters differently. NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
__attribute__((weak)) void *reallocarray(void *block, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(block, bytes);
}
