/*
 * One window of consecutive delays, searched by one thread: patterns ANDed into segments, classes crossed off, and the
 * survivors tested in batches.
 */
#ifndef FIRESIEVE_SEARCH_WINDOW_H
#define FIRESIEVE_SEARCH_WINDOW_H

#include "kernel.h"
#include "search/scan_plan.h"

enum {
    WINDOW_COLUMNS_MIN = 1 << 18,
    WINDOW_COLUMNS_MAX = 1 << 30 /* below 2^31, so that survivors are candidates as kernels want them */
};

/* Where to look: [base, base + columns) within [low, high). */
struct window {
    firesieve_delay base; /* a multiple of 512 */
    uint32_t columns;     /* a multiple of 512, at most WINDOW_COLUMNS_MAX */
    firesieve_delay low;
    firesieve_delay high;
};

/* Asked now and then, many times a second, whether to go on. */
typedef bool (*window_go_on_function)(void *context);

/* What a thread needs to search windows of a plan. */
struct window_searcher {
    const struct scan_plan *plan;
    const struct kernel_operations *kernel;
    window_go_on_function go_on;
    void *go_on_context;

    uint64_t *segment;       /* survivors of one segment */
    const uint64_t **rows;   /* one a pattern: its words from the current one on */
    uint32_t *positions;     /* one a pattern: the current word in its cycle */
    uint32_t *next_hits;     /* one a crossed class: its next residue, counted from the current segment */
    firesieve_delay hits_at; /* the delay that next_hits count from */
    uint64_t *wide_hits;     /* columns of the window in a wide class, ascending */
    size_t wide_hit_count;
    size_t next_wide_hit; /* the first one not yet crossed off */
    uint32_t *candidates; /* survivors to be tested, counted from the window's base */
    size_t candidate_count;
};

enum window_outcome { WINDOW_FOUND, WINDOW_EMPTY, WINDOW_ABANDONED };

/*
 * Allocates a searcher: 4 bytes a crossed class, 8 a wide one, a segment and 32 KiB. False: no memory; free it all the
 * same.
 */
bool window_searcher_start(struct window_searcher *searcher, const struct scan_plan *plan,
                           const struct kernel_operations *kernel, window_go_on_function go_on, void *go_on_context);

void window_searcher_free(struct window_searcher *searcher);

/*
 * Finds the smallest safe delay of a window. Windows may come in any order; one that follows the last one searched
 * spares a division for every crossed class.
 */
enum window_outcome window_search(struct window_searcher *searcher, const struct window *window,
                                  firesieve_delay *delay);

#endif
