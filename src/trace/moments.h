/* The crossing as a table: the moment at which the packet meets each layer. Nothing is held in memory. */
#ifndef FIRESIEVE_TRACE_MOMENTS_H
#define FIRESIEVE_TRACE_MOMENTS_H

#include "trace/crossing.h"

/* Prints them a line each below a line of titles. Ends early where the stream has an error. False: go_on said no. */
bool moments_print(const struct crossing *crossing, struct go_on go_on, FILE *stream);

/*
 * The same as a JSON array, a line for each object, without a newline at its end. Numbers that can pass 2^53 are
 * strings. False: go_on said no, and the array ends before its last moments.
 */
bool moments_print_json(const struct crossing *crossing, struct go_on go_on, FILE *stream);

#endif
