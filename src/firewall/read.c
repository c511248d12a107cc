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
enum { BLOCK_SIZE = 1 << 20 };

struct block {
    char *text;  /* BLOCK_SIZE bytes */
    size_t size; /* bytes read and not yet parsed: the beginning of a line */
};

static ssize_t read_again(int descriptor, char *out, size_t size)
{
    ssize_t got;
    do {
        got = read(descriptor, out, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* Parses the whole lines of the block and moves what is left to its beginning. */
static firesieve_status parse_block(struct parser *parser, struct block *block, firesieve_error *error)
{
    const char *const last_feed = memrchr(block->text, '\n', block->size);
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
 * Whether an error at `column` is none of the line's own, but of its being cut off: its end, or a number's first zeros.
 */
static bool is_of_the_cut(const struct block *block, uint64_t column)
{
    size_t at = column - 1;
    while (at < block->size && block->text[at] == '0') {
        ++at;
    }
    return at >= block->size;
}

/* A line fills the block: what is wrong with its beginning, or else its length. */
static firesieve_status fail_long_line(struct parser *parser, const struct block *block, firesieve_error *error)
{
    const uint64_t line = parser->lines + 1;
    firesieve_error found;
    const firesieve_status status = parser_read_rest(parser, block->text, block->size, &found);
    if (status == FIRESIEVE_OK || (status == FIRESIEVE_ERROR_INPUT && is_of_the_cut(block, found.column))) {
        return error_set_at(error, FIRESIEVE_ERROR_INPUT, line, BLOCK_SIZE,
                            "expected lines of less than 1 MiB, found a longer one");
    }
    if (error != NULL) {
        *error = found;
    }
    return status;
}

static firesieve_status read_all(int descriptor, struct parser *parser, struct block *block, firesieve_error *error)
{
    for (;;) {
        const ssize_t got = read_again(descriptor, block->text + block->size, BLOCK_SIZE - block->size);
        if (got < 0) {
            return error_set_at(error, FIRESIEVE_ERROR_READ, parser->lines + 1, 1, "cannot read: %s", strerror(errno));
        }
        if (got == 0) {
            return parser_read_rest(parser, block->text, block->size, error);
        }
        block->size += (size_t)got;
        const firesieve_status status = parse_block(parser, block, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        if (block->size == BLOCK_SIZE) {
            return fail_long_line(parser, block, error);
        }
    }
}

firesieve_status firesieve_firewall_read(int descriptor, firesieve_firewall **firewall, firesieve_error *error)
{
    struct parser parser = {0};
    struct block block = {.text = malloc(BLOCK_SIZE)};
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
