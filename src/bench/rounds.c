#include "bench/rounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Shorter samples would measure the clock. */
static const double sample_least_s = 100e-6;

/* What the clock may take for no time at all. */
static const double shortest_s = 1e-9;

bool rounds_go_on(const struct rounds_watch *watch, double share)
{
    return watch->go_on == NULL || watch->go_on(watch->context, share);
}

/* Doubles the repeats until they take `seconds`, and then takes as many as fit. */
static firesieve_status calibrate(struct contender *contender, double seconds, double *elapsed, firesieve_error *error)
{
    enum { ENOUGH = 1 << 30 };
    contender->repeats = 1;
    firesieve_status status = contender->run(contender->context, 1, elapsed, error);
    if (status == FIRESIEVE_OK && *elapsed < seconds) {
        status = contender->run(contender->context, 1, elapsed, error); /* the first one was cold */
    }
    while (status == FIRESIEVE_OK && *elapsed < seconds && contender->repeats < ENOUGH) {
        contender->repeats *= 2;
        status = contender->run(contender->context, contender->repeats, elapsed, error);
    }
    const double once = fmax(*elapsed, shortest_s) / (double)contender->repeats;
    contender->repeats = once < seconds ? (uint64_t)(seconds / once) : 1;
    *elapsed = once * (double)contender->repeats;
    return status;
}

/* Where the repeats are known, one sample warms up what may be new memory. *elapsed is how long a sample takes. */
static firesieve_status warm_up(struct contender *contender, double seconds, double *elapsed, firesieve_error *error)
{
    return contender->repeats == 0 ? calibrate(contender, seconds, elapsed, error)
                                   : contender->run(contender->context, contender->repeats, elapsed, error);
}

/* Takes what was counted during a sample into the mean of those before it. */
static void take_counts(struct contender *contender, const struct counts *before, const struct counts *after,
                        size_t round)
{
    const double repeats = (double)contender->repeats;
    const double share = 1 / (double)(round + 1);
    contender->cycles += share * ((after->cycles - before->cycles) / repeats - contender->cycles);
    contender->instructions +=
        share * ((after->instructions - before->instructions) / repeats - contender->instructions);
}

static firesieve_status take_sample(struct contender *contender, size_t round, const struct counters *counters,
                                    firesieve_error *error)
{
    double elapsed = 0;
    const struct counts before = counters_read(counters);
    const firesieve_status status = contender->run(contender->context, contender->repeats, &elapsed, error);
    const struct counts after = counters_read(counters);
    take_counts(contender, &before, &after, round);
    contender->samples[round] = fmax(elapsed, shortest_s) / (double)contender->repeats;
    return status;
}

/* *rounds is how many there are to be, and then how many there were: only whole ones count. */
static firesieve_status take_samples(struct contender *contenders, size_t count, const struct rounds_request *request,
                                     size_t *rounds, firesieve_error *error)
{
    const double wanted = (double)*rounds;
    firesieve_status status = FIRESIEVE_OK;
    for (size_t round = 0; round < *rounds; ++round) {
        for (size_t i = 0; i < count && round < *rounds && status == FIRESIEVE_OK; ++i) {
            status = take_sample(&contenders[round % 2 == 0 ? i : count - 1 - i], round, request->counters, error);
            if (!rounds_go_on(&request->watch, ((double)round + (double)(i + 1) / (double)count) / wanted)) {
                *rounds = round; /* what was stopped is no sample */
            }
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

firesieve_status rounds_run(struct contender *contenders, size_t count, const struct rounds_request *request,
                            size_t *rounds, firesieve_error *error)
{
    const double sample_s = fmax(request->seconds / (double)(count * request->most), sample_least_s);
    double round_s = shortest_s;
    firesieve_status status = FIRESIEVE_OK;
    *rounds = 0;
    for (size_t i = 0; i < count && status == FIRESIEVE_OK; ++i) {
        double elapsed = 0;
        if (!rounds_go_on(&request->watch, 0)) {
            return FIRESIEVE_OK;
        }
        status = warm_up(&contenders[i], sample_s, &elapsed, error);
        round_s += elapsed;
    }
    const size_t wanted =
        (size_t)fmin(fmax(round(request->seconds / round_s), (double)request->least), (double)request->most);
    if (status == FIRESIEVE_OK) {
        status = allocate_samples(contenders, count, wanted, error);
    }
    *rounds = status == FIRESIEVE_OK ? wanted : 0;
    return status == FIRESIEVE_OK ? take_samples(contenders, count, request, rounds, error) : status;
}
