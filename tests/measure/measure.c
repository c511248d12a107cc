/* Measures the short path, scan and the parser on this machine. Usage: measure_core FIREWALL */
#include <stdlib.h>

#include "measure.h"

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
    bool done = measure_puzzle(argv[1]);
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
