/*
 * What one thread of a profiled search books: its time, by stage, and what became of candidates. Passes hold a pointer
 * to one that is NULL where nobody asked for a profile, and look at it once for work of a hundred nanoseconds and more.
 */
#ifndef FIRESIEVE_PASS_TALLY_H
#define FIRESIEVE_PASS_TALLY_H

#include <firesieve/firesieve.h>

/* Room for what a search is made of: its rows, its tested classes or runs of them, its checks. */
struct tally_shape {
    size_t rows;
    size_t tests;
    size_t checks;
    bool crosses; /* classes off in segments */
};

struct tally {
    uint64_t ticks[FIRESIEVE_STAGE_COUNT];
    uint64_t last; /* when `stage` began, or was booked last */
    enum firesieve_stage stage;

    struct tally_shape shape;
    uint64_t columns;     /* that went into rows */
    uint64_t calls;       /* of the kernel that might have been in the sample */
    bool sampling;        /* the last of them is */
    uint64_t sampled;     /* columns of the sample; those alive behind each row: */
    uint64_t *behind_row; /* owned, as are the two below */
    uint64_t crossed_in;  /* columns alive in sampled segments, before and after crossing off */
    uint64_t crossed_left;
    uint64_t tested; /* survivors that went into lanes; those that each test dropped: */
    uint64_t *test_dropped;
    uint64_t checked; /* survivors that were looked up; those that each check dropped: */
    uint64_t *check_dropped;
};

/* Now, in units of a nanosecond or less that all threads share. Costs some 10 ns where the CPU has such a counter. */
uint64_t tally_now(void);

/* Makes room for counts, all 0, in place of those there were; times stay. False: no memory; free it all the same. */
bool tally_shape(struct tally *tally, struct tally_shape shape);

void tally_free(struct tally *tally);

/* Books the time since the last change; what follows belongs to `stage`. Returns the one that it did belong to. */
enum firesieve_stage tally_change(struct tally *tally, enum firesieve_stage stage);

/* The same, where there may be no tally. */
static inline enum firesieve_stage tally_enter(struct tally *tally, enum firesieve_stage stage)
{
    return tally == NULL ? stage : tally_change(tally, stage);
}

/* Whether the kernel's next call is one of the sample: the first ones, and then one of `every`. */
bool tally_is_due(struct tally *tally, uint64_t every);

/* ANDs the tally's rows of `limbs` 64-bit integers as kernels do, and counts what each of them leaves. */
void tally_sample_rows(struct tally *tally, const void *const *rows, size_t limbs);

#endif
