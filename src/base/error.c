#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

static firesieve_status fill(firesieve_error *error, firesieve_status status, uint64_t line, uint64_t column,
                             const char *format, va_list arguments) __attribute__((format(printf, 5, 0)));

static firesieve_status fill(firesieve_error *error, firesieve_status status, uint64_t line, uint64_t column,
                             const char *format, va_list arguments)
{
    if (error != NULL) {
        error->status = status;
        error->line = line;
        error->column = column;
        vsnprintf(error->message, sizeof error->message, format, arguments);
    }
    return status;
}

firesieve_status error_set(firesieve_error *error, firesieve_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, 0, 0, format, arguments);
    va_end(arguments);
    return status;
}

firesieve_status error_set_at(firesieve_error *error, firesieve_status status, uint64_t line, uint64_t column,
                              const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, line, column, format, arguments);
    va_end(arguments);
    return status;
}

firesieve_status error_set_memory(firesieve_error *error, const char *what)
{
    return error_set(error, FIRESIEVE_ERROR_MEMORY, "not enough memory for %s", what);
}

const char *firesieve_status_text(firesieve_status status)
{
    switch (status) {
    case FIRESIEVE_OK:
        return "no error";
    case FIRESIEVE_ERROR_MEMORY:
        return "not enough memory";
    case FIRESIEVE_ERROR_READ:
        return "cannot read";
    case FIRESIEVE_ERROR_WRITE:
        return "cannot write";
    case FIRESIEVE_ERROR_INPUT:
        return "not a firewall";
    case FIRESIEVE_ERROR_ARGUMENT:
        return "argument out of range";
    case FIRESIEVE_ERROR_KERNEL:
        return "kernel cannot run here";
    }
    return "unknown status";
}
