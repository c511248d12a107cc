/*
 * Windows of certificates. A range that a search found empty leaves nothing to compare. So layers of some periods are
 * left out, those that forbid least, until some thousands of delays are left in the range. For residues these are
 * classes of some moduli, and x that filters drop are named.
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
#include "pass/finds.h"
#include "residue/classes.h"
#include "residue/constraints.h"

/* ---- Which periods to leave out --------------------------------------------------------------------------- */

/* A period, and its number of layers. */
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
    bool empty;    /* all are left out, and none of the above is set */
    double length; /* of the range */
    double wanted; /* delays in it */
    bool first;    /* the range is just long enough to prove that nothing is safe if filters drop none of it */
    bool dropped;  /* but they do drop some */
};

/*
 * By the share of delays that a period forbids, as an estimate from numbers alone: the smallest share is left out
 * first, but before all others go periods whose layers may catch everything.
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
    sort_u64_while(choice->left_out, count, watch_asked(choice->order->watch)); /* the caller notices a stop */
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

/* Leaves out as few periods as possible, and not all, so that about as many delays are left as are wanted. */
static firesieve_status search_count(struct choice *choice, firesieve_error *error)
{
    static const double enough = 4; /* times as many are acceptable, too */
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
        const uint64_t period = witness_period(firewall, i);
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
    choice->empty = choice->length <= choice->wanted || choice->order->firewall->layer_count == 0;
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

enum { WINDOWS_MAX = 64, WINDOW_DELAYS = 64 /* the shortest of several windows */, DECIMAL = 10 };

/* Windows while their delays are listed. */
struct listing {
    struct certificate_order *order;
    struct witness witness; /* while it lists */
    firesieve_delay ends[WINDOWS_MAX];
    struct tally_of_delays windows[WINDOWS_MAX];
    firesieve_delay safe;       /* a safe delay that contradicts the answer */
    firesieve_delay digits_end; /* the first number with more digits than the last one; 0: none */
    struct delay_list dropped;  /* owned: what filters drop, ascending */
    uint64_t dropped_bytes;     /* of their lines */
    size_t window_count;
    size_t at; /* the window that the last delay was in */
    uint64_t listed;
    uint64_t listed_max;
    unsigned digits;     /* of the last one */
    bool found;          /* the answer was listed */
    bool contradicted;   /* another safe delay was */
    bool stops_dropping; /* the first one is enough */
    bool no_memory;
};

/* Divides [from, to), which is not empty, into at most `most` equal windows; the last one also has the remainder. */
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

/* A window has to end at `part`, unless that is the beginning: what lies before it counts once more. */
static void start_listing(struct listing *listing, struct certificate_order *order, firesieve_delay part,
                          firesieve_delay end, double listed_max)
{
    *listing = (struct listing){.order = order, .digits = 1, .digits_end = DECIMAL};
    listing->listed_max = order->head.claim == FIRESIEVE_CLAIM_COUNT ? UINT64_MAX : (uint64_t)listed_max;
    if (part == order->part.windows) {
        add_windows(listing, part, end, WINDOWS_MAX);
    } else {
        add_windows(listing, order->part.windows, part, WINDOWS_MAX / 2);
        add_windows(listing, part, end, WINDOWS_MAX / 2);
    }
}

/* Records an x that a filter drops. False: no more are wanted, or there is no room for more. */
static bool drop(struct listing *listing, firesieve_delay x)
{
    for (; x >= listing->digits_end && listing->digits_end != 0; ++listing->digits) {
        firesieve_delay next;
        listing->digits_end = __builtin_mul_overflow(listing->digits_end, DECIMAL, &next) ? 0 : next;
    }
    listing->dropped_bytes += sizeof "dropped \n" - 1 + listing->digits;
    listing->no_memory = !delay_list_append(&listing->dropped, x);
    return !listing->no_memory && !listing->stops_dropping && listing->dropped_bytes <= listing->order->text_max;
}

/* What happens to a delay that was listed. For a count of layers they are all safe. */
static enum fate find_fate(const struct listing *listing, firesieve_delay delay)
{
    const struct certificate_order *const order = listing->order;
    const bool counted = order->head.claim == FIRESIEVE_CLAIM_COUNT;
    const bool found = order->head.claim == FIRESIEVE_CLAIM_FOUND && delay == order->head.delay;
    return found || (counted && order->firewall->layers != NULL)
               ? FATE_SAFE
               : witness_fate(&listing->witness, order->firewall, delay);
}

/* A firesieve_list_function. */
static bool receive(firesieve_delay delay, void *context)
{
    struct listing *const listing = context;
    const struct certificate_head *const head = &listing->order->head;
    if (!watch_go_on(listing->order->watch, head->from)) { /* one delay may take a step per layer */
        return false;
    }
    const enum fate fate = find_fate(listing, delay);
    const bool claimed = fate == FATE_SAFE && (head->claim == FIRESIEVE_CLAIM_COUNT ||
                                               (head->claim == FIRESIEVE_CLAIM_FOUND && delay == head->delay));
    if (fate == FATE_SAFE && !claimed) {
        listing->contradicted = true;
        listing->safe = delay;
        return false;
    }
    if (fate == FATE_DROPPED && !drop(listing, delay)) {
        return false;
    }
    while (delay >= listing->ends[listing->at]) { /* delays ascend, and the last window ends after all of them */
        ++listing->at;
    }
    tally_delay(&listing->windows[listing->at], delay);
    listing->found |= claimed;
    return ++listing->listed <= listing->listed_max;
}

/* What the windows of a count add up to. */
static firesieve_delay add_up(const struct listing *listing, firesieve_delay part)
{
    const struct certificate_order *const order = listing->order;
    const firesieve_delay begin = order->part.windows;
    const firesieve_delay length = listing->ends[listing->window_count - 1] - begin;
    firesieve_delay whole = 0;
    firesieve_delay in_part = 0;
    for (size_t i = 0; i < listing->window_count; ++i) {
        whole += listing->windows[i].count;
        in_part += listing->ends[i] <= part ? listing->windows[i].count : 0;
    }
    return order->small.count + (order->part.end - begin) / length * whole + in_part - listing->dropped.count;
}

/* A delay is safe below the answer, or although there is none. */
static firesieve_status contradict(const struct certificate_order *order, firesieve_delay safe, firesieve_error *error)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                     order->firewall->layers == NULL ? "the result is contradicted: x = %s satisfies all lines"
                                                     : "the result is contradicted: the delay %s is safe",
                     firesieve_delay_format(safe, text));
}

