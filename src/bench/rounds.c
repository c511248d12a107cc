#include "bench/rounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/perf_event.h>
#include <sys/syscall.h>
#endif

/* ---- Counters --------------------------------------------------------------------------------------------- */

enum counter { COUNTER_CYCLES, COUNTER_INSTRUCTIONS };

/* Work of the kernel on our behalf is left out: without it most systems ask for no privileges. */
static int open_counter(enum counter counter)
{
#ifdef __linux__
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof attributes,
        .config = counter == COUNTER_CYCLES ? PERF_COUNT_HW_CPU_CYCLES : PERF_COUNT_HW_INSTRUCTIONS,
        .inherit = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
#else
    (void)counter;
    return -1;
#endif
}

void counters_open(struct counters *counters)
{
    counters->cycles = open_counter(COUNTER_CYCLES);
    counters->instructions = open_counter(COUNTER_INSTRUCTIONS);
}

static void close_counter(int descriptor)
{
    if (descriptor >= 0) {
        close(descriptor);
    }
}

void counters_close(struct counters *counters)
{
    close_counter(counters->cycles);
    close_counter(counters->instructions);
}

/* 0 if it is not counted. */
static double read_counter(int descriptor)
{
    uint64_t count = 0;
    return descriptor >= 0 && read(descriptor, &count, sizeof count) == sizeof count ? (double)count : 0;
}

struct counts {
    double cycles;
    double instructions;
};

static struct counts read_counters(const struct counters *counters)
{
    struct counts counts = {.cycles = 0};
    if (counters != NULL) {
        counts.cycles = read_counter(counters->cycles);
        counts.instructions = read_counter(counters->instructions);
    }
    return counts;
}

/* ---- Rounds ----------------------------------------------------------------------------------------------- */

/* Shorter samples would measure the clock. */
static const double sample_least_s = 100e-6;

/* The clock may read 0 for less. */
static const double shortest_s = 1e-9;

bool rounds_go_on(const struct rounds_watch *watch, double share)
{
    return watch->go_on == NULL || watch->go_on(watch->context, share);
}

/* Doubles the repeats until they take `seconds`, then chooses as many as fit. */
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

/* Takes a sample, and adds what was counted meanwhile to the mean of the samples before it. */
static firesieve_status take_sample(struct contender *contender, size_t round, const struct counters *counters,
                                    firesieve_error *error)
{
    const double repeats = (double)contender->repeats;
    const double share = 1 / (double)(round + 1);
    double elapsed = 0;
    const struct counts before = read_counters(counters);
    const firesieve_status status = contender->run(contender->context, contender->repeats, &elapsed, error);
    const struct counts after = read_counters(counters);
    contender->cycles += share * ((after.cycles - before.cycles) / repeats - contender->cycles);
    contender->instructions += share * ((after.instructions - before.instructions) / repeats - contender->instructions);
    contender->samples[round] = fmax(elapsed, shortest_s) / repeats;
    return status;
}

/* *rounds is the number of rounds to take, and then of those taken: only whole ones count. */
static firesieve_status take_samples(struct contender *contenders, size_t count, const struct rounds_request *request,
                                     size_t *rounds, firesieve_error *error)
{
    const double wanted = (double)*rounds;
    firesieve_status status = FIRESIEVE_OK;
    for (size_t round = 0; round < *rounds; ++round) {
        for (size_t i = 0; i < count && round < *rounds && status == FIRESIEVE_OK; ++i) {
            status = take_sample(&contenders[round % 2 == 0 ? i : count - 1 - i], round, request->counters, error);
            if (!rounds_go_on(&request->watch, ((double)round + (double)(i + 1) / (double)count) / wanted)) {
                *rounds = round; /* a stopped run is no sample */
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
        struct contender *const contender = &contenders[i];
        double elapsed = 0;
        if (!rounds_go_on(&request->watch, 0)) {
            return FIRESIEVE_OK;
        }
        /* If the repeats are known, one sample warms up memory that may be new. */
        status = contender->repeats == 0 ? calibrate(contender, sample_s, &elapsed, error)
                                         : contender->run(contender->context, contender->repeats, &elapsed, error);
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
