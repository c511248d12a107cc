/* The commands, for main to find, and for whatever describes them all. */
#include "cli/command.h"

const struct command *const commands[] = {
    &command_solve,    &command_count,   &command_list,   &command_severity, &command_trace, &command_explain,
    &command_generate, &command_convert, &command_verify, &command_bench,    &command_cpu,   NULL,
};

const struct program_option program_options[] = {
    {"--help", "print the commands"},
    {"--version", "print the version, as -V does"},
    {"--build-info", "print what a bug report should say of program and machine"},
    {0},
};
