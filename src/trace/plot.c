#include "trace/plot.h"

#include <inttypes.h>

static const double lane_height = 0.7;          /* of the distance between lanes */
static const uint64_t plain_times = 1000000000; /* later times are relative to the packet's start */

/* The picoseconds of the plot: from shortly before the packet starts until it has crossed. */
struct span {
    firesieve_delay from;
    firesieve_delay to;
    firesieve_delay delay;
};

/* The place of a time on the axis. */
static double axis(const struct span *span, firesieve_delay time)
{
    if (span->delay <= plain_times) {
        return (double)time;
    }
    return (double)(time - span->from) - (double)(span->delay - span->from);
}

static double height(const firesieve_layer *layer, firesieve_delay time)
{
    const uint64_t position = scanner_at(layer->range, time).position;
    const double share = layer->range == 1 ? 0 : (double)position / (double)(layer->range - 1);
    return (double)layer->depth + lane_height * share;
}

/* A scanner moves in a straight line from turn to turn. */
static void write_scanners(FILE *script, const struct span *span, const struct crossing *crossing)
{
    fprintf(script, "$scanners << EOD\n");
    for (size_t i = 0; i < crossing->count; ++i) {
        const firesieve_layer *const layer = &crossing->layers[i];
        firesieve_delay time = span->from;
        while (time < span->to) {
            fprintf(script, "%.9g %.9g\n", axis(span, time), height(layer, time));
            const struct scanner scanner = scanner_at(layer->range, time);
            time = scanner.way == SCANNER_STAYS  ? span->to
                   : scanner.way == SCANNER_DOWN ? time + (layer->range - 1 - scanner.position)
                                                 : time + scanner.position;
        }
        fprintf(script, "%.9g %.9g\n\n", axis(span, span->to), height(layer, span->to));
    }
    fprintf(script, "EOD\n");
}

/* Writes where the packet meets layers that catch it, or that do not. */
static void write_meetings(FILE *script, const struct span *span, const struct crossing *crossing, bool caught)
{
    fprintf(script, "$%s << EOD\n", caught ? "caught" : "safe");
    for (size_t i = 0; i < crossing->count; ++i) {
        const firesieve_layer *const layer = &crossing->layers[i];
        const firesieve_delay time = crossing->delay + layer->depth;
        if ((scanner_at(layer->range, time).position == 0) == caught) {
            fprintf(script, "%.9g %" PRIu64 "\n", axis(span, time), layer->depth);
        }
    }
    fprintf(script, "EOD\n");
}

static void write_lanes(FILE *script, const struct crossing *crossing)
{
    fprintf(script, "set ytics (");
    for (size_t i = 0; i < crossing->count; ++i) {
        const uint64_t depth = crossing->layers[i].depth;
        fprintf(script, "%s\"%" PRIu64 "\" %" PRIu64, i == 0 ? "" : ", ", depth, depth);
    }
    fprintf(script, ")\n");
    for (size_t i = 0; i < crossing->count; ++i) {
        const double top = (double)crossing->layers[i].depth;
        fprintf(script,
                "set object rectangle from graph 0, first %.9g to graph 1, first %.9g behind fillstyle solid noborder "
                "fillcolor rgb '#eeeeee'\n",
                top, top + lane_height);
    }
}

static void write_axes(FILE *script, const struct span *span, const struct trace_plot *plot)
{
    char title[CROSSING_VERDICT_SIZE + 256];
    char verdict[CROSSING_VERDICT_SIZE];
    char label[FIRESIEVE_DELAY_TEXT_SIZE + 64];
    char delay[FIRESIEVE_DELAY_TEXT_SIZE];
    snprintf(title, sizeof title, "%.200s: %s", plot->name, crossing_verdict(plot->crossing, verdict));
    fprintf(script, "set title ");
    gnuplot_write_text(script, title);
    snprintf(label, sizeof label, span->delay <= plain_times ? "picosecond" : "picosecond, counted from %s on",
             firesieve_delay_format(span->delay, delay));
    fprintf(script, "\nset xlabel ");
    gnuplot_write_text(script, label);
    fprintf(script,
            "\nset ylabel 'depth'\nset xrange [%.9g:%.9g]\n"
            "set yrange [%.9g:-0.5]\nset key outside right top vertical\nset xtics nomirror format '%%.0f'\nset ytics "
            "nomirror\n",
            axis(span, span->from), axis(span, span->to), (double)crossing_last(plot->crossing) + 1);
}

/* Colours as in the benchmark's plots, which people with colour blindness can tell apart. */
static void write_plot(FILE *script, const void *context)
{
    const struct trace_plot *const plot = context;
    const struct crossing *const crossing = plot->crossing;
    const firesieve_delay before = crossing->delay < 2 ? crossing->delay : 2;
    const struct span span = {crossing->delay - before, crossing->delay + crossing_last(crossing) + 1, crossing->delay};
    write_axes(script, &span, plot);
    write_lanes(script, crossing);
    write_scanners(script, &span, crossing);
    write_meetings(script, &span, crossing, false);
    write_meetings(script, &span, crossing, true);
    fprintf(script, "$packet << EOD\n%.9g 0\n%.9g %" PRIu64 "\nEOD\n", axis(&span, crossing->delay),
            axis(&span, crossing->delay + crossing_last(crossing)), crossing_last(crossing));
    fprintf(script, "plot $scanners with lines linewidth 1 linecolor rgb '#0072b2' title 'scanner', "
                    "$packet with lines linewidth 2 linecolor rgb '#000000' title 'packet'");
    if (crossing->caught < crossing->count) {
        fprintf(script,
                ", $safe with points pointtype 6 pointsize 1.2 linewidth 2 linecolor rgb '#009e73' title 'safe'");
    }
    if (crossing->caught > 0) {
        fprintf(script, ", $caught with points pointtype 7 pointsize 1.2 linecolor rgb '#d55e00' title 'caught'");
    }
    fprintf(script, "\n");
}

struct gnuplot_picture trace_plot_picture(const struct trace_plot *plot)
{
    enum { WIDTH = 1200, FRAME = 160, FEW_LANES = 40, WIDE_LANE = 28, NARROW_LANE = 14 };
    const int lanes = (int)crossing_last(plot->crossing) + 1;
    return (struct gnuplot_picture){
        .width = WIDTH,
        .height = FRAME + lanes * (lanes <= FEW_LANES ? WIDE_LANE : NARROW_LANE),
        .write = write_plot,
        .context = plot,
    };
}
