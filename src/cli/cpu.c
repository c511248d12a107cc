/* firesieve cpu: the machine, the kernels, and the one that would run. */
#include "cli/cpu.h"

#include "cli/command.h"

static const char *yes_no(bool yes)
{
    return yes ? "yes" : "no";
}

enum { MIB_BITS = 20 };

void cpu_print(const firesieve_cpu *cpu)
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
    cpu_print(cpu);
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
    .details =
        "Memory is what this process may still take: of the system, of its control groups, or of what ulimit says.\n"
        "The chosen kernel is the one FIRESIEVE_KERNEL names, or the widest one that runs here.\n",
    .example = "firesieve cpu --json",
    .run = run_cpu,
};
