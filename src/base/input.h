/* Cancellable reading from descriptors. */
#ifndef FIRESIEVE_BASE_INPUT_H
#define FIRESIEVE_BASE_INPUT_H

#include <firesieve/firesieve.h>
#include <sys/types.h>

#include "base/go_on.h"

/*
 * Waits for input and reads up to `size` bytes of it. *got is their number, 0 at the end of the input, or negative, with
 * errno set, if the system fails. Errors: STOPPED.
 */
firesieve_status input_read(int descriptor, struct go_on go_on, char *out, size_t size, ssize_t *got,
                            firesieve_error *error);

#endif
