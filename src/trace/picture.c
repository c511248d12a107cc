#include "trace/picture.h"
#include "base/plural.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { CELL_WIDTH = 3, HEADER_SIZE = 256, CELL_SIZE = 24, LINES_BESIDE_ROWS = 3 };

static const char colour_caught[] = "\033[1;31m";
static const char colour_safe[] = "\033[1;32m";
static const char colour_scanner[] = "\033[33m";
static const char colour_none[] = "\033[0m";

/* ---- Columns ---------------------------------------------------------------------------------------------- */

static bool append(struct columns *columns, struct column column)
{
    if (columns->count == COLUMNS_MAX) {
        return false;
    }
    columns->items[columns->count++] = column;
    return true;
}

/* Appends a stretch without layers: folded into one column, or a column for each depth. */
static bool append_gap(struct columns *columns, uint64_t depth, uint64_t depths)
{
    if (depths > COLUMNS_GAP_MAX) {
        return append(columns, (struct column){.depth = depth, .depths = depths});
    }
    for (uint64_t i = 0; i < depths; ++i) {
        if (!append(columns, (struct column){.depth = depth + i, .depths = 1})) {
            return false;
        }
    }
    return true;
}

bool columns_lay_out(const struct crossing *crossing, struct columns *columns)
{
    uint64_t next = 0;
    columns->count = 0;
    for (size_t i = 0; i < crossing->count; ++i) {
        const firesieve_layer *const layer = &crossing->layers[i];
        if (!append_gap(columns, next, layer->depth - next) ||
            !append(columns, (struct column){.depth = layer->depth, .depths = 1, .range = layer->range})) {
            return false;
        }
        next = layer->depth + 1;
    }
    return true;
}

/* ---- When ------------------------------------------------------------------------------------------------- */

struct story story_begin(const struct crossing *crossing, const struct columns *columns, bool shows_waits)
{
    const bool each = shows_waits && crossing->delay <= PICTURE_WAITS_MAX;
    const size_t waits = each ? (size_t)crossing->delay : crossing->delay > 0;
    return (struct story){crossing, columns, waits, waits + columns->count};
}

/* The moment that a frame shows. */
struct scene {
    firesieve_delay first; /* of the picoseconds that the frame stands for; it shows the last one */
    firesieve_delay last;
    const struct column *packet; /* or NULL: it is not in yet */
};

static struct scene find_scene(const struct story *story, size_t index)
{
    const firesieve_delay delay = story->crossing->delay;
    if (index >= story->waits) {
        const struct column *const column = &story->columns->items[index - story->waits];
        const firesieve_delay first = delay + column->depth;
        return (struct scene){first, first + column->depths - 1, column};
    }
    const bool each = story->waits == delay;
    return (struct scene){each ? index : 0, each ? index : delay - 1, NULL};
}

/* ---- Lines ------------------------------------------------------------------------------------------------ */

/* A line being written: blanks are held back until something follows them. */
struct line {
    FILE *stream;
    size_t blanks;
};

/* `colour` may be NULL. */
static void put(struct line *line, const char *colour, const char *text)
{
    fprintf(line->stream, "%*s%s%s%s", (int)line->blanks, "", colour != NULL ? colour : "", text,
            colour != NULL ? colour_none : "");
    line->blanks = 0;
}

static void end_line(struct line *line)
{
    putc('\n', line->stream);
    line->blanks = 0;
}

/* Puts a text into the middle of a cell, one blank after the last one; all cells have the same width. */
static void put_cell(struct line *line, size_t width, const char *colour, const char *text)
{
    const size_t length = strlen(text);
    const size_t left = (width - length) / 2;
    line->blanks += 1 + left;
    if (length > 0) {
        put(line, colour, text);
    }
    line->blanks += width - length - left;
}

/* ---- Cells ------------------------------------------------------------------------------------------------ */

/* Writes a sign and a number of at most four characters; the digits cut off are less than a tenth of it. */
static void format_short(char sign, uint64_t number, char *text)
{
    enum { FOUR_DIGITS = 10000, THOUSAND = 1000 };
    static const char units[] = "kMGTPE";
    if (number < FOUR_DIGITS) {
        snprintf(text, CELL_SIZE, "%c%" PRIu64, sign, number);
        return;
    }
    size_t unit = 0;
    for (number /= THOUSAND; number >= THOUSAND; number /= THOUSAND) {
        ++unit;
    }
    snprintf(text, CELL_SIZE, "%c%" PRIu64 "%c", sign, number, units[unit]);
}

