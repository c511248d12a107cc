/*
 * Texts tried as lines of residues: from memory and from descriptors in pieces of any sizes the outcome is the same,
 * errors have a position in the text, and the quoted lines give the same firewall again.
 */
#include <errno.h>
#include <firesieve/firesieve.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

enum { DESCRIPTOR = -7, PIECE_BITS = 9, LOOKS_MAX = 1 << 13 };

struct outcome {
    firesieve_status status;
    firesieve_firewall *firewall;
    firesieve_error error;
};

/* Loops may run for billions of numbers: they are stopped by a count, which does not depend on a clock. */
static bool goes_on(void *context)
{
    return --*(int *)context > 0;
}

static firesieve_limits limits_of(int *looks)
{
    firesieve_limits limits = firesieve_limits_none();
    limits.go_on = goes_on;
    limits.context = looks;
    return limits;
}

/* ---- A simulated descriptor ------------------------------------------------------------------------------- */

/* The bytes that read(2) returns next, without a system call, which would take most of the time. */
static struct {
    const char *at;
    size_t left;
    uint64_t random;
} source;

/* Names that the linker's --wrap requires. NOLINTBEGIN(bugprone-reserved-identifier) */
ssize_t __real_read(int descriptor, void *out, size_t size);
ssize_t __wrap_read(int descriptor, void *out, size_t size);
/* NOLINTEND(bugprone-reserved-identifier) */

static uint64_t draw(void)
{
    source.random = source.random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return source.random >> 33;
}

/* Pieces have 1 to 511 bytes and are mostly short; sometimes a signal comes first. */
ssize_t __wrap_read(int descriptor, void *out, size_t size)
{
    if (descriptor != DESCRIPTOR) {
        return __real_read(descriptor, out, size);
    }
    if (draw() % 16 == 0) {
        errno = EINTR;
        return -1;
    }
    size_t piece = (size_t)1 + draw() % ((size_t)1 << draw() % (PIECE_BITS + 1));
    piece = piece < size ? piece : size;
    piece = piece < source.left ? piece : source.left;
    memcpy(out, source.at, piece);
    source.at += piece;
    source.left -= piece;
    return (ssize_t)piece;
}

static struct outcome read_by_pieces(const char *text, size_t size, uint64_t seed)
{
    struct outcome outcome = {0};
    int looks = LOOKS_MAX;
    const firesieve_limits limits = limits_of(&looks);
    source.at = text;
    source.left = size;
    source.random = seed;
    outcome.status = firesieve_firewall_read_within(DESCRIPTOR, &limits, &outcome.firewall, &outcome.error);
    return outcome;
}

/* ---- Checks ----------------------------------------------------------------------------------------------- */

static struct outcome parse(const char *text, size_t size)
{
    struct outcome outcome = {0};
    int looks = LOOKS_MAX;
    const firesieve_limits limits = limits_of(&looks);
    char *const copy = fuzz_copy(text, size);
    outcome.status = firesieve_firewall_parse_within(copy, size, &limits, &outcome.firewall, &outcome.error);
    free(copy);
    return outcome;
}

static void check_error(const struct outcome *outcome, const char *text, size_t size)
{
    const firesieve_error *const error = &outcome->error;
    uint64_t lines = 1;
    for (size_t i = 0; i < size; ++i) {
        lines += text[i] == '\n';
    }
    const size_t length = strnlen(error->message, sizeof error->message);
    fuzz_require(error->status == outcome->status, "status %d, in the error %d", outcome->status, error->status);
    fuzz_require(outcome->status == FIRESIEVE_ERROR_INPUT, "status %d: %s", outcome->status, error->message);
    fuzz_require(error->line >= 1 && error->line <= lines, "line %lu of %lu", error->line, lines);
    fuzz_require(error->column >= 1 && error->column <= size + 1, "column %lu of %zu bytes", error->column, size);
    fuzz_require(length > 0 && length < sizeof error->message, "message of %zu bytes", length);
    for (size_t i = 0; i < length; ++i) {
        fuzz_require(error->message[i] >= ' ' && error->message[i] <= '~', "message: %s", error->message);
    }
}

/* Compares the classes, and the lines except for their positions. */
static bool is_same_firewall(const firesieve_firewall *one, const firesieve_firewall *other)
{
    const size_t count = firesieve_firewall_layer_count(one);
    const size_t lines = firesieve_firewall_line_count(one);
    bool same = firesieve_firewall_layer_count(other) == count && firesieve_firewall_line_count(other) == lines;
    for (size_t i = 0; i < count && same; ++i) {
        const firesieve_class left = firesieve_firewall_class(one, i);
        const firesieve_class right = firesieve_firewall_class(other, i);
        same = left.modulus == right.modulus && left.residue == right.residue && left.residue < left.modulus;
    }
    for (size_t i = 0; i < lines && same; ++i) {
        firesieve_line left;
        firesieve_line right;
        firesieve_firewall_line(one, i, &left);
        firesieve_firewall_line(other, i, &right);
        same = strcmp(left.text, right.text) == 0 && left.first_class == right.first_class &&
               left.class_count == right.class_count && left.whole == right.whole && left.range == right.range;
    }
    return same;
}

static void check_same(const struct outcome *one, const struct outcome *other, const char *ways)
{
    fuzz_require(one->status == other->status, "%s: %s; %s", ways, one->error.message, other->error.message);
    if (one->status == FIRESIEVE_OK) {
        fuzz_require(is_same_firewall(one->firewall, other->firewall), "%s: other lines", ways);
    } else {
        fuzz_require(one->error.line == other->error.line && one->error.column == other->error.column &&
                         strcmp(one->error.message, other->error.message) == 0,
                     "%s: %lu:%lu: %s; %lu:%lu: %s", ways, one->error.line, one->error.column, one->error.message,
                     other->error.line, other->error.column, other->error.message);
    }
}

/* Simple lines first, then the others, in the order of their numbers. */
static void check_quoted(const firesieve_firewall *firewall)
{
    const size_t count = firesieve_firewall_line_count(firewall);
    char *text = NULL;
    size_t size = 0;
    FILE *const stream = open_memstream(&text, &size);
    fuzz_require(stream != NULL, "no memory");
    for (size_t i = 0; i < count; ++i) {
        firesieve_line line;
        firesieve_firewall_line(firewall, i, &line);
        fprintf(stream, "%s\n", line.text);
    }
    fclose(stream);
    struct outcome again = parse(text, size);
    const bool same = again.status == FIRESIEVE_OK && is_same_firewall(firewall, again.firewall);
    fuzz_require(same || again.status == FIRESIEVE_ERROR_STOPPED, "not read again: %s", text);
    firesieve_firewall_free(again.firewall);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *const text = (const char *)data;
    uint64_t seed = size;
    for (size_t i = 0; i < size; ++i) {
        seed = seed * 31 + data[i];
    }
    struct outcome parsed = parse(text, size);
    struct outcome read = read_by_pieces(text, size, seed);
    if (parsed.status != FIRESIEVE_ERROR_STOPPED && read.status != FIRESIEVE_ERROR_STOPPED) {
        check_same(&parsed, &read, "from memory; by pieces");
        if (parsed.status != FIRESIEVE_OK) {
            check_error(&parsed, text, size);
        } else if (firesieve_firewall_layers(parsed.firewall) == NULL) {
            check_quoted(parsed.firewall);
        }
    }
    firesieve_firewall_free(parsed.firewall);
    firesieve_firewall_free(read.firewall);
    return 0;
}
