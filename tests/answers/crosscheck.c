/* Methods and kernels that are wrong, late, or refuse. */
#include "answers/crosscheck.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "wrong.h"

/* The callbacks of a crosscheck. */
struct heard {
    struct mismatch first; /* command NULL: none */
    size_t wrong;
    size_t trials;
    size_t refused;
    size_t kernels; /* trials with one */
    size_t asked;
    size_t stop_at; /* 0: never */
    char why[256];
    bool methods[FIRESIEVE_METHOD_COUNT];
};

static bool go_on(void *context, size_t done, size_t planned)
{
    struct heard *const heard = context;
    cr_assert(done <= planned, "%zu of %zu", done, planned);
    return ++heard->asked != heard->stop_at;
}

static void hear_wrong(void *context, const struct mismatch *mismatch)
{
    struct heard *const heard = context;
    if (heard->wrong++ == 0) {
        heard->first = *mismatch;
    }
}

static void hear_ended(void *context, const struct trial *trial)
{
    struct heard *const heard = context;
    ++heard->trials;
    heard->kernels += trial->contestant.kernel != NULL;
    heard->methods[trial->contestant.method] = true;
    if (trial->refused) {
        ++heard->refused;
        snprintf(heard->why, sizeof heard->why, "%s", trial->why);
    }
}

/* Scalar, and the kernel added after those of the library. */
static bool includes(const void *context, const firesieve_kernel *kernel)
{
    return kernel == firesieve_kernel_at(0) || kernel == context;
}

static struct crosscheck_report check_within(double seconds, const firesieve_firewall *firewall,
                                             const firesieve_kernel *more, struct heard *heard)
{
    const struct crosscheck_request request = {.firewall = firewall,
                                               .includes = includes,
                                               .includes_context = more,
                                               .unasked = true,
                                               .threads = 1,
                                               .time_limit_s = seconds,
                                               .seed = 5};
    const struct crosscheck_listener listener = {heard, go_on, hear_wrong, hear_ended};
    struct crosscheck_report report;
    firesieve_error error;
    cr_assert(crosscheck_run(&request, &listener, &report, &error) == FIRESIEVE_OK, "%s", error.message);
    return report;
}

static struct crosscheck_report check(const firesieve_firewall *firewall, const firesieve_kernel *more,
                                      struct heard *heard)
{
    return check_within(20, firewall, more, heard);
}

Test(crosscheck, every_method_takes_part_and_is_right)
{
    static const char *const texts[] = {
        "0: 3\n1: 2\n4: 4\n6: 4\n",      "0: 1\n", "0: 2\n1: 2\n", "0: 3\n1: 3\n2: 3\n", "5: 10001\n7: 70\n9: 2\n",
        "0: 4611686018427387904\n1: 2\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; ++i) {
        firesieve_firewall *const firewall = firewall_of(texts[i]);
        struct heard heard = {.wrong = 0};
        const struct crosscheck_report report = check(firewall, NULL, &heard);
        cr_expect(report.wrong == 0 && heard.wrong == 0 && report.confirmed, "case %zu", i);
        cr_expect(report.ranges >= 6 && report.right > 40, "case %zu: %zu ranges", i, report.ranges);
        cr_expect(report.done <= report.planned);
        for (int method = 0; method < FIRESIEVE_METHOD_COUNT; ++method) {
            cr_expect(heard.methods[method], "%s", firesieve_method_name((firesieve_method)method));
        }
        firesieve_firewall_free(firewall);
    }
}

