/* Progress on standard error, and signals that stop a search cleanly. */
#ifndef FIRESIEVE_CLI_PROGRESS_H
#define FIRESIEVE_CLI_PROGRESS_H

#include <signal.h>

#include <firesieve/firesieve.h>

enum progress_mode { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/* The names of the modes in that order; ends with NULL. */
extern const char *const progress_mode_names[];

/* When and where progress is shown. */
struct progress_line {
    bool shown;    /* whether anything is shown */
    bool terminal; /* one line is drawn over and over; otherwise a line is printed each second */
    double next_s; /* when to show the next one */
    bool drawn;    /* a line on the terminal has to be cleared */
};

/* With AUTO nothing is shown in the first second after `now`, and then only on a terminal. */
struct progress_line progress_line_start(enum progress_mode mode, double now);

/* Whether it is time to show the next line. */
bool progress_line_is_due(struct progress_line *line, double now);

/* Clears the line on a terminal, so that other text can be written there; the next line draws it again. */
void progress_line_hide(struct progress_line *line);

enum { PROGRESS_BAR_MAX = 16, PROGRESS_BAR_FRAME = 3 };

/* Room for a bar, in bytes. */
#define PROGRESS_BAR_SIZE (PROGRESS_BAR_MAX + PROGRESS_BAR_FRAME + 1)

/* Writes a bar with this number of cells, as "[##..] ", into `text` and returns it. */
const char *progress_bar(double share, int cells, char *text);

/* Writes a duration in whole seconds, or from two minutes on in the unit that suits it, and returns it. */
const char *progress_duration(double seconds, char *text);

/* The progress of a search. */
struct progress_view {
    struct progress_line line;
    const char *candidate; /* what is searched for: "delay", or "x" */
    int bar;               /* cells of the bar: it shrinks to make room for text, and never grows again */

    firesieve_delay window; /* end of the window of the last report */
    double share;           /* of its work that was done at that report, */
    double share_s;         /* and the seconds it had taken until then */
    firesieve_delay to;     /* the end of the range */
};

/* `residues`: what is searched for is called x, not a delay. */
struct progress_view progress_start(enum progress_mode mode, bool residues);

/* A firesieve_progress_function over a struct progress_view: shows progress, and stops the search after a signal. */
bool progress_show(const firesieve_progress *progress, void *view);

/* Clears the line on a terminal; otherwise prints a last one: how far the search came, and its time. */
void progress_end(struct progress_view *view, const firesieve_search_result *result, firesieve_delay from);

/* Progress of work in steps: the current step, their number, and the time left. */
struct steps_view {
    struct progress_line line;
    double phase_s; /* start of the phase: its steps take about the same time each */
};

struct steps_view steps_start(enum progress_mode mode);

/* Begins a phase of other steps: the time left is estimated anew. */
void steps_begin_phase(struct steps_view *view);

/* A step being done. */
struct step {
    const char *doing; /* "verifying kernels" */
    size_t number;     /* of this step */
    size_t of;         /* the number of steps */
    double share;      /* of the phase that is done */
};

/* Shows it if that is due. On a narrow terminal the time left is cut last. */
void steps_show(struct steps_view *view, const struct step *step);

/*
 * Call this when a program begins: a write beyond `ulimit -f` then fails with an error. SIGPIPE still
 * ends the program.
 */
void errors_instead_of_signals(void);

/*
 * From here to signals_end, signals that would end the program (SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGXCPU and
 * others) make progress_show stop the search, unless they were ignored before: nothing is left behind, neither a search
 * without its last checkpoint nor half a file nor a terminal without its cursor. They also end a write that waits for
 * its reader, with EINTR.
 */
void signals_begin(void);

/* Adds the signals that are being caught to a set. */
void signals_add(sigset_t *set);

/* Restores the previous actions of signals. */
void signals_end(void);

/* Whether a signal was caught. */
bool signals_caught(void);

/* Dies of the signal that was caught, if any. Call it when all output is done. */
void signals_die(void);

#endif
