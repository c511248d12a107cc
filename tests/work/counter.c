#include "counter.h"

#include <string.h>
#include <unistd.h>

/* The compiler's and the linker's names. NOLINTBEGIN(bugprone-reserved-identifier) */
void __sanitizer_cov_trace_pc(void);
ssize_t __real_read(int descriptor, void *out, size_t size);
void *__real_memchr(const void *text, int byte, size_t size);
void *__real_memrchr(const void *text, int byte, size_t size);
void *__real_rawmemchr(const void *text, int byte);
void *__real_memcpy(void *out, const void *in, size_t size);
void *__real_memmove(void *out, const void *in, size_t size);
ssize_t __wrap_read(int descriptor, void *out, size_t size);
void *__wrap_memchr(const void *text, int byte, size_t size);
void *__wrap_memrchr(const void *text, int byte, size_t size);
void *__wrap_rawmemchr(const void *text, int byte);
void *__wrap_memcpy(void *out, const void *in, size_t size);
void *__wrap_memmove(void *out, const void *in, size_t size);

static _Thread_local uint64_t done;

uint64_t work_done(void)
{
    return done;
}

void __sanitizer_cov_trace_pc(void)
{
    ++done;
}

/* A system call costs more than a byte. */
ssize_t __wrap_read(int descriptor, void *out, size_t size)
{
    const ssize_t got = __real_read(descriptor, out, size);
    done += got > 0 ? (uint64_t)got + 1 : 1;
    return got;
}

void *__wrap_memchr(const void *text, int byte, size_t size)
{
    char *const found = __real_memchr(text, byte, size);
    done += found == NULL ? size : (size_t)(found - (const char *)text);
    return found;
}

void *__wrap_memrchr(const void *text, int byte, size_t size)
{
    char *const found = __real_memrchr(text, byte, size);
    done += found == NULL ? size : (size_t)((const char *)text + size - found);
    return found;
}

void *__wrap_rawmemchr(const void *text, int byte)
{
    char *const found = __real_rawmemchr(text, byte);
    done += (size_t)(found - (const char *)text);
    return found;
}

void *__wrap_memcpy(void *out, const void *in, size_t size)
{
    done += size;
    return __real_memcpy(out, in, size);
}

void *__wrap_memmove(void *out, const void *in, size_t size)
{
    done += size;
    return __real_memmove(out, in, size);
}
/* NOLINTEND(bugprone-reserved-identifier) */
