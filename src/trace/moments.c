#include "trace/moments.h"

#include <inttypes.h>
#include <string.h>

static const char *const way_names[] = {[SCANNER_STAYS] = "stays", [SCANNER_DOWN] = "down", [SCANNER_UP] = "up"};

static int digits(firesieve_delay number)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    return (int)strlen(firesieve_delay_format(number, text));
}

static int wider(int a, int b)
{
    return a > b ? a : b;
}

/* Columns as wide as the largest number that can be in them. */
struct widths {
    int depth;
    int range;
    int time;
    int scanner;
};

static struct widths measure(const struct crossing *crossing)
{
    const uint64_t last = crossing_last(crossing);
    return (struct widths){
        .depth = wider(digits(last), (int)strlen("depth")),
        .range = wider(digits(crossing->longest), (int)strlen("range")),
        .time = wider(digits(crossing->delay + last), (int)strlen("time")),
        .scanner = wider(digits(crossing->longest - 1), (int)strlen("scanner")),
    };
}

bool moments_print(const struct crossing *crossing, struct go_on go_on, FILE *stream)
{
    const struct widths widths = measure(crossing);
    fprintf(stream, "%*s  %*s  %*s  %*s  %-5s  %s\n", widths.depth, "depth", widths.range, "range", widths.time, "time",
            widths.scanner, "scanner", "moves", "back at the top in");
    for (size_t i = 0; i < crossing->count && !ferror(stream); ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const firesieve_layer *const layer = &crossing->layers[i];
        const firesieve_delay time = crossing->delay + layer->depth;
        const struct scanner scanner = scanner_at(layer->range, time);
        char text[FIRESIEVE_DELAY_TEXT_SIZE];
        fprintf(stream, "%*" PRIu64 "  %*" PRIu64 "  %*s  %*" PRIu64 "  %-5s  ", widths.depth, layer->depth,
                widths.range, layer->range, widths.time, firesieve_delay_format(time, text), widths.scanner,
                scanner.position, way_names[scanner.way]);
        if (scanner.position == 0) {
            fputs("caught\n", stream);
        } else {
            fprintf(stream, "%" PRIu64 "\n", scanner.back_in);
        }
    }
    return true;
}

bool moments_print_json(const struct crossing *crossing, struct go_on go_on, FILE *stream)
{
    putc('[', stream);
    bool whole = true;
    for (size_t i = 0; i < crossing->count && !ferror(stream); ++i) {
        whole = go_on_at(go_on, i);
        if (!whole) {
            break;
        }
        const firesieve_layer *const layer = &crossing->layers[i];
        const firesieve_delay time = crossing->delay + layer->depth;
        const struct scanner scanner = scanner_at(layer->range, time);
        char text[FIRESIEVE_DELAY_TEXT_SIZE];
        fprintf(stream,
                "%s\n    {\"depth\": \"%" PRIu64 "\", \"range\": \"%" PRIu64
                "\", \"time\": \"%s\", \"scanner\": \"%" PRIu64
                "\", \"moves\": \"%s\", \"caught\": %s, \"back_in\": \"%" PRIu64 "\"}",
                i == 0 ? "" : ",", layer->depth, layer->range, firesieve_delay_format(time, text), scanner.position,
                way_names[scanner.way], scanner.position == 0 ? "true" : "false", scanner.back_in);
    }
    fputs("\n  ]", stream);
    return whole;
}
