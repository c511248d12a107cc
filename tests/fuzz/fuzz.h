/* Code shared by fuzz targets. A target is one file that defines the function below, which libFuzzer calls. */
#ifndef FIRESIEVE_TESTS_FUZZ_H
#define FIRESIEVE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Tries one input and aborts if something is wrong. Returns 0. The same input always does the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts, with a message, unless the condition holds. */
#define fuzz_require(condition, ...) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition, __VA_ARGS__))
_Noreturn void fuzz_fail(const char *file, int line, const char *condition, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A copy in an allocation of exactly that size, so that AddressSanitizer sees reads past either end. Free it. */
char *fuzz_copy(const void *bytes, size_t size);

/*
 * A copy of a text in the form of src/record with the correct checksum, which replaces its last line if that is a
 * checksum, and otherwise follows it. This lets fuzzers get past the checksum. *sealed_size is its size. Free it.
 */
char *fuzz_seal(const void *text, size_t size, size_t *sealed_size);

/* An input that is read as a stream of numbers, with zeros after its end. */
struct fuzz_bytes {
    const uint8_t *at;
    const uint8_t *end;
};

/* The next `count` (at most 8) bytes as a little-endian number. */
uint64_t fuzz_take(struct fuzz_bytes *bytes, unsigned count);

#endif
