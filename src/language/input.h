/*
 * The door of both languages: texts of layers or of residues, from memory or descriptors, one or several that are
 * joined.
 */
#ifndef FIRESIEVE_LANGUAGE_INPUT_H
#define FIRESIEVE_LANGUAGE_INPUT_H

#include "language/text.h"

enum input_format {
    INPUT_AUTO, /* residues where the first byte that says something is a letter, otherwise layers */
    INPUT_LAYERS,
    INPUT_RESIDUES
};

/* Texts on their way to one firewall. Start with all members zero; free with input_free. */
struct input {
    struct text_parser parser;
    firesieve_firewall *layers; /* owned: those of the first text, where it has layers and is the only one so far */
};

/* Where a text comes from. */
struct input_text {
    const char *name; /* what messages call it; copied */
    enum input_format format;
    const char *bytes; /* of memory, or what was read of the descriptor already */
    size_t size;
    int descriptor; /* what follows the bytes comes from there, up to its end; negative: nothing does */
};

/*
 * Adds a text. Errors: INPUT with line and column in it (behind a byte order mark), READ, MEMORY, STOPPED; then the
 * input is to be freed.
 */
firesieve_status input_add(struct input *input, const struct input_text *text, struct go_on go_on,
                           firesieve_error *error);

/*
 * Makes the firewall of all texts: of layers where there is one text, and it has layers; otherwise of residues. Errors:
 * INPUT with line and column in text *source, counted from 0; MEMORY, STOPPED.
 */
firesieve_status input_finish(struct input *input, struct go_on go_on, firesieve_firewall **firewall, size_t *source,
                              firesieve_error *error);

void input_free(struct input *input);

#endif
