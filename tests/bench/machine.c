/* Advice about other machines. */
#include "bench/machine.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports.h"

/* A directory like /sys/devices/system/cpu with one file of one word. */
static const char *directory_with(const char *name, const char *word)
{
    static char directory[64];
    char path[256];
    snprintf(directory, sizeof directory, "/tmp/firesieve-cpu-XXXXXX");
    cr_assert_not_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/%s", directory, name);
    for (char *slash = strchr(path + strlen(directory) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        cr_assert(mkdir(path, S_IRWXU) == 0);
        *slash = '/';
    }
    FILE *const file = fopen(path, "w");
    cr_assert(file != NULL && fprintf(file, "%s\n", word) > 0 && fclose(file) == 0);
    return directory;
}

static void remove_directory(const char *directory)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", directory);
    cr_assert(system(command) == 0);
}

/* Whether a warning contains that text; a debug build has one more warning. */
static bool warns(const json_t *warnings, const char *text)
{
    size_t i;
    const json_t *warning;
    json_array_foreach(warnings, i, warning)
    {
        if (strstr(json_string_value(warning), text) != NULL) {
            return true;
        }
    }
    return false;
}

Test(machine, warns_of_variable_clocks)
{
    static const struct {
        const char *file;
        const char *word;
        const char *warning; /* NULL: none of the clocks */
    } cases[] = {
        {"cpufreq/boost", "1", "turbo is on"},
        {"cpufreq/boost", "0", NULL},
        {"intel_pstate/no_turbo", "0", "turbo is on"},
        {"intel_pstate/no_turbo", "1", NULL},
        {"cpu0/cpufreq/scaling_governor", "powersave", "the CPU frequency governor is 'powersave'"},
        {"cpu0/cpufreq/scaling_governor", "performance", NULL},
        {"nothing", "1", NULL},
    };
    struct report report = report_empty();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        const char *const directory = directory_with(cases[i].file, cases[i].word);
        json_t *const warnings = machine_warnings(&report, 1, 0, directory);
        if (cases[i].warning != NULL) {
            cr_expect(warns(warnings, cases[i].warning), "case %zu", i);
        } else {
            cr_expect_not(warns(warnings, "turbo") || warns(warnings, "governor"), "case %zu", i);
        }
        json_decref(warnings);
        remove_directory(directory);
    }
    report_free(&report);
}

Test(machine, warns_of_disturbances)
{
    struct report report = report_empty();
    json_t *quiet = machine_warnings(&report, 1, 0.2, "/nonexistent");
    cr_expect_not(warns(quiet, "threads share") || warns(quiet, "other programs") || warns(quiet, "vary by more"));
    report_add(&report, "scalar", 1, 0.01);
    report_add(&report, "avx2", 1, 0.5);
    json_t *loud = machine_warnings(&report, FIRESIEVE_THREADS_MAX, 1.5, "/nonexistent");
    cr_expect(warns(loud, "4096 threads share"));
    cr_expect(warns(loud, "the load was 1.5 when it began"));
    cr_expect(warns(loud, "samples of 1 of 2 measurements vary by more than 10 %"));
    json_decref(quiet);
    json_decref(loud);
    report_free(&report);
}

Test(machine, facts_name_machine_and_build)
{
    static const char *const texts[] = {"version",  "date",  "model",        "architecture",
                                        "compiler", "flags", "kernel_flags", "seed"};
    struct report report = {.facts = machine_facts(7, 3, 0.5)};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; ++i) {
        cr_expect(report_fact(&report, texts[i])[0] != '\0', "%s", texts[i]);
    }
    cr_expect_str_eq(report_fact(&report, "seed"), "7");
    cr_expect(json_integer_value(json_object_get(report.facts, "threads")) == 3);
    report_free(&report);
}
