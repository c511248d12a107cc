/*
 * What is read besides --help: manual pages, and completions for bash, zsh and fish, of a program whose commands have
 * tables of options (cli/options.h). A program that runs while firesieve is built writes them.
 */
#ifndef FIRESIEVE_PAGES_PAGES_H
#define FIRESIEVE_PAGES_PAGES_H

#include "cli/command.h"

/* A term and what is said about it. Tables of them end with a row without a name. */
struct page_row {
    const char *name;
    const char *text;
};

/*
 * A program, as its pages describe it. In texts, a line that begins with blanks stands as it is, an empty line ends a
 * paragraph, and `...` is set in bold.
 */
struct program {
    const char *name;        /* "firesieve" */
    const char *summary;     /* of the first line of its page: "find ..." */
    const char *description; /* paragraphs */
    const struct command *const *commands;
    const struct program_option *options;
    bool has_help_command;           /* PROGRAM help COMMAND works as PROGRAM COMMAND --help does */
    const struct page_row *sections; /* of its page alone: title and paragraphs */
    const struct page_row *statuses; /* the exit statuses of all commands */
    const struct page_row *environment;
    const char *example;  /* lines */
    const char *see_also; /* pages of other programs, as "other(1), another(1)"; may be "" */
};

/*
 * Writes PROGRAM.1 and a page for each command into man1/, and the completions into bash/, zsh/ and fish/ of the
 * directory that is the only argument. The bytes depend on the tables alone, neither on time nor on machine. What is
 * wrong is said on standard error. Returns the exit status.
 */
int pages_main(const struct program *program, int argc, char **argv);

#endif
