#include "base/watch.h"

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
    if (now >= watch->deadline) {
        return false;
    }
    watch_keep(watch, reached, false);
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
        return false;
    }
    return true;
}

void watch_keep(const struct watch *watch, firesieve_delay reached, bool at_once)
{
    if (watch->keep != NULL) {
        watch->keep(watch->keep_context, reached, at_once);
    }
}

bool watch_is_over(const struct watch *watch)
{
    return clock_seconds() >= watch->deadline;
}

void watch_found(const struct watch *watch, firesieve_delay delay, firesieve_search_result *result)
{
    result->outcome = FIRESIEVE_FOUND;
    result->delay = delay;
    result->reached = delay;
    result->candidates = delay - watch->from + 1;
}

void watch_ended(const struct watch *watch, firesieve_delay to, firesieve_delay reached,
                 firesieve_search_result *result)
{
    result->outcome = reached >= to ? FIRESIEVE_NONE : watch->stop;
    result->reached = reached;
    result->candidates = reached - watch->from;
}
