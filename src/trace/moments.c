#include "trace/moments.h"

#include <inttypes.h>
#include <string.h>

static const char *const way_names[] = {[SCANNER_STAYS] = "stays", [SCANNER_DOWN] = "down", [SCANNER_UP] = "up"};

/* The width of a column: that of its head, or of the largest number that can be in it. */
static int width_of(const char *head, firesieve_delay largest)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    const size_t digits = strlen(firesieve_delay_format(largest, text));
    return (int)(digits > strlen(head) ? digits : strlen(head));
}

bool moments_print(const struct crossing *crossing, struct go_on go_on, FILE *stream)
{
    const uint64_t last = crossing_last(crossing);
    const int depth = width_of("depth", last);
    const int range = width_of("range", crossing->longest);
    const int when = width_of("time", crossing->delay + last);
    const int position = width_of("scanner", crossing->longest - 1);
    fprintf(stream, "%*s  %*s  %*s  %*s  %-5s  %s\n", depth, "depth", range, "range", when, "time", position, "scanner",
            "moves", "back at the top in");
    for (size_t i = 0; i < crossing->count && !ferror(stream); ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const firesieve_layer *const layer = &crossing->layers[i];
        const firesieve_delay time = crossing->delay + layer->depth;
        const struct scanner scanner = scanner_at(layer->range, time);
        char text[FIRESIEVE_DELAY_TEXT_SIZE];
        fprintf(stream, "%*" PRIu64 "  %*" PRIu64 "  %*s  %*" PRIu64 "  %-5s  ", depth, layer->depth, range,
                layer->range, when, firesieve_delay_format(time, text), position, scanner.position,
                way_names[scanner.way]);
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
