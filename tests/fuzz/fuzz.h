/* What fuzz targets share. A target is one file that defines the function below, as libFuzzer wants it. */
#ifndef FIRESIEVE_TESTS_FUZZ_H
#define FIRESIEVE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Tries one input and aborts where something is wrong. Returns 0. The same input always does the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts, with a message, unless the condition holds. */
#define fuzz_require(condition, ...) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition, __VA_ARGS__))
_Noreturn void fuzz_fail(const char *file, int line, const char *condition, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A copy in an allocation of exactly that size, so that AddressSanitizer sees who reads past either end. Free it. */
char *fuzz_copy(const void *bytes, size_t size);

/*
 * A copy of a text in the form of src/record with the checksum that it should have: in place of its last line where
 * that is one, else behind it. So fuzzers get past the checksum. *sealed_size is its size. Free it.
 */
char *fuzz_seal(const void *text, size_t size, size_t *sealed_size);

/* An input that is read as a stream of numbers. At its end come zeros. */
struct fuzz_bytes {
    const uint8_t *at;
    const uint8_t *end;
};

/* The next `count` (at most 8) bytes as a little-endian number. */
uint64_t fuzz_take(struct fuzz_bytes *bytes, unsigned count);

#endif
