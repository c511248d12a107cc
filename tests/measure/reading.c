/*
 * Ten million lines in each language, with the same classes and with others, read from a file: MB and lines per second,
 * and the peak of memory. The file is read once in advance; rounds go through the texts in alternating order.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "measure.h"

enum { LINES = 10000000, RESIDUES_A_SET = 5, HALF_MODULUS_MAX = 1000000, ROUNDS = 6 };

static void write_layer(FILE *file, struct random_state *random, uint64_t i)
{
    fprintf(file, "%" PRIu64 ": %" PRIu64 "\n", 3 * i, random_between(random, 1, HALF_MODULUS_MAX) + 1);
}

static void write_class(FILE *file, uint64_t modulus, uint64_t i)
{
    fprintf(file, "x mod %" PRIu64 " != %" PRIu64 "\n", modulus, (modulus - 3 * i % modulus) % modulus);
}

/* Writes what the layer with that index forbids. */
static void write_even(FILE *file, struct random_state *random, uint64_t i)
{
    write_class(file, 2 * random_between(random, 1, HALF_MODULUS_MAX), i);
}

static void write_odd(FILE *file, struct random_state *random, uint64_t i)
{
    write_class(file, 2 * random_between(random, 1, HALF_MODULUS_MAX) + 1, i);
}

/* Writes several classes in one line, which counts as that many. */
static void write_set(FILE *file, struct random_state *random, uint64_t i)
{
    const uint64_t modulus = random_between(random, RESIDUES_A_SET, 2 * HALF_MODULUS_MAX);
    if (i % RESIDUES_A_SET == 0) {
        fprintf(file, "x mod %" PRIu64 " not in {", modulus);
        for (unsigned j = 0; j < RESIDUES_A_SET; ++j) {
            fprintf(file, "%s%" PRIu64, j == 0 ? "" : ", ", random_between(random, 0, modulus - 1));
        }
        fprintf(file, "}\n");
    }
}

static const struct text {
    const char *name;
    void (*write)(FILE *file, struct random_state *random, uint64_t i);
} texts[] = {
    {"depth: range", write_layer},
    {"x mod M != A, the same", write_even},
    {"x mod M != A, M odd", write_odd},
    {"x mod M not in {5 A}", write_set},
};

enum { TEXTS = sizeof texts / sizeof texts[0] };

/* What a child process found, in shared memory. */
struct reading {
    double seconds;
    double peak;    /* bytes */
    double classes; /* the number of classes it read */
    bool done;
};

static void write_text(FILE *file, const struct text *text)
{
    struct random_state random = {1};
    for (uint64_t i = 0; i < LINES; ++i) {
        text->write(file, &random, i);
    }
}

static void read_text(FILE *file, struct reading *reading)
{
    firesieve_firewall *firewall;
    struct rusage usage;
    const double started = now_s();
    reading->done =
        lseek(fileno(file), 0, SEEK_SET) == 0 && firesieve_firewall_read(fileno(file), &firewall, NULL) == FIRESIEVE_OK;
    reading->seconds = now_s() - started;
    getrusage(RUSAGE_SELF, &usage);
    reading->peak = 1024.0 * (double)usage.ru_maxrss;
    reading->classes = reading->done ? (double)firesieve_firewall_layer_count(firewall) : 0;
}

/* In a process of its own, whose peak is that of a single reading. */
static bool read_in_child(FILE *file, struct reading *reading)
{
    reading->done = false;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        read_text(file, reading);
        _exit(EXIT_SUCCESS);
    }
    return child > 0 && waitpid(child, NULL, 0) == child && reading->done;
}

static bool measure(FILE *const *files, struct reading *shared)
{
    double seconds[TEXTS][ROUNDS];
    double peaks[TEXTS] = {0};
    double classes[TEXTS];
    for (size_t round = 0; round < ROUNDS; ++round) {
        for (size_t i = 0; i < TEXTS; ++i) {
            const size_t text = round % 2 == 0 ? i : TEXTS - 1 - i;
            if (!read_in_child(files[text], shared)) {
                return false;
            }
            seconds[text][round] = shared->seconds;
            peaks[text] = shared->peak > peaks[text] ? shared->peak : peaks[text];
            classes[text] = shared->classes;
        }
    }
    double first_rate = 0;
    double first_bytes = 0;
    printf("%-24s %8s %8s %8s %8s %14s %8s\n", "10^7 classes as", "MB", "s", "MB/s", "ratio", "bytes a class", "ratio");
    for (size_t i = 0; i < TEXTS; ++i) {
        struct stat about;
        if (fstat(fileno(files[i]), &about) != 0) {
            return false;
        }
        const double size = (double)about.st_size / 1e6;
        const double time = median(seconds[i], ROUNDS);
        const double bytes = peaks[i] / classes[i];
        first_rate = i == 0 ? size / time : first_rate;
        first_bytes = i == 0 ? bytes : first_bytes;
        printf("%-24s %8.1f %8.3f %8.0f %8.2f %14.1f %8.2f\n", texts[i].name, size, time, size / time,
               size / time / first_rate, bytes, bytes / first_bytes);
    }
    return true;
}

int main(void)
{
    FILE *files[TEXTS];
    struct reading *const shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool done = shared != MAP_FAILED;
    for (size_t i = 0; i < TEXTS && done; ++i) {
        files[i] = tmpfile();
        done = files[i] != NULL;
        if (done) {
            write_text(files[i], &texts[i]);
            done = fflush(files[i]) == 0 && read_in_child(files[i], shared);
        }
    }
    return done && measure(files, shared) ? EXIT_SUCCESS : EXIT_FAILURE;
}
