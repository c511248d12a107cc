/*
 * A checkpoint: the frontier of a search as a record (record/record.h), and the file that keeps it.
 *
 *     firesieve-checkpoint 2
 *     firewall LAYERS FINGERPRINT                       or `residues LINES FINGERPRINT`: see record/record.h
 *     filter TEXT                                       for each line of residues that classes do not fully express
 *     filter the caller's                               if the caller has a filter
 *     search solve|count FROM TO
 *     elapsed NANOSECONDS
 *     reached DELAY
 *     count COUNT FIRST_COUNT BASE BASE_COUNT           for counts; see schedule.h
 *     plan UNTIL                                        if there is a plan; it is for the delays below UNTIL
 *     method METHOD                                     the lines of its recipe: see planner/recipe.h
 *     ...
 *     open END COLUMNS BLOCK_COLUMNS TASKS NEXT_TASK    these, if a window has been searched in part
 *     inside FOUND COUNT
 *     begun TASK ...                                    below NEXT_TASK and not done, ascending; at least one per line
 *     checksum XXH64
 */
#ifndef FIRESIEVE_SEARCH_CHECKPOINT_H
#define FIRESIEVE_SEARCH_CHECKPOINT_H

#include "record/record.h"
#include "search/schedule.h"

/* What a checkpoint belongs to. */
struct checkpoint_subject {
    const firesieve_firewall *firewall;
    struct fingerprint fingerprint; /* of it */
    enum search_goal goal;          /* SMALLEST or COUNT */
    bool callers_filter;            /* of survivors, besides those of lines of residues */
    firesieve_delay from;
    firesieve_delay to;
    struct go_on go_on; /* asked while it is read */
};

/* Writes the text of a checkpoint. Errors: MEMORY. Free the writer also after an error. */
firesieve_status checkpoint_format(const struct checkpoint_subject *subject, const struct frontier *frontier,
                                   struct record_writer *writer, firesieve_error *error);

/* Reads one into a frontier whose window has room for tasks. Errors: RECORD, also if it belongs to another search. */
firesieve_status checkpoint_parse(const char *text, size_t size, const struct checkpoint_subject *subject,
                                  struct frontier *frontier, firesieve_error *error);

/* The file of a running search. */
struct checkpoint {
    struct checkpoint_subject subject;
    bool stopped; /* before its subject was known */
    const char *path;
    double interval_s;
    double next; /* when to write again, by clock_seconds() */
    bool failed; /* the last attempt to write */
    struct record_hold hold;
    firesieve_checkpoint_function tell; /* or NULL */
    void *context;
};

/* Cost: that of a fingerprint, meanwhile asking go_on; after a no the checkpoint cannot begin. */
struct checkpoint checkpoint_of(const firesieve_firewall *firewall, enum search_goal goal,
                                const firesieve_search_options *options, struct go_on go_on);

/*
 * Reads the file into *frontier (see checkpoint_parse), or if there is none, makes that the beginning; writes the file
 * again, so that obstacles show at once. Errors: READ, RECORD, MEMORY, STOPPED, ARGUMENT; the file is unchanged.
 */
firesieve_status checkpoint_begin(struct checkpoint *checkpoint, const firesieve_search_options *options,
                                  struct frontier *frontier, firesieve_error *error);

/* Writes the file; `last`: for the last time. A failure is reported and is no error: the search continues. */
void checkpoint_write(struct checkpoint *checkpoint, const struct frontier *frontier, bool last);

/* Calls the caller's function, if any. */
void checkpoint_tell(const struct checkpoint *checkpoint, firesieve_checkpoint_event event, const char *message);

/* Releases the file. */
void checkpoint_end(struct checkpoint *checkpoint);

#endif
