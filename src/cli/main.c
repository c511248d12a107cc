/* The program: finds the command and lets it run. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/build_info.h"
#include "cli/command.h"
#include "cli/complete.h"
#include "cli/deadline.h"
#include "cli/progress.h"
#include "firesieve_revision.h"

/* In the order of the help. */
static const struct command *const commands[] = {
    &command_solve,    &command_count,   &command_list,   &command_severity, &command_trace, &command_explain,
    &command_generate, &command_convert, &command_verify, &command_bench,    &command_cpu,   NULL,
};

static const struct program_option program_options[] = {
    {"--help", "print the commands"},
    {"--version", "print the version, as -V does"},
    {"--build-info", "print what a bug report should say of program and machine"},
    {0},
};

static void print_help(FILE *stream)
{
    fprintf(stream, "firesieve finds the smallest delay at which a packet crosses a firewall of scanners uncaught.\n\n"
                    "Usage: firesieve COMMAND [OPTION]... [FILE]...\n\nCommands:\n");
    for (size_t i = 0; commands[i] != NULL; ++i) {
        fprintf(stream, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    }
    fprintf(stream, "\n  firesieve COMMAND --help   print the options of a command, with an example\n"
                    "  firesieve help COMMAND     the same\n");
    for (size_t i = 0; program_options[i].name != NULL; ++i) {
        fprintf(stream, "  firesieve %-16s %s\n", program_options[i].name, program_options[i].help);
    }
    fprintf(stream,
            "\nA FILE has one layer per line, `depth: range`; without a FILE, or for -, standard input is read.\n"
            "Numbers: 1000000, 1_000_000, 1e6, 10^6, 2^20-1. Durations: 90 (seconds), 1m30s, 2h, 500ms.\n"
            "Memory: 64M or 64MiB (powers of 1024), 64MB (of 1000), 1.5G.\n"
            "Exit status: 0 found or verified, 1 none or a check that failed, 2 bad usage or input,\n"
            "3 stopped by a limit.\n"
            "\nExample:\n  printf '0: 3\\n1: 2\\n4: 4\\n6: 4\\n' | firesieve solve\n");
}

static bool asks_for_help(const char *argument)
{
    return strcmp(argument, "--help") == 0 || strcmp(argument, "-h") == 0 || strcmp(argument, "help") == 0;
}

static bool asks_for_version(const char *argument)
{
    return strcmp(argument, "--version") == 0 || strcmp(argument, "-V") == 0 || strcmp(argument, "version") == 0;
}

static int help(int argc, const char **argv)
{
    if (argc == 2) {
        print_help(stdout);
        return EXIT_FOUND;
    }
    const struct command *const topic = command_find(commands, argv[2]);
    if (topic == NULL) {
        return command_unknown("firesieve", commands, argv[2]);
    }
    const char *arguments[] = {topic->name, "--help", NULL};
    return stands_alone("firesieve", argc, argv, 2) ? topic->run(topic, 2, arguments) : EXIT_BAD;
}

static int run(int argc, const char **argv)
{
    static const struct complete_program program = {commands, program_options, true};
    if (strcmp(argv[1], COMPLETE_REQUEST) == 0) {
        return complete_program(&program, argc, argv);
    }
    if (asks_for_help(argv[1])) {
        return help(argc, argv);
    }
    const bool version = asks_for_version(argv[1]);
    if (version || strcmp(argv[1], "--build-info") == 0) {
        if (!stands_alone("firesieve", argc, argv, 1)) {
            return EXIT_BAD;
        }
        if (version) {
            puts("firesieve " FIRESIEVE_VERSION);
        } else {
            build_info_print("firesieve", FIRESIEVE_REVISION);
        }
        return EXIT_FOUND;
    }
    const struct command *const command = command_find(commands, argv[1]);
    return command == NULL ? command_unknown("firesieve", commands, argv[1])
                           : command->run(command, argc - 1, argv + 1);
}

/*
 * If standard input, output or error is closed, a file opened later would take its descriptor. What takes its place
 * here can be neither read from nor written to, as if it were still closed.
 */
static bool occupy_standard_descriptors(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
        if (fcntl(descriptor, F_GETFD) < 0 &&
            open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    deadline_start();
    if (!occupy_standard_descriptors()) {
        return EXIT_BAD;
    }
    errors_instead_of_signals();
    bound_memory(1);
    if (argc < 2) {
        print_help(stderr);
        return EXIT_BAD;
    }
    return finish_output(run(argc, (const char **)(void *)argv));
}
