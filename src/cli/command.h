/* What the commands share: exit statuses, the list of commands, and the options that several of them take. */
#ifndef FIRESIEVE_CLI_COMMAND_H
#define FIRESIEVE_CLI_COMMAND_H

#include <jansson.h>

#include "cli/options.h"

enum exit_status { EXIT_FOUND = 0, EXIT_NONE = 1, EXIT_BAD = 2, EXIT_LIMIT = 3 };

extern const struct command command_bench;
extern const struct command command_convert;
extern const struct command command_count;
extern const struct command command_cpu;
extern const struct command command_explain;
extern const struct command command_generate;
extern const struct command command_list;
extern const struct command command_severity;
extern const struct command command_solve;
extern const struct command command_trace;
extern const struct command command_verify;

/* What a program takes in place of a command. */
struct program_option {
    const char *name;
    const char *help;
};

/* The command of that name in a list that ends with NULL, or NULL. */
const struct command *command_find(const struct command *const *list, const char *name);

/*
 * Reports that a program has no command of that name, and which one may have been meant: one that is
 * like it, or, if it is a FILE, the first command with it. Returns EXIT_BAD.
 */
int command_unknown(const char *program, const struct command *const *list, const char *name);

/* The names of kernels ("auto" first) and methods. */
struct choices kernel_choices(void);
struct choices method_choices(void);

/*
 * The kernel to use: the one --kernel names, else the one FIRESIEVE_KERNEL names, else NULL for the best. One that
 * cannot run here is reported as an error, and false returned. `choice` is an index of kernel_choices,
 * or -1.
 */
bool choose_kernel(const struct command *command, int choice, const firesieve_kernel **kernel);

/* The number of threads: --threads, else FIRESIEVE_THREADS, else 0 for all. `threads` is 0 if not given. */
bool choose_threads(const struct command *command, uint64_t *threads);

/* Whether argv[last] ends the command line of a program. Reports what follows it, which would be ignored. */
bool stands_alone(const char *program, int argc, const char **argv, int last);

/* "found", "none" or "limit". */
const char *outcome_name(firesieve_outcome outcome);

/* The name of a FILE operand in messages: "<stdin>" for "-", and '' for an empty name. */
const char *display_name(const char *file);

/* Reports on standard error why a command failed, on a FILE if it is not NULL. Returns EXIT_BAD. */
int command_error(const struct command *command, const char *file, const char *why);

/* Reports on standard error what is wrong with a FILE, and where if the error has a place. */
void file_error(const char *file, const firesieve_error *error);

/* The name of a FILE as JSON: null if it is not UTF-8. */
json_t *name_json(const char *file);

/* Room for a duration, in bytes. */
#define DURATION_TEXT_SIZE 32

/* Writes a duration in the unit that suits it, as "1.5 ms" or "30 years", into `text` and returns it. */
const char *duration_format(double seconds, char *text);

/* The objects of several FILEs as one, or that of the only FILE: NULL if it has none. A new reference. */
json_t *files_json(json_t *objects, bool several);

/* A line of residues as JSON: its source, number and text. */
json_t *line_json(const firesieve_line *line);

/* A delay as JSON: a string, since it can pass 2^53. */
json_t *delay_json(firesieve_delay delay);

/* A number as JSON; infinity, which JSON lacks, is null. */
json_t *real_json(double value);

/* Prints a JSON object and a newline on standard output, and drops the caller's reference to it. */
void json_print(json_t *object);

/* Flushes standard output, and remembers for finish_output why that failed. */
void output_flush(void);

/* Reports on standard error why standard output could not be written to: `code` is an errno. */
void output_error(int code);

/*
 * Flushes standard output, and returns the status to exit with: EXIT_BAD if something could not be written, which is
 * reported unless the status is EXIT_BAD already.
 */
int finish_output(int status);

#endif