/* Writes the depth, or the number of depths that the column stands for. */
static void format_label(const struct column *column, char *text)
{
    if (column->depths == 1) {
        snprintf(text, CELL_SIZE, "%" PRIu64, column->depth);
    } else {
        format_short('~', column->depths, text);
    }
}

/* Writes, below a column that is cut, the number of rows there, or the position of the scanner if it is there. */
static void format_cut(const struct column *column, size_t rows, uint64_t position, char *text)
{
    text[0] = '\0';
    if (column->range > rows && position >= rows) {
        format_short('v', position, text);
    } else if (column->range > rows) {
        format_short('+', column->range - rows, text);
    }
}

/* ---- The grid --------------------------------------------------------------------------------------------- */

/* The part of the firewall that a frame shows, and its style. */
struct grid {
    const struct story *story;
    const struct picture_style *style;
    struct scene scene;
    size_t cell;  /* width in characters */
    size_t first; /* of the columns that are shown */
    size_t end;   /* one after the last of them */
    size_t rows;
    bool cut; /* some of these columns continue below */
};

/* From all columns, including those that are not shown, so that cells keep their width from frame to frame. */
static size_t cell_width(const struct columns *columns, bool cut)
{
    size_t width = cut ? CELL_WIDTH + 2 : CELL_WIDTH;
    for (size_t i = 0; i < columns->count; ++i) {
        char text[CELL_SIZE];
        format_label(&columns->items[i], text);
        width = strlen(text) > width ? strlen(text) : width;
    }
    return width;
}

/* Chooses all columns, or as many as fit, with the packet in the middle. */
static void choose_columns(struct grid *grid, size_t index)
{
    const struct story *const story = grid->story;
    const size_t count = story->columns->count;
    const size_t fit = (grid->style->width - 1) / (grid->cell + 1);
    const size_t shown = fit == 0 ? 1 : fit < count ? fit : count;
    const size_t packet = index < story->waits ? 0 : index - story->waits;
    const size_t before = shown / 2;
    const size_t first = packet < before ? 0 : packet - before;
    grid->first = first + shown > count ? count - shown : first;
    grid->end = grid->first + shown;
}

static struct grid make_grid(const struct story *story, size_t index, const struct picture_style *style)
{
    const size_t room = style->height - LINES_BESIDE_ROWS;
    struct grid grid = {.story = story, .style = style, .scene = find_scene(story, index)};
    grid.cell = cell_width(story->columns, story->crossing->longest > room);
    choose_columns(&grid, index);
    uint64_t longest = 1; /* range of the columns that are shown */
    for (size_t i = grid.first; i < grid.end; ++i) {
        const uint64_t range = story->columns->items[i].range;
        longest = range > longest ? range : longest;
    }
    grid.cut = longest > room;
    grid.rows = grid.cut ? room - 1 : (size_t)longest;
    return grid;
}

/* The scanner of a column, at position 0 if there is none. */
static struct scanner scanner_of(const struct grid *grid, const struct column *column)
{
    if (column->range == 0) {
        return (struct scanner){.position = 0};
    }
    return scanner_at(column->range, grid->scene.last);
}

/* Marks at the ends show that there are more columns. */
static void draw_labels(const struct grid *grid, FILE *stream)
{
    struct line line = {.stream = stream};
    const struct columns *const columns = grid->story->columns;
    for (size_t i = grid->first; i < grid->end; ++i) {
        char text[CELL_SIZE];
        format_label(&columns->items[i], text);
        if (i == grid->first && i > 0) {
            const size_t left = (grid->cell - strlen(text)) / 2;
            fprintf(stream, "<%*s%s", (int)left, "", text);
            line.blanks = grid->cell - strlen(text) - left;
        } else {
            put_cell(&line, grid->cell, NULL, text);
        }
    }
    if (grid->end < columns->count) {
        put(&line, NULL, ">");
    }
    end_line(&line);
}

