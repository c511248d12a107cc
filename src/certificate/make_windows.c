/*
 * Windows of certificates. What a search leaves of a range that it has searched is nothing, and nothing can be
 * compared. So layers of some periods are left out, those that forbid least, until some thousands of delays are left in
 * the range.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/plural.h"
#include "base/sort.h"
#include "certificate/make.h"
#include "certificate/witness.h"
#include "firewall/firewall.h"
#include "firewall/repeats.h"
#include "residue/collect.h"
#include "residue/constraints.h"

/* ---- Which periods to leave out --------------------------------------------------------------------------- */

/* A period, and which of them is left out first. */
struct ranked_period {
    uint64_t period;
    uint64_t layers;
};

struct choice {
    struct certificate_order *order;
    uint64_t *periods; /* ascending */
    struct ranked_period *ranked;
    size_t count;
    uint64_t *left_out; /* the first ones of `ranked`, ascending */
    size_t left_out_count;
    bool empty;    /* all are left out, and none of the above is there */
    double length; /* of the range */
    double wanted; /* delays in it */
};

/*
 * How much one forbids of all delays, as far as that can be told from numbers alone. Less: left out sooner; but first
 * of all those whose layers may catch everything.
 */
static int compare_ranked(const void *a, const void *b)
{
    const struct ranked_period *const left = a;
    const struct ranked_period *const right = b;
    const double left_share = (double)left->layers / (double)left->period;
    const double right_share = (double)right->layers / (double)right->period;
    if ((left_share >= 1) != (right_share >= 1)) {
        return left_share >= 1 ? -1 : 1;
    }
    if (left_share != right_share) {
        return left_share < right_share ? -1 : 1;
    }
    return (left->period < right->period) - (left->period > right->period);
}

static void leave_out(struct choice *choice, size_t count)
{
    choice->left_out_count = count;
    for (size_t i = 0; i < count; ++i) {
        choice->left_out[i] = choice->ranked[i].period;
    }
    sort_u64_while(choice->left_out, count, watch_asked(choice->order->watch)); /* who goes on finds out */
}

/* How many delays of the range the witness leaves, by estimate. */
static firesieve_status estimate(const struct choice *choice, double *delays, firesieve_error *error)
{
    struct witness witness;
    struct class_set classes = {0};
    struct constraint_list list = {0};
    const struct go_on go_on = watch_asked(choice->order->watch);
    *delays = choice->length;
    firesieve_status status =
        witness_make(&witness, choice->order->firewall, choice->left_out, choice->left_out_count, go_on, error);
    if (status == FIRESIEVE_OK && witness.firewall != NULL) {
        status = classes_collect(&classes, witness.firewall, go_on, error);
        *delays = 0;
        if (status == FIRESIEVE_OK && classes.blocked == NULL) {
            status = constraints_list(&list, &classes, go_on, error);
            *delays = choice->length * list.density;
        }
    }
    constraints_free(&list);
    classes_free(&classes);
    witness_free(&witness);
    return status;
}

/* Leaves out as few periods as leave about as many delays as are wanted, but not all. */
static firesieve_status search_count(struct choice *choice, firesieve_error *error)
{
    static const double enough = 4; /* times as many will do, too */
    size_t low = 0;
    size_t high = choice->count - 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        double delays;
        leave_out(choice, middle);
        const firesieve_status status = estimate(choice, &delays, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        if (!watch_go_on(choice->order->watch, choice->order->head.from)) {
            choice->order->stopped = true;
            return FIRESIEVE_OK;
        }
        low = delays < choice->wanted ? middle + 1 : low;
        high = delays < choice->wanted ? high : middle;
        if (delays >= choice->wanted && delays < enough * choice->wanted) {
            break;
        }
    }
    leave_out(choice, high);
    return FIRESIEVE_OK;
}

/* False: stopped. */
static bool rank_periods(struct choice *choice)
{
    const firesieve_firewall *const firewall = choice->order->firewall;
    const struct go_on go_on = watch_asked(choice->order->watch);
    for (size_t i = 0; i < choice->count; ++i) {
        choice->ranked[i] = (struct ranked_period){.period = choice->periods[i]};
    }
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        const uint64_t period = firewall_period(firewall, i);
        ++choice->ranked[witness_find_period(choice->periods, choice->count, period)].layers;
    }
    return sort_items_while(choice->ranked, choice->count, sizeof *choice->ranked, compare_ranked, go_on);
}

static void choice_free(struct choice *choice)
{
    free(choice->periods);
    free(choice->ranked);
    free(choice->left_out);
}

