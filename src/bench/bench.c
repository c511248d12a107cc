#include "bench/bench.h"

#include <stdarg.h>
#include <stdio.h>

void bench_say(struct bench_message *message, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message->text, sizeof message->text, format, arguments);
    va_end(arguments);
}

bool bench_is_scalar(const firesieve_kernel *kernel)
{
    return kernel == firesieve_kernel_at(0);
}

bool bench_includes(const firesieve_kernel *kernel, const firesieve_kernel *only)
{
    return !firesieve_kernel_emulated(kernel) && firesieve_kernel_runs_here(kernel) &&
           (only == NULL || kernel == only || bench_is_scalar(kernel));
}
