/*
 * What a Tab offers. A completion script (src/cli/completions) runs PROGRAM __complete WORD..., with the words after
 * the program's name up to the one being completed, which may be empty. The answer has one candidate per line, followed
 * by a tab and its description if it has one. Candidates are not filtered: shells match in their own ways. A line FILE
 * stands for the names of files; a line that begins with a tab says which value is expected.
 */
#ifndef FIRESIEVE_CLI_COMPLETE_H
#define FIRESIEVE_CLI_COMPLETE_H

#include "cli/command.h"

/* The first argument that asks for candidates. It is not in --help. */
#define COMPLETE_REQUEST "__complete"

/* A program, as completion needs to know it. */
struct complete_program {
    const struct command *const *commands;
    const struct program_option *options;
    bool has_help_command;
};

/* Prints the candidates; argv[1] is COMPLETE_REQUEST. Returns the exit status. */
int complete_program(const struct complete_program *program, int argc, const char **argv);

/*
 * The same for the words after a command, argv[1] to argv[argc - 1], by its table of options, which has --help.
 * complete_program runs the command with COMPLETE_REQUEST in place of its name; options_parse then calls this.
 */
void complete_command(const struct command *command, const struct cli_option *options, int argc, const char **argv);

#endif
