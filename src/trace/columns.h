/* The columns of a picture: one a depth, but for long stretches without a layer. */
#ifndef FIRESIEVE_TRACE_COLUMNS_H
#define FIRESIEVE_TRACE_COLUMNS_H

#include "trace/crossing.h"

/* The most columns of a picture, and the longest stretch without a layer that has a column for each depth. */
#define COLUMNS_MAX 1000
#define COLUMNS_GAP_MAX 4

struct column {
    uint64_t depth;  /* the first */
    uint64_t depths; /* how many it stands for; 1 where there is a layer */
    uint64_t range;  /* 0: no layer */
};

struct columns {
    struct column items[COLUMNS_MAX];
    size_t count;
};

/* Lays out depths from 0 to the last layer's. False: these would be too many columns. */
bool columns_lay_out(const struct crossing *crossing, struct columns *columns);

#endif
