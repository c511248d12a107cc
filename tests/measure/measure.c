/* Prints what the kernels, the short path, scan and the parser do on this machine. Usage: measure_core FIREWALL */
#include <stdlib.h>
#include <time.h>

#include "measure.h"

double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool is_measured(const firesieve_kernel *kernel)
{
    return !firesieve_kernel_emulated(kernel) && firesieve_kernel_runs_here(kernel);
}

static int compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return values[count / 2];
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
    done = done && measure_puzzle(argv[1]);
    puts("");
    done = done && measure_scan(firewall);
    puts("");
    done = done && measure_rates();
    puts("");
    done = done && measure_families();
    puts("");
    done = done && measure_large();
    firesieve_firewall_free(firewall);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
