#include "texts.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

const char *text_way_name(enum text_way way)
{
    static const char *const names[TEXT_WAYS] = {
        [TEXT_IN_MEMORY] = "in memory",           [TEXT_IN_FILE] = "in a file", [TEXT_IN_PIPE] = "in a pipe",
        [TEXT_BY_SEVEN_BYTES] = "by seven bytes", [TEXT_BY_BYTES] = "by bytes",
    };
    return names[way];
}

static void parse_copy(const char *text, size_t size, struct text_outcome *outcome)
{
    char *const copy = malloc(size == 0 ? 1 : size);
    cr_assert(copy != NULL);
    memcpy(copy, text, size);
    outcome->status = firesieve_firewall_parse(copy, size, &outcome->firewall, &outcome->error);
    free(copy);
}

static void write_all(int descriptor, const char *text, size_t size, size_t piece)
{
    while (size > 0) {
        const ssize_t written = write(descriptor, text, size < piece ? size : piece);
        if (written <= 0) {
            return; /* the reader has stopped */
        }
        text += written;
        size -= (size_t)written;
    }
}

static void read_file(const char *text, size_t size, struct text_outcome *outcome)
{
    const int descriptor = memfd_create("firewall", MFD_CLOEXEC);
    cr_assert(descriptor >= 0);
    write_all(descriptor, text, size, size);
    cr_assert(lseek(descriptor, 0, SEEK_SET) == 0);
    outcome->status = firesieve_firewall_read(descriptor, &outcome->firewall, &outcome->error);
    close(descriptor);
}

struct writer {
    int descriptor;
    const char *text;
    size_t size;
    size_t piece;
};

static void *write_and_close(void *context)
{
    const struct writer *const writer = context;
    write_all(writer->descriptor, writer->text, writer->size, writer->piece);
    close(writer->descriptor);
    return NULL;
}

/* O_DIRECT keeps the writes to a pipe separate: a read returns the data of one write. */
static void read_pipe(const char *text, size_t size, size_t piece, int flags, struct text_outcome *outcome)
{
    int ends[2];
    pthread_t thread;
    cr_assert(pipe2(ends, O_CLOEXEC | flags) == 0);
    struct writer writer = {.descriptor = ends[1], .text = text, .size = size, .piece = piece};
    signal(SIGPIPE, SIG_IGN);
    cr_assert(pthread_create(&thread, NULL, write_and_close, &writer) == 0);
    outcome->status = firesieve_firewall_read(ends[0], &outcome->firewall, &outcome->error);
    close(ends[0]);
    pthread_join(thread, NULL);
}

struct text_outcome read_text(const char *text, size_t size, enum text_way way)
{
    struct text_outcome outcome = {0};
    switch (way) {
    case TEXT_IN_MEMORY:
        parse_copy(text, size, &outcome);
        break;
    case TEXT_IN_FILE:
        read_file(text, size, &outcome);
        break;
    case TEXT_IN_PIPE:
        read_pipe(text, size, size, 0, &outcome);
        break;
    case TEXT_BY_SEVEN_BYTES:
        read_pipe(text, size, 7, O_DIRECT, &outcome);
        break;
    case TEXT_BY_BYTES:
        read_pipe(text, size, 1, O_DIRECT, &outcome);
        break;
    case TEXT_WAYS:
        break;
    }
    cr_assert((outcome.status == FIRESIEVE_OK) == (outcome.firewall != NULL));
    return outcome;
}
