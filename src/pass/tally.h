/*
 * What one thread of a profiled search books: its time by stage, and what became of candidates. Passes hold a pointer,
 * NULL without a profile, and test it once per hundred nanoseconds of work or more.
 */
#ifndef FIRESIEVE_PASS_TALLY_H
#define FIRESIEVE_PASS_TALLY_H

#include <firesieve/firesieve.h>

/* What a search counts: its rows, its tested classes or runs of them, its checks. */
struct tally_shape {
    size_t rows;
    size_t tests;
    size_t checks;
    bool crosses; /* it crosses classes off in segments */
};

struct tally {
    uint64_t ticks[FIRESIEVE_STAGE_COUNT];
    uint64_t last; /* when `stage` began, or was last booked */
    enum firesieve_stage stage;

    struct tally_shape shape;
    uint64_t columns;    /* columns that went through rows */
    uint64_t calls;      /* kernel calls that might have been sampled */
    bool sampling;       /* the last of them is in the sample */
    uint64_t sampled;    /* columns in the sample; those alive after each row: */
    uint64_t *after_row; /* owned, as are the two below */
    uint64_t crossed_in; /* columns alive in sampled segments, before and after crossing off */
    uint64_t crossed_left;
    uint64_t tested; /* survivors that lanes tested; those that each test dropped: */
    uint64_t *test_dropped;
    uint64_t checked; /* survivors that were looked up; those that each check dropped: */
    uint64_t *check_dropped;
};

/* The time in units of a nanosecond or less that all threads share. Some 10 ns if the CPU has such a counter. */
uint64_t tally_now(void);

/* Replaces the counts by others, all 0; times stay. False: no memory; free it even so. */
bool tally_shape(struct tally *tally, struct tally_shape shape);

void tally_free(struct tally *tally);

/* Books the time since the last change; the time from now on belongs to `stage`. Returns the stage until now. */
enum firesieve_stage tally_change(struct tally *tally, enum firesieve_stage stage);

/* The same if there may be no tally. */
static inline enum firesieve_stage tally_enter(struct tally *tally, enum firesieve_stage stage)
{
    return tally == NULL ? stage : tally_change(tally, stage);
}

/* Whether the kernel's next call is sampled: the first ones are, and then one in `every`. */
bool tally_is_due(struct tally *tally, uint64_t every);

/* ANDs the tally's rows of `limbs` 64-bit integers as kernels do, and counts what each of them leaves. */
void tally_sample_rows(struct tally *tally, const void *const *rows, size_t limbs);

#endif
