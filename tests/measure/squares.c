/* Pseudosquares and negative ones, searched by focus and by wheel, and checked by independent arithmetic. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "focus.h"
#include "measure.h"

#define TEXT_(number) #number
#define TEXT(number) TEXT_(number)
#define PRIMES_LISTED 39
#define PRIMES_NEGATIVE 42
#define LISTED_END 200000000000000

enum { PRIMES_MAX = 64, LINE_SIZE = 64, OTHERS_MAX = 64 };

/* The least pseudosquare for the odd primes up to 173, and also up to 179 (OEIS A002189). */
static const uint64_t first_pseudosquare = 178936222537081;

static const char *const methods[] = {"wheel", "focus"};
enum { METHODS = sizeof methods / sizeof methods[0] };

/* ---- Arithmetic ------------------------------------------------------------------------------------------- */

/* The first `count` odd primes. */
static void fill_primes(uint32_t *primes, size_t count)
{
    size_t found = 0;
    for (uint32_t odd = 3; found < count; odd += 2) {
        bool is_prime = true;
        for (uint32_t factor = 3; factor * factor <= odd && is_prime; factor += 2) {
            is_prime = odd % factor != 0;
        }
        if (is_prime) {
            primes[found++] = odd;
        }
    }
}

static bool is_nonzero_square(uint64_t residue, uint32_t prime)
{
    for (uint64_t root = 1; root <= prime / 2; ++root) {
        if (root * root % prime == residue) {
            return true;
        }
    }
    return false;
}

/* Whether `number`, or its negative, is 1 mod 8 and a nonzero square modulo the first `count` odd primes. */
static bool is_local_square(uint64_t number, bool negative, size_t count)
{
    uint32_t primes[PRIMES_MAX];
    fill_primes(primes, count);
    bool is_square = number % 8 == (negative ? 7 : 1);
    for (size_t i = 0; i < count && is_square; ++i) {
        const uint64_t residue = number % primes[i];
        is_square = is_nonzero_square(negative ? (primes[i] - residue) % primes[i] : residue, primes[i]);
    }
    return is_square;
}

/* Enumerates the squares that the list must contain. */
struct roots {
    uint32_t primes[PRIMES_LISTED];
    uint64_t root; /* odd, divisible by none of the primes */
};

static uint64_t next_square(struct roots *roots)
{
    bool is_coprime;
    do {
        roots->root += 2;
        is_coprime = true;
        for (size_t i = 0; i < PRIMES_LISTED && is_coprime; ++i) {
            is_coprime = roots->root % roots->primes[i] != 0;
        }
    } while (!is_coprime);
    return roots->root * roots->root;
}

/* ---- Lists ------------------------------------------------------------------------------------------------ */

/* What a list was found to contain. */
struct contents {
    uint64_t squares;
    uint64_t missing; /* squares */
    uint64_t wrong;   /* neither squares nor pseudosquares, or out of order */
    uint64_t others[OTHERS_MAX];
    uint64_t other_count;
};

/* Checks the next number of the list; *square is the next square that has not occurred. */
static void take(struct contents *contents, uint64_t number, struct roots *roots, uint64_t *square)
{
    for (; *square < number; *square = next_square(roots)) {
        ++contents->missing;
    }
    if (*square == number) {
        ++contents->squares;
        *square = next_square(roots);
    } else if (is_local_square(number, false, PRIMES_LISTED) && contents->other_count < OTHERS_MAX) {
        contents->others[contents->other_count++] = number;
    } else {
        ++contents->wrong;
    }
}

static struct contents read_list(FILE *list)
{
    struct contents contents = {0};
    struct roots roots = {.root = 1};
    fill_primes(roots.primes, PRIMES_LISTED);
    uint64_t square = 1;
    uint64_t last = 0;
    char line[LINE_SIZE];
    while (fgets(line, sizeof line, list) != NULL) {
        const uint64_t number = strtoull(line, NULL, 10);
        contents.wrong += number <= last;
        take(&contents, number, &roots, &square);
        last = number;
    }
    for (; square < LISTED_END; square = next_square(&roots)) {
        ++contents.missing;
    }
    return contents;
}

