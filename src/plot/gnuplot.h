/* Pictures that gnuplot draws from a script into the FILE of --plot. */
#ifndef FIRESIEVE_PLOT_GNUPLOT_H
#define FIRESIEVE_PLOT_GNUPLOT_H

#include <stdbool.h>
#include <stdio.h>

#include "plot/picture_file.h"

/* Writes the commands that draw the picture, after a line that sets the terminal. */
typedef void (*gnuplot_writer)(FILE *script, const void *context);

struct gnuplot_picture {
    int width; /* in pixels */
    int height;
    gnuplot_writer write;
    const void *context;
};

/*
 * Whether a picture can be drawn into a file of that name: it ends in .svg or .png, its folder can be written to,
 * nothing but a regular file is in its place, none that is read (standard input, `inputs` up to a NULL, and `other`,
 * which may be NULL), and gnuplot is there. False: `why`, of PICTURE_WHY_SIZE bytes, says what is wrong.
 */
bool gnuplot_check(const char *path, const char *const *inputs, const char *other, char *why);

/*
 * Draws a picture. The file is replaced once it is complete, and keeps its permissions. A signal that is caught ends
 * gnuplot, and nothing is left behind. False: `why` says why not.
 */
bool gnuplot_draw(const struct gnuplot_picture *picture, const char *path, char *why);

/* Writes a text as gnuplot takes it literally, with ? for what is not UTF-8 and for control characters. */
void gnuplot_write_text(FILE *script, const char *text);

#endif
