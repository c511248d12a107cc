/* Errors as values: one call fills in what the caller of the library will see. */
#ifndef FIRESIEVE_BASE_ERROR_H
#define FIRESIEVE_BASE_ERROR_H

#include <firesieve/firesieve.h>

/* Writes status and message into `error` (which may be NULL), without a place, and returns `status`. */
firesieve_status error_set(firesieve_error *error, firesieve_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with a place in the input. */
firesieve_status error_set_at(firesieve_error *error, firesieve_status status, uint64_t line, uint64_t column,
                              const char *format, ...) __attribute__((format(printf, 5, 6)));

/* An allocation of `what` failed. */
firesieve_status error_set_memory(firesieve_error *error, const char *what);

#endif
