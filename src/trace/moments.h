/* The crossing as a table: the moment at which the packet meets each layer. Nothing is held in memory. */
#ifndef FIRESIEVE_TRACE_MOMENTS_H
#define FIRESIEVE_TRACE_MOMENTS_H

#include "trace/crossing.h"

/* Prints them a line each below a line of titles. Ends early where the stream has an error. */
void moments_print(const struct crossing *crossing, FILE *stream);

/*
 * The same as a JSON array, a line for each object, without a newline at its end. Numbers that can pass 2^53 are
 * strings.
 */
void moments_print_json(const struct crossing *crossing, FILE *stream);

#endif
