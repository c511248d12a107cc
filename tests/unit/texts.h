/* Reads one text in every way that the library supports; the results must be the same. */
#ifndef FIRESIEVE_TESTS_UNIT_TEXTS_H
#define FIRESIEVE_TESTS_UNIT_TEXTS_H

#include <firesieve/firesieve.h>

enum text_way {
    TEXT_IN_MEMORY,      /* a heap copy of the exact size, so that AddressSanitizer sees reads past it */
    TEXT_IN_FILE,        /* every read fills the block or ends the file */
    TEXT_IN_PIPE,        /* written at once */
    TEXT_BY_SEVEN_BYTES, /* a read gets at most seven */
    TEXT_BY_BYTES,
    TEXT_WAYS
};

const char *text_way_name(enum text_way way);

struct text_outcome {
    firesieve_status status;
    firesieve_error error;
    firesieve_firewall *firewall; /* NULL unless OK; the caller frees it */
};

struct text_outcome read_text(const char *text, size_t size, enum text_way way);

#endif