static void draw_row(const struct grid *grid, size_t row, FILE *stream)
{
    struct line line = {.stream = stream};
    for (size_t i = grid->first; i < grid->end; ++i) {
        const struct column *const column = &grid->story->columns->items[i];
        const bool packet = row == 0 && column == grid->scene.packet;
        const bool here = column->range > 0 && scanner_of(grid, column).position == row;
        const char *text = "";
        if (column->range > row) {
            text = packet ? (here ? "(S)" : "( )") : here ? "[S]" : "[ ]";
        } else if (row == 0) {
            text = packet ? "(.)" : "...";
        }
        const char *const colour = packet ? (here ? colour_caught : colour_safe) : here ? colour_scanner : NULL;
        put_cell(&line, grid->cell, grid->style->colours ? colour : NULL, text);
    }
    end_line(&line);
}

static void draw_cuts(const struct grid *grid, FILE *stream)
{
    struct line line = {.stream = stream};
    for (size_t i = grid->first; i < grid->end; ++i) {
        const struct column *const column = &grid->story->columns->items[i];
        char text[CELL_SIZE];
        format_cut(column, grid->rows, scanner_of(grid, column).position, text);
        const char *const colour = text[0] == 'v' && grid->style->colours ? colour_scanner : NULL;
        put_cell(&line, grid->cell, colour, text);
    }
    end_line(&line);
}

/* ---- The header ------------------------------------------------------------------------------------------- */

struct header {
    char text[HEADER_SIZE];
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void say(struct header *header, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int wanted = vsnprintf(header->text + header->length, HEADER_SIZE - header->length, format, arguments);
    va_end(arguments);
    const size_t room = HEADER_SIZE - 1 - header->length;
    header->length += wanted >= 0 && (size_t)wanted < room ? (size_t)wanted : room;
}

static void say_layer(struct header *header, const struct scene *scene)
{
    char number[FIRESIEVE_DELAY_TEXT_SIZE];
    const struct column *const column = scene->packet;
    const struct scanner scanner = scanner_at(column->range, scene->last);
    say(header, ", depth %" PRIu64 ": ", column->depth);
    if (scanner.position == 0) {
        const firesieve_delay severity = (firesieve_delay)column->depth * column->range;
        say(header, "caught, severity %" PRIu64 " * %" PRIu64 " = %s", column->depth, column->range,
            firesieve_delay_format(severity, number));
    } else {
        say(header, "safe, the scanner is at %" PRIu64 ", at the top in %" PRIu64 " picosecond%s", scanner.position,
            scanner.back_in, plural(scanner.back_in));
    }
}

static void say_scene(struct header *header, const struct story *story, const struct scene *scene)
{
    char first[FIRESIEVE_DELAY_TEXT_SIZE];
    char last[FIRESIEVE_DELAY_TEXT_SIZE];
    firesieve_delay_format(scene->first, first);
    firesieve_delay_format(scene->last, last);
    const bool one = scene->first == scene->last;
    say(header, one ? "Picosecond %s" : "Picoseconds %s to %s", first, last);
    if (scene->packet == NULL) {
        say(header, ": the packet waits until %s", firesieve_delay_format(story->crossing->delay, first));
    } else if (scene->packet->range > 0) {
        say_layer(header, scene);
    } else if (one) {
        say(header, ", depth %" PRIu64 ": no layer", scene->packet->depth);
    } else {
        say(header, ", depths %" PRIu64 " to %" PRIu64 ": no layers", scene->packet->depth,
            scene->packet->depth + scene->packet->depths - 1);
    }
}

static void cut(struct header *header, size_t width)
{
    header->length = header->length < width ? header->length : width;
    while (header->length > 0 && header->text[header->length - 1] == ' ') {
        --header->length;
    }
    header->text[header->length] = '\0';
}

void picture_draw(const struct story *story, size_t index, const struct picture_style *style, FILE *stream)
{
    const struct grid grid = make_grid(story, index, style);
    struct header header = {.length = 0};
    say_scene(&header, story, &grid.scene);
    if (style->cuts) {
        cut(&header, style->width);
    }
    fprintf(stream, "%s\n", header.text);
    draw_labels(&grid, stream);
    for (size_t row = 0; row < grid.rows; ++row) {
        draw_row(&grid, row, stream);
    }
    if (grid.cut) {
        draw_cuts(&grid, stream);
    }
}
