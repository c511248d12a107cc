#include "trace/crossing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/large.h"
#include "base/plural.h"
#include "base/sort.h"

struct scanner scanner_at(uint64_t range, firesieve_delay time)
{
    if (range == 1) {
        return (struct scanner){.way = SCANNER_STAYS};
    }
    const uint64_t bottom = range - 1;
    const uint64_t period = 2 * bottom;
    const uint64_t phase = (uint64_t)(time % period);
    return (struct scanner){
        .position = phase <= bottom ? phase : period - phase,
        .back_in = phase == 0 ? 0 : period - phase,
        .way = phase < bottom ? SCANNER_DOWN : SCANNER_UP,
    };
}

static int compare_depths(const void *a, const void *b)
{
    const uint64_t first = ((const firesieve_layer *)a)->depth;
    const uint64_t second = ((const firesieve_layer *)b)->depth;
    return (first > second) - (first < second);
}

/* Sorts the layers by depth, in a copy, unless they ascend already. */
static bool sort(struct crossing *crossing, struct go_on go_on)
{
    size_t ascending = 1;
    while (ascending < crossing->count && crossing->layers[ascending - 1].depth <= crossing->layers[ascending].depth) {
        ++ascending;
    }
    if (ascending >= crossing->count) {
        return true;
    }
    crossing->sorted = large_reallocarray(NULL, crossing->count, sizeof *crossing->sorted);
    if (crossing->sorted == NULL) {
        return false;
    }
    memcpy(crossing->sorted, crossing->layers, crossing->count * sizeof *crossing->sorted);
    crossing->layers = crossing->sorted;
    return sort_items_while(crossing->sorted, crossing->count, sizeof *crossing->sorted, compare_depths, go_on);
}

static bool survey(struct crossing *crossing, struct go_on go_on)
{
    for (size_t i = 0; i < crossing->count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const firesieve_layer *const layer = &crossing->layers[i];
        crossing->longest = layer->range > crossing->longest ? layer->range : crossing->longest;
        if (scanner_at(layer->range, crossing->delay + layer->depth).position != 0) {
            continue;
        }
        if (crossing->caught < CROSSING_TOLD) {
            crossing->caught_at[crossing->caught] = layer->depth;
        }
        ++crossing->caught;
    }
    return true;
}

bool crossing_begin(const firesieve_firewall *firewall, firesieve_delay delay, struct go_on go_on,
                    struct crossing *crossing)
{
    *crossing = (struct crossing){
        .delay = delay,
        .layers = firesieve_firewall_layers(firewall),
        .count = firesieve_firewall_layer_count(firewall),
    };
    if (!sort(crossing, go_on)) {
        return false;
    }
    crossing->has_severity = firesieve_firewall_severity(firewall, delay, &crossing->severity, NULL) == FIRESIEVE_OK;
    return survey(crossing, go_on);
}

void crossing_end(struct crossing *crossing)
{
    free(crossing->sorted);
    crossing->sorted = NULL;
}

uint64_t crossing_last(const struct crossing *crossing)
{
    return crossing->layers[crossing->count - 1].depth;
}

const char *crossing_verdict(const struct crossing *crossing, char *text)
{
    char delay[FIRESIEVE_DELAY_TEXT_SIZE];
    char severity[FIRESIEVE_DELAY_TEXT_SIZE];
    char number[32] = "";
    const size_t told = crossing->caught < CROSSING_TOLD ? crossing->caught : CROSSING_TOLD;
    firesieve_delay_format(crossing->delay, delay);
    if (crossing->caught == 0) {
        snprintf(text, CROSSING_VERDICT_SIZE, "delay %s: safe", delay);
        return text;
    }
    if (told < crossing->caught) {
        snprintf(number, sizeof number, "%zu ", crossing->caught);
    }
    size_t used = (size_t)snprintf(text, CROSSING_VERDICT_SIZE, "delay %s: caught at %sdepth%s%s", delay, number,
                                   plural(crossing->caught), told < crossing->caught ? ", first" : "");
    for (size_t i = 0; i < told; ++i) {
        used += (size_t)snprintf(text + used, CROSSING_VERDICT_SIZE - used, "%s%" PRIu64, i == 0 ? " " : ", ",
                                 crossing->caught_at[i]);
    }
    snprintf(text + used, CROSSING_VERDICT_SIZE - used, ": severity %s",
             crossing->has_severity ? firesieve_delay_format(crossing->severity, severity) : "2^128 or more");
    return text;
}

/* ---- As a table -------------------------------------------------------------------------------------------- */

static const char *const way_names[] = {[SCANNER_STAYS] = "stays", [SCANNER_DOWN] = "down", [SCANNER_UP] = "up"};

/* The width of a column: that of its head, or of the largest number that can be in it. */
static int width_of(const char *head, firesieve_delay largest)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    const size_t digits = strlen(firesieve_delay_format(largest, text));
    return (int)(digits > strlen(head) ? digits : strlen(head));
}

bool moments_print(const struct crossing *crossing, bool json, struct go_on go_on, FILE *stream)
{
    const uint64_t last = crossing_last(crossing);
    const int depth = width_of("depth", last);
    const int range = width_of("range", crossing->longest);
    const int when = width_of("time", crossing->delay + last);
    const int position = width_of("scanner", crossing->longest - 1);
    bool whole = true;
    if (json) {
        putc('[', stream);
    } else {
        fprintf(stream, "%*s  %*s  %*s  %*s  %-5s  %s\n", depth, "depth", range, "range", when, "time", position,
                "scanner", "moves", "back at the top in");
    }
    for (size_t i = 0; i < crossing->count && !ferror(stream); ++i) {
        whole = go_on_at(go_on, i);
        if (!whole) {
            break;
        }
        const firesieve_layer *const layer = &crossing->layers[i];
        const struct scanner scanner = scanner_at(layer->range, crossing->delay + layer->depth);
        const bool caught = scanner.position == 0;
        char time[FIRESIEVE_DELAY_TEXT_SIZE];
        firesieve_delay_format(crossing->delay + layer->depth, time);
        if (json) {
            fprintf(stream,
                    "%s\n    {\"depth\": \"%" PRIu64 "\", \"range\": \"%" PRIu64
                    "\", \"time\": \"%s\", \"scanner\": \"%" PRIu64
                    "\", \"moves\": \"%s\", \"caught\": %s, \"back_in\": \"%" PRIu64 "\"}",
                    i == 0 ? "" : ",", layer->depth, layer->range, time, scanner.position, way_names[scanner.way],
                    caught ? "true" : "false", scanner.back_in);
            continue;
        }
        fprintf(stream, "%*" PRIu64 "  %*" PRIu64 "  %*s  %*" PRIu64 "  %-5s  ", depth, layer->depth, range,
                layer->range, when, time, position, scanner.position, way_names[scanner.way]);
        if (caught) {
            fputs("caught\n", stream);
        } else {
            fprintf(stream, "%" PRIu64 "\n", scanner.back_in);
        }
    }
    fputs(json ? "\n  ]" : "", stream);
    return whole;
}
