/*
 * Safe delays one at a time. Planning for many delays may take seconds that one delay is not worth, and planning anew
 * for each is as bad if they are dense. So this searches a part of the range that is as long as a few delays are apart,
 * then longer ones, and keeps what they yield. A part that yields nothing shows that the next delay may be much farther
 * away, and parts would only creep up to it: it is found by a search for it alone.
 */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "methods/request.h"
#include "pass/finds.h"

enum {
    DELAYS_AT_ONCE = 1 << 16, /* that are kept; planning takes little time beside finding them */
    GROWTH = 4                /* of parts, while they yield few delays and take little time */
};

/* A part that takes this long need not grow, since someone waits for it; but planning takes its time. */
static const double part_enough_s = 0.1;
static const double part_enough_times = 2; /* the shortest, which is little more than planning */

/* A part that takes less is done before other threads have begun. */
static const double worth_threads_s = 0.01;

struct firesieve_iterator {
    const firesieve_firewall *firewall;
    firesieve_search_options options; /* of each search, except for its range */
    firesieve_delay from;             /* as the caller gave it */
    firesieve_delay to;               /* 2^127 if no end was given */
    firesieve_delay reached;          /* [from, reached) has been searched, and `found` has what is left of it */
    firesieve_delay span;             /* of the next part; 0: the distance between delays is not known */
    double shortest_s;                /* of all parts */
    double last_s;                    /* of the last one */
    double started;                   /* of the present call */
    double deadline;
    firesieve_progress_function progress; /* of the caller, or NULL */
    void *progress_context;
    struct delay_list found;
    size_t given; /* of the delays found */
    bool no_memory;
    bool busy;      /* searching; only its progress function can call then */
    bool cancelled; /* by the progress function, which the caller has not learned yet */
    bool none;      /* nothing is safe from `reached` to `to`, or at all if no end was given */
};

/* Reports the whole range to the caller. */
static bool report(const firesieve_progress *progress, void *context)
{
    firesieve_iterator *const iterator = context;
    firesieve_progress whole = *progress;
    whole.from = iterator->from;
    whole.to = iterator->to;
    whole.elapsed_s = clock_seconds() - iterator->started;
    iterator->cancelled |= !iterator->progress(&whole, iterator->progress_context);
    return !iterator->cancelled;
}

firesieve_status firesieve_iterator_create(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                           firesieve_iterator **iterator, firesieve_error *error)
{
    const firesieve_search_options own = request_begin(firewall, options);
    options = &own;
    const firesieve_status status = request_check(options, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (options->profile != NULL || options->checkpoint != NULL) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "an iterator has no %s",
                         options->profile != NULL ? "profile" : "checkpoint");
    }
    firesieve_iterator *const made = malloc(sizeof *made);
    if (made == NULL) {
        return error_set_memory(error, "the iterator");
    }
    *made = (firesieve_iterator){.firewall = firewall,
                                 .options = *options,
                                 .from = options->from,
                                 .to = delay_end(options->to),
                                 .reached = options->from,
                                 .shortest_s = INFINITY,
                                 .progress = options->progress,
                                 .progress_context = options->progress_context};
    if (options->progress != NULL) {
        made->options.progress = report;
        made->options.progress_context = made;
    }
    *iterator = made;
    return FIRESIEVE_OK;
}

void firesieve_iterator_free(firesieve_iterator *iterator)
{
    if (iterator != NULL) {
        free(iterator->found.delays);
        free(iterator);
    }
}

/* The options of a search of [reached, to), with the time that is left of this call. */
static firesieve_search_options options_up_to(const firesieve_iterator *iterator, firesieve_delay to)
{
    firesieve_search_options options = iterator->options;
    options.from = iterator->reached;
    options.to = to;
    options.time_limit_s = fmax(iterator->deadline - clock_seconds(), 0);
    return options;
}

/* Makes the next part longer. */
static void grow(firesieve_iterator *iterator)
{
    const firesieve_delay most = FIRESIEVE_DELAY_END / GROWTH;
    iterator->span = iterator->span < most ? GROWTH * iterator->span : FIRESIEVE_DELAY_END;
}

/* ---- Searching ahead -------------------------------------------------------------------------------------- */

