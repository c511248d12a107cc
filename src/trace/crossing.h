/* A packet's way through a firewall: its layers as the packet meets them, and what their scanners do meanwhile. */
#ifndef FIRESIEVE_TRACE_CROSSING_H
#define FIRESIEVE_TRACE_CROSSING_H

#include <firesieve/firesieve.h>

#include "base/go_on.h"

/* Where a scanner goes in the next picosecond; one of range 1 stays. */
enum scanner_way { SCANNER_STAYS, SCANNER_DOWN, SCANNER_UP };

struct scanner {
    uint64_t position; /* 0: the top */
    uint64_t back_in;  /* picoseconds until it is at the top; 0 where it is there */
    enum scanner_way way;
};

/* The scanner of a layer of that range (at least 1) at a time. Cost: one division. */
struct scanner scanner_at(uint64_t range, firesieve_delay time);

/* So many of the depths where a packet is caught are told. */
#define CROSSING_TOLD 8

struct crossing {
    firesieve_delay delay;
    const firesieve_layer *layers; /* by ascending depth */
    size_t count;
    uint64_t longest;                  /* the largest range */
    size_t caught;                     /* how many layers catch the packet, */
    uint64_t caught_at[CROSSING_TOLD]; /* and the depths of the first of them */
    bool has_severity;                 /* it is below 2^128 */
    firesieve_delay severity;
    firesieve_layer *sorted; /* owned; NULL where the firewall's own order serves */
};

/*
 * The crossing of a firewall, which has to outlive it, by a packet that waits `delay` (below 2^127). False: go_on said
 * no, or there is no memory, of which it takes 32 bytes a layer where depths do not ascend, otherwise none. To be ended
 * in any case.
 */
bool crossing_begin(const firesieve_firewall *firewall, firesieve_delay delay, struct go_on go_on,
                    struct crossing *crossing);
void crossing_end(struct crossing *crossing);

/* The last depth. */
uint64_t crossing_last(const struct crossing *crossing);

/* Room for the verdict, in bytes. */
#define CROSSING_VERDICT_SIZE 384

/* Writes how it ends, as "delay 0: caught at depths 0, 6: severity 24", into `text` and returns it. */
const char *crossing_verdict(const struct crossing *crossing, char *text);

#endif
