/*
 * Tests that run once for each kernel. Criterion runs every parameter in its own process, at other addresses, so the
 * parameter is the index of a kernel, never a pointer.
 */
#ifndef FIRESIEVE_TESTS_KERNELS_H
#define FIRESIEVE_TESTS_KERNELS_H

#include <criterion/parameterized.h>
#include <firesieve/firesieve.h>

#include "kernel.h"

/* A parameter array that holds the index of every kernel. */
struct criterion_test_params every_kernel(void);

/* "avx2", or "avx2, emulated". Writes it to `text`, which has KERNEL_LABEL_SIZE bytes, and returns `text`. */
enum { KERNEL_LABEL_SIZE = 64 };
const char *kernel_label(size_t index, char *text);

/* The operations of a kernel; if it cannot run here, the test is skipped. */
const struct kernel_operations *operations_or_skip(size_t index);

/* FIRESIEVE_TEST_SEED from the environment, or else a fixed seed. */
uint64_t test_seed(void);

#endif
