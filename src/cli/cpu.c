/* firesieve cpu: the machine, the kernels, and the one that would run; and --build-info. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "about/about.h"
#include "cli/build_info.h"
#include "cli/command.h"

static const char *yes_no(bool yes)
{
    return yes ? "yes" : "no";
}

enum { MIB_BITS = 20 };

static void print_cpu(const firesieve_cpu *cpu)
{
    printf("CPU:          %s\n", cpu->model[0] == '\0' ? "unknown" : cpu->model);
    printf("architecture: %s\n", cpu->architecture);
    printf("features:     %s\n", cpu->features[0] == '\0' ? "none that a kernel needs" : cpu->features);
    printf("CPUs:         %u\n", cpu->cpus);
    if (cpu->cpu_time > 0) {
        printf("CPU time:     that of %g CPU%s (control group)\n", cpu->cpu_time, cpu->cpu_time == 1 ? "" : "s");
    }
    printf("memory:       %llu MiB of %llu MiB (%s)\n", (unsigned long long)(cpu->memory >> MIB_BITS),
           (unsigned long long)(cpu->memory_limit >> MIB_BITS), cpu->memory_by);
    for (size_t i = 0; i < cpu->cache_count; ++i) {
        printf("L%d %-11s %llu KiB\n", cpu->caches[i].level, cpu->caches[i].type,
               (unsigned long long)(cpu->caches[i].size / 1024));
    }
}

static void print_text(const firesieve_cpu *cpu, const firesieve_kernel *chosen)
{
    print_cpu(cpu);
    printf("\n%-10s %-9s %-6s %-10s %-7s %s\n", "kernel", "emulated", "built", "runs here", "chosen", "needs");
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        const char *const needs = firesieve_kernel_needs(kernel);
        printf("%-10s %-9s %-6s %-10s %-7s %s\n", firesieve_kernel_name(kernel),
               yes_no(firesieve_kernel_emulated(kernel)), yes_no(firesieve_kernel_built(kernel)),
               yes_no(firesieve_kernel_runs_here(kernel)), yes_no(kernel == chosen), needs[0] == '\0' ? "-" : needs);
    }
}

static json_t *caches_json(const firesieve_cpu *cpu)
{
    json_t *const array = json_array();
    for (size_t i = 0; i < cpu->cache_count; ++i) {
        json_array_append_new(array, json_pack("{s:i, s:s, s:I}", "level", cpu->caches[i].level, "type",
                                               cpu->caches[i].type, "bytes", (json_int_t)cpu->caches[i].size));
    }
    return array;
}

static json_t *kernels_json(const firesieve_kernel *chosen)
{
    json_t *const array = json_array();
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        json_array_append_new(array,
                              json_pack("{s:s, s:b, s:b, s:b, s:b, s:s}", "name", firesieve_kernel_name(kernel),
                                        "emulated", firesieve_kernel_emulated(kernel), "built",
                                        firesieve_kernel_built(kernel), "runs_here", firesieve_kernel_runs_here(kernel),
                                        "chosen", kernel == chosen, "needs", firesieve_kernel_needs(kernel)));
    }
    return array;
}

static void print_json(const firesieve_cpu *cpu, const firesieve_kernel *chosen)
{
    json_print(json_pack(
        "{s:s, s:s, s:s, s:i, s:s, s:o, s:I, s:I, s:s, s:o, s:s, s:o}", "model", cpu->model, "architecture",
        cpu->architecture, "features", cpu->features, "cpus", (int)cpu->cpus, "cpus_by", cpu->cpus_by, "cpu_time",
        cpu->cpu_time > 0 ? json_real(cpu->cpu_time) : json_null(), "memory_bytes", (json_int_t)cpu->memory,
        "memory_limit_bytes", (json_int_t)cpu->memory_limit, "memory_by", cpu->memory_by, "caches", caches_json(cpu),
        "kernel", firesieve_kernel_name(chosen), "kernels", kernels_json(chosen)));
}

static int run_cpu(const struct command *command, int argc, const char **argv)
{
    bool json = false;
    const struct cli_option options[] = {
        {"json", 0, OPTION_FLAG, &json, 0, 0, NULL, NULL, "print one JSON object", NULL},
        {0},
    };
    struct operands operands;
    const firesieve_kernel *chosen;
    const int status = options_parse(command, options, argc, argv, &operands);
    if (status != OPTIONS_GO_ON) {
        return status;
    }
    if (operands.count > 0) {
        return usage_error(command, "expected no operand, found '%s'", operands.items[0]);
    }
    if (!choose_kernel(command, -1, &chosen)) {
        return EXIT_BAD;
    }
    firesieve_cpu cpu;
    firesieve_cpu_detect(&cpu);
    if (chosen == NULL) {
        chosen = firesieve_kernel_best();
    }
    if (json) {
        print_json(&cpu, chosen);
    } else {
        print_text(&cpu, chosen);
    }
    return EXIT_FOUND;
}

const struct command command_cpu = {
    .name = "cpu",
    .title = "firesieve cpu",
    .operands = "[OPTION]...",
    .summary = "print CPU features, the kernels built in, and the one that would run",
    .details = "Memory is what this process may still use, by the system, its control groups and ulimit.\n"
               "The chosen kernel is the one FIRESIEVE_KERNEL names, or the widest one that runs here.\n",
    .example = "firesieve cpu --json",
    .run = run_cpu,
};

/* ---- --build-info ------------------------------------------------------------------------------------- */

