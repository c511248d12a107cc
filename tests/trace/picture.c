/* A picture must agree with scanners that step and a packet that walks. */
#include "trace/picture.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "stepping.h"

enum { LINES_MOST = 64, LAYERS = 40, DEPTH = 70, RANGE = 30 };

/* A frame, line by line. */
struct frame {
    char *text;
    char *lines[LINES_MOST];
    size_t count;
};

static struct frame draw(const struct story *story, size_t index, const struct picture_style *style)
{
    struct frame frame = {.text = NULL};
    size_t size;
    FILE *const stream = open_memstream(&frame.text, &size);
    cr_assert(stream != NULL);
    picture_draw(story, index, style, stream);
    cr_assert(fclose(stream) == 0 && size > 0 && frame.text[size - 1] == '\n');
    for (char *line = frame.text; *line != '\0';) {
        cr_assert(frame.count < LINES_MOST);
        frame.lines[frame.count++] = line;
        line += strcspn(line, "\n");
        *line++ = '\0';
    }
    return frame;
}

/* The character at a position in a line, or a blank past its end. */
static char at(const char *line, size_t column)
{
    if (column >= strlen(line)) {
        return ' ';
    }
    return line[column];
}

static const firesieve_layer *layer_at(const firesieve_layer *layers, size_t count, uint64_t depth)
{
    for (size_t i = 0; i < count; ++i) {
        if (layers[i].depth == depth) {
            return &layers[i];
        }
    }
    return NULL;
}

/* A picture being read. */
struct reading {
    const firesieve_layer *layers;
    size_t count;
    const struct frame *frame;
    uint64_t time;   /* of the scanners */
    size_t rows;     /* at most, not counting the line of cuts */
    size_t cell;     /* width */
    uint64_t packet; /* its depth, or UINT64_MAX */
};

/* Checks a column by its middle: a scanner at the right position, brackets around each cell, nothing else. */
static void read_column(const struct reading *reading, size_t middle, uint64_t depth)
{
    const firesieve_layer *const layer = layer_at(reading->layers, reading->count, depth);
    char *const *const rows = reading->frame->lines + 2;
    const char *const around = depth == reading->packet ? "()" : "[]";
    if (layer == NULL) {
        cr_assert(at(rows[0], middle) == '.' && at(rows[0], middle - 1) == (depth == reading->packet ? '(' : '.'));
        return;
    }
    const uint64_t position = stepping_at(layer->range, reading->time);
    for (size_t row = 0; row < reading->rows && row + 2 < reading->frame->count; ++row) {
        const bool inside = row < layer->range;
        cr_assert(at(rows[row], middle) == (inside && position == row ? 'S' : ' '), "depth %" PRIu64, depth);
        cr_assert(at(rows[row], middle - 1) == (inside ? (row == 0 ? around[0] : '[') : ' '));
        cr_assert(at(rows[row], middle + 1) == (inside ? (row == 0 ? around[1] : ']') : ' '));
    }
    if (layer->range > reading->rows) {
        char mark[16];
        const bool below = position >= reading->rows;
        snprintf(mark, sizeof mark, "%c%" PRIu64, below ? 'v' : '+', below ? position : layer->range - reading->rows);
        const char *const line = rows[reading->rows];
        const size_t start = middle - reading->cell / 2 + (reading->cell - strlen(mark)) / 2;
        cr_assert(start + strlen(mark) <= strlen(line) && memcmp(line + start, mark, strlen(mark)) == 0);
    }
}

/* Checks all visible columns by their labels, and that the packet's is one of them. */
static void read_columns(const struct reading *reading)
{
    const char *const labels = reading->frame->lines[1];
    bool packet_seen = reading->packet == UINT64_MAX;
    for (size_t start = 1; start < strlen(labels) && labels[start] != '>'; start += reading->cell + 1) {
        char label[16];
        snprintf(label, sizeof label, "%.*s", (int)reading->cell, labels + start);
        const char *const text = label + strspn(label, " ");
        if (text[0] == '\0' || text[0] == '>') {
            break;
        }
        packet_seen |= text[0] != '~' && strtoull(text, NULL, 10) == reading->packet;
        if (text[0] != '~') {
            read_column(reading, start + reading->cell / 2, strtoull(text, NULL, 10));
        }
    }
    cr_assert(packet_seen);
}

static void check_frame(const struct reading *reading, const struct picture_style *style)
{
    const struct frame *const frame = reading->frame;
    cr_assert(frame->count < style->height);
    for (size_t i = 0; i < frame->count; ++i) {
        const size_t length = strlen(frame->lines[i]);
        cr_assert(length <= style->width && (length == 0 || frame->lines[i][length - 1] != ' '));
    }
    read_columns(reading);
}

