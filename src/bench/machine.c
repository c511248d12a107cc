#include "bench/machine.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "about/about.h"
#include "base/plural.h"

#ifdef __OPTIMIZE__
enum { OPTIMISED = true };
#else
enum { OPTIMISED = false };
#endif

static json_t *caches(const firesieve_cpu *cpu)
{
    json_t *const array = json_array();
    for (size_t i = 0; i < cpu->cache_count; ++i) {
        json_array_append_new(array, json_pack("{s:i, s:s, s:I}", "level", cpu->caches[i].level, "type",
                                               cpu->caches[i].type, "bytes", (json_int_t)cpu->caches[i].size));
    }
    return array;
}

static void add_texts(json_t *facts)
{
    struct system_facts system;
    system_look("", &system);
    const struct {
        const char *name;
        const char *text;
    } texts[] = {
        {"distribution", system.distribution}, {"system", system.kernel},
        {"processor", system.processor},       {"microcode", system.microcode},
        {"governor", system.governor},         {"hypervisor", system.hypervisor},
        {"version", FIRESIEVE_VERSION},        {"compiler", build_facts.compiler},
        {"build_type", build_facts.type},      {"instruments", build_facts.instruments},
        {"flags", build_facts.flags},          {"kernel_flags", build_facts.kernel_flags},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; ++i) {
        json_object_set_new(facts, texts[i].name, json_string(texts[i].text));
    }
}

json_t *machine_facts(uint64_t seed, unsigned threads, double load)
{
    char date[32];
    char seed_text[FIRESIEVE_DELAY_TEXT_SIZE];
    struct tm utc;
    const time_t now = time(NULL);
    firesieve_cpu cpu;
    firesieve_cpu_detect(&cpu);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    json_t *const facts =
        json_pack("{s:s, s:s, s:s, s:s, s:i, s:o, s:I, s:s, s:i, s:f}", "date", date, "model",
                  cpu.model[0] == '\0' ? "unknown" : cpu.model, "architecture", cpu.architecture, "features",
                  cpu.features, "cpus", (int)cpu.cpus, "caches", caches(&cpu), "memory", (json_int_t)cpu.memory_limit,
                  "seed", firesieve_delay_format(seed, seed_text), "threads", (int)threads, "load", load);
    if (facts != NULL) {
        add_texts(facts);
    }
    return facts;
}

/* ---- Warnings --------------------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void warn(json_t *warnings, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    json_array_append_new(warnings, json_string(text));
}

static void warn_of_clocks(json_t *warnings, const char *cpu_directory)
{
    static const struct {
        const char *file;
        const char *turbo; /* the word if turbo is on, */
        const char *fixed; /* and that which turns it off */
    } switches[] = {{"/cpufreq/boost", "1", "0"}, {"/intel_pstate/no_turbo", "0", "1"}};
    char word[SYSTEM_WORD_SIZE];
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; ++i) {
        system_read_word(cpu_directory, switches[i].file, word);
        if (strcmp(word, switches[i].turbo) == 0) {
            warn(warnings, "turbo is on: clocks rise and fall with the heat; 'echo %s > %s%s' fixes them",
                 switches[i].fixed, cpu_directory, switches[i].file);
        }
    }
    system_read_word(cpu_directory, "/cpu0/cpufreq/scaling_governor", word);
    if (word[0] != '\0' && strcmp(word, "performance") != 0) {
        warn(warnings,
             "the CPU frequency governor is '%s': clocks follow the load; 'cpupower frequency-set -g performance' "
             "fixes them",
             word);
    }
}

static void warn_of_noise(json_t *warnings, const struct report *report)
{
    static const double much = 0.1;
    size_t noisy = 0;
    for (size_t i = 0; i < report->count; ++i) {
        struct summary rates;
        noisy += measurement_rates(&report->items[i], &rates) && rates.error > much * rates.median;
    }
    if (noisy > 0) {
        warn(warnings,
             "samples of %zu of %zu measurement%s vary by more than %.0f %%: close other programs, or raise --time",
             noisy, report->count, plural(report->count), 100 * much);
    }
}

json_t *machine_warnings(const struct report *report, unsigned threads, double load, const char *cpu_directory)
{
    static const double busy = 0.5;
    json_t *const warnings = json_array();
    firesieve_cpu cpu;
    firesieve_cpu_detect(&cpu);
    if (threads > cpu.cpus) {
        warn(warnings, "%u threads share %u CPU%s: --threads %u would give each its own", threads, cpu.cpus,
             plural(cpu.cpus), cpu.cpus);
    }
    if (load > busy) {
        warn(warnings, "the load was %.1f when it began: close other programs, or believe the fastest sample", load);
    }
    if (!OPTIMISED) {
        warn(warnings, "this firesieve was built without optimisation: use the preset release");
    }
    warn_of_clocks(warnings, cpu_directory);
    warn_of_noise(warnings, report);
    return warnings;
}
