#include "trace/columns.h"

static bool append(struct columns *columns, struct column column)
{
    if (columns->count == COLUMNS_MAX) {
        return false;
    }
    columns->items[columns->count++] = column;
    return true;
}

/* A stretch without layers: folded into one column, or a column for each depth. */
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
