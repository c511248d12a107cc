/* The golden firewalls: every method and kernel gives the answers that others published or that took a slow proof. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "firewalls.h"
#include "support/kernels.h"

enum { ANSWERS_MAX = 64 };

struct answer {
    char name[128];
    char delay[FIRESIEVE_DELAY_TEXT_SIZE]; /* or "none" */
};

static size_t read_answers(struct answer *answers)
{
    FILE *const file = fopen(FIRESIEVE_GOLDEN_DIRECTORY "/answers.txt", "r");
    cr_assert(file != NULL);
    size_t count = 0;
    while (count < ANSWERS_MAX && fscanf(file, "%127s %40s", answers[count].name, answers[count].delay) == 2) {
        ++count;
    }
    cr_assert(feof(file) && count >= 10);
    fclose(file);
    return count;
}

static void check_answer(const struct answer *answer, const firesieve_search_options *options, const char *label)
{
    firesieve_firewall *const firewall = open_golden(answer->name);
    const firesieve_search_result result = solve(firewall, options);
    if (strcmp(answer->delay, "none") == 0) {
        cr_assert(result.outcome == FIRESIEVE_NONE && result.reason != NULL, "%s, %s", answer->name, label);
    } else {
        cr_assert(result.outcome == FIRESIEVE_FOUND, "%s, %s: outcome %d", answer->name, label, result.outcome);
        cr_assert(strcmp(SHOW(result.delay), answer->delay) == 0, "%s, %s: %s", answer->name, label,
                  SHOW(result.delay));
        cr_assert(!firesieve_firewall_catches(firewall, result.delay), "%s", answer->name);
    }
    firesieve_firewall_free(firewall);
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

ParameterizedTestParameters(golden, scan_gives_the_answers)
{
    return every_kernel();
}

ParameterizedTest(const size_t *index, golden, scan_gives_the_answers)
{
    operations_or_skip(*index);
    char label[KERNEL_LABEL_SIZE];
    struct answer answers[ANSWERS_MAX];
    const size_t count = read_answers(answers);
    firesieve_search_options options = firesieve_search_defaults();
    options.method = FIRESIEVE_METHOD_SCAN;
    options.kernel = firesieve_kernel_at(*index);
    for (size_t i = 0; i < count; ++i) {
        for (options.threads = 1; options.threads <= 3; options.threads += 2) {
            check_answer(&answers[i], &options, kernel_label(*index, label));
        }
    }
}

/* `none` is out of reach for the oracle, which never gives up: such firewalls get an end behind several cycles. */
static firesieve_search_options oracle_options(const struct answer *answer, firesieve_method method)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = method;
    if (strcmp(answer->delay, "none") == 0) {
        options.to = 1000;
    }
    return options;
}

Test(golden, closed_form_gives_the_answers)
{
    static const char *const slow[] = {"erdos-selfridge-61.firewall"};
    struct answer answers[ANSWERS_MAX];
    const size_t count = read_answers(answers);
    for (size_t i = 0; i < count; ++i) {
        if (!is_among(answers[i].name, slow, COUNT_OF(slow))) {
            const firesieve_search_options options = oracle_options(&answers[i], FIRESIEVE_METHOD_CLOSED_FORM);
            check_answer(&answers[i], &options, "closed-form");
        }
    }
}

/* But where a layer is so deep that no packet gets there in a lifetime, or the answer is too far away. */
Test(golden, simulation_gives_the_answers)
{
    static const char *const slow[] = {"erdos-selfridge-20.firewall", "erdos-selfridge-41.firewall",
                                       "erdos-selfridge-61.firewall", "extremal-20.firewall", "wide.firewall"};
    struct answer answers[ANSWERS_MAX];
    const size_t count = read_answers(answers);
    for (size_t i = 0; i < count; ++i) {
        if (!is_among(answers[i].name, slow, COUNT_OF(slow))) {
            const firesieve_search_options options = oracle_options(&answers[i], FIRESIEVE_METHOD_SIMULATE);
            check_answer(&answers[i], &options, "simulate");
        }
    }
}
