/* What solve, count, list and explain share: their options, the search of a FILE, and what is said about it. */
#ifndef FIRESIEVE_CLI_SEARCH_H
#define FIRESIEVE_CLI_SEARCH_H

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/source.h"

/* Where a search begins that nobody has given a beginning for. */
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
    bool may_keep;    /* --checkpoint would be taken */
    int progress;
    bool quiet;
    bool verbose;
    bool asks_for_search; /* an option was given that says what is searched, how, or what is told of it; not --quiet */
};

/*
 * Whether a command searches, and can go on with what was searched before, or only plans a search: then nothing takes
 * time, shows progress or has statistics.
 */
enum search_use { SEARCH_RESUMES, SEARCH_RUNS, SEARCH_IS_PLANNED };

/*
 * options_parse over the options that searches share, and `own` ones of the command (a table as there, or NULL) behind
 * them.
 */
int search_parse(const struct command *command, enum search_use use, const struct cli_option *own, int argc,
                 const char **argv, struct search_settings *settings, struct operands *operands);

/*
 * Turns the settings and the environment into options of the library, but for progress. What is wrong is said on
 * standard error, and false returned; options that have no effect are warned of.
 */
bool search_options(const struct command *command, const struct search_settings *settings,
                    firesieve_search_options *options);

/*
 * Whether a checkpoint may be kept, if one is asked for: of one operand at most, and in a FILE of its own; and whether
 * the search may go by a plan, if one is given: of one operand at most, and not by an oracle. Says what is wrong.
 */
bool search_may_resume(const struct command *command, const struct search_settings *settings,
                       const struct operands *operands);

/*
 * Reads the plan for a firewall, where one is given, to be freed by the caller; otherwise, and where a signal or the time
 * limit comes first, *plan is NULL. What is wrong is said on standard error, and false returned. Signals have begun.
 */
bool search_plan(const struct search_settings *settings, const firesieve_firewall *firewall, firesieve_plan **plan);

/* Gives options that have no range, or no end, what the firewall itself says of it. */
void search_range(const firesieve_firewall *firewall, firesieve_search_options *options);

/* Where a search without an end stops, too. */
firesieve_delay search_end(firesieve_delay to);

/* A firewall and its search. */
struct searched {
    struct source source;
    size_t layers; /* or classes that lines of residues forbid */
    size_t lines;  /* of residues; 0: it has layers */
    double parse_s;
    firesieve_search_options options;
    firesieve_search_result result;
    bool unread;                  /* the time limit came while it was read, and nothing was searched */
    bool checkpoint_failing;      /* it could not be written at last */
    bool keeps_firewall;          /* search_file leaves the firewall to the caller, */
    firesieve_firewall *firewall; /* here, unless it returns false */
};

/* What is shown of a running search on standard error. */
struct search_view {
    const struct command *command;
    const struct search_settings *settings;
    struct progress_view progress; /* the options' progress_context */
    bool checkpoint_failing;
};

/*
 * Makes the options show progress and what becomes of the checkpoint; the view must outlive them. `residues`:
 * what is searched for is called x.
 */
void search_view_begin(struct search_view *view, const struct command *command, const struct search_settings *settings,
                       bool residues, firesieve_search_options *options);

/* Says on standard error why a FILE that has been read could not be searched. */
void search_error(const struct command *command, const struct search_settings *settings, const char *file,
                  const firesieve_error *error);

/* firesieve_solve, or a call of firesieve_count or firesieve_list, which has what it needs in `context`. */
typedef firesieve_status (*search_function)(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                            void *context, firesieve_search_result *result, firesieve_error *error);

/*
 * Reads searched->source and searches it, with progress (a struct progress_view is the options' progress_context) and
 * until a signal comes. False when that failed, which has been said.
 */
bool search_file(const struct command *command, const struct search_settings *settings,
                 const firesieve_search_options *options, search_function search, void *context,
                 struct searched *searched);

/* What comes of a search that has not begun, since the time limit came while its FILE was to be read. */
void search_note_unread(const firesieve_search_options *options, struct searched *searched);

/* The exit status of an outcome. */
int search_status(firesieve_outcome outcome);

/* Room for an interval of delays, in bytes. */
#define SEARCH_INTERVAL_SIZE (2 * FIRESIEVE_DELAY_TEXT_SIZE + 4)

/* Writes [from, reached), what has been searched, into `text` and returns it. */
const char *search_interval(const struct searched *searched, char *text);

/* Room for what is known of the delays that were searched, in bytes. */
#define SEARCH_KNOWN_SIZE (6 * SEARCH_INTERVAL_SIZE)

/* Writes how many of the delays that were searched are safe; returns the length. */
int search_number_known(const struct searched *searched, char *text);

/* Writes that no delay searched is safe, or, of a count, how many were and what it is to search; returns `text`. */
const char *search_none_known(const struct searched *searched, char *text);
const char *search_count_known(const struct searched *searched, char *text);

/*
 * Says on standard error what there is to say besides the answer: statistics where they are asked for, and where it
 * stands when it was stopped: `known` is what is known of the delays searched.
 */
void search_remark(const struct command *command, const struct search_settings *settings,
                   const struct searched *searched, const char *known);

/* The members that a count has besides: where it was stopped, also what is known of the window that it was in. */
json_t *search_count_json(const firesieve_search_result *result);

/* The JSON of a search: file and status, the members of `own`, which it takes over, and what all searches have. */
json_t *search_json(const struct searched *searched, json_t *own);

#endif
