#include "base/watch.h"

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
        watch->over = true;
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

/* ---- Limits ----------------------------------------------------------------------------------------------- */

firesieve_limits firesieve_limits_none(void)
{
    return (firesieve_limits){.time_limit_s = INFINITY};
}

struct limit_watch limit_watch_start(const firesieve_limits *limits)
{
    const firesieve_limits none = firesieve_limits_none();
    const firesieve_limits *const given = limits == NULL ? &none : limits;
    return (struct limit_watch){
        .deadline = isinf(given->time_limit_s) ? INFINITY : clock_seconds() + given->time_limit_s,
        .go_on = given->go_on,
        .context = given->context,
    };
}

static bool ask_limits(void *context)
{
    struct limit_watch *const watch = context;
    watch->over =
        watch->over || clock_seconds() >= watch->deadline || (watch->go_on != NULL && !watch->go_on(watch->context));
    return !watch->over;
}

struct go_on limit_watch_go_on(struct limit_watch *watch)
{
    const bool unlimited = isinf(watch->deadline) && watch->go_on == NULL;
    return unlimited ? (struct go_on){NULL, NULL} : (struct go_on){ask_limits, watch};
}
