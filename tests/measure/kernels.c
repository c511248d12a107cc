#include <stdlib.h>

#include "measure.h"

/* As many bytes as the rows that a kernel is measured with: 12 of 2 KiB. */
enum { ROUNDS = 10, INTEGERS = 12 * 2048 / 8 };

static const double round_s = 0.05;

struct rates {
    double rows[2 * ROUNDS];
    double loads[2 * ROUNDS];
    double lanes[2 * ROUNDS];
};

static volatile uint64_t sink; /* what is loaded ends here, so that no load can be left out */

/* Bytes a second of the load loop. */
static double time_loads(const uint64_t *integers)
{
    enum { CALLS_BETWEEN_LOOKS = 1000 };
    double bytes = 0;
    const double started = now_s();
    double elapsed;
    do {
        for (int i = 0; i < CALLS_BETWEEN_LOOKS; ++i) {
            sink = load_loop(integers, INTEGERS);
        }
        bytes += (double)CALLS_BETWEEN_LOOKS * INTEGERS * sizeof *integers;
        elapsed = now_s() - started;
    } while (elapsed < round_s);
    return bytes / elapsed;
}

/* Kernel and load loop in turn, every other round in reverse order. */
static bool measure_rounds(const firesieve_kernel *kernel, const uint64_t *integers, struct rates *rates)
{
    for (size_t round = 0; round < 2 * ROUNDS; ++round) {
        firesieve_kernel_speed speed;
        if (round % 2 == 0) {
            rates->loads[round] = time_loads(integers);
        }
        if (firesieve_kernel_measure(kernel, round_s, &speed, NULL) != FIRESIEVE_OK) {
            return false;
        }
        if (round % 2 == 1) {
            rates->loads[round] = time_loads(integers);
        }
        rates->rows[round] = speed.row_bytes_s;
        rates->lanes[round] = speed.lane_tests_s;
    }
    return true;
}

static bool print_kernel(const firesieve_kernel *kernel, const uint64_t *integers)
{
    struct rates rates;
    if (!measure_rounds(kernel, integers, &rates)) {
        return false;
    }
    const double rows = median(rates.rows, 2 * ROUNDS);
    const double loads = median(rates.loads, 2 * ROUNDS);
    printf("%-10s %12.1f %12.1f %12.2f %12.2f\n", firesieve_kernel_name(kernel), rows / 1e9, loads / 1e9, rows / loads,
           median(rates.lanes, 2 * ROUNDS) / 1e9);
    return true;
}

bool measure_kernels(void)
{
    uint64_t *const integers = aligned_alloc(64, INTEGERS * sizeof *integers);
    if (integers == NULL) {
        return false;
    }
    for (uint64_t i = 0; i < INTEGERS; ++i) {
        integers[i] = i;
    }
    printf("%-10s %12s %12s %12s %12s\n", "kernel", "rows GB/s", "loads GB/s", "rows/loads", "lanes G/s");
    bool done = true;
    for (size_t i = 0; i < firesieve_kernel_count() && done; ++i) {
        if (is_measured(firesieve_kernel_at(i))) {
            done = print_kernel(firesieve_kernel_at(i), integers);
        }
    }
    free(integers);
    return done;
}
