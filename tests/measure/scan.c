#include <inttypes.h>
#include <stdlib.h>

#include "measure.h"

enum { ROUNDS = 9, SOLVES_A_ROUND = 50, KERNELS_MAX = 16 };

struct times {
    double plain[2 * ROUNDS];
    double scan[KERNELS_MAX][2 * ROUNDS]; /* rows of kernels that do not run here stay empty */
};

/* The mean seconds of a solve on one kernel, or a negative number if the answer is not `expected`. */
static double time_scan(const firesieve_firewall *firewall, const firesieve_kernel *kernel, uint32_t expected)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = FIRESIEVE_METHOD_SCAN;
    options.kernel = kernel;
    options.threads = 1;
    firesieve_search_result result;
    double sum = 0;
    for (int i = 0; i < SOLVES_A_ROUND; ++i) {
        if (firesieve_solve(firewall, &options, &result, NULL) != FIRESIEVE_OK || result.delay != expected) {
            return -1;
        }
        sum += result.elapsed_s;
    }
    return sum / SOLVES_A_ROUND;
}

static double time_plain(const struct plain_layer *layers, size_t count)
{
    const double started = now_s();
    plain_loop(layers, count, PLAIN_END);
    return now_s() - started;
}

static bool time_kernels(const firesieve_firewall *firewall, uint32_t answer, struct times *times, size_t slot)
{
    for (size_t i = 0; i < firesieve_kernel_count() && i < KERNELS_MAX; ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        if (!is_measured(kernel)) {
            continue;
        }
        times->scan[i][slot] = time_scan(firewall, kernel, answer);
        if (times->scan[i][slot] < 0) {
            fprintf(stderr, "measure: scan on %s does not give %" PRIu32 "\n", firesieve_kernel_name(kernel), answer);
            return false;
        }
    }
    return true;
}

/* One round: the plain loop and then the kernels, or the reverse. */
static bool run_round(const firesieve_firewall *firewall, const struct plain_layer *plain, uint32_t answer,
                      struct times *times, size_t slot)
{
    const size_t count = firesieve_firewall_layer_count(firewall);
    if (slot % 2 == 0) {
        times->plain[slot] = time_plain(plain, count);
        return time_kernels(firewall, answer, times, slot);
    }
    const bool done = time_kernels(firewall, answer, times, slot);
    times->plain[slot] = time_plain(plain, count);
    return done;
}

bool measure_scan(const firesieve_firewall *firewall)
{
    struct plain_layer *const plain = copy_layers(firewall);
    struct times *const times = calloc(1, sizeof *times);
    bool done = plain != NULL && times != NULL;
    const uint32_t answer = done ? plain_loop(plain, firesieve_firewall_layer_count(firewall), PLAIN_END) : 0;
    for (size_t slot = 0; slot < 2 * ROUNDS && done; ++slot) {
        done = run_round(firewall, plain, answer, times, slot);
    }
    if (done) {
        const double plain_s = median(times->plain, 2 * ROUNDS);
        printf("%-10s %14s %12s\n", "scan", "median us", "ratio");
        printf("%-10s %14.2f %12.0f\n", "plain loop", 1e6 * plain_s, 1.0);
        for (size_t i = 0; i < firesieve_kernel_count() && i < KERNELS_MAX; ++i) {
            const firesieve_kernel *const kernel = firesieve_kernel_at(i);
            if (is_measured(kernel)) {
                const double scan_s = median(times->scan[i], 2 * ROUNDS);
                printf("%-10s %14.2f %12.0f\n", firesieve_kernel_name(kernel), 1e6 * scan_s, plain_s / scan_s);
            }
        }
    }
    free(times);
    free(plain);
    return done;
}
