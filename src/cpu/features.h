/* What the CPU can do and the operating system lets programs use, by the names of the cpu_features library. */
#ifndef FIRESIEVE_CPU_FEATURES_H
#define FIRESIEVE_CPU_FEATURES_H

#include <stdbool.h>

/* Names of features, separated by single blanks. */
struct feature_list {
    char names[256];
};

/* The features of this machine that some kernel needs. Cost: the first time that of one of the two functions below. */
const struct feature_list *features_detect(void);

/*
 * The two ways to find them, for an empty list. The loader of glibc knows them since the process began, which takes
 * microseconds; false, with the list still empty, where there is none or where it does not know what some kernel needs.
 * The CPU itself is asked by cpu_features; in a virtual machine each CPUID instruction of the dozens that it takes is
 * caught by the hypervisor, which makes them hundreds of microseconds.
 */
bool features_ask_loader(struct feature_list *list);
void features_ask_cpu(struct feature_list *list);

/* Whether the list has every name of `needs`, which has the same form ("" is always included). */
bool features_include(const struct feature_list *list, const char *needs);

#endif
