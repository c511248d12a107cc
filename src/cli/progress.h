/* Progress on standard error, and signals that end a search in order. */
#ifndef FIRESIEVE_CLI_PROGRESS_H
#define FIRESIEVE_CLI_PROGRESS_H

#include <signal.h>

#include <firesieve/firesieve.h>

enum progress_mode { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };

/* The names of the modes in that order; ends with NULL. */
extern const char *const progress_mode_names[];

/* When and where progress is shown. */
struct progress_line {
    bool shown;    /* at all */
    bool terminal; /* one line is drawn over and over; otherwise a line is printed each second */
    double next_s; /* when to show the next one */
    bool drawn;    /* a line on the terminal has to be cleared */
};

/* With AUTO nothing is shown in the first second after `now`, and then only on a terminal. */
struct progress_line progress_line_start(enum progress_mode mode, double now);

/* Whether the next line is to be shown now: the last one was not shown just before. */
bool progress_line_is_due(struct progress_line *line, double now);

/* Clears the line on a terminal, so that something else can be written there; the next one draws it again. */
void progress_line_hide(struct progress_line *line);

enum { PROGRESS_BAR_MAX = 16, PROGRESS_BAR_FRAME = 3 };

/* Room for a bar, in bytes. */
#define PROGRESS_BAR_SIZE (PROGRESS_BAR_MAX + PROGRESS_BAR_FRAME + 1)

/* Writes a bar of so many cells, as "[##..] ", into `text` and returns it. */
const char *progress_bar(double share, int cells, char *text);

/* Writes a duration without fractions of a second, and with no unit but seconds below two minutes, and returns it. */
const char *progress_duration(double seconds, char *text);

/* The progress of a search. */
struct progress_view {
    struct progress_line line;
    const char *candidate; /* what is searched for: "delay", or "x" */
    int bar;               /* cells that the bar still has: it gives room to text, and never grows again */

    firesieve_delay window; /* the one that the last report was about ends there */
    double share;           /* of its work that was done when some of it was reported last, */
    double share_s;         /* and the seconds that it had taken until then */
    firesieve_delay to;     /* the end of the range */
};

/* `residues`: what is searched for is called x, not a delay. */
struct progress_view progress_start(enum progress_mode mode, bool residues);

/* A firesieve_progress_function over a struct progress_view: shows, and stops the search once a signal has come. */
bool progress_show(const firesieve_progress *progress, void *view);

/* Clears the line on a terminal, and elsewhere writes a last one: how far the search came, and in what time. */
void progress_end(struct progress_view *view, const firesieve_search_result *result, firesieve_delay from);

/* Progress of what is done step by step: which step, how many of how many, and the time that is left. */
struct steps_view {
    struct progress_line line;
    double phase_s; /* when this phase began, of steps that take about the same time each */
};

struct steps_view steps_start(enum progress_mode mode);

/* From here on the time that is left is reckoned anew: other steps begin. */
void steps_begin_phase(struct steps_view *view);

/* What is being done. */
struct step {
    const char *doing; /* "verifying kernels" */
    size_t number;     /* steps that are done, */
    size_t of;         /* of so many, */
    double share;      /* which is this share of the phase's time */
};

/* Shows it if that is due. On a narrow terminal the time that is left is cut last. */
void steps_show(struct steps_view *view, const struct step *step);

/*
 * To be called when a program begins: a write beyond `ulimit -f` is an error, as any other that fails. SIGPIPE still
 * ends the program, as it ends others whose reader has gone.
 */
void errors_instead_of_signals(void);

/*
 * From here to signals_end, signals that would end the program (SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGXCPU and
 * others) make progress_show stop the search, unless they were ignored before: nothing is left behind, neither a search
 * without its last checkpoint nor half a file nor a terminal without its cursor. They also end a write that waits for
 * its reader, with EINTR.
 */
void signals_begin(void);

/* Adds the signals that it has begun to catch to a set. */
void signals_add(sigset_t *set);

/* Signals do again what they did before. */
void signals_end(void);

/* Whether a signal came in between. */
bool signals_caught(void);

/* Dies of the signal that came, if one did. To be called when all has been said. */
void signals_die(void);

#endif
