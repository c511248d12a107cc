/* Compares the operations of a kernel with those of the scalar kernel and with the oracle, one case at a time. */
#ifndef FIRESIEVE_VERIFY_VERIFY_H
#define FIRESIEVE_VERIFY_VERIFY_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"
#include "kernel.h"
#include "verify/cases.h"

enum { VERIFY_TEXT_SIZE = 192 };

/* The buffers for operations; one per thread. */
struct verify_space;

/* NULL without memory; verify_space_free accepts NULL. */
struct verify_space *verify_space_create(void);
void verify_space_free(struct verify_space *space);

/*
 * Runs one operation on one case. False: the result differs, or something was written that the contract does not allow;
 * `text`, of VERIFY_TEXT_SIZE bytes, then describes it. `space` need not be the same from call to call.
 */
bool verify_rows(const struct kernel_operations *operations, const struct rows_case *given, struct verify_space *space,
                 char *text);
bool verify_lanes(const struct kernel_operations *operations, const struct lanes_case *given,
                  struct verify_space *space, char *text);
bool verify_build(const struct kernel_operations *operations, const struct build_case *given,
                  struct verify_space *space, char *text);
bool verify_sieve(const struct kernel_operations *operations, const struct sieve_case *given,
                  struct verify_space *space, char *text);
bool verify_pick(const struct kernel_operations *operations, const struct pick_case *given, struct verify_space *space,
                 char *text);
bool verify_add(const struct kernel_operations *operations, const struct add_case *given, struct verify_space *space,
                char *text);

bool verify_starts(const struct kernel_operations *operations, const struct starts_case *given,
                   struct verify_space *space, char *text);
/* The planted lane and the first one are also tested by the definition. */
bool verify_strong(const struct kernel_operations *operations, const struct near_case *given,
                   struct verify_space *space, char *text);
bool verify_lucas(const struct kernel_operations *operations, const struct near_case *given, struct verify_space *space,
                  char *text);

/* Like firesieve_kernel_verify, for operations that need not be in the table. Errors: MEMORY, STOPPED. */
firesieve_status verify_operations(const struct kernel_operations *operations, uint64_t cases, uint64_t seed,
                                   struct go_on go_on, firesieve_verify_report *report, firesieve_error *error);

#endif
