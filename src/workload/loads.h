/* Loads and nothing else: the yardstick for kernels that read more than they compute. */
#ifndef FIRESIEVE_WORKLOAD_LOADS_H
#define FIRESIEVE_WORKLOAD_LOADS_H

#include <stddef.h>
#include <stdint.h>

/* ORs `count` integers, a multiple of 64, at an address that is a multiple of 64 bytes, and returns the OR of all. */
typedef uint64_t loads_function(const uint64_t *integers, size_t count);

/* The function with the widest vectors that run here, for that many integers. */
loads_function *loads_widest(size_t count);

#endif
