/* Firewalls printed on standard output as lines of residues. */
#ifndef FIRESIEVE_CLI_RESIDUE_TEXT_H
#define FIRESIEVE_CLI_RESIDUE_TEXT_H

#include <firesieve/firesieve.h>

/* Lines of residues as they were written, `from` and `to` among them; of layers a line `x mod M != A` for each. */
void residue_text_print(const firesieve_firewall *firewall);

/*
 * A line for each run of layers of one period: the set of forbidden residues, or of allowed ones if they are fewer.
 * Two layers that together forbid a class of an odd modulus use that modulus. False: there is no memory.
 */
bool residue_text_print_runs(const firesieve_firewall *firewall);

/* Whether lines can express the definition of a family. The options must be valid. */
bool residue_text_defines(firesieve_family family, const firesieve_generate_options *options);

/* Prints those lines. */
void residue_text_print_family(firesieve_family family, const firesieve_generate_options *options);

#endif
