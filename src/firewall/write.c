#include <string.h>

#include "base/error.h"
#include "firewall/write.h"

enum { BLOCK_SIZE = 1 << 16, LINE_MAX_SIZE = 64 };

/* Writes the digits of `value` and returns where they end. */
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

firesieve_status layers_write(const firesieve_firewall *firewall, FILE *stream, struct go_on go_on,
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
