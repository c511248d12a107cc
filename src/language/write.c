/* Writes firewalls of either form as text. */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "language/form.h"

enum { BLOCK_SIZE = 1 << 16, LINE_MAX_SIZE = 64 };

/* Writes the digits of `value`, and returns their end. */
static char *write_number(char *out, uint64_t value)
{
    char digits[20];
    char *first = digits + sizeof digits;
    do {
        *--first = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value != 0);
    const size_t length = (size_t)(digits + sizeof digits - first);
    memcpy(out, first, length);
    return out + length;
}

static char *write_layer(char *out, firesieve_layer layer)
{
    out = write_number(out, layer.depth);
    *out++ = ':';
    *out++ = ' ';
    out = write_number(out, layer.range);
    *out++ = '\n';
    return out;
}

static firesieve_status write_layers(const firesieve_firewall *firewall, FILE *stream, struct go_on go_on,
                                     firesieve_error *error)
{
    char block[BLOCK_SIZE];
    size_t layer = 0;
    while (layer < firewall->layer_count) {
        char *out = block;
        if (!go_on_ask(go_on)) {
            return error_set_stopped(error);
        }
        while (layer < firewall->layer_count && out + LINE_MAX_SIZE <= block + sizeof block) {
            out = write_layer(out, firewall->layers[layer++]);
        }
        if (fwrite(block, 1, (size_t)(out - block), stream) != (size_t)(out - block)) {
            return error_set_errno(error, FIRESIEVE_ERROR_WRITE, "cannot write the firewall");
        }
    }
    return FIRESIEVE_OK;
}

static firesieve_status write_lines(const firesieve_firewall *firewall, FILE *stream, struct go_on go_on,
                                    firesieve_error *error)
{
    const size_t count = firesieve_firewall_line_count(firewall);
    for (size_t i = 0; i < count; ++i) {
        firesieve_line line;
        firesieve_firewall_line(firewall, i, &line);
        if (!go_on_at(go_on, i)) {
            return error_set_stopped(error);
        }
        if (fprintf(stream, "%s\n", line.text) < 0) {
            return error_set_errno(error, FIRESIEVE_ERROR_WRITE, "cannot write the lines");
        }
    }
    return FIRESIEVE_OK;
}

firesieve_status firesieve_firewall_write_within(const firesieve_firewall *firewall, FILE *stream,
                                                 const firesieve_limits *limits, firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    const struct go_on go_on = limit_watch_go_on(&watch);
    const firesieve_status status = firewall->layers == NULL ? write_lines(firewall, stream, go_on, error)
                                                             : write_layers(firewall, stream, go_on, error);
    if (status == FIRESIEVE_OK && fflush(stream) != 0) {
        return error_set_errno(error, FIRESIEVE_ERROR_WRITE, "cannot write the firewall");
    }
    return status;
}

firesieve_status firesieve_firewall_write(const firesieve_firewall *firewall, FILE *stream, firesieve_error *error)
{
    return firesieve_firewall_write_within(firewall, stream, NULL, error);
}
