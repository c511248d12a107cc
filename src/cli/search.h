/* What solve, count, list and explain share: their options, the search of a FILE, and the report about it. */
#ifndef FIRESIEVE_CLI_SEARCH_H
#define FIRESIEVE_CLI_SEARCH_H

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/source.h"

/* The beginning of a search if none is given. */
#define SEARCH_NO_BEGIN (~(firesieve_delay)0)

/* The values of the options, as they were given. */
struct search_settings {
    int method;
    int kernel;           /* an index of kernel_choices, or -1: not given */
    uint64_t threads;     /* 0: not given */
    uint64_t memory;      /* bytes; 0: not given */
    firesieve_delay from; /* SEARCH_NO_BEGIN: not given */
    firesieve_delay to;   /* FIRESIEVE_NO_END: not given */
    struct source_settings source;
    bool json;
    double time_limit_s;
    const char *checkpoint; /* or NULL: not given */
    double checkpoint_interval_s;
    const char *plan; /* a FILE to search by, or NULL: not given */
    bool may_keep;    /* --checkpoint would be accepted */
    int progress;
    bool quiet;
    bool verbose;
    bool asks_for_search; /* an option that only a search uses was given; not --quiet */
};

/*
 * Whether a command searches and can resume an earlier search, only searches, or only plans a search, which takes no
 * time, shows no progress and has no statistics.
 */
enum search_use { SEARCH_RESUMES, SEARCH_RUNS, SEARCH_IS_PLANNED };

/*
 * options_parse over the options that searches share, followed by the command's `own` (a table as there, or NULL).
 */
int search_parse(const struct command *command, enum search_use use, const struct cli_option *own, int argc,
                 const char **argv, struct search_settings *settings, struct operands *operands);

/*
 * Turns the settings and the environment into options of the library, without progress. Returns false after reporting
 * an error; warns of options without effect.
 */
bool search_options(const struct command *command, const struct search_settings *settings,
                    firesieve_search_options *options);

/*
 * Whether a checkpoint can be kept, if requested: for at most one operand, and in a FILE of its own; and whether the
 * search can use a plan, if one is given: for at most one operand, and not with an oracle. Reports errors.
 */
bool search_may_resume(const struct command *command, const struct search_settings *settings,
                       const struct operands *operands);

/*
 * Reads the plan for a firewall, to be freed by the caller; if none is given, or if a signal or the time
 * limit comes first, *plan is NULL. Returns false after reporting an error. Signals must be caught already.
 */
bool search_plan(const struct search_settings *settings, const firesieve_firewall *firewall, firesieve_plan **plan);

/* Sets a missing beginning or end of the range to that of the firewall. */
void search_range(const firesieve_firewall *firewall, firesieve_search_options *options);

/* The end of a search: of one without a limit, the largest there is. */
firesieve_delay search_end(firesieve_delay to);

/* A firewall and its search. */
struct searched {
    struct source source;
    size_t layers; /* or classes that lines of residues forbid */
    size_t lines;  /* of residues; 0: it has layers */
    double parse_s;
    firesieve_search_options options;
    firesieve_search_result result;
    bool unread;                  /* the time limit came during reading, and nothing was searched */
    bool checkpoint_failing;      /* the last attempt to write it failed */
    bool keeps_firewall;          /* search_file leaves the firewall to the caller, */
    firesieve_firewall *firewall; /* here, unless it returns false */
};

/* A running search as shown on standard error. */
struct search_view {
    const struct command *command;
    const struct search_settings *settings;
    struct progress_view progress; /* the options' progress_context */
    bool checkpoint_failing;
};

/*
 * Makes the options show progress and events of the checkpoint; the view must outlive them. `residues`:
 * candidates are called x.
 */
void search_view_begin(struct search_view *view, const struct command *command, const struct search_settings *settings,
                       bool residues, firesieve_search_options *options);

/* Reports on standard error why a FILE that has been read could not be searched. */
void search_error(const struct command *command, const struct search_settings *settings, const char *file,
                  const firesieve_error *error);

/* A call of firesieve_solve, firesieve_count or firesieve_list, with its data in `context`. */
typedef firesieve_status (*search_function)(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                            void *context, firesieve_search_result *result, firesieve_error *error);

/*
 * Reads searched->source and searches it, with progress (a struct progress_view is the options' progress_context) and
 * until a signal comes. False if that failed, which has been reported.
 */
bool search_file(const struct command *command, const struct search_settings *settings,
                 const firesieve_search_options *options, search_function search, void *context,
                 struct searched *searched);

/* Fills in the result of a search that did not begin because the time limit came during reading. */
void search_note_unread(const firesieve_search_options *options, struct searched *searched);

/* The exit status of an outcome. */
int search_status(firesieve_outcome outcome);

/* Room for an interval of delays, in bytes. */
#define SEARCH_INTERVAL_SIZE (2 * FIRESIEVE_DELAY_TEXT_SIZE + 4)

/* Writes [from, reached), what has been searched, into `text` and returns it. */
const char *search_interval(const struct searched *searched, char *text);

/* Room for a description of the delays that were searched, in bytes. */
#define SEARCH_KNOWN_SIZE (6 * SEARCH_INTERVAL_SIZE)

/* Writes how many of the delays that were searched are safe; returns the length. */
int search_number_known(const struct searched *searched, char *text);

/* Writes that no searched delay is safe, or, for a count, how many are so far and where it ends; returns `text`. */
const char *search_none_known(const struct searched *searched, char *text);
const char *search_count_known(const struct searched *searched, char *text);

/*
 * Reports on standard error what goes with the answer: statistics if requested, and, if the search was stopped, how far
 * it came: `known` describes the delays searched.
 */
void search_remark(const struct command *command, const struct search_settings *settings,
                   const struct searched *searched, const char *known);

/* The additional members of a count; of a stopped one, also those of the window it was in. */
json_t *search_count_json(const firesieve_search_result *result);

/* The JSON of a search: file and status, the members of `own`, which it consumes, and those of all searches. */
json_t *search_json(const struct searched *searched, json_t *own);

#endif
