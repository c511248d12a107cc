/* The crossing as a plot of scanners against time. */
#ifndef FIRESIEVE_TRACE_PLOT_H
#define FIRESIEVE_TRACE_PLOT_H

#include "plot/gnuplot.h"
#include "trace/crossing.h"

/* The largest depth that a plot has room for. */
#define TRACE_PLOT_DEPTH_MAX 200

/* What is drawn, and what its title calls it. */
struct trace_plot {
    const struct crossing *crossing; /* with no depth above TRACE_PLOT_DEPTH_MAX */
    const char *name;
};

/*
 * A picture for gnuplot_draw, of `plot`, which has to outlive it: a lane a depth, with the scanner's way up and down,
 * and the packet's across the tops of the lanes.
 */
struct gnuplot_picture trace_plot_picture(const struct trace_plot *plot);

#endif
