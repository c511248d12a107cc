/* The CPU's own counts of this program's cycles and instructions, where the system lets it have them. */
#ifndef FIRESIEVE_BENCH_COUNTERS_H
#define FIRESIEVE_BENCH_COUNTERS_H

struct counters {
    int cycles; /* file descriptors, or -1 */
    int instructions;
};

struct counts {
    double cycles; /* 0 where they are not counted */
    double instructions;
};

/* Begins to count for this thread and all that it starts from then on. */
void counters_open(struct counters *counters);

/* What was counted so far; `counters` may be NULL. */
struct counts counters_read(const struct counters *counters);

void counters_close(struct counters *counters);

#endif