/* The next delay may be near or far, or there may be none: solve finds out. */
static firesieve_status search_one(firesieve_iterator *iterator, firesieve_outcome *outcome, firesieve_error *error)
{
    const firesieve_delay from = iterator->reached;
    const firesieve_search_options options = options_up_to(iterator, iterator->options.to);
    firesieve_search_result result;
    const firesieve_status status = firesieve_solve(iterator->firewall, &options, &result, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (result.outcome == FIRESIEVE_FOUND && !delay_list_append(&iterator->found, result.delay)) {
        return error_set_memory(error, "the delays");
    }
    *outcome = result.outcome;
    iterator->reached = result.reached;
    iterator->none = result.outcome == FIRESIEVE_NONE;
    if (result.outcome == FIRESIEVE_FOUND) {
        iterator->reached = result.delay + 1;
        iterator->span = iterator->reached - from;
        if (result.elapsed_s < part_enough_s) {
            grow(iterator);
        }
    }
    return FIRESIEVE_OK;
}

/* For firesieve_list. */
static bool receive(firesieve_delay delay, void *context)
{
    firesieve_iterator *const iterator = context;
    iterator->no_memory = !delay_list_append(&iterator->found, delay);
    return !iterator->no_memory && iterator->found.count < DELAYS_AT_ONCE;
}

static firesieve_status search_part(firesieve_iterator *iterator, firesieve_outcome *outcome, firesieve_error *error)
{
    const firesieve_delay end = delay_min(delay_add_saturated(iterator->reached, iterator->span), iterator->to);
    firesieve_search_options options = options_up_to(iterator, end);
    firesieve_search_result result;
    options.threads = iterator->last_s < worth_threads_s ? 1 : options.threads;
    iterator->no_memory = false;
    firesieve_status status = firesieve_list(iterator->firewall, &options, receive, iterator, &result, error);
    if (status == FIRESIEVE_OK && iterator->no_memory) {
        status = error_set_memory(error, "the delays");
    }
    if (status != FIRESIEVE_OK) {
        iterator->found.count = 0;
        return status;
    }
    *outcome = result.outcome;
    iterator->reached = result.reached;
    if (result.outcome == FIRESIEVE_FOUND || result.outcome == FIRESIEVE_NONE) {
        iterator->shortest_s = fmin(iterator->shortest_s, result.elapsed_s);
        iterator->last_s = result.elapsed_s;
        if (iterator->found.count == 0) {
            iterator->span = 0;
        } else if (result.elapsed_s < fmax(part_enough_s, part_enough_times * iterator->shortest_s)) {
            grow(iterator);
        }
    }
    return FIRESIEVE_OK;
}

/* Searches until something is found, nothing is left, or the caller's time or patience is over. */
static firesieve_status search_on(firesieve_iterator *iterator, firesieve_error *error)
{
    firesieve_status status = FIRESIEVE_OK;
    firesieve_outcome outcome = FIRESIEVE_NONE;
    iterator->started = clock_seconds();
    iterator->deadline = iterator->started + iterator->options.time_limit_s;
    iterator->found.count = 0;
    iterator->given = 0;
    iterator->busy = true;
    while (status == FIRESIEVE_OK && outcome != FIRESIEVE_LIMIT && !iterator->cancelled && iterator->found.count == 0 &&
           iterator->reached < iterator->to) {
        status = iterator->span == 0 ? search_one(iterator, &outcome, error) : search_part(iterator, &outcome, error);
    }
    iterator->busy = false;
    return status;
}

firesieve_status firesieve_iterator_next(firesieve_iterator *iterator, firesieve_outcome *outcome,
                                         firesieve_delay *delay, firesieve_error *error)
{
    if (iterator->busy) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "the iterator is searching, and its progress function cannot move it");
    }
    if (iterator->given == iterator->found.count && !iterator->cancelled) {
        const firesieve_status status = search_on(iterator, error);
        if (status != FIRESIEVE_OK) {
            iterator->cancelled = false;
            return status;
        }
    }
    if (iterator->given < iterator->found.count) {
        *outcome = FIRESIEVE_FOUND;
        *delay = iterator->found.delays[iterator->given++];
        return FIRESIEVE_OK;
    }
    /* What was found before the progress function ended the search came first. */
    const bool at_end = iterator->reached >= iterator->to;
    const bool none = at_end && (iterator->none || iterator->options.to != FIRESIEVE_NO_END);
    *outcome = none ? FIRESIEVE_NONE : iterator->cancelled && !at_end ? FIRESIEVE_CANCELLED : FIRESIEVE_LIMIT;
    *delay = iterator->reached;
    iterator->cancelled = false;
    return FIRESIEVE_OK;
}
