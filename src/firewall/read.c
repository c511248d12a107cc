#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "firewall/foreign.h"
#include "firewall/parse.h"

/*
 * Files are streamed, not mapped: a mapped file that shrinks while it is read kills the process, a pipe cannot be
 * mapped, and the copy costs a tenth of the parsing.
 */
#ifndef FIRESIEVE_READ_CAPACITY /* less, where a fuzzer is to fill it */
#define FIRESIEVE_READ_CAPACITY (1 << 17)
#endif
enum { CAPACITY = FIRESIEVE_READ_CAPACITY };

/* A line that fills the block is shortened: runs of blanks, and what else says nothing, keep so many bytes. */
enum { KEPT_OF_A_RUN = 64 };
_Static_assert(CAPACITY >= 2 * KEPT_OF_A_RUN * LINE_CUTS_MAX, "a line that is shortened must not fill the block");

struct block {
    char *text;
    size_t size; /* bytes read and not yet parsed: the beginning of a line */
};

/* Waits until there is something to read, or an end, or an error, as one below 0 is. False: go_on said no. */
static bool wait_for_input(int descriptor, struct go_on go_on)
{
    enum { LOOK_MS = 20, FOR_EVER = -1 };
    struct pollfd input = {.fd = descriptor, .events = POLLIN};
    bool waits = true;
    while (waits) {
        if (!go_on_ask(go_on)) {
            return false;
        }
        const int ready = descriptor < 0 ? 1 : poll(&input, 1, go_on.ask == NULL ? FOR_EVER : LOOK_MS);
        waits = ready == 0 || (ready < 0 && errno == EINTR);
    }
    return true;
}

/* Who shares the descriptor may have taken what there was, or have made it one that does not wait. */
static firesieve_status read_some(int descriptor, struct go_on go_on, char *out, size_t size, ssize_t *got,
                                  firesieve_error *error)
{
    do {
        if (!wait_for_input(descriptor, go_on)) {
            return error_set_stopped(error);
        }
        *got = read(descriptor, out, size);
    } while (*got < 0 && (errno == EINTR || errno == EAGAIN));
    return FIRESIEVE_OK;
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
 * Whether an error at `column` may be none of the line's own, but of its being cut off, or be said in other words when
 * more is known: it is at the end, or a number's first zeros are, or what a message would show of it.
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
static firesieve_status check_beginning(const struct block *block, const struct parser *parser, firesieve_error *error)
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
static size_t find_run_end(const struct block *block, size_t at)
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
static void shorten_line(struct block *block, struct line_cuts *cuts)
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

/*
 * Takes a byte order mark off the beginning, of which `got` more bytes have come. False: more of it is to come, and they
 * have been taken into the block.
 */
static bool pass_mark(struct block *block, size_t *got)
{
    const size_t size = block->size + *got;
    if (mark_may_follow(block->text, size)) {
        block->size = size;
        return false;
    }
    const size_t mark = mark_length(block->text, size);
    if (mark > 0) {
        memmove(block->text, block->text + mark, size - mark);
        block->size = 0;
        *got = size - mark;
    }
    return true;
}

static firesieve_status read_all(int descriptor, struct go_on go_on, struct parser *parser, struct block *block,
                                 firesieve_error *error)
{
    bool begun = false;
    for (;;) {
        ssize_t got;
        firesieve_status status =
            read_some(descriptor, go_on, block->text + block->size, CAPACITY - block->size, &got, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        if (got < 0) {
            return error_set_errno_at(error, FIRESIEVE_ERROR_READ, parser->lines + 1, 1, "cannot read");
        }
        if (got == 0) {
            return parser_read_rest(parser, block->text, block->size, error);
        }
        size_t fresh = (size_t)got;
        const bool first = !begun;
        begun = begun || pass_mark(block, &fresh);
        if (!begun) {
            continue;
        }
        status = parse_block(parser, block, fresh, error);
        if (status == FIRESIEVE_OK && first) {
            expect_layers(descriptor, parser, (size_t)got);
        }
        if (status == FIRESIEVE_OK && block->size == CAPACITY) {
            status = check_beginning(block, parser, error);
        }
        if (status != FIRESIEVE_OK) {
            return status;
        }
        if (block->size == CAPACITY) {
            shorten_line(block, &parser->cuts);
        }
    }
}

firesieve_status firesieve_firewall_read_within(int descriptor, const firesieve_limits *limits,
                                                firesieve_firewall **firewall, firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    const struct go_on go_on = limit_watch_go_on(&watch);
    struct parser parser = {0};
    struct block block = {.text = malloc(CAPACITY)};
    firesieve_status status =
        block.text == NULL ? error_set_memory(error, "reading") : read_all(descriptor, go_on, &parser, &block, error);
    if (status == FIRESIEVE_OK) {
        status = parser_finish(&parser, go_on, firewall, error);
    }
    free(block.text);
    parser_free(&parser);
    return status;
}

firesieve_status firesieve_firewall_read(int descriptor, firesieve_firewall **firewall, firesieve_error *error)
{
    return firesieve_firewall_read_within(descriptor, NULL, firewall, error);
}

/* Without O_NONBLOCK a pipe that nobody writes to would not even be opened. */
firesieve_status firesieve_firewall_open_within(const char *path, const firesieve_limits *limits,
                                                firesieve_firewall **firewall, firesieve_error *error)
{
    const int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        return error_set_errno_at(error, FIRESIEVE_ERROR_READ, 1, 1, "cannot open");
    }
    const firesieve_status status = firesieve_firewall_read_within(descriptor, limits, firewall, error);
    close(descriptor);
    return status;
}

firesieve_status firesieve_firewall_open(const char *path, firesieve_firewall **firewall, firesieve_error *error)
{
    return firesieve_firewall_open_within(path, NULL, firewall, error);
}
