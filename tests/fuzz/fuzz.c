#include "fuzz.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { HASH_DIGITS = 16 };

static const char checksum_key[] = "checksum ";

void fuzz_fail(const char *file, int line, const char *condition, const char *format, ...)
{
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s:%d: not so: %s: %s\n", file, line, condition, message);
    abort();
}

char *fuzz_copy(const void *bytes, size_t size)
{
    char *const copy = malloc(size);
    fuzz_require(copy != NULL || size == 0, "no memory for %zu bytes", size);
    if (size != 0) {
        memcpy(copy, bytes, size);
    }
    return copy;
}

char *fuzz_seal(const void *text, size_t size, size_t *sealed_size)
{
    const size_t line_size = strlen(checksum_key) + HASH_DIGITS + 1;
    const char *const bytes = text;
    size_t body = size;
    if (size >= line_size && memcmp(bytes + size - line_size, checksum_key, strlen(checksum_key)) == 0) {
        body = size - line_size;
    }
    char line[64];
    snprintf(line, sizeof line, "%s%016" PRIx64 "\n", checksum_key, hash_bytes(bytes, body, 0));
    char *const sealed = malloc(body + line_size);
    fuzz_require(sealed != NULL, "no memory for %zu bytes", body + line_size);
    if (body != 0) {
        memcpy(sealed, bytes, body);
    }
    memcpy(sealed + body, line, line_size);
    *sealed_size = body + line_size;
    return sealed;
}

uint64_t fuzz_take(struct fuzz_bytes *bytes, unsigned count)
{
    uint64_t number = 0;
    for (unsigned i = 0; i < count && bytes->at < bytes->end; ++i) {
        number |= (uint64_t)*bytes->at++ << 8 * i;
    }
    return number;
}
