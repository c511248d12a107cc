#include "cli/progress.h"

#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/terminal.h"

const char *const progress_mode_names[] = {"auto", "always", "never", NULL};

static const double first_s = 1;
static const double terminal_interval_s = 0.1;
static const double line_interval_s = 1;

static const double window_worth_s = 0.5; /* a shorter one is not worth showing */

static const double told_share = 0.005; /* of the steps: less is too little to estimate their time */

enum { LINE_SIZE = 256, PART_SIZE = 64, BAR_MIN = 5 };

/* A line being written; what does not fit is cut off. */
struct line {
    char text[LINE_SIZE];
    size_t length;
};

static atomic_int caught_signal; /* lock-free, as handlers require; a signal may arrive on any thread */

/*
 * Signals that end a program by default, and are sent by people, terminals, batch systems and time limits.
 * Signals for errors of the program (SIGSEGV), or from within a write (SIGPIPE), are not among them.
 */
static const int stopping_signals[] = {SIGINT,  SIGTERM, SIGHUP,    SIGQUIT, SIGUSR1, SIGUSR2,
                                       SIGXCPU, SIGALRM, SIGVTALRM, SIGPROF, SIGPWR};
enum { STOPPING_SIGNALS = sizeof stopping_signals / sizeof stopping_signals[0] };
static struct sigaction actions_before[STOPPING_SIGNALS];
static size_t actions_taken;

struct progress_line progress_line_start(enum progress_mode mode, double now)
{
    const bool terminal = isatty(STDERR_FILENO);
    return (struct progress_line){.shown = mode == PROGRESS_ALWAYS || (mode == PROGRESS_AUTO && terminal),
                                  .terminal = terminal,
                                  .next_s = mode == PROGRESS_AUTO ? now + first_s : now};
}

bool progress_line_is_due(struct progress_line *line, double now)
{
    const bool due = line->shown && now >= line->next_s;
    if (due) {
        line->next_s = now + (line->terminal ? terminal_interval_s : line_interval_s);
        line->drawn = line->terminal;
    }
    return due;
}

void progress_line_hide(struct progress_line *line)
{
    if (line->drawn) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        line->drawn = false;
    }
}

const char *progress_bar(double share, int cells, char *text)
{
    text[0] = '[';
    memset(text + 1, '.', (size_t)cells);
    memset(text + 1, '#', (size_t)(fmin(fmax(share, 0), 1) * cells));
    memcpy(text + 1 + cells, "] ", sizeof "] ");
    return text;
}

const char *progress_duration(double seconds, char *text)
{
    static const double whole_seconds_s = 120;
    if (seconds >= whole_seconds_s) {
        return duration_format(seconds, text);
    }
    snprintf(text, DURATION_TEXT_SIZE, "%.0f s", seconds);
    return text;
}

struct progress_view progress_start(enum progress_mode mode, bool residues)
{
    return (struct progress_view){
        .line = progress_line_start(mode, 0), .candidate = residues ? "x" : "delay", .bar = PROGRESS_BAR_MAX};
}

