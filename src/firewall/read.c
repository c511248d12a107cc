#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/input.h"
#include "firewall/parse.h"
#include "firewall/read.h"

/* A line that fills the block is shortened: runs of blanks, and what else says nothing, keep so many bytes. */
enum { CAPACITY = TEXT_BLOCK_CAPACITY, KEPT_OF_A_RUN = 64 };
_Static_assert(CAPACITY >= 2 * KEPT_OF_A_RUN * LINE_CUTS_MAX, "a line that is shortened must not fill the block");

/*
 * Takes `got` more bytes into the block, parses its whole lines and moves what is left to its beginning. What was left
 * before has no line feed.
 */
static firesieve_status parse_block(struct parser *parser, struct text_block *block, size_t got, firesieve_error *error)
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
 * Whether an error at `column` may be none of the line's own, but of its being cut off, or be said in other words when
 * more is known: it is at the end, or a number's first zeros are, or what a message would show of it.
 */
static bool is_of_the_cut(const struct text_block *block, uint64_t column)
{
    enum { SHOWN_MAX = 20 }; /* digits of a number; more than the bytes of a byte order mark */
    size_t at = column - 1;
    while (at < block->size && block->text[at] == '0') {
        ++at;
    }
    return at + SHOWN_MAX >= block->size;
}

/* What is wrong already with the beginning of a line that fills the block; so an endless one ends where it is wrong. */
static firesieve_status check_beginning(const struct text_block *block, const struct parser *parser,
                                        firesieve_error *error)
{
    struct parser trial = {.behind_layers = parser->list.count > 0, .lines = parser->lines};
    firesieve_error found;
    firesieve_status status = parser_read_rest(&trial, block->text, block->size, &found);
    parser_free(&trial);
    if (status == FIRESIEVE_ERROR_INPUT && is_of_the_cut(block, found.column)) {
        status = FIRESIEVE_OK;
    }
    if (status != FIRESIEVE_OK && error != NULL) {
        *error = found;
        error->column = line_cuts_place(&parser->cuts, (size_t)found.column - 1) + 1;
    }
    return status;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

/* Where a run ends: of blanks, of zeros, or of what a comment says; any other byte is a run of its own. */
static size_t find_run_end(const struct text_block *block, size_t at)
{
    const char first = block->text[at];
    if (first == '#') {
        return block->size;
    }
    do {
        ++at;
    } while (at < block->size &&
             ((first == '0' && block->text[at] == '0') || (is_blank(first) && is_blank(block->text[at]))));
    return at;
}

static void add_cut(struct line_cuts *cuts, size_t at, uint64_t dropped)
{
    for (size_t i = 0; i < cuts->count; ++i) {
        if (cuts->items[i].at == at) {
            cuts->items[i].dropped += dropped;
            return;
        }
    }
    if (cuts->count < LINE_CUTS_MAX) {
        cuts->items[cuts->count++] = (struct line_cut){.at = at, .dropped = dropped};
    }
}

/*
 * Shortens a line that nothing is wrong with so far: then it has no more than LINE_CUTS_MAX runs, and without them some
 * dozens of bytes. What is kept of a run shows all that an error shows of it.
 */
static void shorten_line(struct text_block *block, struct line_cuts *cuts)
{
    size_t kept = 0;
    for (size_t at = 0; at < block->size;) {
        const size_t end = find_run_end(block, at);
        const size_t run = end - at < KEPT_OF_A_RUN ? end - at : KEPT_OF_A_RUN;
        memmove(block->text + kept, block->text + at, run);
        kept += run;
        if (run < end - at) {
            add_cut(cuts, kept, end - at - run);
        }
        at = end;
    }
    block->size = kept;
}

/*
 * Makes room for the layers of a regular file, if there are as many in what is left of it as in what was read of it so
 * far. No more than a guess: a list that is too short grows, one that is too long is trimmed, and memory that is not
 * there is not missed yet.
 */
static void expect_layers(int descriptor, struct parser *parser, size_t bytes_read)
{
    static const double spare = 1.02;
    enum { LINE_LEAST = 4 };
    struct stat file;
    const off_t place = lseek(descriptor, 0, SEEK_CUR);
    if (place < 0 || fstat(descriptor, &file) != 0 || !S_ISREG(file.st_mode) || file.st_size <= place) {
        return;
    }
    const double left = (double)(file.st_size - place);
    const double rate = fmin((double)parser->list.count / (double)bytes_read, 1.0 / LINE_LEAST);
    const double expected = (double)parser->list.count + spare * rate * left;
    if (expected < (double)(SIZE_MAX / 2)) {
        layer_list_reserve(&parser->list, (size_t)expected + 1);
    }
}

static firesieve_status read_all(int descriptor, struct go_on go_on, struct parser *parser, struct text_block *block,
                                 firesieve_error *error)
{
    ssize_t got = (ssize_t)block->size; /* what was read to see what it is */
    firesieve_status status = FIRESIEVE_OK;
    bool first = true;
    block->size = 0;
    while (status == FIRESIEVE_OK) {
        status = parse_block(parser, block, (size_t)got, error);
        if (status == FIRESIEVE_OK && first) {
            expect_layers(descriptor, parser, (size_t)got);
        }
        first = false;
        if (status == FIRESIEVE_OK && block->size == CAPACITY) {
            status = check_beginning(block, parser, error);
        }
        if (status == FIRESIEVE_OK && block->size == CAPACITY) {
            shorten_line(block, &parser->cuts);
        }
        if (status == FIRESIEVE_OK) {
            status = input_read(descriptor, go_on, block->text + block->size, CAPACITY - block->size, &got, error);
        }
        if (status == FIRESIEVE_OK && got < 0) {
            return error_set_errno_at(error, FIRESIEVE_ERROR_READ, parser->lines + 1, 1, "cannot read");
        }
        if (status == FIRESIEVE_OK && got == 0) {
            return parser_read_rest(parser, block->text, block->size, error);
        }
    }
    return status;
}

firesieve_status layers_read(int descriptor, struct text_block *block, struct go_on go_on,
                             firesieve_firewall **firewall, firesieve_error *error)
{
    struct parser parser = {.lines = block->lines};
    firesieve_status status = read_all(descriptor, go_on, &parser, block, error);
    if (status == FIRESIEVE_OK) {
        status = parser_finish(&parser, go_on, firewall, error);
    }
    parser_free(&parser);
    return status;
}