static firesieve_status check_listing(const struct listing *listing, firesieve_delay part, firesieve_error *error)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    const bool residues = listing->order->firewall->layers == NULL;
    const bool counted = listing->order->head.claim == FIRESIEVE_CLAIM_COUNT;
    const firesieve_delay count = counted ? add_up(listing, part) : 0;
    if (counted && count != listing->order->head.count) {
        const char *const noun = residues ? " x" : count == 1 ? " safe delay" : " safe delays";
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the result is contradicted: another search counts %s%s",
                         firesieve_delay_format(count, text), noun);
    }
    if (listing->contradicted) {
        return contradict(listing->order, listing->safe, error);
    }
    if (listing->order->head.claim == FIRESIEVE_CLAIM_FOUND && !listing->found) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "the result is contradicted: another search does not come to %s %s",
                         residues ? "x =" : "the delay", firesieve_delay_format(listing->order->head.delay, text));
    }
    if (listing->listed == 0 && listing->order->small.count == 0) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "there is nothing to show: no tree was found, and the %s",
                         residues ? "lines that were not left out forbid every x"
                                  : "layers that were not left out catch every delay");
    }
    return FIRESIEVE_OK;
}

/* Writes the next window, and what is dropped in it from index *next. False: stopped. */
static bool write_window(struct record_writer *text, const struct listing *listing, size_t i, size_t *next)
{
    const struct go_on go_on = watch_asked(listing->order->watch);
    const struct delay_list *const dropped = &listing->dropped;
    char end[FIRESIEVE_DELAY_TEXT_SIZE];
    char count[FIRESIEVE_DELAY_TEXT_SIZE];
    record_write(text, "window %s %s %016" PRIx64 "\n", firesieve_delay_format(listing->ends[i], end),
                 firesieve_delay_format(listing->windows[i].count, count), listing->windows[i].hash);
    for (; *next < dropped->count && dropped->delays[*next] < listing->ends[i]; ++*next) {
        if (!go_on_at(go_on, *next)) {
            return false;
        }
        record_write(text, "dropped %s\n", firesieve_delay_format(dropped->delays[*next], end));
    }
    return true;
}