static void append(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(struct line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int wanted = vsnprintf(line->text + line->length, LINE_SIZE - line->length, format, arguments);
    va_end(arguments);
    const size_t room = LINE_SIZE - 1 - line->length;
    line->length += wanted >= 0 && (size_t)wanted < room ? (size_t)wanted : room;
}

/* ---- Remaining work ----------------------------------------------------------------------------------- */

/* Remembers when work of a window was last reported: each piece may take a while. */
static void follow_window(struct progress_view *view, const firesieve_progress *progress)
{
    view->to = progress->to;
    if (view->window != progress->window || progress->share < view->share) {
        view->window = progress->window;
        view->share = 0;
    }
    if (progress->share > view->share) {
        view->share = progress->share;
        view->share_s = progress->window_s;
    }
}

/* The derived state of a running search. Seconds are INFINITY if unknown. */
struct standing {
    double delays;     /* searched so far, including the part of the window that is done */
    double delay;      /* reached from the start of the search */
    double rate;       /* delays per second */
    bool in_window;    /* in a window long enough to show */
    double window_s;   /* left in this window at its rate so far */
    bool ends;         /* whether the range has an end */
    double range_done; /* the share of the range that is done */
    double range_s;    /* at most left at the rate so far, at least that of the window: an answer ends it sooner */
};

static double divide(double dividend, double divisor)
{
    return divisor > 0 ? dividend / divisor : INFINITY;
}

/* Between two reports the time left counts down. */
static double window_left_s(const struct progress_view *view, const firesieve_progress *progress)
{
    return fmax(divide(view->share_s, view->share) - progress->window_s, 0);
}

static struct standing judge(const struct progress_view *view, const firesieve_progress *progress)
{
    const double window = (double)(progress->window - progress->reached);
    const double done = view->share * window;
    const double range = (double)(progress->to - progress->from);
    const double window_s = window_left_s(view, progress);
    struct standing standing = {
        .delays = (double)(progress->reached - progress->from) + done,
        .in_window = window > 0 && progress->window_s + (isfinite(window_s) ? window_s : 0) >= window_worth_s,
        .window_s = window_s,
        .ends = progress->to < FIRESIEVE_DELAY_END && range > 0,
    };
    standing.delay = (double)progress->from + standing.delays;
    standing.rate = progress->elapsed_s > 0 ? standing.delays / progress->elapsed_s : 0;
    standing.range_done = standing.ends ? fmin(standing.delays / range, 1) : 0;
    standing.range_s = divide(fmax(range - standing.delays, 0), standing.rate);
    if (standing.in_window && isfinite(window_s)) {
        standing.range_s = fmax(standing.range_s, window_s);
    }
    return standing;
}

/* ---- The line ----------------------------------------------------------------------------------------- */

/* The parts of a line. */
enum part { PART_PLACE = 1, PART_RATE = 2, PART_TIME = 4, PART_WINDOW = 8, PART_SHARE = 16, PART_ALL = 31 };

/* The parts dropped in turn if a terminal is too narrow: the time left is kept longest. */
static const enum part dropped_of_range[] = {PART_WINDOW, PART_RATE, PART_TIME, PART_PLACE};
static const enum part dropped_of_window[] = {PART_RATE, PART_TIME, PART_PLACE, PART_SHARE};
static const enum part dropped_of_neither[] = {PART_RATE, PART_TIME};

/* The separator, unless the line is empty. */
static const char *behind(const struct line *line, const char *separator)
{
    return line->length > 0 ? separator : "";
}

/* Appends ", at most 5 s left", or nothing if unknown. */
static void append_left(struct line *line, const char *most, double seconds)
{
    char duration[DURATION_TEXT_SIZE];
    if (isfinite(seconds)) {
        append(line, "%s%s%s left", behind(line, ", "), most, progress_duration(fmax(ceil(seconds), 1), duration));
    }
}

static void append_window(struct line *line, const struct progress_view *view, const struct standing *standing,
                          unsigned parts)
{
    if ((parts & PART_SHARE) != 0) {
        append(line, "%s%swindow %.1f %%", behind(line, "; "), standing->ends ? "" : "this ", 100 * view->share);
    }
    append_left(line, "", standing->window_s);
}

static struct line describe(const struct progress_view *view, const firesieve_progress *progress,
                            const struct standing *standing, unsigned parts)
{
    struct line line = {.length = 0};
    char duration[DURATION_TEXT_SIZE];
    if ((parts & PART_PLACE) != 0 && standing->ends) {
        append(&line, "range %.1f %%", 100 * standing->range_done);
    } else if ((parts & PART_PLACE) != 0) {
        append(&line, "%s %.4g", view->candidate, standing->delay);
    }
    if ((parts & PART_RATE) != 0) {
        append(&line, "%s%.3g/s", behind(&line, ", "), standing->rate);
    }
    if ((parts & PART_TIME) != 0) {
        append(&line, "%s%s", behind(&line, ", "), progress_duration(progress->elapsed_s, duration));
    }
    if (standing->ends && standing->range_done < 1) {
        append_left(&line, "at most ", standing->range_s);
    }
    if ((parts & PART_WINDOW) != 0 && standing->in_window) {
        append_window(&line, view, standing, parts);
    }
    return line;
}

/* Describes as much as there is room for. */
static struct line describe_within(const struct progress_view *view, const firesieve_progress *progress,
                                   const struct standing *standing, size_t room)
{
    const enum part *const dropped = standing->ends        ? dropped_of_range
                                     : standing->in_window ? dropped_of_window
                                                           : dropped_of_neither;
    const size_t count = dropped == dropped_of_neither ? sizeof dropped_of_neither / sizeof dropped_of_neither[0]
                                                       : sizeof dropped_of_range / sizeof dropped_of_range[0];
    unsigned parts = PART_ALL;
    struct line line = describe(view, progress, standing, parts);
    for (size_t i = 0; i < count && line.length > room; ++i) {
        parts &= ~(unsigned)dropped[i];
        const struct line shorter = describe(view, progress, standing, parts);
        line = shorter.length > 0 ? shorter : line; /* if the time left is unknown */
    }
    return line;
}

/* Writes the bar of the range or of the window into `text`, as long as there is room before the text. */
static const char *draw_bar(struct progress_view *view, const struct standing *standing, size_t room, char *text)
{
    const size_t cells = room < PROGRESS_BAR_FRAME ? 0 : room - PROGRESS_BAR_FRAME;
    view->bar = cells < (size_t)view->bar ? (int)cells : view->bar;
    if (view->bar < BAR_MIN || (!standing->ends && !standing->in_window)) {
        return "";
    }
    return progress_bar(standing->ends ? standing->range_done : view->share, view->bar, text);
}

static void show(struct progress_view *view, const firesieve_progress *progress)
{
    const struct standing standing = judge(view, progress);
    /* A line that fills the last column would wrap, and its first part would stay when cleared. */
    const size_t columns = terminal_size(STDERR_FILENO).columns - 1;
    const struct line text = describe_within(view, progress, &standing, view->line.terminal ? columns : LINE_SIZE);
    char room[PROGRESS_BAR_SIZE];
    const char *const bar = draw_bar(view, &standing, columns > text.length ? columns - text.length : 0, room);
    if (view->line.terminal) {
        fprintf(stderr, "\r\033[K%s%.*s", bar, (int)(columns - strlen(bar)), text.text);
    } else {
        fprintf(stderr, "%s%s\n", bar, text.text);
    }
    fflush(stderr);
}

/* ------------------------------------------------------------------------------------------------------- */

bool progress_show(const firesieve_progress *progress, void *context)
{
    struct progress_view *const view = context;
    follow_window(view, progress);
    if (progress_line_is_due(&view->line, progress->elapsed_s)) {
        show(view, progress);
    }
    return atomic_load(&caught_signal) == 0;
}

void progress_end(struct progress_view *view, const firesieve_search_result *result, firesieve_delay from)
{
    progress_line_hide(&view->line);
    if (view->line.shown && !view->line.terminal) {
        /* A stopped search is in the middle of a window, whose share counts as before. */
        const bool stopped = result->outcome == FIRESIEVE_LIMIT || result->outcome == FIRESIEVE_CANCELLED;
        const bool amidst = stopped && view->window > result->reached;
        const firesieve_progress last = {.from = from,
                                         .to = amidst ? view->to : FIRESIEVE_DELAY_END,
                                         .reached = result->reached,
                                         .window = amidst ? view->window : result->reached,
                                         .share = amidst ? view->share : 0,
                                         .window_s = amidst ? view->share_s : 0,
                                         .elapsed_s = result->elapsed_s};
        follow_window(view, &last);
        show(view, &last);
    }
}

/* ---- Steps -------------------------------------------------------------------------------------------- */

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

static void show_step(const struct steps_view *view, const struct step *step, double now)
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
    /* A line that fills the last column would wrap, and its first part would stay when cleared. */
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
        show_step(view, step, now);
    }
}

