/* Progress of what is done step by step: which step, how many of how many, and the time that is left. */
#ifndef FIRESIEVE_CLI_STEPS_H
#define FIRESIEVE_CLI_STEPS_H

#include "cli/progress.h"

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

/* Clears the line on a terminal, so that something else can be written there; the next one draws it again. */
void steps_hide(struct steps_view *view);

#endif
