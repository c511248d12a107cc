#include "cli/steps.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/terminal.h"

static const double told_share = 0.005; /* of the work: from less nobody can tell how long it takes */

enum { PART_SIZE = 64 };

struct steps_view steps_start(enum progress_mode mode)
{
    const double now = clock_seconds();
    return (struct steps_view){.line = progress_line_start(mode, now), .phase_s = now};
}

void steps_begin_phase(struct steps_view *view)
{
    view->phase_s = clock_seconds();
}

/* ", 12 s left", or nothing if nobody can tell. */
static void describe_left(const struct steps_view *view, const struct step *step, double now, char *text)
{
    char duration[DURATION_TEXT_SIZE];
    text[0] = '\0';
    if (step->share >= told_share && step->share < 1) {
        const double left = fmax(ceil((now - view->phase_s) * (1 - step->share) / step->share), 1);
        snprintf(text, PART_SIZE, ", %s left", progress_duration(left, duration));
    }
}

static void show(const struct steps_view *view, const struct step *step, double now)
{
    char bar[PROGRESS_BAR_SIZE];
    char count[PART_SIZE];
    char left[PART_SIZE];
    snprintf(count, sizeof count, ": %zu of %zu", step->number, step->of);
    describe_left(view, step, now, left);
    progress_bar(step->share, PROGRESS_BAR_MAX, bar);
    if (!view->line.terminal) {
        fprintf(stderr, "%s%s%s%s\n", bar, step->doing, count, left);
        fflush(stderr);
        return;
    }
    /* A line that fills the last column would wrap, and its first part stay when cleared. */
    const size_t columns = terminal_size(STDERR_FILENO).columns - 1;
    const size_t behind = strlen(count) + strlen(left);
    if (behind > columns) {
        const char *const last = left[0] == '\0' ? count : left;
        fprintf(stderr, "\r\033[K%.*s", (int)columns, last + strlen(", "));
    } else {
        const size_t room = columns - behind;
        const size_t words = strlen(step->doing);
        fprintf(stderr, "\r\033[K%s%.*s%s%s", room >= words + strlen(bar) ? bar : "", (int)room, step->doing,
                room == 0 ? count + strlen(": ") : count, left);
    }
    fflush(stderr);
}

void steps_show(struct steps_view *view, const struct step *step)
{
    const double now = clock_seconds();
    if (progress_line_is_due(&view->line, now)) {
        show(view, step, now);
    }
}

void steps_hide(struct steps_view *view)
{
    progress_line_hide(&view->line);
}
