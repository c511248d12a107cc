/* A story played on a terminal: each frame in place of the one before. */
#ifndef FIRESIEVE_CLI_ANIMATION_H
#define FIRESIEVE_CLI_ANIMATION_H

#include "trace/picture.h"

struct animation {
    const struct story *story;
    unsigned frames_s; /* frames a second */
    size_t width;      /* 0: the terminal's, whenever it changes */
    size_t height;     /* likewise */
    bool colours;
    const char *last_line; /* below the last frame */
};

/*
 * Plays it on standard output, which redraws (see cli/terminal.h), on the alternate screen and without the cursor; the
 * terminal is as before when this returns, also after a signal (signals_caught), and while the program is stopped by
 * SIGTSTP. Returns 0, or an errno if the terminal could not be written to or memory ran out.
 */
int animation_play(const struct animation *animation);

/* The style of a frame with these settings (0: the terminal's size). */
struct picture_style animation_style(size_t width, size_t height, bool colours);

#endif
