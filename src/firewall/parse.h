/* Text to layers, a run of whole lines at a time, so that memory and streams share one parser. */
#ifndef FIRESIEVE_FIREWALL_PARSE_H
#define FIRESIEVE_FIREWALL_PARSE_H

#include "firewall/firewall.h"

/* From `layer` on, layer i stands in line `line` + (i - layer) with its depth at `column`. */
struct place_run {
    size_t layer;
    uint64_t line;
    uint64_t column;
};

/*
 * What was taken out of a line that is too long to be held: blanks, zeros in front of a number, what a comment says.
 * Byte `at` of what is left of it, and all behind it, stood `dropped` bytes further right.
 */
struct line_cut {
    size_t at;
    uint64_t dropped;
};

/* Blanks may stand in four places of a line, zeros in two, and a comment in one. */
enum { LINE_CUTS_MAX = 7 };

struct line_cuts {
    struct line_cut items[LINE_CUTS_MAX]; /* ascending */
    size_t count;
};

/* Where byte `at` of what is left of a line stood in it. */
uint64_t line_cuts_place(const struct line_cuts *cuts, size_t at);

/* Start with all members zero; the list may borrow storage. */
struct parser {
    struct layer_list list;
    struct place_run last_place;      /* the only one in an ordinary file; line 0 before the first */
    struct place_run *earlier_places; /* ascending */
    size_t earlier_count;
    size_t earlier_capacity;
    bool behind_layers;    /* it reads a part that layers stand in front of */
    uint64_t lines;        /* lines read so far */
    struct line_cuts cuts; /* of the line that is read next */
    uint64_t rest_size;    /* bytes of a last line that no line feed ended */
};

/* Reads whole lines: `size` is 0 or text[size - 1] is a line feed. Errors: INPUT with its place, MEMORY. */
firesieve_status parser_read_lines(struct parser *parser, const char *text, size_t size, firesieve_error *error);

/* Reads a last line that no line feed ends (`size` may be 0). Errors: as above. */
firesieve_status parser_read_rest(struct parser *parser, const char *text, size_t size, firesieve_error *error);

/* Checks what only the whole can show, and makes the firewall. Errors: as above, STOPPED. */
firesieve_status parser_finish(struct parser *parser, struct go_on go_on, firesieve_firewall **firewall,
                               firesieve_error *error);

void parser_free(struct parser *parser);

#endif
