#include "cli/animation.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/progress.h"
#include "cli/terminal.h"

/* The alternate screen, without cursor, and without lines that wrap; and the reverse, in the reverse order. */
static const char enter_sequence[] = "\033[?1049h\033[?25l\033[?7l";
static const char leave_sequence[] = "\033[?7h\033[?25h\033[?1049l";
static const char home_sequence[] = "\033[H";
static const char clear_line_sequence[] = "\033[K";
static const char clear_rest_sequence[] = "\033[J";

static const int64_t second_ns = 1000000000;

static size_t at_least(size_t value, size_t least)
{
    return value < least ? least : value;
}

struct picture_style animation_style(size_t width, size_t height, bool colours)
{
    const struct terminal_size size = terminal_size(STDOUT_FILENO);
    return (struct picture_style){
        .width = at_least(width != 0 ? width : size.columns, PICTURE_WIDTH_MIN),
        .height = at_least(height != 0 ? height : size.lines, PICTURE_HEIGHT_MIN),
        .colours = colours,
    };
}

/* ---- Signals ---------------------------------------------------------------------------------------------- */

static volatile sig_atomic_t resized;
static volatile sig_atomic_t asked_to_stop;

static void remember(int signal_number)
{
    if (signal_number == SIGWINCH) {
        resized = 1;
    } else {
        asked_to_stop = 1;
    }
}

struct handlers {
    struct sigaction resize_before;
    struct sigaction stop_before;
};

/* SIGTSTP stays ignored if it was. Neither signal ends a write; both end the wait for the next frame. */
static void handlers_begin(struct handlers *handlers)
{
    const struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART};
    resized = 0;
    asked_to_stop = 0;
    sigaction(SIGWINCH, &action, &handlers->resize_before);
    sigaction(SIGTSTP, NULL, &handlers->stop_before);
    if (handlers->stop_before.sa_handler != SIG_IGN) {
        sigaction(SIGTSTP, &action, NULL);
    }
    signals_begin();
}

static void handlers_end(const struct handlers *handlers)
{
    signals_end();
    sigaction(SIGTSTP, &handlers->stop_before, NULL);
    sigaction(SIGWINCH, &handlers->resize_before, NULL);
}

/* ---- The terminal ----------------------------------------------------------------------------------------- */

/* Returns 0 or an errno; a signal that ends the animation also ends a write that waits, with EINTR. */
static int write_all(const char *text, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(STDOUT_FILENO, text, size);
        if (written >= 0) {
            text += written;
            size -= (size_t)written;
        } else if (errno != EINTR || signals_caught()) {
            return errno;
        }
    }
    return 0;
}

/* Tries again after a signal: a terminal that is not restored is worse than waiting for one. */
static int leave(void)
{
    const int code = write_all(leave_sequence, sizeof leave_sequence - 1);
    return code == EINTR ? write_all(leave_sequence, sizeof leave_sequence - 1) : code;
}

/* Writes the lines of a frame that fit the terminal, with the sequences that move the cursor and clear old text. */
static void write_frame(const struct animation *animation, const char *frame, size_t index, FILE *stream)
{
    size_t lines = terminal_size(STDOUT_FILENO).lines;
    fputs(home_sequence, stream);
    for (const char *line = frame; *line != '\0' && lines > 1; --lines) {
        const size_t length = strcspn(line, "\n");
        fprintf(stream, "%.*s%s\n", (int)length, line, clear_line_sequence);
        line += length + 1;
    }
    if (index + 1 == animation->story->frames) {
        fprintf(stream, "%.*s", (int)terminal_size(STDOUT_FILENO).columns, animation->last_line);
    }
    fputs(clear_rest_sequence, stream);
}

/* Closes what open_memstream has opened. Returns 0 or ENOMEM. */
static int close_text(FILE *stream)
{
    const bool failed = ferror(stream) != 0;
    return fclose(stream) != 0 || failed ? ENOMEM : 0;
}

static int draw(const struct animation *animation, size_t index, char **text, size_t *size)
{
    char *frame = NULL;
    size_t frame_size = 0;
    struct picture_style style = animation_style(animation->width, animation->height, animation->colours);
    style.cuts = true;
    FILE *stream = open_memstream(&frame, &frame_size);
    if (stream == NULL) {
        return ENOMEM;
    }
    picture_draw(animation->story, index, &style, stream);
    int code = close_text(stream);
    stream = code == 0 ? open_memstream(text, size) : NULL;
    if (stream != NULL) {
        write_frame(animation, frame, index, stream);
        code = close_text(stream);
    } else {
        code = ENOMEM;
    }
    free(frame);
    return code;
}

static int show(const struct animation *animation, size_t index)
{
    char *text = NULL;
    size_t size = 0;
    int code = draw(animation, index, &text, &size);
    if (code == 0) {
        code = write_all(text, size);
    }
    free(text);
    return code;
}

/* ---- Time ------------------------------------------------------------------------------------------------- */

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * second_ns + now.tv_nsec;
}

/* Waits for a signal until a time. No signal is missed between the check and the wait. */
static void wait_until(int64_t end_ns)
{
    sigset_t ours;
    sigset_t before;
    sigemptyset(&ours);
    signals_add(&ours);
    sigaddset(&ours, SIGTSTP);
    sigaddset(&ours, SIGWINCH);
    sigprocmask(SIG_BLOCK, &ours, &before);
    const int64_t left_ns = end_ns - now_ns();
    if (left_ns > 0 && !signals_caught() && !resized && !asked_to_stop) {
        const struct timespec left = {.tv_sec = left_ns / second_ns, .tv_nsec = left_ns % second_ns};
        ppoll(NULL, 0, &left, &before);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Gives the terminal back while the program is stopped. */
static int stop(void)
{
    const struct sigaction by_default = {.sa_handler = SIG_DFL};
    struct sigaction ours;
    const int code = leave();
    asked_to_stop = 0;
    sigaction(SIGTSTP, &by_default, &ours);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &ours, NULL);
    return code != 0 ? code : write_all(enter_sequence, sizeof enter_sequence - 1);
}

/* Shows a frame for its duration, and again if the terminal changes meanwhile. */
static int hold(const struct animation *animation, size_t index)
{
    const int64_t end_ns = now_ns() + second_ns / animation->frames_s;
    int code;
    do {
        resized = 0;
        code = show(animation, index);
        if (code == 0) {
            wait_until(end_ns);
        }
        if (code == 0 && asked_to_stop) {
            code = stop();
            resized = 1;
        }
    } while (code == 0 && resized && !signals_caught());
    return code;
}

int animation_play(const struct animation *animation)
{
    struct handlers handlers;
    handlers_begin(&handlers);
    int code = write_all(enter_sequence, sizeof enter_sequence - 1);
    for (size_t i = 0; i < animation->story->frames && code == 0 && !signals_caught(); ++i) {
        code = hold(animation, i);
    }
    const int left = leave();
    handlers_end(&handlers);
    return signals_caught() ? 0 : code != 0 ? code : left;
}
