/* What firesieve cpu and --build-info both print. */
#ifndef FIRESIEVE_CLI_CPU_H
#define FIRESIEVE_CLI_CPU_H

#include <firesieve/firesieve.h>

/* Prints model, architecture, features, number and caches, a line each, on standard output. */
void cpu_print(const firesieve_cpu *cpu);

#endif
