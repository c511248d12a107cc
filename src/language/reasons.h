/* What a search says about layers, in the words of residues. */
#ifndef FIRESIEVE_LANGUAGE_REASONS_H
#define FIRESIEVE_LANGUAGE_REASONS_H

/* The same fact about residues, static; `reason` itself where it says nothing of layers, or is NULL. */
const char *reason_of_residues(const char *reason);

#endif
