/*
 * A long list of residues that is never written down: all (long + short) mod modulus, one summand from each of two
 * short lists (the residues that two coprime parts of the modulus allow, by the Chinese remainder theorem). Any stretch
 * of it can be read, so that a list of 10^10 residues takes no more memory than two of some 10^5.
 *
 * Values may have over 100 bits, but what is read are positions: values without their last `shift` bits, in 64 bits.
 * The exact value of an element is computed only on request.
 */
#ifndef FIRESIEVE_FOCUS_SUMS_H
#define FIRESIEVE_FOCUS_SUMS_H

#include <firesieve/firesieve.h>
#include <stdbool.h>
#include <stddef.h>

#include "focus/rows.h"

struct summands {
    uint64_t *positions;       /* value >> shift */
    struct residues *residues; /* as they are added up */
    firesieve_delay *values;   /* below the modulus; NULL if shift is 0, and positions are values */
    size_t count;
};

struct sums {
    firesieve_delay modulus; /* below 2^100; modulus >> shift is below 2^62 */
    uint32_t shift;
    uint32_t slack;         /* 0 if shift is 0, otherwise SUMS_SLACK */
    struct summands longs;  /* positions ascend; at least one */
    struct summands shorts; /* in any order */
    struct residues moduli;
    struct residues weight;     /* the residues that go with a value are those of value * weight */
    struct residues of_modulus; /* those of the modulus */
};

/*
 * An element's position is the sum of those of its two summands and of the rounds of the modulus between, each rounded
 * down, plus the slack: at least value >> shift, and at most this much above it.
 */
enum { SUMS_SLACK = 2 };

/* The shift for a modulus: at least `least`, and such that positions are below 2^62. */
uint32_t sums_shift(firesieve_delay modulus, uint32_t least);

/* The number of elements below the modulus. */
static inline double sums_count(const struct sums *sums)
{
    return (double)sums->longs.count * (double)sums->shorts.count;
}

/* The residues of value * weight. Cost: two divisions for each modulus. */
struct residues sums_residues(const struct sums *sums, firesieve_delay value);

/* The value of a summand. */
firesieve_delay summand_value(const struct summands *summands, size_t index);

/* Makes room for `count` summands, all 0. False: no memory; free them even so. */
bool summands_alloc(struct summands *summands, size_t count, bool wide);

void summands_free(struct summands *summands);

/* Elements of a run that come from one short summand, in one round, and from neighbouring long ones. */
struct sum_segment {
    size_t first; /* element of the run */
    size_t longs;
    size_t shorts;
    uint64_t rounds; /* of the modulus, plus 1 */
};

/* A stretch of the list, which has no end: after the modulus it repeats, with larger values. In no order. */
struct sum_run {
    uint64_t *positions;
    struct residues *residues;
    struct sum_segment *segments; /* none if shift is 0 */
    size_t count;
    size_t capacity;
    size_t segment_count;
    size_t segment_capacity;
};

void sum_run_free(struct sum_run *run);

/*
 * Fills the run with the elements whose positions are in [from, to), to < 2^63. Each element of the list has one
 * position, so that reading successive stretches gives each once; near 0, if shift is not 0, elements with negative
 * values occur as well. Cost: some 25 ns per short summand, and the kernel's time per element. False: no memory.
 */
bool sums_read(const struct sums *sums, kernel_add_function *add, uint64_t from, uint64_t to, struct sum_run *run);

/* The value of an element of a run. False: it is negative. Cost: none if shift is 0, otherwise some 20 ns. */
bool sum_run_value(const struct sum_run *run, const struct sums *sums, size_t index, firesieve_delay *value);

#endif
