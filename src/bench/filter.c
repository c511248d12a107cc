#include "bench/filter.h"

#include <stdlib.h>

bool filter_open(struct filter *filter, const char *expression, struct bench_message *message)
{
    *filter = (struct filter){.some = false};
    if (expression == NULL) {
        return true;
    }
    const int error = regcomp(&filter->regex, expression, REG_EXTENDED | REG_NOSUB);
    if (error != 0) {
        char text[128];
        regerror(error, &filter->regex, text, sizeof text);
        bench_say(message, "--filter: expected an extended regular expression, found '%.200s': %s", expression, text);
        return false;
    }
    filter->some = true;
    return true;
}

void filter_close(struct filter *filter)
{
    if (filter->some) {
        regfree(&filter->regex);
        filter->some = false;
    }
}

bool filter_includes(const struct filter *filter, const struct measurement *measurement)
{
    char name[MEASUREMENT_TEXT_SIZE];
    return filter == NULL || !filter->some ||
           regexec(&filter->regex, measurement_describe(measurement, name), 0, NULL, 0) == 0;
}

bool filter_report(const struct filter *filter, struct report *report)
{
    size_t kept = 0;
    const struct measurement *twice;
    for (size_t i = 0; i < report->count; ++i) {
        if (filter_includes(filter, &report->items[i])) {
            report->items[kept++] = report->items[i];
        } else {
            free(report->items[i].samples);
        }
    }
    report->count = kept;
    return report_sort(report, &twice);
}
