/* Where commands take firewalls from: FILEs and lines, in either language or as JSON. */
#ifndef FIRESIEVE_CLI_SOURCE_H
#define FIRESIEVE_CLI_SOURCE_H

#include "cli/command.h"

/* How FILEs are read: names for --format, in this order; the first tells by how a FILE begins. */
enum source_format { SOURCE_AUTO, SOURCE_FIREWALL, SOURCE_RESIDUES, SOURCE_JSON };
extern const char *const source_format_names[];

/* The options of a source. */
struct source_settings {
    struct text_list lines; /* --line */
    int format;             /* an enum source_format */
};

/* For commands without these options. */
extern const struct source_settings source_plain;

/* The rows of --line and --format in a table of options; `given` as there. */
#define SOURCE_OPTIONS(settings, given)                                                                               \
    {"line",                                                                                                          \
     'e',                                                                                                             \
     OPTION_TEXTS,                                                                                                    \
     &(settings)->lines,                                                                                              \
     0,                                                                                                               \
     0,                                                                                                               \
     NULL,                                                                                                            \
     "LINE",                                                                                                          \
     "use LINE, such as 'x mod 7 in {1,2,4}', together with FILEs; may be repeated; standard input is then not read", \
     given},                                                                                                          \
    {                                                                                                                 \
        "format", 0, OPTION_CHOICE, &(settings)->format, 0, 0, source_format_names, "FORMAT",                         \
            " (default auto: by how a FILE begins)", given                                                            \
    }

/* One firewall, from all its FILEs and lines together. */
struct source {
    const char *name;         /* what it is called: its first FILE, or "<-e>" */
    const char *const *files; /* "-" is standard input */
    size_t file_count;
    const struct source_settings *settings;
};

/* The firewall of one FILE. */
struct source source_of_file(const char *const *file, const struct source_settings *settings);

/*
 * The firewall of a command that takes one: its only FILE, or standard input if none is given; with lines, all
 * FILEs together with them. Otherwise reports the error and returns false.
 */
bool source_of_operands(const struct command *command, const struct source_settings *settings,
                        const struct operands *operands, struct source *source);

/*
 * The firewalls of a command that accepts several: one for each FILE, or that of standard input if none is given; with
 * lines, one firewall of all together. The caller frees them. NULL: out of memory.
 */
struct source *sources_of_operands(const struct source_settings *settings, const struct operands *operands,
                                   size_t *count);

enum reading { READING_DONE, READING_FAILED, READING_STOPPED /* by the time limit */ };

/*
 * Reads a firewall; on failure reports why on standard error. Unless `quiet`, tells a user at a terminal that it waits
 * for input. *seconds is the time it took; `seconds` may be NULL.
 */
enum reading source_read_in_time(const struct command *command, const struct source *source, bool quiet,
                                 firesieve_firewall **firewall, double *seconds);

/* The same for commands without a time limit. */
bool source_read(const struct command *command, const struct source *source, firesieve_firewall **firewall,
                 double *seconds);

/* Why a command that wants scanners refuses residues. */
#define SOURCE_WANTS_SCANNERS "expected a firewall, whose scanners step, found residues"

/* The same for such commands. */
bool source_read_layers(const struct command *command, const struct source *source, bool quiet,
                        firesieve_firewall **firewall);

#endif
