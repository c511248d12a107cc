/*
 * Measures the doubly-focused sieve on this machine, and compares its answers with published ones.
 * Usage: measure_focus PROGRAM ANSWERS [K]...   whole commands, lists of squares, pairs per second; see focus.h
 *        measure_focus --pairs FIREWALL...      pairs per second alone
 * Without a K, uses those in the environment variable MEASURE_FOCUS_K, separated by blanks.
 *
 * "best" and "median" are times of whole commands on the given number of threads, in up to five runs. "delays/s" is
 * computed from the median, and "plain/s" is the rate of the plain loop from delay 0 on. "of MB" is the memory that the
 * program allows itself without --memory. "gain" is the median on one thread divided by this one. A pair is a column
 * and an offset whose delay is in the window. Sieving is the time of whole tasks minus that of only reading their lists
 * and only building their rows, so it includes survivors.
 */
#include "focus.h"

#include <stdlib.h>
#include <string.h>

#include "measure.h"

enum { KS_MAX = 64 };

static bool measure_pairs_of_ks(const char *const *ks, size_t count)
{
    bool done = true;
    print_pairs_heading();
    for (size_t i = 0; i < count && done; ++i) {
        char name[64];
        firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE);
        firesieve_firewall *firewall;
        options.k = strtoull(ks[i], NULL, 10);
        snprintf(name, sizeof name, "erdos-selfridge --k %s", ks[i]);
        done = firesieve_firewall_generate(FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, &options, &firewall, NULL) == FIRESIEVE_OK;
        if (done) {
            done = measure_pairs(name, firewall);
            firesieve_firewall_free(firewall);
        }
    }
    return done;
}

static bool measure_pairs_of_files(char **paths, size_t count)
{
    bool done = true;
    print_pairs_heading();
    for (size_t i = 0; i < count && done; ++i) {
        firesieve_firewall *firewall;
        firesieve_error error;
        done = firesieve_firewall_open(paths[i], &firewall, &error) == FIRESIEVE_OK;
        if (!done) {
            fprintf(stderr, "measure_focus: %s: %s\n", paths[i], error.message);
            break;
        }
        done = measure_pairs(paths[i], firewall);
        firesieve_firewall_free(firewall);
    }
    return done;
}

/* Splits the words of `text`, which it changes. */
static size_t split_words(char *text, const char **words)
{
    char *rest = NULL;
    size_t count = 0;
    for (char *word = strtok_r(text, " ", &rest); word != NULL && count < KS_MAX; word = strtok_r(NULL, " ", &rest)) {
        words[count++] = word;
    }
    return count;
}

static bool measure_all(const char *program, const char *answers, char **arguments, size_t count)
{
    firesieve_cpu cpu;
    const char *ks[KS_MAX];
    const char *const wanted = getenv("MEASURE_FOCUS_K");
    char *const words = strdup(wanted != NULL && *wanted != '\0' ? wanted : "250 270 280 300 323");
    if (words == NULL || count > KS_MAX) {
        free(words);
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        ks[i] = arguments[i];
    }
    count = count > 0 ? count : split_words(words, ks);
    firesieve_cpu_detect(&cpu);
    printf("%s, %u CPUs\n\n", cpu.model, cpu.cpus);
    bool right = measure_solves(program, answers, ks, count);
    puts("");
    right = measure_squares(program) && right;
    puts("");
    right = measure_pairs_of_ks(ks, count) && right;
    free(words);
    return right;
}

int main(int argc, char **argv)
{
    bool right;
    if (argc >= 3 && strcmp(argv[1], "--pairs") == 0) {
        right = measure_pairs_of_files(argv + 2, (size_t)argc - 2);
    } else if (argc >= 3) {
        right = measure_all(argv[1], argv[2], argv + 3, (size_t)argc - 3);
    } else {
        fputs("usage: measure_focus PROGRAM ANSWERS [K]... | measure_focus --pairs FIREWALL...\n", stderr);
        return EXIT_FAILURE;
    }
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
