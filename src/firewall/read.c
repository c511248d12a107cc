#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "firewall/parse.h"

/*
 * Files are streamed, not mapped: a mapped file that shrinks while it is read kills the process, a pipe cannot be
 * mapped, and the copy costs a tenth of the parsing.
 */
#ifndef FIRESIEVE_READ_CAPACITY /* less, where a fuzzer is to fill it */
#define FIRESIEVE_READ_CAPACITY (1 << 20)
#endif
enum { FIRST_CAPACITY = FIRESIEVE_READ_CAPACITY };

struct block {
    char *text;
    size_t capacity; /* doubled for a line that fills it */
    size_t size;     /* bytes read and not yet parsed: the beginning of a line */
};

static ssize_t read_again(int descriptor, char *out, size_t size)
{
    ssize_t got;
    do {
        got = read(descriptor, out, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

/*
 * Takes `got` more bytes into the block, parses its whole lines and moves what is left to its beginning. What was left
 * before has no line feed.
 */
static firesieve_status parse_block(struct parser *parser, struct block *block, size_t got, firesieve_error *error)
{
    const char *const last_feed = memrchr(block->text + block->size, '\n', got);
    block->size += got;
    if (last_feed == NULL) {
        return FIRESIEVE_OK;
    }
    const size_t whole_lines = (size_t)(last_feed - block->text) + 1;
    const firesieve_status status = parser_read_lines(parser, block->text, whole_lines, error);
    block->size -= whole_lines;
    memmove(block->text, block->text + whole_lines, block->size);
    return status;
}

/*
 * Whether an error at `column` may be none of the line's own, but of its being cut off, or be said in other words when more
 * is known: it is at the end, or a number's first zeros are, or what a message would show of it.
 */
static bool is_of_the_cut(const struct block *block, uint64_t column)
{
    enum { SHOWN_MAX = 20 }; /* digits of a number; more than the bytes of a byte order mark */
    size_t at = column - 1;
    while (at < block->size && block->text[at] == '0') {
        ++at;
    }
    return at + SHOWN_MAX >= block->size;
}

/* What is wrong already with the beginning of a line that fills the block; so an endless one ends where it is wrong. */
static firesieve_status check_beginning(const struct block *block, uint64_t lines, firesieve_error *error)
{
    struct parser trial = {.lines = lines};
    firesieve_error found;
    firesieve_status status = parser_read_rest(&trial, block->text, block->size, &found);
    parser_free(&trial);
    if (status == FIRESIEVE_ERROR_INPUT && is_of_the_cut(block, found.column)) {
        status = FIRESIEVE_OK;
    }
    if (status != FIRESIEVE_OK && error != NULL) {
        *error = found;
    }
    return status;
}

static firesieve_status grow_block(struct block *block, firesieve_error *error)
{
    char *const text = reallocarray(block->text, block->capacity, 2);
    if (text == NULL) {
        return error_set_memory(error, "a line of the input");
    }
    block->text = text;
    block->capacity *= 2;
    return FIRESIEVE_OK;
}

static firesieve_status read_all(int descriptor, struct parser *parser, struct block *block, firesieve_error *error)
{
    for (;;) {
        const ssize_t got = read_again(descriptor, block->text + block->size, block->capacity - block->size);
        if (got < 0) {
            return error_set_at(error, FIRESIEVE_ERROR_READ, parser->lines + 1, 1, "cannot read: %s", strerror(errno));
        }
        if (got == 0) {
            return parser_read_rest(parser, block->text, block->size, error);
        }
        firesieve_status status = parse_block(parser, block, (size_t)got, error);
        if (status == FIRESIEVE_OK && block->size == block->capacity) {
            status = check_beginning(block, parser->lines, error);
            status = status == FIRESIEVE_OK ? grow_block(block, error) : status;
        }
        if (status != FIRESIEVE_OK) {
            return status;
        }
    }
}

firesieve_status firesieve_firewall_read(int descriptor, firesieve_firewall **firewall, firesieve_error *error)
{
    struct parser parser = {0};
    struct block block = {.text = malloc(FIRST_CAPACITY), .capacity = FIRST_CAPACITY};
    firesieve_status status =
        block.text == NULL ? error_set_memory(error, "reading") : read_all(descriptor, &parser, &block, error);
    if (status == FIRESIEVE_OK) {
        status = parser_finish(&parser, firewall, error);
    }
    free(block.text);
    parser_free(&parser);
    return status;
}

firesieve_status firesieve_firewall_open(const char *path, firesieve_firewall **firewall, firesieve_error *error)
{
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return error_set_at(error, FIRESIEVE_ERROR_READ, 1, 1, "cannot open: %s", strerror(errno));
    }
    const firesieve_status status = firesieve_firewall_read(descriptor, firewall, error);
    close(descriptor);
    return status;
}
