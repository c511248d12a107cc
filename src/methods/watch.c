#include "methods/watch.h"

#include <math.h>

#include "base/clock.h"
#include "base/delay.h"

static const double report_interval_s = 0.01;

struct watch watch_start(const firesieve_search_options *options)
{
    const double now = clock_seconds();
    return (struct watch){
        .begin = options->from,
        .from = options->from,
        .to = delay_end(options->to),
        .at = options->from,
        .started = now,
        .deadline = now + options->time_limit_s,
        .next_report = now + report_interval_s,
        .progress = options->progress,
        .progress_context = options->progress_context,
        .stop = FIRESIEVE_LIMIT,
    };
}

bool watch_go_on(struct watch *watch, firesieve_delay reached)
{
    const double now = clock_seconds();
    if (watch->over || now >= watch->deadline) {
        watch->over = true;
        return false;
    }
    if (watch->keep != NULL) {
        watch->keep(watch->keep_context, reached);
    }
    if (watch->progress == NULL || now < watch->next_report) {
        return true;
    }
    watch->next_report = now + report_interval_s;
    const bool in_window = watch->window > reached;
    const firesieve_progress progress = {
        .from = watch->begin,
        .to = watch->to,
        .reached = reached,
        .window = in_window ? watch->window : reached,
        .share = in_window ? watch->share : 0,
        .window_s = in_window ? now - watch->window_started : 0,
        .elapsed_s = now - watch->started,
    };
    if (!watch->progress(&progress, watch->progress_context)) {
        watch->stop = FIRESIEVE_CANCELLED;
        watch->over = true;
        return false;
    }
    return true;
}

static bool ask_watch(void *context)
{
    struct watch *const watch = context;
    return watch_go_on(watch, watch->at);
}

struct go_on watch_asked(struct watch *watch)
{
    return (struct go_on){ask_watch, watch};
}

bool watch_is_over(const struct watch *watch)
{
    return clock_seconds() >= watch->deadline;
}
