/* The features of the CPU that the operating system lets programs use, with the names of the cpu_features library. */
#ifndef FIRESIEVE_CPU_FEATURES_H
#define FIRESIEVE_CPU_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

/* Names of features, separated by single blanks. */
struct feature_list {
    char names[256];
};

/* The features of this machine that some kernel needs. Cost: the first call, that of one of the two functions below. */
const struct feature_list *features_detect(void);

/*
 * Two ways to fill an empty list. The loader of glibc has known the features since the process began, which takes
 * microseconds; false, with the list still empty, if there is no such loader or it does not know all features that kernels
 * need. cpu_features asks the CPU itself; in a virtual machine the hypervisor intercepts each of dozens of CPUID
 * instructions, which takes hundreds of microseconds.
 */
bool features_ask_loader(struct feature_list *list);
void features_ask_cpu(struct feature_list *list);

/* Whether the list has every name of `needs`, in the same format ("" is always included). */
bool features_include(const struct feature_list *list, const char *needs);

/* Whether `word`, of `length` bytes, is one of the words, which separators divide. */
bool words_include(const char *words, const char *separators, const char *word, size_t length);

#endif