/* Each method, with and without a named kernel, in each command; from 0 on, and only in distant ranges. */
Test(crosscheck, detects_a_wrong_method)
{
    static const char *const commands[] = {"", "solve", "count", "list"};
    static const firesieve_delay froms[] = {0, (firesieve_delay)1 << 126};
    firesieve_firewall *const firewall = small_firewall();
    for (int method = 0; method < FIRESIEVE_METHOD_COUNT; ++method) {
        for (int command = WRONG_SOLVE; command <= WRONG_LIST; ++command) {
            for (size_t far = 0; far < 2; ++far) {
                const bool uses_kernels = method_uses_kernels((firesieve_method)method);
                if (far == 1 && !uses_kernels) {
                    continue; /* in distant ranges one is the oracle itself, and the other never gets there */
                }
                struct heard heard = {.wrong = 0};
                wrong = (struct wrong){.command = (enum wrong_command)command,
                                       .method = (firesieve_method)method,
                                       .kernel = uses_kernels ? firesieve_kernel_at(0) : NULL,
                                       .from = froms[far]};
                const struct crosscheck_report report = check(firewall, NULL, &heard);
                cr_assert(heard.wrong > 0 && report.wrong > 0, "%s %s %zu",
                          firesieve_method_name((firesieve_method)method), commands[command], far);
                if (method != FIRESIEVE_METHOD_CLOSED_FORM) { /* the others are compared with it */
                    cr_expect(heard.first.contestant.method == (firesieve_method)method);
                    cr_expect(heard.first.contestant.kernel == wrong.kernel);
                    cr_expect_str_eq(heard.first.command, commands[command]);
                    cr_expect(heard.first.from >= froms[far] && strcmp(heard.first.got, heard.first.wanted) != 0);
                }
            }
        }
    }
    firesieve_firewall_free(firewall);
}

Test(crosscheck, detects_a_wrong_short_path)
{
    firesieve_firewall *const firewall = small_firewall();
    struct heard heard = {.wrong = 0};
    wrong = (struct wrong){.command = WRONG_SOLVE, .method = FIRESIEVE_METHOD_AUTO};
    check(firewall, NULL, &heard);
    cr_assert(heard.wrong > 0);
    cr_expect(heard.first.contestant.method == FIRESIEVE_METHOD_AUTO && heard.first.contestant.kernel == NULL);
    cr_expect_str_eq(heard.first.got, "11");
    cr_expect_str_eq(heard.first.wanted, "10");
    cr_expect_str_eq(heard.first.wanted_who, "the oracle");
    firesieve_firewall_free(firewall);
}

/* The kernel is added after the table: nothing else knows it. */
Test(crosscheck, detects_a_broken_kernel)
{
    firesieve_firewall *firewall;
    struct heard heard = {.wrong = 0};
    cr_assert(firesieve_firewall_generate(FIRESIEVE_FAMILY_PUZZLE, NULL, &firewall, NULL) == FIRESIEVE_OK);
    const firesieve_kernel *const broken = add_broken_kernel();
    const struct crosscheck_report report = check(firewall, broken, &heard);
    cr_assert(report.wrong > 0 && heard.wrong > 0);
    cr_expect(heard.first.contestant.kernel == broken);
    char text[CONTESTANT_TEXT_SIZE];
    cr_expect(strstr(contestant_describe(&heard.first.contestant, text), " on kernel broken (emulated)") != NULL, "%s",
              text);
    firesieve_firewall_free(firewall);
}

Test(crosscheck, reports_why_a_method_refuses)
{
    firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_UNIFORM);
    firesieve_firewall *firewall;
    struct heard heard = {.wrong = 0};
    options.layers = 70000; /* with long periods, too many for a focus */
    options.min_range = 100000;
    options.max_range = 10000000;
    cr_assert(firesieve_firewall_generate(FIRESIEVE_FAMILY_UNIFORM, &options, &firewall, NULL) == FIRESIEVE_OK);
    const struct crosscheck_report report = check_within(0.5, firewall, NULL, &heard);
    cr_expect(heard.refused == 1 && report.wrong == 0);
    cr_expect(strncmp(heard.why, "method focus takes at most", 26) == 0, "%s", heard.why);
    firesieve_firewall_free(firewall);
}

Test(crosscheck, ends_when_told_to)
{
    firesieve_firewall *const firewall = small_firewall();
    for (size_t stop_at = 1; stop_at < 60; stop_at += 7) {
        struct heard heard = {.stop_at = stop_at};
        const struct crosscheck_report report = check(firewall, NULL, &heard);
        cr_expect(report.outcome == FIRESIEVE_CANCELLED && report.wrong == 0);
        cr_expect(heard.asked == stop_at, "%zu: asked %zu times", stop_at, heard.asked);
    }
    firesieve_firewall_free(firewall);
}
