#include "cli/progress.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

const char *const progress_mode_names[] = {"auto", "always", "never", NULL};

static volatile sig_atomic_t caught_signal;

static const double first_s = 1;
static const double terminal_interval_s = 0.1;
static const double line_interval_s = 1;

struct progress_view progress_start(enum progress_mode mode)
{
    const bool terminal = isatty(STDERR_FILENO);
    if (mode == PROGRESS_AUTO && !terminal) {
        mode = PROGRESS_NEVER;
    }
    return (struct progress_view){.mode = mode, .terminal = terminal, .next_s = mode == PROGRESS_ALWAYS ? 0 : first_s};
}

static void draw_bar(double share)
{
    enum { WIDTH = 30 };
    const int done = (int)(share * WIDTH);
    fputc('[', stderr);
    for (int i = 0; i < WIDTH; ++i) {
        fputc(i < done ? '#' : '.', stderr);
    }
    fprintf(stderr, "] %5.1f %%  ", 100 * share);
}

static void show(const struct progress_view *view, const firesieve_progress *progress)
{
    char reached[FIRESIEVE_DELAY_TEXT_SIZE];
    const double decided = (double)(progress->reached - progress->from);
    const double share = decided / (double)(progress->to - progress->from);
    fputs(view->terminal ? "\r\033[K" : "", stderr);
    if (progress->to < FIRESIEVE_DELAY_END) {
        draw_bar(share);
    }
    fprintf(stderr, "delay %s, %.3g delays/s, %.1f s", firesieve_delay_format(progress->reached, reached),
            decided / progress->elapsed_s, progress->elapsed_s);
    if (progress->to < FIRESIEVE_DELAY_END && share > 0) {
        fprintf(stderr, ", at most %.0f s to go", progress->elapsed_s * (1 - share) / share);
    }
    fputs(view->terminal ? "" : "\n", stderr);
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

void progress_end(struct progress_view *view)
{
    if (view->drawn) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
        view->drawn = false;
    }
}

static void remember_signal(int signal_number)
{
    caught_signal = signal_number;
}

void signals_begin(void)
{
    const struct sigaction action = {.sa_handler = remember_signal, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void signals_end(void)
{
    const struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void signals_die(void)
{
    if (caught_signal != 0) {
        raise(caught_signal);
    }
}
