/* Whole commands `firesieve solve --json` with far answers, compared with the plain loop. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/cpu.h"
#include "focus.h"
#include "measure.h"

enum { ROUNDS = 5, TEXT_SIZE = 64 };

static const double short_s = 3; /* commands below this run in all rounds, others once */

/* Searches on this many threads, one per round. */
struct series {
    unsigned threads;
    double seconds[ROUNDS];
    size_t count;
    double peak_bytes; /* the largest */
    double memory;     /* bytes that it may use: the default of --memory */
    char delay[TEXT_SIZE];
    char method[TEXT_SIZE];
};

/* ---- One command ------------------------------------------------------------------------------------------ */

static bool copy_member(const json_t *object, const char *name, char *text)
{
    const char *const value = json_string_value(json_object_get(object, name));
    snprintf(text, TEXT_SIZE, "%s", value == NULL ? "" : value);
    return value != NULL;
}

/* False: there is no answer, or it differs from that of earlier rounds. */
static bool read_answer(FILE *output, struct series *series)
{
    char before[TEXT_SIZE];
    memcpy(before, series->delay, sizeof before);
    json_t *const object = json_loadf(output, 0, NULL);
    const bool read = copy_member(object, "delay", series->delay) && copy_member(object, "method", series->method);
    json_decref(object);
    return read && (series->count == 0 || strcmp(before, series->delay) == 0);
}

/* The memory that the program uses without --memory. */
static double memory_in_force(void)
{
    return (double)memory_for_search(1);
}

static bool solve_once(const char *program, const char *method, FILE *firewall, struct series *series)
{
    char threads[TEXT_SIZE];
    snprintf(threads, sizeof threads, "%u", series->threads);
    const char *const arguments[] = {program, "solve", "--json", "--method", method, "--threads", threads, NULL};
    struct command_run run;
    series->memory = memory_in_force();
    if (!command_run(arguments, firewall, &run)) {
        return false;
    }
    const bool read = read_answer(run.output, series);
    fclose(run.output);
    series->seconds[series->count++] = run.seconds;
    series->peak_bytes = run.peak_bytes > series->peak_bytes ? run.peak_bytes : series->peak_bytes;
    return read;
}

/* One thread and all threads in turn, in reverse order every other round. */
static bool solve_rounds(const char *program, const char *method, FILE *firewall, struct series *series, size_t count)
{
    bool done = true;
    for (size_t round = 0; round < ROUNDS; ++round) {
        for (size_t i = 0; i < count && done; ++i) {
            struct series *const next = &series[round % 2 == 0 ? i : count - 1 - i];
            if (next->count == 0 || next->seconds[0] < short_s) {
                done = solve_once(program, method, firewall, next);
            }
        }
    }
    return done;
}

/* ---- The plain loop --------------------------------------------------------------------------------------- */

/* Delays decided per second from 0 on, over half a second or more; 0 if that failed. */
static double plain_rate(const firesieve_firewall *firewall)
{
    static const double enough_s = 0.5;
    const size_t count = firesieve_firewall_layer_count(firewall);
    struct plain_layer *const plain = copy_layers(firewall);
    double rate = 0;
    for (uint32_t end = 1 << 22; plain != NULL && end <= PLAIN_END / 2; end *= 2) {
        const double started = now_s();
        const uint32_t decided = plain_loop(plain, count, end);
        const double elapsed = now_s() - started;
        rate = decided / elapsed;
        if (decided < end || elapsed >= enough_s) {
            break;
        }
    }
    free(plain);
    return rate;
}

/* ---- The table -------------------------------------------------------------------------------------------- */

/* The left column has the name on the left and the answer on the right. */
enum { LEFT_WIDTH = 56 };

static int answer_width(const char *name)
{
    const size_t length = strlen(name);
    return length < LEFT_WIDTH ? LEFT_WIDTH - (int)length : 0;
}

