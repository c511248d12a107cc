/*
 * Firewalls as JSON: {"layers": [{"depth": 0, "range": 3}, ...]}, or {"residues": ["x mod 7 in {1, 2, 4}", ...]}.
 */
#ifndef FIRESIEVE_CLI_JSON_SOURCE_H
#define FIRESIEVE_CLI_JSON_SOURCE_H

#include <firesieve/firesieve.h>

/* Adds a text in JSON to the input. Errors: INPUT with line and column in the text, MEMORY, STOPPED. */
firesieve_status json_source_add(firesieve_input *input, const char *name, const char *text, size_t size,
                                 const firesieve_limits *limits, firesieve_error *error);

/* Moves the place of an error that firesieve_input_finish found in such a text to its place in the JSON. */
void json_source_move_error(const char *text, size_t size, firesieve_error *error);

#endif