static firesieve_status write_windows(const struct choice *choice, const struct listing *listing,
                                      firesieve_certificate **certificate, firesieve_error *error)
{
    const struct certificate_head *const head = &listing->order->head;
    struct record_writer text;
    size_t next = 0;
    certificate_write_head(&text, listing->order->firewall, head);
    part_write(&text, &listing->order->part);
    if (choice->empty) {
        record_write(&text, "empty\n");
    }
    for (size_t i = 0; i < choice->left_out_count; ++i) {
        record_write(&text, "without %" PRIu64 "\n", choice->left_out[i]);
    }
    for (size_t i = 0; i < listing->window_count; ++i) {
        if (!write_window(&text, listing, i, &next)) {
            record_writer_free(&text);
            return error_set_stopped(error);
        }
    }
    return certificate_finish(&text, listing->order->firewall, watch_asked(listing->order->watch), certificate, error);
}

/* Lists what the witness leaves in [order->part.windows, end). */
static firesieve_status list_witness(const struct choice *choice, struct listing *listing, firesieve_delay end,
                                     firesieve_search_result *result, firesieve_error *error)
{
    const struct certificate_order *const order = choice->order;
    firesieve_search_options options = *order->options;
    options.from = order->part.windows;
    options.to = end;
    options.profile = NULL;
    options.time_limit_s = fmax(0, order->watch->deadline - clock_seconds());
    firesieve_status status = FIRESIEVE_OK;
    listing->witness = witness_empty(order->firewall);
    if (!choice->empty) {
        status = witness_make(&listing->witness, order->firewall, choice->left_out, choice->left_out_count,
                              watch_asked(order->watch), error);
    }
    if (status == FIRESIEVE_OK) {
        status = witness_list(&listing->witness, &options, receive, listing, result, error);
    }
    witness_free(&listing->witness);
    return status == FIRESIEVE_OK && listing->no_memory ? error_set_memory(error, "what filters drop") : status;
}

/* Makes the certificate from what was listed. */
static firesieve_status finish_listing(struct choice *choice, const struct listing *listing, firesieve_delay part,
                                       const firesieve_search_result *result, firesieve_certificate **certificate,
                                       firesieve_error *error)
{
    struct certificate_order *const order = choice->order;
    if (listing->dropped_bytes > order->text_max) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "the certificate would take more than %" PRIu64 " bytes, because filters drop that many x",
                         order->text_max);
    }
    if (choice->first && listing->dropped.count > 0) {
        choice->dropped = true;
        return FIRESIEVE_OK;
    }
    if (!listing->contradicted && result->outcome != FIRESIEVE_FOUND && result->outcome != FIRESIEVE_NONE) {
        order->stopped = true;
        return FIRESIEVE_OK;
    }
    order->head.method = result->method;
    order->head.kernel = result->kernel;
    const firesieve_status status = check_listing(listing, part, error);
    return status == FIRESIEVE_OK ? write_windows(choice, listing, certificate, error) : status;
}

/* Lists once. *again: there were far too many delays, and fewer periods are left out now. */
static firesieve_status list_once(struct choice *choice, firesieve_delay part, firesieve_delay end, bool *again,
                                  firesieve_certificate **certificate, firesieve_error *error)
{
    static const double too_many = 64; /* times as many as are wanted, */
    static const double at_least = 65536;
    struct listing listing;
    firesieve_search_result result = {.method = FIRESIEVE_METHOD_AUTO};
    start_listing(&listing, choice->order, part, end, at_least + too_many * choice->wanted);
    listing.listed_max = choice->left_out_count == 0 ? UINT64_MAX : listing.listed_max;
    listing.stops_dropping = choice->first;
    firesieve_status status = list_witness(choice, &listing, end, &result, error);
    *again = status == FIRESIEVE_OK && listing.listed > listing.listed_max;
    if (*again) {
        leave_out(choice, choice->left_out_count / 4 * 3 + choice->left_out_count % 4 / 2);
    } else if (status == FIRESIEVE_OK) {
        status = finish_listing(choice, &listing, part, &result, certificate, error);
    }
    free(listing.dropped.delays);
    return status;
}

