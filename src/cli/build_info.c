#include "cli/build_info.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include "about/about.h"
#include "cli/cpu.h"

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
    cpu_print(&cpu);
    print_kernel();
    print_environment();
}
