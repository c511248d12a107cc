#include "planner/forecast.h"

#include <math.h>

double forecast_place(int index)
{
    /* -ln(1 - (index + 1/2) / 8) */
    static const double places[FORECAST_PLACES] = {
        0.06453852113757118, 0.20763936477824452, 0.37469344944141070, 0.57536414490356180,
        0.82667857318446791, 1.16315080980568086, 1.67397643357167158, 2.77258872223978114,
    };
    return places[index];
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