static bool is_right(const struct contents *contents, const struct contents *first, uint64_t counted)
{
    return contents->missing == 0 && contents->wrong == 0 && contents->other_count > 0 &&
           contents->others[0] == first_pseudosquare && contents->other_count == first->other_count &&
           memcmp(contents->others, first->others, sizeof contents->others) == 0 &&
           contents->squares + contents->other_count == counted;
}

/* Runs list or count up to LISTED_END; the caller closes the output. */
static bool run_range(const char *program, const char *command, const char *method, FILE *firewall,
                      struct command_run *run)
{
    const char *const arguments[] = {program, command, "--method", method, "--to", TEXT(LISTED_END), NULL};
    return command_run(arguments, firewall, run);
}

static bool count_range(const char *program, const char *method, FILE *firewall, uint64_t *count)
{
    struct command_run run;
    char line[LINE_SIZE] = "";
    if (!run_range(program, "count", method, firewall, &run)) {
        return false;
    }
    const bool read = fgets(line, sizeof line, run.output) != NULL;
    fclose(run.output);
    *count = strtoull(line, NULL, 10);
    return read;
}

/* Lists and counts by one method; *first is what the first method listed. */
static bool measure_list(const char *program, size_t method, FILE *firewall, struct contents *first)
{
    struct command_run run;
    uint64_t counted;
    if (!count_range(program, methods[method], firewall, &counted) ||
        !run_range(program, "list", methods[method], firewall, &run)) {
        return false;
    }
    const struct contents contents = read_list(run.output);
    fclose(run.output);
    *first = method == 0 ? contents : *first;
    const bool right = is_right(&contents, first, counted);
    printf("%-5s %9.3f %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %15" PRIu64 "  %s\n", methods[method],
           run.seconds, counted, contents.squares, contents.squares + contents.missing, contents.other_count,
           contents.others[0], right ? "right" : "WRONG");
    return right;
}

static bool measure_pseudosquares(const char *program)
{
    const char *const arguments[] = {program, "generate", "pseudosquare", "--primes", TEXT(PRIMES_LISTED), NULL};
    struct command_run generated;
    struct contents first = {0};
    if (!command_run(arguments, NULL, &generated)) {
        return false;
    }
    puts("pseudosquare --primes " TEXT(PRIMES_LISTED) ", list --to " TEXT(LISTED_END));
    printf("%-5s %9s %9s %9s %9s %9s %15s\n", "how", "seconds", "counted", "squares", "expected", "others",
           "the first");
    bool right = true;
    for (size_t i = 0; i < METHODS; ++i) {
        right = measure_list(program, i, generated.output, &first) && right;
    }
    fclose(generated.output);
    return right;
}

/* ---- Negative pseudosquares ------------------------------------------------------------------------------- */

/* The answer by wheel; answers are only published for fewer primes. */
static bool solve_by_wheel(const char *program, FILE *firewall, char *answer)
{
    const char *const arguments[] = {program, "solve", "--method", "wheel", NULL};
    struct command_run run;
    if (!command_run(arguments, firewall, &run)) {
        return false;
    }
    const bool read = fgets(answer, LINE_SIZE, run.output) != NULL;
    fclose(run.output);
    answer[strspn(answer, "0123456789")] = '\0';
    return read && is_local_square(strtoull(answer, NULL, 10), true, PRIMES_NEGATIVE);
}

static bool measure_negative(const char *program)
{
    const char *const family[] = {"negative-pseudosquare", "--primes", TEXT(PRIMES_NEGATIVE)};
    const char *const arguments[] = {program, "generate", family[0], family[1], family[2], NULL};
    struct command_run generated;
    char answer[LINE_SIZE] = "";
    if (!command_run(arguments, NULL, &generated)) {
        return false;
    }
    bool right = solve_by_wheel(program, generated.output, answer);
    fclose(generated.output);
    if (!right) {
        fprintf(stderr, "measure_focus: %s is not a negative pseudosquare\n", answer);
        return false;
    }
    print_solves_heading();
    for (size_t i = 0; i < METHODS; ++i) {
        right = measure_family(program, family, methods[i], answer) && right;
    }
    return right;
}

bool measure_squares(const char *program)
{
    const bool negative = measure_negative(program);
    puts("");
    return measure_pseudosquares(program) && negative;
}
