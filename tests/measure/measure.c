/* Prints what the kernels, scan and the parser do on this machine. Usage: measure_core FIREWALL */
#include <stdlib.h>
#include <time.h>

#include "measure.h"

static const double kernel_s = 1;

double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool measure_kernels(void)
{
    printf("%-10s %12s %12s %12s %12s\n", "kernel", "rows GB/s", "loads GB/s", "rows/loads", "lanes G/s");
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        firesieve_kernel_speed speed;
        if (firesieve_kernel_emulated(kernel) || !firesieve_kernel_runs_here(kernel)) {
            continue;
        }
        if (firesieve_kernel_measure(kernel, kernel_s, &speed, NULL) != FIRESIEVE_OK) {
            return false;
        }
        printf("%-10s %12.1f %12.1f %12.2f %12.2f\n", firesieve_kernel_name(kernel), speed.row_bytes_s / 1e9,
               speed.load_bytes_s / 1e9, speed.row_bytes_s / speed.load_bytes_s, speed.lane_tests_s / 1e9);
    }
    return true;
}

int main(int argc, char **argv)
{
    firesieve_cpu cpu;
    firesieve_cpu_detect(&cpu);
    printf("%s, %u CPUs\n\n", cpu.model, cpu.cpus);
    firesieve_firewall *firewall = NULL;
    firesieve_error error = {.message = "usage: measure_core FIREWALL"};
    if (argc != 2 || firesieve_firewall_open(argv[1], &firewall, &error) != FIRESIEVE_OK) {
        fprintf(stderr, "measure: %s\n", error.message);
        return EXIT_FAILURE;
    }
    bool done = measure_kernels();
    puts("");
    done = done && measure_scan(firewall);
    puts("");
    done = done && measure_large();
    firesieve_firewall_free(firewall);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
