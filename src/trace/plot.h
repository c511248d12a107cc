/* The crossing as a plot of scanners against time. */
#ifndef FIRESIEVE_TRACE_PLOT_H
#define FIRESIEVE_TRACE_PLOT_H

#include "plot/gnuplot.h"
#include "trace/crossing.h"

/* The largest depth in a plot. */
#define TRACE_PLOT_DEPTH_MAX 200

/* The crossing to draw, and its name in the title. */
struct trace_plot {
    const struct crossing *crossing; /* with no depth above TRACE_PLOT_DEPTH_MAX */
    const char *name;
};

/*
 * A picture of `plot`, which has to outlive it, for gnuplot_draw: a lane per depth, with the scanner's way up and down,
 * and the packet's across the tops of the lanes.
 */
struct gnuplot_picture trace_plot_picture(const struct trace_plot *plot);

#endif
