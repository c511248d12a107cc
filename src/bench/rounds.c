#include "bench/rounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS_MIN = 5, ROUNDS_MAX = 50 };

/* Shorter samples would measure the clock. */
static const double sample_least_s = 100e-6;

/* Doubles the repeats until they take `seconds`, and then takes as many as fit. *took is how long those will take. */
static firesieve_status calibrate(struct contender *contender, double seconds, double *took, firesieve_error *error)
{
    enum { ENOUGH = 1 << 30 };
    double elapsed = 0;
    contender->repeats = 1;
    firesieve_status status = contender->run(contender->context, 1, &elapsed, error);
    if (status == FIRESIEVE_OK && elapsed < seconds) {
        status = contender->run(contender->context, 1, &elapsed, error); /* the first one was cold */
    }
    while (status == FIRESIEVE_OK && elapsed < seconds && contender->repeats < ENOUGH) {
        contender->repeats *= 2;
        status = contender->run(contender->context, contender->repeats, &elapsed, error);
    }
    const double once = fmax(elapsed, 1e-9) / (double)contender->repeats;
    contender->repeats = once < seconds ? (uint64_t)(seconds / once) : 1;
    *took = once * (double)contender->repeats;
    return status;
}

static firesieve_status take_sample(struct contender *contender, size_t round, firesieve_error *error)
{
    double elapsed = 0;
    const firesieve_status status = contender->run(contender->context, contender->repeats, &elapsed, error);
    contender->samples[round] = fmax(elapsed, 1e-9) / (double)contender->repeats;
    return status;
}

static firesieve_status take_samples(struct contender *contenders, size_t count, size_t rounds, firesieve_error *error)
{
    firesieve_status status = FIRESIEVE_OK;
    for (size_t round = 0; round < rounds; ++round) {
        for (size_t i = 0; i < count && status == FIRESIEVE_OK; ++i) {
            status = take_sample(&contenders[round % 2 == 0 ? i : count - 1 - i], round, error);
        }
    }
    return status;
}

static firesieve_status allocate_samples(struct contender *contenders, size_t count, size_t rounds,
                                         firesieve_error *error)
{
    for (size_t i = 0; i < count; ++i) {
        contenders[i].samples = calloc(rounds, sizeof *contenders[i].samples);
        if (contenders[i].samples == NULL) {
            *error = (firesieve_error){.status = FIRESIEVE_ERROR_MEMORY};
            snprintf(error->message, sizeof error->message, "not enough memory for the samples");
            return FIRESIEVE_ERROR_MEMORY;
        }
    }
    return FIRESIEVE_OK;
}

firesieve_status rounds_run(struct contender *contenders, size_t count, double seconds, size_t *rounds,
                            firesieve_error *error)
{
    const double sample_s = fmax(seconds / (double)(count * ROUNDS_MAX), sample_least_s);
    double round_s = 0;
    firesieve_status status = FIRESIEVE_OK;
    for (size_t i = 0; i < count && status == FIRESIEVE_OK; ++i) {
        double took = 0;
        status = calibrate(&contenders[i], sample_s, &took, error);
        round_s += took;
    }
    *rounds = (size_t)fmin(fmax(seconds / round_s, ROUNDS_MIN), ROUNDS_MAX);
    if (status == FIRESIEVE_OK) {
        status = allocate_samples(contenders, count, *rounds, error);
    }
    return status == FIRESIEVE_OK ? take_samples(contenders, count, *rounds, error) : status;
}
