#include "cli/progress.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"

const char *const progress_mode_names[] = {"auto", "always", "never", NULL};

static const double first_s = 1;
static const double terminal_interval_s = 0.1;
static const double line_interval_s = 1;

enum { LINE_SIZE = 256, COLUMNS_UNKNOWN = 80, BAR_WIDTH = 16 };

/* A line being written; what does not fit is cut off. */
struct line {
    char text[LINE_SIZE];
    size_t length;
};

static volatile sig_atomic_t caught_signal;
static struct sigaction interrupt_before;
static struct sigaction terminate_before;

struct progress_view progress_start(enum progress_mode mode)
{
    const bool terminal = isatty(STDERR_FILENO);
    const bool shown = mode == PROGRESS_ALWAYS || (mode == PROGRESS_AUTO && terminal);
    return (struct progress_view){.mode = shown ? PROGRESS_ALWAYS : PROGRESS_NEVER,
                                  .terminal = terminal,
                                  .next_s = mode == PROGRESS_AUTO ? first_s : 0};
}

static void append(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(struct line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int wanted = vsnprintf(line->text + line->length, LINE_SIZE - line->length, format, arguments);
    va_end(arguments);
    const size_t room = LINE_SIZE - 1 - line->length;
    line->length += wanted > 0 && (size_t)wanted < room ? (size_t)wanted : room;
}

static void append_bar(struct line *line, double share)
{
    append(line, "[");
    for (int i = 0; i < BAR_WIDTH; ++i) {
        append(line, "%c", i < (int)(share * BAR_WIDTH) ? '#' : '.');
    }
    append(line, "] %.1f %%  ", 100 * share);
}

static void append_duration(struct line *line, double seconds)
{
    static const double whole_seconds_s = 120; /* below, no fractions of a second and no smaller units */
    char text[DURATION_TEXT_SIZE];
    if (seconds < whole_seconds_s) {
        append(line, "%.0f s", seconds);
    } else {
        append(line, "%s", duration_format(seconds, text));
    }
}

static struct line describe(const firesieve_progress *progress)
{
    const double decided = (double)(progress->reached - progress->from);
    const bool ends = progress->to < FIRESIEVE_DELAY_END && progress->to > progress->from;
    const double share = ends ? decided / (double)(progress->to - progress->from) : 0;
    struct line line = {.length = 0};
    if (ends) {
        append_bar(&line, share);
    }
    append(&line, "delay %.4g, %.3g/s, ", (double)progress->reached, decided / progress->elapsed_s);
    append_duration(&line, progress->elapsed_s);
    if (share > 0 && share < 1) {
        append(&line, ", at most ");
        append_duration(&line, progress->elapsed_s * (1 - share) / share);
        append(&line, " left");
    }
    return line;
}

static int terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : COLUMNS_UNKNOWN;
}

static void show(const struct progress_view *view, const firesieve_progress *progress)
{
    const struct line line = describe(progress);
    if (view->terminal) {
        /* A line as wide as the terminal would wrap, and clearing it would leave its first part behind. */
        fprintf(stderr, "\r\033[K%.*s", terminal_columns() - 1, line.text);
    } else {
        fprintf(stderr, "%s\n", line.text);
    }
    fflush(stderr);
}

bool progress_show(const firesieve_progress *progress, void *context)
{
    struct progress_view *const view = context;
    if (view->mode != PROGRESS_NEVER && progress->elapsed_s >= view->next_s) {
        view->next_s = progress->elapsed_s + (view->terminal ? terminal_interval_s : line_interval_s);
        view->drawn = view->terminal;
        show(view, progress);
    }
    return caught_signal == 0;
}

void progress_hide(struct progress_view *view)
{
    if (view->drawn) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        view->drawn = false;
    }
}

void progress_end(struct progress_view *view, const firesieve_search_result *result, firesieve_delay from)
{
    if (view->mode == PROGRESS_NEVER) {
        return;
    }
    progress_hide(view);
    if (!view->terminal) {
        const firesieve_progress last = {
            .from = from, .to = FIRESIEVE_DELAY_END, .reached = result->reached, .elapsed_s = result->elapsed_s};
        show(view, &last);
    }
}

static void remember_signal(int signal_number)
{
    caught_signal = signal_number;
}

/* What the caller of the program had ignored, as a shell does for jobs in the background, stays ignored. */
static void catch_signal(int signal_number, struct sigaction *before)
{
    const struct sigaction action = {.sa_handler = remember_signal};
    sigaction(signal_number, NULL, before);
    if (before->sa_handler != SIG_IGN) {
        sigaction(signal_number, &action, NULL);
    }
}

void signals_begin(void)
{
    catch_signal(SIGINT, &interrupt_before);
    catch_signal(SIGTERM, &terminate_before);
}

void signals_end(void)
{
    sigaction(SIGINT, &interrupt_before, NULL);
    sigaction(SIGTERM, &terminate_before, NULL);
}

bool signals_caught(void)
{
    return caught_signal != 0;
}

void signals_die(void)
{
    if (caught_signal != 0) {
        fflush(stdout);
        raise(caught_signal);
    }
}