void print_solves_heading(void)
{
    const char *const name = "generate";
    printf("%s%*s %-5s %2s %8s %8s %8s %8s %8s %7s %8s %5s\n", name, answer_width(name), "answer", "how", "on",
           "best s", "median s", "delays/s", "plain/s", "ratio", "peak MB", "of MB", "gain");
}

/* `one_s` is the median on one thread. */
static bool print_series(const char *name, struct series *series, double plain, double one_s, const char *expected)
{
    const double median_s = median(series->seconds, series->count); /* also sorts them */
    const double rate = strtod(series->delay, NULL) / median_s;
    const bool right = strcmp(series->delay, expected) == 0;
    printf("%s%*s %-5s %2u %8.3f %8.3f %8.2e %8.2e %8.2e %7.1f %8.0f %5.2f  ", name, answer_width(name), series->delay,
           series->method, series->threads, series->seconds[0], median_s, rate, plain, rate / plain,
           series->peak_bytes / 1e6, series->memory / 1e6, one_s / median_s);
    puts(right ? "right" : "WRONG");
    fflush(stdout);
    if (!right) {
        fprintf(stderr, "measure_focus: %s: expected %s\n", name, expected);
    }
    return right;
}

/* ---- A firewall ------------------------------------------------------------------------------------------- */

/* The same for the firewall in a file. */
static double plain_rate_of(FILE *file)
{
    firesieve_firewall *firewall;
    if (lseek(fileno(file), 0, SEEK_SET) != 0 ||
        firesieve_firewall_read(fileno(file), &firewall, NULL) != FIRESIEVE_OK) {
        return 0;
    }
    const double rate = plain_rate(firewall);
    firesieve_firewall_free(firewall);
    return rate;
}

bool measure_family(const char *program, const char *const *family, const char *method, const char *expected)
{
    const char *const arguments[] = {program, "generate", family[0], family[1], family[2], NULL};
    struct command_run generated;
    if (!command_run(arguments, NULL, &generated)) {
        return false;
    }
    struct series series[2] = {{.threads = 1}, {.threads = cpu_count_available()}};
    const size_t count = series[1].threads > 1 ? 2 : 1;
    char name[TEXT_SIZE];
    snprintf(name, sizeof name, "%s %s %s", family[0], family[1], family[2]);
    const bool solved = solve_rounds(program, method, generated.output, series, count);
    const double plain = solved ? plain_rate_of(generated.output) : 0;
    fclose(generated.output);
    if (plain == 0) {
        fprintf(stderr, "measure_focus: %s: %s\n", name, solved ? "no plain loop" : "no answer, or more than one");
        return false;
    }
    const double one_s = median(series[0].seconds, series[0].count);
    bool right = true;
    for (size_t i = 0; i < count; ++i) {
        right = print_series(name, &series[i], plain, one_s, expected) && right;
    }
    return right;
}

/* Finds the answer to `family` in the file, as text. False: it is not there. */
static bool look_up(const char *answers, const char *const *family, char *answer)
{
    FILE *const file = fopen(answers, "r");
    char wanted[TEXT_SIZE];
    char line[2 * TEXT_SIZE];
    bool found = false;
    snprintf(wanted, sizeof wanted, " %s %s %s\n", family[0], family[1], family[2]);
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        const size_t digits = strspn(line, "0123456789");
        found = strcmp(line + digits, wanted) == 0;
        snprintf(answer, TEXT_SIZE, "%.*s", (int)digits, line);
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

bool measure_solves(const char *program, const char *answers, const char *const *ks, size_t count)
{
    bool right = true;
    print_solves_heading();
    for (size_t i = 0; i < count; ++i) {
        const char *const family[] = {"erdos-selfridge", "--k", ks[i]};
        char answer[TEXT_SIZE];
        if (!look_up(answers, family, answer)) {
            fprintf(stderr, "measure_focus: %s has no answer for k = %s\n", answers, ks[i]);
            right = false;
        } else {
            right = measure_family(program, family, "auto", answer) && right;
        }
    }
    return right;
}
