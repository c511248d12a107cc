/* What a puzzle input costs a program that calls the library. */
#include <stdlib.h>

#include "measure.h"

enum { ROUNDS = 9, CALLS_A_ROUND = 20000, TEXT_MAX = 1 << 16 };

struct puzzle {
    char text[TEXT_MAX];
    size_t size;
    firesieve_firewall *firewall;
    struct plain_layer *plain;
    uint32_t answer;
};

struct times {
    double plain[2 * ROUNDS];
    double solve[2 * ROUNDS];
    double all[2 * ROUNDS];
};

static bool open_puzzle(struct puzzle *puzzle, const char *path)
{
    FILE *const file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    puzzle->size = fread(puzzle->text, 1, sizeof puzzle->text, file);
    fclose(file);
    if (firesieve_firewall_parse(puzzle->text, puzzle->size, &puzzle->firewall, NULL) != FIRESIEVE_OK) {
        return false;
    }
    puzzle->plain = copy_layers(puzzle->firewall);
    return puzzle->plain != NULL;
}

static void free_puzzle(struct puzzle *puzzle)
{
    firesieve_firewall_free(puzzle->firewall);
    free(puzzle->plain);
    free(puzzle);
}

static double time_plain(const struct puzzle *puzzle)
{
    const double started = now_s();
    plain_loop(puzzle->plain, firesieve_firewall_layer_count(puzzle->firewall), PLAIN_END);
    return now_s() - started;
}

/* The mean seconds of a solve, or a negative number if the answer differs from the plain loop's. */
static double time_solve(const struct puzzle *puzzle)
{
    const firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    const double started = now_s();
    for (int i = 0; i < CALLS_A_ROUND; ++i) {
        if (firesieve_solve(puzzle->firewall, &options, &result, NULL) != FIRESIEVE_OK ||
            result.delay != puzzle->answer) {
            return -1;
        }
    }
    return (now_s() - started) / CALLS_A_ROUND;
}

/* The same from text to answer, with everything freed. */
static double time_all(const struct puzzle *puzzle)
{
    const firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result = {0};
    const double started = now_s();
    for (int i = 0; i < CALLS_A_ROUND; ++i) {
        firesieve_firewall *firewall;
        if (firesieve_firewall_parse(puzzle->text, puzzle->size, &firewall, NULL) != FIRESIEVE_OK) {
            return -1;
        }
        const firesieve_status status = firesieve_solve(firewall, &options, &result, NULL);
        firesieve_firewall_free(firewall);
        if (status != FIRESIEVE_OK || result.delay != puzzle->answer) {
            return -1;
        }
    }
    return (now_s() - started) / CALLS_A_ROUND;
}

/* One round, in this order or the reverse. */
static bool run_round(const struct puzzle *puzzle, struct times *times, size_t slot)
{
    if (slot % 2 == 0) {
        times->plain[slot] = time_plain(puzzle);
        times->solve[slot] = time_solve(puzzle);
        times->all[slot] = time_all(puzzle);
    } else {
        times->all[slot] = time_all(puzzle);
        times->solve[slot] = time_solve(puzzle);
        times->plain[slot] = time_plain(puzzle);
    }
    return times->solve[slot] >= 0 && times->all[slot] >= 0;
}

static void print_row(const char *name, double seconds, double plain_s)
{
    printf("%-20s %14.0f %12.0f\n", name, 1e9 * seconds, plain_s / seconds);
}

bool measure_puzzle(const char *path)
{
    struct puzzle *const puzzle = calloc(1, sizeof *puzzle);
    if (puzzle == NULL) {
        return false;
    }
    struct times times;
    bool done = open_puzzle(puzzle, path);
    puzzle->answer = done ? plain_loop(puzzle->plain, firesieve_firewall_layer_count(puzzle->firewall), PLAIN_END) : 0;
    for (size_t slot = 0; slot < 2 * ROUNDS && done; ++slot) {
        done = run_round(puzzle, &times, slot);
    }
    if (done) {
        const double plain_s = median(times.plain, 2 * ROUNDS);
        printf("%-20s %14s %12s\n", "puzzle", "median ns", "ratio");
        print_row("plain loop", plain_s, plain_s);
        print_row("solve", median(times.solve, 2 * ROUNDS), plain_s);
        print_row("parse, solve, free", median(times.all, 2 * ROUNDS), plain_s);
    } else {
        fprintf(stderr, "measure: %s is not solved as the plain loop solves it\n", path);
    }
    free_puzzle(puzzle);
    return done;
}
