/* Errors as values: one call fills in what the caller of the library sees. */
#ifndef FIRESIEVE_BASE_ERROR_H
#define FIRESIEVE_BASE_ERROR_H

#include <firesieve/firesieve.h>

/* Writes status, place and message into `error`, which may be NULL. */
void error_fill(firesieve_error *error, firesieve_status status, uint64_t line, uint64_t column, const char *format,
                ...) __attribute__((format(printf, 5, 6)));

/*
 * The same as an expression whose value is `status`; macros, so that compilers and checkers know the value.
 * error_set is for errors without a place in the input.
 */
#define error_set_at(error, status, line, column, ...) \
    (error_fill(error, status, line, column, __VA_ARGS__), (firesieve_status)(status))
#define error_set(error, status, ...) error_set_at(error, status, 0, 0, __VA_ARGS__)

/*
 * The system's text for an errno, like strerror, which is not thread-safe in every C library. `text` is room for it;
 * the result may be stored elsewhere.
 */
enum { ERROR_REASON_SIZE = 128 };
const char *error_reason(int code, char text[ERROR_REASON_SIZE]);

/* "`what`: ", followed by the system's text for errno. */
void error_fill_errno(firesieve_error *error, firesieve_status status, uint64_t line, uint64_t column,
                      const char *what);
#define error_set_errno_at(error, status, line, column, what) \
    (error_fill_errno(error, status, line, column, what), (firesieve_status)(status))
#define error_set_errno(error, status, what) error_set_errno_at(error, status, 0, 0, what)

/* The caller, or its time limit, has ended the call. */
#define error_set_stopped(error) \
    error_set(error, FIRESIEVE_ERROR_STOPPED, "stopped by its caller, or by its time limit")

/* An allocation of `what` failed. */
#define error_set_memory(error, what) error_set(error, FIRESIEVE_ERROR_MEMORY, "not enough memory for %s", what)

/*
 * Checks that the members of options that are reserved for later versions are 0. Otherwise returns ARGUMENT, with a
 * message that names `start`, the function to start from.
 */
firesieve_status reserved_check(const uint64_t *reserved, size_t count, const char *start, firesieve_error *error);

#endif
