/* For emscripten, whose older C libraries declare it, and have none. */
#include <errno.h>
#include <stdlib.h>

/* Other C libraries name its parameters otherwise. NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
__attribute__((weak)) void *reallocarray(void *block, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(block, bytes);
}
