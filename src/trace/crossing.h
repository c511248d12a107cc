/* A packet's way through a firewall: the layers in the packet's order, and the movement of their scanners. */
#ifndef FIRESIEVE_TRACE_CROSSING_H
#define FIRESIEVE_TRACE_CROSSING_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/* Where a scanner moves in the next picosecond; one of range 1 stays. */
enum scanner_way { SCANNER_STAYS, SCANNER_DOWN, SCANNER_UP };

struct scanner {
    uint64_t position; /* 0: the top */
    uint64_t back_in;  /* picoseconds until it is at the top; 0 if it is there */
    enum scanner_way way;
};

/* The scanner of a layer of that range (at least 1) at a time. Cost: one division. */
struct scanner scanner_at(uint64_t range, firesieve_delay time);

/* The maximum number of depths in a verdict. */
#define CROSSING_TOLD 8

struct crossing {
    firesieve_delay delay;
    const firesieve_layer *layers; /* by ascending depth */
    size_t count;
    uint64_t longest;                  /* the largest range */
    size_t caught;                     /* layers that catch the packet, */
    uint64_t caught_at[CROSSING_TOLD]; /* and the depths of the first of them */
    bool has_severity;                 /* it is below 2^128 */
    firesieve_delay severity;
    firesieve_layer *sorted; /* owned; NULL if the firewall is in that order */
};

/*
 * Begins the crossing of a firewall, which has to outlive it, by a packet with `delay` (below 2^127). False: go_on said
 * no, or there is no memory: it takes 32 bytes per layer if depths do not ascend, otherwise none. Call crossing_end in
 * any case.
 */
bool crossing_begin(const firesieve_firewall *firewall, firesieve_delay delay, struct go_on go_on,
                    struct crossing *crossing);
void crossing_end(struct crossing *crossing);

/* The last depth. */
uint64_t crossing_last(const struct crossing *crossing);

/* Room for the verdict, in bytes. */
#define CROSSING_VERDICT_SIZE 384

/* Writes how it ends, such as "delay 0: caught at depths 0, 6: severity 24", into `text` and returns it. */
const char *crossing_verdict(const struct crossing *crossing, char *text);

/*
 * Prints the moments when the packet meets each layer: a table with one line each below a line of heads, or a JSON
 * array with one line per object, without a newline at the end, in which numbers that can exceed 2^53 are strings. Ends
 * early if the stream has an error. False: go_on said no, and the last moments are missing.
 */
bool moments_print(const struct crossing *crossing, bool json, struct go_on go_on, FILE *stream);

#endif
