#include "pass/tally.h"

#include <stdlib.h>
#include <time.h>

uint64_t tally_now(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t now;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(now));
    return now;
#else
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
#endif
}

static void free_counts(struct tally *tally)
{
    free(tally->after_row);
    free(tally->test_dropped);
    free(tally->check_dropped);
}

bool tally_shape(struct tally *tally, struct tally_shape shape)
{
    free_counts(tally);
    struct tally shaped = {
        .last = tally->last,
        .stage = tally->stage,
        .shape = shape,
        .after_row = calloc(shape.rows + 1, sizeof *shaped.after_row),
        .test_dropped = calloc(shape.tests + 1, sizeof *shaped.test_dropped),
        .check_dropped = calloc(shape.checks + 1, sizeof *shaped.check_dropped),
    };
    for (size_t i = 0; i < FIRESIEVE_STAGE_COUNT; ++i) {
        shaped.ticks[i] = tally->ticks[i];
    }
    *tally = shaped;
    return tally->after_row != NULL && tally->test_dropped != NULL && tally->check_dropped != NULL;
}

void tally_free(struct tally *tally)
{
    free_counts(tally);
    *tally = (struct tally){.last = 0};
}

/* Counters of different CPUs may differ by a few ticks: a thread that moves can see time run backwards. */
enum firesieve_stage tally_change(struct tally *tally, enum firesieve_stage stage)
{
    const enum firesieve_stage before = tally->stage;
    const uint64_t now = tally_now();
    if (now > tally->last) {
        tally->ticks[before] += now - tally->last;
        tally->last = now;
    }
    tally->stage = stage;
    return before;
}

bool tally_is_due(struct tally *tally, uint64_t every)
{
    enum { FIRST_CALLS = 16 };
    ++tally->calls;
    return tally->calls <= FIRST_CALLS || tally->calls % every == 0;
}

void tally_sample_rows(struct tally *tally, const void *const *rows, size_t limbs)
{
    for (size_t limb = 0; limb < limbs; ++limb) {
        uint64_t alive = UINT64_MAX;
        for (size_t i = 0; i < tally->shape.rows && alive != 0; ++i) {
            alive &= ((const uint64_t *)rows[i])[limb];
            tally->after_row[i] += (uint64_t)__builtin_popcountll(alive);
        }
    }
    tally->sampled += 64 * limbs;
}
