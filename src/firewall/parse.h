/* Layers from a text or a descriptor. */
#ifndef FIRESIEVE_FIREWALL_PARSE_H
#define FIRESIEVE_FIREWALL_PARSE_H

#include "base/go_on.h"
#include "firewall/firewall.h"

/*
 * Files are streamed, not mapped: a mapped file that shrinks while it is read kills the process, a pipe cannot be
 * mapped, and the copy costs a tenth of the parsing.
 */
#ifndef FIRESIEVE_READ_CAPACITY /* smaller for tests that have to fill it */
#define FIRESIEVE_READ_CAPACITY (1 << 17)
#endif
enum { TEXT_BLOCK_CAPACITY = FIRESIEVE_READ_CAPACITY };

/* What was read but not yet parsed: the beginning of a line, after `lines` others. */
struct text_block {
    char *text; /* room for TEXT_BLOCK_CAPACITY bytes */
    size_t size;
    uint64_t lines;
};

/*
 * Reads layers from the block, without a byte order mark, and then from a descriptor up to its end. Errors: INPUT with
 * line and column, READ, MEMORY, STOPPED.
 */
firesieve_status layers_read(int descriptor, struct text_block *block, struct go_on go_on,
                             firesieve_firewall **firewall, firesieve_error *error);

/* The same from a text without a byte order mark. Errors: as above, except READ. */
firesieve_status layers_parse(const char *text, size_t size, struct go_on go_on, firesieve_firewall **firewall,
                              firesieve_error *error);

#endif
