/* The crossing as a sequence of frames: each one is the firewall at a picosecond, as text. */
#ifndef FIRESIEVE_TRACE_PICTURE_H
#define FIRESIEVE_TRACE_PICTURE_H

#include "trace/crossing.h"

/* ---- Columns ---------------------------------------------------------------------------------------------- */

/* A picture has one column per depth, but folds stretches without a layer that are longer than COLUMNS_GAP_MAX. */
#define COLUMNS_MAX 1000
#define COLUMNS_GAP_MAX 4

struct column {
    uint64_t depth;  /* the first */
    uint64_t depths; /* that the column stands for; 1 for a layer */
    uint64_t range;  /* 0: no layer */
};

struct columns {
    struct column items[COLUMNS_MAX];
    size_t count;
};

/* Lays out the depths from 0 to the last layer's. False: too many columns. */
bool columns_lay_out(const struct crossing *crossing, struct columns *columns);

/* ---- Frames ----------------------------------------------------------------------------------------------- */

/* The smallest frame: room for the mark of a cut, and for a column of the largest depth. */
#define PICTURE_WIDTH_MIN 24
#define PICTURE_HEIGHT_MIN 6

/* A wait that is not longer can have a frame for each picosecond; a longer one has one frame for all. */
#define PICTURE_WAITS_MAX 10

struct picture_style {
    size_t width;  /* maximum characters of a line, at least PICTURE_WIDTH_MIN */
    size_t height; /* maximum lines of a frame and one more below it, at least PICTURE_HEIGHT_MIN */
    bool colours;  /* with the escape sequences of terminals */
    bool cuts;     /* cut the first line to the width as well */
};

struct story {
    const struct crossing *crossing;
    const struct columns *columns;
    size_t waits;  /* frames before the packet moves: 0 if it does not wait, */
    size_t frames; /* and one for each column */
};

/* `shows_waits`: every picosecond of a short wait has a frame. */
struct story story_begin(const struct crossing *crossing, const struct columns *columns, bool shows_waits);

/*
 * Draws frame `index`: the packet has moved in, and the scanners have not moved since. Lines have no blanks at their
 * ends; the last one ends in a newline as well. Errors are those of the stream.
 */
void picture_draw(const struct story *story, size_t index, const struct picture_style *style, FILE *stream);

#endif
