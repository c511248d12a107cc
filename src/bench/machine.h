/* The facts about machine and build that a report begins with, and conditions that make its figures doubtful. */
#ifndef FIRESIEVE_BENCH_MACHINE_H
#define FIRESIEVE_BENCH_MACHINE_H

#include "bench/report.h"

/* The facts of a report: an object, or NULL without memory. `load`: the system's load average before. */
json_t *machine_facts(uint64_t seed, unsigned threads, double load);

/*
 * Sentences of advice, as a JSON array of texts: more threads than CPUs, other programs running, clocks that are not
 * fixed, a build without optimisation, and samples of the report that vary much. `cpu_directory` is where the system
 * describes its CPUs (/sys/devices/system/cpu).
 */
json_t *machine_warnings(const struct report *report, unsigned threads, double load, const char *cpu_directory);

#endif