/* ---- Signals ------------------------------------------------------------------------------------------ */

void errors_instead_of_signals(void)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGXFSZ, &ignore, NULL);
}

static void remember_signal(int signal_number)
{
    atomic_store(&caught_signal, signal_number);
}

/*
 * Signals that the caller ignores (nohup, or a shell for background jobs) stay ignored; and
 * signals with a handler keep it: an MPI may use a signal for itself.
 */
static void catch_signal(int signal_number, struct sigaction *before)
{
    const struct sigaction action = {.sa_handler = remember_signal};
    sigaction(signal_number, NULL, before);
    if (before->sa_handler == SIG_DFL) {
        sigaction(signal_number, &action, NULL);
    }
}

void signals_begin(void)
{
    for (actions_taken = 0; actions_taken < STOPPING_SIGNALS; ++actions_taken) {
        catch_signal(stopping_signals[actions_taken], &actions_before[actions_taken]);
    }
}

void signals_end(void)
{
    while (actions_taken > 0) {
        --actions_taken;
        sigaction(stopping_signals[actions_taken], &actions_before[actions_taken], NULL);
    }
}

void signals_add(sigset_t *set)
{
    for (size_t i = 0; i < actions_taken; ++i) {
        sigaddset(set, stopping_signals[i]);
    }
}

bool signals_caught(void)
{
    return atomic_load(&caught_signal) != 0;
}

void signals_die(void)
{
    if (atomic_load(&caught_signal) != 0) {
        output_flush();
        raise(atomic_load(&caught_signal));
    }
}
