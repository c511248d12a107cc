#include "cli/steps.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/terminal.h"

static const double first_s = 1;
static const double terminal_interval_s = 0.1;
static const double line_interval_s = 1;
static const double told_share = 0.005; /* of the work: from less nobody can tell how long it takes */

enum { BAR = 16, BAR_FRAME = 3, PART_SIZE = 64 };

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct steps_view steps_start(enum progress_mode mode)
{
    const bool terminal = isatty(STDERR_FILENO);
    const bool shown = mode == PROGRESS_ALWAYS || (mode == PROGRESS_AUTO && terminal);
    const double now = now_s();
    return (struct steps_view){.mode = shown ? PROGRESS_ALWAYS : PROGRESS_NEVER,
                               .terminal = terminal,
                               .started_s = now,
                               .phase_s = now,
                               .next_s = mode == PROGRESS_AUTO ? now + first_s : now};
}

void steps_begin_phase(struct steps_view *view)
{
    view->phase_s = now_s();
}

/* ", 12 s left", or nothing where nobody can tell. */
static void describe_left(const struct steps_view *view, const struct step *step, double now, char *text)
{
    static const double whole_seconds_s = 120; /* below, no smaller units */
    char duration[DURATION_TEXT_SIZE];
    text[0] = '\0';
    if (step->share >= told_share && step->share < 1) {
        const double left = fmax(ceil((now - view->phase_s) * (1 - step->share) / step->share), 1);
        if (left < whole_seconds_s) {
            snprintf(text, PART_SIZE, ", %.0f s left", left);
        } else {
            snprintf(text, PART_SIZE, ", %s left", duration_format(left, duration));
        }
    }
}

/* In front of all, where there is room for it. */
static void draw_bar(double share, char *text)
{
    const int cells = (int)(fmin(fmax(share, 0), 1) * BAR);
    char *end = text;
    *end++ = '[';
    for (int i = 0; i < BAR; ++i) {
        *end++ = i < cells ? '#' : '.';
    }
    memcpy(end, "] ", BAR_FRAME);
}

static void show(struct steps_view *view, const struct step *step, double now)
{
    char bar[BAR + BAR_FRAME + 1];
    char count[PART_SIZE];
    char left[PART_SIZE];
    snprintf(count, sizeof count, ": %zu of %zu", step->number, step->of);
    describe_left(view, step, now, left);
    draw_bar(step->share, bar);
    if (!view->terminal) {
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
    view->drawn = true;
}

void steps_show(struct steps_view *view, const struct step *step)
{
    const double now = now_s();
    if (view->mode != PROGRESS_NEVER && now >= view->next_s) {
        view->next_s = now + (view->terminal ? terminal_interval_s : line_interval_s);
        show(view, step, now);
    }
}

void steps_hide(struct steps_view *view)
{
    if (view->drawn) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        view->drawn = false;
    }
}
