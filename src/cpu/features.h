/* What the CPU can do and the operating system lets programs use, as the cpu_features library reports it. */
#ifndef FIRESIEVE_CPU_FEATURES_H
#define FIRESIEVE_CPU_FEATURES_H

#include <stdbool.h>

/* Names of features, separated by single blanks. */
struct feature_list {
    char names[256];
};

/*
 * The features of this machine that some kernel needs. Cost: the first time the CPUID instructions, some 50 us in a
 * virtual machine.
 */
const struct feature_list *features_detect(void);

/* Whether the list has every name of `needs`, which has the same form ("" is always included). */
bool features_include(const struct feature_list *list, const char *needs);

#endif
