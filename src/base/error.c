#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void error_fill(firesieve_error *error, firesieve_status status, uint64_t line, uint64_t column, const char *format,
                ...)
{
    if (error == NULL) {
        return;
    }
    error->status = status;
    error->line = line;
    error->column = column;
    va_list arguments;
    va_start(arguments, format);
    /* clang-tidy 14 loses sight of the line above. NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
}

const char *error_reason(int code, char text[ERROR_REASON_SIZE])
{
#ifdef __GLIBC__ /* its strerror_r is a different function if _GNU_SOURCE is defined */
    return strerror_r(code, text, ERROR_REASON_SIZE);
#else
    return strerror_r(code, text, ERROR_REASON_SIZE) == 0 ? text : "unknown error";
#endif
}

void error_fill_errno(firesieve_error *error, firesieve_status status, uint64_t line, uint64_t column, const char *what)
{
    char text[ERROR_REASON_SIZE];
    error_fill(error, status, line, column, "%s: %s", what, error_reason(errno, text));
}

firesieve_status reserved_check(const uint64_t *reserved, size_t count, const char *start, firesieve_error *error)
{
    uint64_t set = 0;
    for (size_t i = 0; i < count; ++i) {
        set |= reserved[i];
    }
    return set == 0 ? FIRESIEVE_OK
                    : error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                                "expected no options but those of version " FIRESIEVE_VERSION "; start from %s", start);
}

const char *firesieve_status_text(firesieve_status status)
{
    static const char *const texts[] = {
        [FIRESIEVE_OK] = "no error",
        [FIRESIEVE_ERROR_MEMORY] = "not enough memory",
        [FIRESIEVE_ERROR_READ] = "cannot read",
        [FIRESIEVE_ERROR_WRITE] = "cannot write",
        [FIRESIEVE_ERROR_INPUT] = "not a firewall",
        [FIRESIEVE_ERROR_ARGUMENT] = "argument out of range",
        [FIRESIEVE_ERROR_KERNEL] = "kernel cannot run here",
        [FIRESIEVE_ERROR_RECORD] = "not a record of this search",
        [FIRESIEVE_ERROR_STOPPED] = "stopped",
    };
    return (unsigned)status < sizeof texts / sizeof texts[0] ? texts[status] : "unknown status";
}

const char *firesieve_version(void)
{
    return FIRESIEVE_VERSION;
}