/* For an empty range: there is nothing to show. */
static firesieve_status write_empty(struct certificate_order *order, firesieve_certificate **certificate,
                                    firesieve_error *error)
{
    struct record_writer text;
    order->head.method = FIRESIEVE_METHOD_CLOSED_FORM;
    certificate_write_head(&text, order->firewall, &order->head);
    part_write(&text, &order->part);
    return certificate_finish(&text, order->firewall, watch_asked(order->watch), certificate, error);
}

/* Tests small x against the lines of residues; the result must agree with the claim. */
static firesieve_status ask_small(struct certificate_order *order, firesieve_error *error)
{
    order->part = part_of(order->firewall, &order->head);
    if (!part_ask(order->firewall, &order->part, order->watch, &order->small)) {
        return error_set_stopped(error);
    }
    return part_contradicts(&order->head, &order->part, &order->small) ? contradict(order, order->small.first, error)
                                                                       : FIRESIEVE_OK;
}

/* Makes windows up to `end`. *dropped: as the `first` try they prove nothing, since filters drop some x. */
static firesieve_status make_up_to(struct certificate_order *order, firesieve_delay end, bool first, bool *dropped,
                                   firesieve_certificate **certificate, firesieve_error *error)
{
    static const double wanted_least = 64;
    static const double wanted_most = 4096;
    static const double layers_least = 1 << 29; /* each delay is tested layer by layer */
    struct choice choice = {
        .order = order,
        .length = (double)(end - order->part.windows),
        .wanted = fmin(wanted_most, fmax(wanted_least, layers_least / (double)order->firewall->layer_count)),
        .first = first,
    };
    firesieve_status status = choose(&choice, error);
    for (bool again = true; again && status == FIRESIEVE_OK && !order->stopped;) {
        status = list_once(&choice, order->part.windows, end, &again, certificate, error);
    }
    *dropped = choice.dropped;
    choice_free(&choice);
    return status;
}

static firesieve_status make_counted(struct certificate_order *order, firesieve_certificate **certificate,
                                     firesieve_error *error)
{
    const firesieve_delay begin = order->part.windows;
    const firesieve_delay length = order->part.end - begin;
    const firesieve_delay cycle = witness_cycle(order->firewall, watch_asked(order->watch));
    const bool repeats = cycle < length;
    struct choice choice = {.order = order};
    bool again;
    return list_once(&choice, repeats ? begin + length % cycle : begin, repeats ? begin + cycle : order->part.end,
                     &again, certificate, error);
}

firesieve_status certificate_make_windows(struct certificate_order *order, firesieve_certificate **certificate,
                                          firesieve_error *error)
{
    const firesieve_claim claim = order->head.claim;
    firesieve_status status = ask_small(order, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    const firesieve_delay begin = order->part.windows;
    const firesieve_delay end = order->part.end;
    if (begin == end) {
        return claim != FIRESIEVE_CLAIM_COUNT || order->small.count == order->head.count
                   ? write_empty(order, certificate, error)
                   : error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the result does not belong to this search");
    }
    if (claim == FIRESIEVE_CLAIM_COUNT) {
        return make_counted(order, certificate, error);
    }
    const firesieve_delay last =
        claim == FIRESIEVE_CLAIM_FOUND ? end : witness_last_delay(order->firewall, begin, watch_asked(order->watch));
    bool dropped = false;
    status = make_up_to(order, last < end ? last : end, last < end, &dropped, certificate, error);
    return status == FIRESIEVE_OK && dropped ? make_up_to(order, end, false, &dropped, certificate, error) : status;
}
