/* Families of generated firewalls as lines of residues that say what they are defined by. */
#ifndef FIRESIEVE_CLI_FAMILY_TEXT_H
#define FIRESIEVE_CLI_FAMILY_TEXT_H

#include "cli/residue_text.h"

/* Whether there are such lines. The options are right. */
bool family_text_says(firesieve_family family, const firesieve_generate_options *options);

/* Writes them. False: there are none, or one could not be written. */
bool family_text_write(firesieve_family family, const firesieve_generate_options *options,
                       residue_line_function receive, void *context);

#endif