Test(picture, agrees_with_stepping)
{
    enum { FIREWALLS = 150, DELAY = 30, WIDTH = 120, HEIGHT = 40 };
    struct dice dice = {7};
    for (int i = 0; i < FIREWALLS; ++i) {
        firesieve_layer layers[LAYERS];
        static struct columns columns;
        struct crossing crossing;
        const size_t count = dice_layers(&dice, layers, LAYERS, dice_roll(&dice, DEPTH), 1 + dice_roll(&dice, RANGE));
        firesieve_firewall *const firewall = firewall_of(layers, count);
        const uint64_t delay = dice_roll(&dice, DELAY);
        const struct picture_style style = {
            .width = PICTURE_WIDTH_MIN + (size_t)dice_roll(&dice, WIDTH),
            .height = PICTURE_HEIGHT_MIN + (size_t)dice_roll(&dice, HEIGHT),
            .cuts = true,
        };
        cr_assert(crossing_begin(firewall, delay, (struct go_on){NULL, NULL}, &crossing) &&
                  columns_lay_out(&crossing, &columns));
        const struct story story = story_begin(&crossing, &columns, i % 2 == 0);
        const bool each = i % 2 == 0 && delay <= PICTURE_WAITS_MAX;
        cr_assert(story.waits == (each ? delay : delay > 0) && story.frames == story.waits + columns.count);
        for (size_t j = 0; j < story.frames; ++j) {
            const struct frame frame = draw(&story, j, &style);
            const bool waits = j < story.waits;
            const struct column *const column = waits ? NULL : &columns.items[j - story.waits];
            const bool cut = crossing.longest > style.height - 3;
            const struct reading reading = {
                .layers = layers,
                .count = count,
                .frame = &frame,
                .time = !waits ? delay + column->depth + column->depths - 1
                        : each ? j
                               : delay - 1,
                /* There is a line of cuts if a visible column needs one. */
                .rows = style.height - (strpbrk(frame.lines[frame.count - 1], "+v") != NULL ? 4 : 3),
                .cell = cut ? 5 : 3,
                .packet = waits || column->depths > 1 ? UINT64_MAX : column->depth,
            };
            check_frame(&reading, &style);
            free(frame.text);
        }
        crossing_end(&crossing);
        firesieve_firewall_free(firewall);
    }
}

/* If nothing scrolls, folds or is cut, a frame is its picture. */
Test(picture, colours_surround_only_the_cells)
{
    static const firesieve_layer layers[] = {{0, 1}, {1, 2}, {3, 2}};
    static struct columns columns;
    struct crossing crossing;
    firesieve_firewall *const firewall = firewall_of(layers, COUNT_OF(layers));
    const struct picture_style style = {.width = 80, .height = 24, .colours = true};
    cr_assert(crossing_begin(firewall, 0, (struct go_on){NULL, NULL}, &crossing) &&
              columns_lay_out(&crossing, &columns));
    const struct story story = story_begin(&crossing, &columns, false);
    static const char *const rows[] = {
        " \033[1;31m(S)\033[0m \033[33m[S]\033[0m ... \033[33m[S]\033[0m",
        " \033[33m[S]\033[0m \033[1;32m( )\033[0m ... [ ]",
        " \033[33m[S]\033[0m \033[33m[S]\033[0m \033[1;32m(.)\033[0m \033[33m[S]\033[0m",
        " \033[33m[S]\033[0m [ ] ... \033[1;32m( )\033[0m",
    };
    cr_assert(story.waits == 0 && story.frames == COUNT_OF(rows));
    for (size_t i = 0; i < story.frames; ++i) {
        const struct frame frame = draw(&story, i, &style);
        cr_expect_str_eq(frame.lines[2], rows[i]);
        free(frame.text);
    }
    crossing_end(&crossing);
    firesieve_firewall_free(firewall);
}

/* Numbers of at most four characters, never larger than the true ones. */
Test(picture, large_numbers_are_cut)
{
    static const struct {
        firesieve_delay delay;
        uint64_t range;
        const char *wanted; /* below the cut */
    } cases[] = {
        {0, 5, "  +3"},
        {0, 10001, " +9999"},
        {0, 10002, " +10k"},
        {0, 1000001, " +999k"},
        {0, 1000002, "  +1M"},
        {0, 4611686018427387904, "  +4E"},
        {12345, 4611686018427387904, " v12k"},
        {2, 4611686018427387904, "  v2"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); ++i) {
        static struct columns columns;
        struct crossing crossing;
        const firesieve_layer layer = {.depth = 0, .range = cases[i].range};
        firesieve_firewall *const firewall = firewall_of(&layer, 1);
        const struct picture_style style = {.width = PICTURE_WIDTH_MIN, .height = PICTURE_HEIGHT_MIN};
        cr_assert(crossing_begin(firewall, cases[i].delay, (struct go_on){NULL, NULL}, &crossing) &&
                  columns_lay_out(&crossing, &columns));
        const struct story story = story_begin(&crossing, &columns, false);
        const struct frame frame = draw(&story, story.frames - 1, &style);
        cr_expect(frame.count == PICTURE_HEIGHT_MIN - 1, "%zu lines", frame.count);
        cr_expect_str_eq(frame.lines[frame.count - 1], cases[i].wanted);
        free(frame.text);
        crossing_end(&crossing);
        firesieve_firewall_free(firewall);
    }
}