static void print_build(const char *program, const char *revision)
{
    const struct build_facts *const build = &build_facts;
    printf("%s " FIRESIEVE_VERSION "\n", program);
    printf("revision:     %s\n", revision);
    printf("build type:   %s\n", build->type);
    printf("compiler:     %s\n", build->compiler);
    printf("flags:        %s\n", build->flags);
    printf("kernel flags: %s\n", build->kernel_flags);
    printf("instruments:  %s\n", build->instruments);
    printf("hardening:    %s\n", build->hardening);
    printf("libraries:    %s\n", build->libraries);
}

static void print_system(void)
{
    struct system_facts facts;
    system_look("", &facts);
    printf("system:       %s, %s\n", facts.kernel[0] == '\0' ? "unknown" : facts.kernel,
           facts.distribution[0] == '\0' ? "unknown" : facts.distribution);
#ifdef __GLIBC__
    printf("runs with:    glibc %s, jansson %s\n", gnu_get_libc_version(), jansson_version_str());
#else
    printf("runs with:    a C library that is not glibc, jansson %s\n", jansson_version_str());
#endif
}

static void print_kernel(void)
{
    const char *const name = getenv("FIRESIEVE_KERNEL");
    const firesieve_kernel *kernel = firesieve_kernel_best();
    if (name != NULL && name[0] != '\0' && strcmp(name, "auto") != 0) {
        kernel = firesieve_kernel_find(name);
    }
    printf("kernel:       %s\n", kernel == NULL                       ? "none: FIRESIEVE_KERNEL names none"
                                 : firesieve_kernel_runs_here(kernel) ? firesieve_kernel_name(kernel)
                                                                      : "none: that of FIRESIEVE_KERNEL cannot run");
}

/* The variables that change what the program does. */
static void print_environment(void)
{
    static const char prefix[] = "FIRESIEVE_";
    bool none = true;
    for (char **variable = environ; *variable != NULL; ++variable) {
        if (strncmp(*variable, prefix, sizeof prefix - 1) == 0) {
            printf("environment:  %s\n", *variable);
            none = false;
        }
    }
    if (none) {
        puts("environment:  no variable of firesieve");
    }
}

void build_info_print(const char *program, const char *revision)
{
    firesieve_cpu cpu;
    firesieve_cpu_detect(&cpu);
    print_build(program, revision);
    putchar('\n');
    print_system();
    print_cpu(&cpu);
    print_kernel();
    print_environment();
}