static firesieve_status choose(struct choice *choice, firesieve_error *error)
{
    choice->empty = choice->length <= choice->wanted;
    if (choice->empty) {
        return FIRESIEVE_OK;
    }
    firesieve_status status = witness_periods(choice->order->firewall, watch_asked(choice->order->watch),
                                              &choice->periods, &choice->count, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    choice->ranked = reallocarray(NULL, choice->count, sizeof *choice->ranked);
    choice->left_out = reallocarray(NULL, choice->count, sizeof *choice->left_out);
    if (choice->ranked == NULL || choice->left_out == NULL) {
        return error_set_memory(error, "the periods");
    }
    return rank_periods(choice) ? search_count(choice, error) : error_set_stopped(error);
}

/* ---- The list --------------------------------------------------------------------------------------------- */

enum { WINDOWS_MAX = 64, WINDOW_DELAYS = 64 /* a window is not shorter, where there are several */ };

/* The windows while they are listed. */
struct listing {
    struct certificate_order *order;
    firesieve_delay ends[WINDOWS_MAX];
    struct tally_of_delays windows[WINDOWS_MAX];
    size_t window_count;
    size_t at; /* the window that the last delay was in */
    uint64_t listed;
    uint64_t listed_max;
    bool found;           /* the answer was listed */
    bool contradicted;    /* another safe delay was */
    firesieve_delay safe; /* that one */
};

/* Divides [from, to), which is not empty, into at most so many windows of one length; the last one has what is over. */
static void add_windows(struct listing *listing, firesieve_delay from, firesieve_delay to, size_t most)
{
    const firesieve_delay whole = to - from;
    const size_t wanted = whole / WINDOW_DELAYS < most ? (size_t)(whole / WINDOW_DELAYS) : most;
    const size_t count = wanted == 0 ? 1 : wanted;
    for (size_t i = 1; i < count; ++i) {
        listing->ends[listing->window_count++] = from + i * (whole / count);
    }
    listing->ends[listing->window_count++] = to;
}

/* `part` is where some window has to end: what lies before it counts once more. Or it is the beginning. */
static void start_listing(struct listing *listing, struct certificate_order *order, firesieve_delay part,
                          firesieve_delay end, double listed_max)
{
    *listing = (struct listing){.order = order};
    listing->listed_max = order->head.claim == FIRESIEVE_CLAIM_COUNT ? UINT64_MAX : (uint64_t)listed_max;
    if (part == order->head.from) {
        add_windows(listing, part, end, WINDOWS_MAX);
    } else {
        add_windows(listing, order->head.from, part, WINDOWS_MAX / 2);
        add_windows(listing, part, end, WINDOWS_MAX / 2);
    }
}

/* A firesieve_list_function. */
static bool receive(firesieve_delay delay, void *context)
{
    struct listing *const listing = context;
    const struct certificate_head *const head = &listing->order->head;
    const bool claimed = head->claim == FIRESIEVE_CLAIM_COUNT || /* then they all are */
                         (head->claim == FIRESIEVE_CLAIM_FOUND && delay == head->delay);
    if (!watch_go_on(listing->order->watch, head->from)) { /* a delay may take as long as there are layers */
        return false;
    }
    if (!claimed && !firesieve_firewall_catches(listing->order->firewall, delay)) {
        listing->contradicted = true;
        listing->safe = delay;
        return false;
    }
    while (delay >= listing->ends[listing->at]) { /* delays ascend, and the last window ends behind all */
        ++listing->at;
    }
    tally_delay(&listing->windows[listing->at], delay);
    listing->found |= claimed;
    return ++listing->listed <= listing->listed_max;
}

/* What the windows make of a count. */
static firesieve_delay add_up(const struct listing *listing, firesieve_delay part)
{
    const struct certificate_head *const head = &listing->order->head;
    const firesieve_delay length = listing->ends[listing->window_count - 1] - head->from;
    firesieve_delay whole = 0;
    firesieve_delay in_part = 0;
    for (size_t i = 0; i < listing->window_count; ++i) {
        whole += listing->windows[i].count;
        in_part += listing->ends[i] <= part ? listing->windows[i].count : 0;
    }
    return (head->to - head->from) / length * whole + in_part;
}

static firesieve_status check_listing(const struct listing *listing, firesieve_delay part, firesieve_error *error)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    const bool counted = listing->order->head.claim == FIRESIEVE_CLAIM_COUNT;
    const firesieve_delay count = counted ? add_up(listing, part) : 0;
    if (counted && count != listing->order->head.count) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "the result is contradicted: another search counts %s safe delay%s",
                         firesieve_delay_format(count, text), plural(count));
    }
    if (listing->contradicted) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the result is contradicted: the delay %s is safe",
                         firesieve_delay_format(listing->safe, text));
    }
    if (listing->order->head.claim == FIRESIEVE_CLAIM_FOUND && !listing->found) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "the result is contradicted: another search does not come to the delay %s",
                         firesieve_delay_format(listing->order->head.delay, text));
    }
    if (listing->listed == 0) {
        return error_set(
            error, FIRESIEVE_ERROR_ARGUMENT,
            "there is nothing to show: no tree was found, and the layers that were not left out catch every delay");
    }
    return FIRESIEVE_OK;
}

