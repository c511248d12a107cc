#include "about/about.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/utsname.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

static FILE *open_below(const char *root, const char *path)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    return fopen(whole, "re");
}

void system_read_word(const char *root, const char *path, char word[SYSTEM_WORD_SIZE])
{
    FILE *const file = open_below(root, path);
    word[0] = '\0';
    if (file != NULL) {
        if (fscanf(file, "%31s", word) != 1) {
            word[0] = '\0';
        }
        fclose(file);
    }
}

/* Copies the value after a key in a line, without the mark between them, quotation marks, and the line's end. */
static bool take_value(const char *line, const char *key, const char *mark, char *value, size_t size)
{
    const size_t length = strlen(key);
    if (strncmp(line, key, length) != 0) {
        return false;
    }
    const char *at = line + length + strspn(line + length, " \t");
    if (strncmp(at, mark, strlen(mark)) != 0) {
        return false;
    }
    at += strlen(mark);
    at += strspn(at, " \t\"'");
    snprintf(value, size, "%.*s", (int)strcspn(at, "\"'\n"), at);
    return true;
}

static void read_distribution(const char *root, char *name, size_t size)
{
    char line[256];
    FILE *const file = open_below(root, "/etc/os-release"); /* os-release(5) */
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        found = take_value(line, "PRETTY_NAME", "=", name, size);
    }
    if (file != NULL) {
        fclose(file);
    }
}

static void add(char *text, size_t size, const char *name, const char *value)
{
    const size_t used = strlen(text);
    snprintf(text + used, size - used, "%s%s %s", used > 0 ? ", " : "", name, value);
}

/* Describes the first CPU: x86 has the first keys, ARM the others. */
static void read_processor(const char *root, struct system_facts *facts)
{
    static const struct {
        const char *key;
        const char *name;
    } keys[] = {{"cpu family", "family"},
                {"model", "model"},
                {"stepping", "stepping"},
                {"CPU implementer", "implementer"},
                {"CPU architecture", "architecture"},
                {"CPU variant", "variant"},
                {"CPU part", "part"},
                {"CPU revision", "revision"}};
    char line[512];
    char value[32];
    FILE *const file = open_below(root, "/proc/cpuinfo");
    while (file != NULL && fgets(line, sizeof line, file) != NULL && line[0] != '\n') {
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; ++i) {
            if (take_value(line, keys[i].key, ":", value, sizeof value)) {
                add(facts->processor, sizeof facts->processor, keys[i].name, value);
            }
        }
        take_value(line, "microcode", ":", facts->microcode, sizeof facts->microcode);
    }
    if (file != NULL) {
        fclose(file);
    }
}

/* The usual name of the hypervisor, or the name in the CPUID leaf that all of them have agreed on. */
static void ask_hypervisor(char *name, size_t size)
{
#if defined(__x86_64__)
    static const struct {
        const char *own;
        const char *usual;
    } names[] = {{"KVMKVMKVM", "KVM"},          {"Microsoft Hv", "Hyper-V"}, {"VMwareVMware", "VMware"},
                 {"XenVMMXenVMM", "Xen"},       {"bhyve bhyve ", "bhyve"},   {"TCGTCGTCGTCG", "QEMU"},
                 {"VBoxVBoxVBox", "VirtualBox"}};
    enum { HYPERVISOR_BIT = 31, HYPERVISOR_LEAF = 0x40000000 };
    uint32_t registers[4] = {0};
    if (__get_cpuid(1, &registers[0], &registers[1], &registers[2], &registers[3]) != 0 &&
        (registers[2] >> HYPERVISOR_BIT & 1) != 0) {
        __cpuid(HYPERVISOR_LEAF, registers[0], registers[1], registers[2], registers[3]);
        char own[3 * sizeof registers[0] + 1] = "";
        memcpy(own, &registers[1], sizeof own - 1);
        snprintf(name, size, "%s", own);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i) {
            if (strcmp(own, names[i].own) == 0) {
                snprintf(name, size, "%s", names[i].usual);
            }
        }
    }
#else
    (void)name;
    (void)size;
#endif
}

void text_make_printable(char *text)
{
    for (; *text != '\0'; ++text) {
        if ((unsigned char)*text < ' ' || (unsigned char)*text > '~') {
            *text = '?';
        }
    }
}

void system_look(const char *root, struct system_facts *facts)
{
    struct utsname system;
    *facts = (struct system_facts){.distribution = ""};
    if (uname(&system) == 0) {
        snprintf(facts->kernel, sizeof facts->kernel, "%.31s %.63s", system.sysname, system.release);
    }
    read_distribution(root, facts->distribution, sizeof facts->distribution);
    read_processor(root, facts);
    system_read_word(root, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", facts->governor);
    ask_hypervisor(facts->hypervisor, sizeof facts->hypervisor);
    char *const texts[] = {facts->distribution, facts->kernel,   facts->processor,
                           facts->microcode,    facts->governor, facts->hypervisor};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; ++i) {
        text_make_printable(texts[i]);
    }
}
