/*
 * The plain loop as a program, for small numbers only; it shares nothing with firesieve. Usage: plain_c FILE...
 * Prints one line per file: the smallest safe delay, or `none`.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

enum { LAYERS_MAX = 1 << 16, LINE_MAX_SIZE = 256 };

struct plain_firewall {
    struct plain_layer layers[LAYERS_MAX];
    size_t count;
};

/* Reads the number at `*text` and moves past it. Numbers that do not fit become PLAIN_END, which is refused. */
static uint32_t take_number(char **text)
{
    const char *const begin = *text;
    errno = 0;
    const unsigned long number = strtoul(begin, text, 10);
    return *text == begin || errno != 0 || number > PLAIN_END ? PLAIN_END : (uint32_t)number;
}

/* Adds the layer of a line, if it has one. Returns false if the line is neither a layer nor empty. */
static bool add_line(struct plain_firewall *firewall, char *line)
{
    static const char blanks[] = " \t\r\n";
    line[strcspn(line, "#")] = '\0';
    line += strspn(line, blanks);
    if (*line == '\0') {
        return true;
    }
    const uint32_t depth = take_number(&line);
    line += strspn(line, blanks);
    if (*line != ':' || firewall->count == LAYERS_MAX) {
        return false;
    }
    ++line;
    const uint32_t range = take_number(&line);
    line += strspn(line, blanks);
    if (*line != '\0' || depth >= PLAIN_END || range >= PLAIN_END / 2 || range == 0) {
        return false;
    }
    firewall->layers[firewall->count++] = (struct plain_layer){depth, range == 1 ? 1 : 2 * (range - 1)};
    return true;
}

static bool read_firewall(struct plain_firewall *firewall, const char *path)
{
    FILE *const file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    char line[LINE_MAX_SIZE];
    bool read = true;
    while (read && fgets(line, sizeof line, file) != NULL) {
        read = add_line(firewall, line);
    }
    read = read && ferror(file) == 0;
    fclose(file);
    return read && firewall->count > 0;
}

static int compare_periods(const void *a, const void *b)
{
    const uint32_t left = ((const struct plain_layer *)a)->period;
    const uint32_t right = ((const struct plain_layer *)b)->period;
    return (left > right) - (left < right);
}

static uint64_t greatest_common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The least common multiple of the periods, after which everything repeats, or PLAIN_END if that is less. */
static uint32_t end_of_delays(const struct plain_firewall *firewall)
{
    uint64_t cycle = 1;
    for (size_t i = 0; i < firewall->count && cycle < PLAIN_END; ++i) {
        const uint64_t period = firewall->layers[i].period;
        const uint64_t common = greatest_common_divisor(cycle, period);
        /* The analyzer does not know that no period is 0. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
        cycle *= period / common;
    }
    return cycle < PLAIN_END ? (uint32_t)cycle : PLAIN_END;
}

/* Prints the answer. */
static bool solve(struct plain_firewall *firewall)
{
    qsort(firewall->layers, firewall->count, sizeof *firewall->layers, compare_periods);
    const uint32_t end = end_of_delays(firewall);
    const uint32_t answer = plain_loop(firewall->layers, firewall->count, end);
    if (answer < end) {
        printf("%" PRIu32 "\n", answer);
        return true;
    }
    if (end < PLAIN_END) {
        puts("none");
    }
    return end < PLAIN_END;
}

int main(int argc, char **argv)
{
    static struct plain_firewall firewall;
    for (int i = 1; i < argc; ++i) {
        firewall.count = 0;
        if (!read_firewall(&firewall, argv[i]) || !solve(&firewall)) {
            fprintf(stderr, "plain_c: %s is not a firewall with numbers and an answer below 2^31\n", argv[i]);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
