/* Parses texts of lines of residues, which together become one firewall. */
#ifndef FIRESIEVE_LANGUAGE_TEXT_H
#define FIRESIEVE_LANGUAGE_TEXT_H

#include "language/expand.h"

/* Start with all members zero. */
struct text_parser {
    struct residue_form form; /* in progress */
    struct class_list_built classes;
    size_t line_capacity;
    size_t run_capacity;
    uint64_t lines;     /* number of lines read of the current text */
    uint64_t rest_size; /* bytes of a last line without a line feed */
};

/* Begins another text; `name` is copied. Errors: MEMORY. */
firesieve_status text_parser_begin(struct text_parser *parser, const char *name, firesieve_error *error);

/* Parses whole lines; `parser` is a text_parser. */
lines_function text_parser_read;

/* Adds the classes of a firewall's layers, as lines of the current text. Errors: MEMORY, STOPPED. */
firesieve_status text_parser_add_layers(struct text_parser *parser, const firesieve_firewall *layers,
                                        struct go_on go_on, firesieve_error *error);

/*
 * Makes the firewall. Errors: INPUT if no line constrains x, or a number in a loop has no value, in text *source; MEMORY,
 * STOPPED.
 */
firesieve_status text_parser_finish(struct text_parser *parser, struct go_on go_on, firesieve_firewall **firewall,
                                    size_t *source, firesieve_error *error);

void text_parser_free(struct text_parser *parser);

#endif