static firesieve_status write_windows(const struct choice *choice, const struct listing *listing,
                                      firesieve_certificate **certificate, firesieve_error *error)
{
    char end[FIRESIEVE_DELAY_TEXT_SIZE];
    char count[FIRESIEVE_DELAY_TEXT_SIZE];
    const struct certificate_head *const head = &listing->order->head;
    struct record_writer text;
    certificate_write_head(&text, listing->order->firewall, head);
    if (choice->empty) {
        record_write(&text, "empty\n");
    }
    for (size_t i = 0; i < choice->left_out_count; ++i) {
        record_write(&text, "without %" PRIu64 "\n", choice->left_out[i]);
    }
    for (size_t i = 0; i < listing->window_count; ++i) {
        record_write(&text, "window %s %s %016" PRIx64 "\n", firesieve_delay_format(listing->ends[i], end),
                     firesieve_delay_format(listing->windows[i].count, count), listing->windows[i].hash);
    }
    return certificate_finish(&text, listing->order->firewall, watch_asked(listing->order->watch), certificate, error);
}

/* Lists once. *again: more delays came than were wanted by far, and fewer periods are left out now. */
static firesieve_status list_once(struct choice *choice, firesieve_delay part, firesieve_delay end, bool *again,
                                  firesieve_certificate **certificate, firesieve_error *error)
{
    static const double too_many = 64; /* times as many as are wanted, */
    static const double at_least = 65536;
    struct certificate_order *const order = choice->order;
    struct listing listing;
    struct witness witness = {NULL};
    firesieve_search_options options = *order->options;
    firesieve_search_result result = {.method = FIRESIEVE_METHOD_AUTO};
    start_listing(&listing, order, part, end, at_least + too_many * choice->wanted);
    options.to = end;
    options.profile = NULL;
    options.time_limit_s = fmax(0, order->watch->deadline - clock_seconds());
    firesieve_status status = FIRESIEVE_OK;
    if (!choice->empty) {
        status = witness_make(&witness, order->firewall, choice->left_out, choice->left_out_count,
                              watch_asked(order->watch), error);
    }
    if (status == FIRESIEVE_OK) {
        status = witness_list(&witness, &options, receive, &listing, &result, error);
    }
    witness_free(&witness);
    *again = listing.listed > listing.listed_max && choice->left_out_count > 0;
    if (status != FIRESIEVE_OK || *again) {
        leave_out(choice, choice->left_out_count / 4 * 3 + choice->left_out_count % 4 / 2);
        return status;
    }
    if (listing.contradicted || result.outcome == FIRESIEVE_FOUND || result.outcome == FIRESIEVE_NONE) {
        order->head.method = result.method;
        order->head.kernel = result.kernel;
        status = check_listing(&listing, part, error);
        return status == FIRESIEVE_OK ? write_windows(choice, &listing, certificate, error) : status;
    }
    order->stopped = true;
    return FIRESIEVE_OK;
}

/* Nothing was searched, and there is nothing to show. */
static firesieve_status write_empty(struct certificate_order *order, firesieve_certificate **certificate,
                                    firesieve_error *error)
{
    struct record_writer text;
    order->head.method = FIRESIEVE_METHOD_CLOSED_FORM;
    certificate_write_head(&text, order->firewall, &order->head);
    return certificate_finish(&text, order->firewall, watch_asked(order->watch), certificate, error);
}

firesieve_status certificate_make_windows(struct certificate_order *order, firesieve_certificate **certificate,
                                          firesieve_error *error)
{
    static const double wanted_least = 64;
    static const double wanted_most = 4096;
    static const double layers_least = 1 << 29; /* each delay is looked at layer by layer */
    const firesieve_delay last = witness_last_delay(order->firewall, order->head.from, watch_asked(order->watch));
    const firesieve_delay end = order->head.claim == FIRESIEVE_CLAIM_FOUND ? order->head.delay + 1
                                : last < order->head.to                    ? last
                                                                           : order->head.to;
    if (end == order->head.from) {
        return write_empty(order, certificate, error);
    }
    struct choice choice = {
        .order = order,
        .length = (double)(end - order->head.from),
        .wanted = fmin(wanted_most, fmax(wanted_least, layers_least / (double)order->firewall->layer_count)),
    };
    firesieve_status status = choose(&choice, error);
    for (bool again = true; again && status == FIRESIEVE_OK && !order->stopped;) {
        status = list_once(&choice, order->head.from, end, &again, certificate, error);
    }
    choice_free(&choice);
    return status;
}

firesieve_status certificate_make_counted_windows(struct certificate_order *order, firesieve_certificate **certificate,
                                                  firesieve_error *error)
{
    const firesieve_delay length = order->head.to - order->head.from;
    const firesieve_delay cycle = firewall_cycle(order->firewall, watch_asked(order->watch));
    const bool repeats = cycle < length;
    struct choice choice = {.order = order};
    bool again;
    return list_once(&choice, repeats ? order->head.from + length % cycle : order->head.from,
                     repeats ? order->head.from + cycle : order->head.to, &again, certificate, error);
}
