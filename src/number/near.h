/* stub */
#ifndef FIRESIEVE_NUMBER_NEAR_H
#define FIRESIEVE_NUMBER_NEAR_H
#include <firesieve/firesieve.h>
#include "kernel.h"
struct near_numbers;
struct near_numbers *near_numbers_make(firesieve_delay reference, uint64_t span);
size_t near_tuples(const struct near_numbers *near, const struct kernel_operations *kernel, uint64_t first, uint32_t step, uint32_t *columns, size_t count, const uint32_t *shifts, uint32_t shift_count);
#endif
