/* Errors as values: one call fills in what the caller of the library will see. */
#ifndef FIRESIEVE_BASE_ERROR_H
#define FIRESIEVE_BASE_ERROR_H

#include <firesieve/firesieve.h>

/* Writes status, place and message into `error`, which may be NULL. */
void error_fill(firesieve_error *error, firesieve_status status, uint64_t line, uint64_t column, const char *format,
                ...) __attribute__((format(printf, 5, 6)));

/*
 * The same as an expression whose value is `status`; macros, so that compilers and checkers see which one.
 * error_set is for errors without a place in the input.
 */
#define error_set_at(error, status, line, column, ...) \
    (error_fill(error, status, line, column, __VA_ARGS__), (firesieve_status)(status))
#define error_set(error, status, ...) error_set_at(error, status, 0, 0, __VA_ARGS__)

/*
 * What the system says of an errno, as strerror does, which not every C library lets threads do at the same time. `text`
 * is room for it; what is returned may be elsewhere.
 */
enum { ERROR_REASON_SIZE = 128 };
const char *error_reason(int code, char text[ERROR_REASON_SIZE]);

/* "`what`: ", and what the system says of errno. */
void error_fill_errno(firesieve_error *error, firesieve_status status, uint64_t line, uint64_t column,
                      const char *what);
#define error_set_errno_at(error, status, line, column, what) \
    (error_fill_errno(error, status, line, column, what), (firesieve_status)(status))
#define error_set_errno(error, status, what) error_set_errno_at(error, status, 0, 0, what)

/* The caller, or the time limit that it set, has ended the call. */
#define error_set_stopped(error) \
    error_set(error, FIRESIEVE_ERROR_STOPPED, "stopped by its caller, or by its time limit")

/* An allocation of `what` failed. */
#define error_set_memory(error, what) error_set(error, FIRESIEVE_ERROR_MEMORY, "not enough memory for %s", what)

/*
 * Whether the members that options have reserved for later versions are 0, as a status: ARGUMENT otherwise, with
 * `start`, what to start from to have it so.
 */
firesieve_status reserved_check(const uint64_t *reserved, size_t count, const char *start, firesieve_error *error);

#endif
