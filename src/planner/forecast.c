#include "planner/forecast.h"

#include <math.h>

double forecast_place(int index)
{
    return -log1p(-(index + 0.5) / FORECAST_PLACES);
}

void forecast_add_up(struct forecast *forecast, const struct purpose *purpose, double first_ns)
{
    forecast->first_ns = first_ns;
    const double before_ns = forecast->tables_ns + forecast->memory_ns + first_ns;
    double sum = 0;
    forecast->mean_ns = before_ns + purpose_delays(purpose) * forecast->delay_ns;
    forecast->range_ns = before_ns + purpose->range * forecast->delay_ns;
    for (int i = 0; i < FORECAST_PLACES; ++i) {
        const double delays = purpose->ends ? fmin(forecast_place(i) * purpose->mean, purpose->range) : purpose->range;
        sum += before_ns + delays * forecast->delay_ns;
    }
    forecast->typical_ns = sum / FORECAST_PLACES;
}
