/* The crossing as a story of frames: each one is the firewall at a picosecond, as text. */
#ifndef FIRESIEVE_TRACE_PICTURE_H
#define FIRESIEVE_TRACE_PICTURE_H

#include "trace/columns.h"

/* The smallest frame: room for the mark of a cut, and for a column of the largest depth. */
#define PICTURE_WIDTH_MIN 24
#define PICTURE_HEIGHT_MIN 6

/* A wait that is not longer can have a frame for each picosecond; a longer one has one frame for all. */
#define PICTURE_WAITS_MAX 10

struct picture_style {
    size_t width;  /* characters that a line may have, at least PICTURE_WIDTH_MIN */
    size_t height; /* lines that a frame may have with one more below it, at least PICTURE_HEIGHT_MIN */
    bool colours;  /* by the escape sequences of terminals */
    bool cuts;     /* also the first line is cut to the width */
};

struct story {
    const struct crossing *crossing;
    const struct columns *columns;
    size_t waits;  /* frames before the packet moves: 0 where it does not wait, */
    size_t frames; /* and one for each column */
};

/* Whether every picosecond of a short wait is to be shown. */
struct story story_begin(const struct crossing *crossing, const struct columns *columns, bool shows_waits);

/*
 * Draws frame `index`, with the packet moved in and the scanners where they are when it is looked for. Lines have no
 * blanks at their ends; the last one ends in a newline as well. Errors are those of the stream.
 */
void picture_draw(const struct story *story, size_t index, const struct picture_style *style, FILE *stream);

#endif
