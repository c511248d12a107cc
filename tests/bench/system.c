/* Facts about other systems. */
#include "about/about.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char root[64];

static void make_root(void)
{
    snprintf(root, sizeof root, "/tmp/firesieve-system-XXXXXX");
    cr_assert_not_null(mkdtemp(root));
}

static void remove_root(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", root);
    cr_assert(system(command) == 0);
}

/* Writes a file below the root, and creates its folders. */
static void write_below(const char *name, const char *text)
{
    char command[512];
    char path[256];
    snprintf(path, sizeof path, "%s%s", root, name);
    snprintf(command, sizeof command, "mkdir -p $(dirname %s)", path);
    cr_assert(system(command) == 0);
    FILE *const file = fopen(path, "w");
    cr_assert(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

Test(system, names_processor_distribution_and_governor, .init = make_root, .fini = remove_root)
{
    struct system_facts facts;
    write_below("/etc/os-release", "NAME=\"Other\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
    write_below("/proc/cpuinfo",
                "processor\t: 0\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\nstepping\t: 1\n"
                "microcode\t: 0xa101144\n\nprocessor\t: 1\ncpu family\t: 99\n");
    write_below("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");
    system_look(root, &facts);
    cr_expect_str_eq(facts.distribution, "Debian GNU/Linux 12 (bookworm)");
    cr_expect_str_eq(facts.processor, "family 25, model 17, stepping 1");
    cr_expect_str_eq(facts.microcode, "0xa101144");
    cr_expect_str_eq(facts.governor, "performance");
}

Test(system, counts_arm_cpus_by_their_own_numbers, .init = make_root, .fini = remove_root)
{
    struct system_facts facts;
    write_below("/proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\n"
                                 "CPU part\t: 0xd0c\nCPU revision\t: 1\n\n");
    system_look(root, &facts);
    cr_expect_str_eq(facts.processor, "implementer 0x41, architecture 8, variant 0x3, part 0xd0c, revision 1");
}

Test(system, leaves_unknown_facts_empty, .init = make_root, .fini = remove_root)
{
    struct system_facts facts;
    system_look(root, &facts);
    cr_expect_str_eq(facts.distribution, "");
    cr_expect_str_eq(facts.processor, "");
    cr_expect_str_eq(facts.governor, "");
    cr_expect_not_null(strstr(facts.kernel, "Linux"));
}

Test(system, removes_terminal_escapes, .init = make_root, .fini = remove_root)
{
    struct system_facts facts;
    write_below("/etc/os-release", "PRETTY_NAME=\"\033[2JSystem\"\n");
    system_look(root, &facts);
    cr_expect_str_eq(facts.distribution, "?[2JSystem");
}
