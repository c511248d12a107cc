/* Firewalls written as lines of residues, or as JSON. */
#ifndef FIRESIEVE_CLI_RESIDUE_TEXT_H
#define FIRESIEVE_CLI_RESIDUE_TEXT_H

#include <firesieve/firesieve.h>

/* Receives a line, without its end. Returns false where it could not be written. */
typedef bool (*residue_line_function)(const char *line, void *context);

/* Lines as they were written, `from` and `to` among them, in their order. False: a line could not be written. */
bool residue_text_quote(const firesieve_firewall *firewall, residue_line_function receive, void *context);

/* A line `x mod M != A` for each layer, in their order. */
bool residue_text_of_layers(const firesieve_firewall *firewall, residue_line_function receive, void *context);

/*
 * A line for each run of layers of one period: a set of residues, of those that are allowed where they are fewer. What
 * two layers of an odd modulus forbid together is said modulo that. False also where there is no memory.
 */
bool residue_text_of_runs(const firesieve_firewall *firewall, residue_line_function receive, void *context);

#endif
