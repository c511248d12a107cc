/* Progress of what is done step by step: which step, how many of how many, and the time that is left. */
#ifndef FIRESIEVE_CLI_STEPS_H
#define FIRESIEVE_CLI_STEPS_H

#include "cli/progress.h"

struct steps_view {
    enum progress_mode mode; /* ALWAYS or NEVER once it has started */
    bool terminal;           /* one line is drawn over and over; otherwise a line a second */
    double started_s;        /* of the clock */
    double phase_s;          /* likewise, of steps that take about the same time each */
    double next_s;           /* when to show the next one, of the clock */
    bool drawn;              /* a line on the terminal has to be cleared */
};

/* Shows nothing before the first second is over with AUTO, and then only on a terminal. */
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

/* Shows it, unless the last one was shown just now. On a narrow terminal the time that is left is cut last. */
void steps_show(struct steps_view *view, const struct step *step);

/* Clears the line on a terminal, so that something else can be written there; the next one draws it again. */
void steps_hide(struct steps_view *view);

#endif
