/* The crossing as a table: the moment when the packet meets each layer. Takes no memory. */
#ifndef FIRESIEVE_TRACE_MOMENTS_H
#define FIRESIEVE_TRACE_MOMENTS_H

#include "trace/crossing.h"

/* Prints one line each below a line of heads. Ends early if the stream has an error. False: go_on said no. */
bool moments_print(const struct crossing *crossing, struct go_on go_on, FILE *stream);

/*
 * The same as a JSON array, one line per object, without a newline at the end. Numbers that can exceed 2^53 are
 * strings. False: go_on said no, and the array ends before its last moments.
 */
bool moments_print_json(const struct crossing *crossing, struct go_on go_on, FILE *stream);

#endif
