/*
 * Searches of firewalls in the residue form. Their classes are searched like layers; besides, there are numbers to
 * check one by one, progressions that x must be in, and filters.
 */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "language/form.h"
#include "language/intervals.h"
#include "methods/method.h"
#include "methods/request.h"
#include "residue/cover.h"
#include "residue/proof.h"
#include "search/search.h"

static const char no_number_left[] = "no number is left for x";

/* The x of y in a progression, and the filters to ask about it. */
struct survivors {
    const struct residue_form *form;
    const firesieve_search_options *options;
    firesieve_delay base;
    firesieve_delay step;
};

/* A search in progress: what is wanted in [begin, to). */
struct residue_search {
    const firesieve_firewall *firewall;
    const struct residue_form *form;
    const firesieve_search_options *options;
    const struct goal *goal;
    firesieve_search_result result;
    struct watch watch; /* asked between searches of classes, and while numbers are checked */
    firesieve_delay begin;
    firesieve_delay to; /* FIRESIEVE_NO_END: none */
    bool ended;         /* the result says how */
    struct survivors survivors;
    struct survivor_filter filter; /* of these survivors */
};

static bool caller_accepts(const struct survivors *survivors, firesieve_delay x)
{
    const firesieve_search_options *const options = survivors->options;
    return options->filter == NULL || options->filter(x, options->filter_context);
}

static bool accepts_beside_tuplet(const void *context, firesieve_delay x)
{
    const struct survivors *const survivors = context;
    return form_accepts_beside_tuplet(survivors->form, x) && caller_accepts(survivors, x);
}

static bool accepts(const void *context, firesieve_delay y)
{
    const struct survivors *const survivors = context;
    const firesieve_delay x = survivors->base + survivors->step * y;
    return form_accepts(survivors->form, x) && caller_accepts(survivors, x);
}

/* ---- Results ---------------------------------------------------------------------------------------------- */

/* All of [from, reached) has been searched. */
static void end_at(struct residue_search *search, firesieve_outcome outcome, firesieve_delay reached)
{
    search->result.outcome = outcome;
    search->result.reached = reached;
    search->result.window = reached;
    search->result.candidates = reached - search->options->from;
    search->ended = true;
}

static bool may_go_on(struct residue_search *search, firesieve_delay reached)
{
    if (watch_go_on(&search->watch, reached)) {
        return true;
    }
    end_at(search, search->watch.stop, reached);
    return false;
}

/* Takes a number as the goal wants it. False: it was the last one that is wanted. */
static bool take(struct residue_search *search, firesieve_delay x)
{
    const struct goal *const goal = search->goal;
    if (goal->kind == GOAL_SMALLEST) {
        search->result.delay = x;
        end_at(search, FIRESIEVE_FOUND, x);
        ++search->result.candidates;
        return false;
    }
    ++search->result.count;
    if (goal->kind == GOAL_LIST && !goal->receive(x, goal->context)) {
        end_at(search, FIRESIEVE_CANCELLED, x + 1);
    } else if (search->result.count == goal->limit) {
        end_at(search, FIRESIEVE_FOUND, x + 1);
    }
    return !search->ended;
}

/* Nothing is left to search; if something was found, that is the outcome. */
static void end_search(struct residue_search *search, const char *reason)
{
    end_at(search, search->result.count > 0 ? FIRESIEVE_FOUND : FIRESIEVE_NONE, delay_end(search->options->to));
    search->result.end = search->result.reached;
    search->result.reason = search->result.count > 0 ? NULL : reason;
}

/* If no end was given and larger numbers may hold, finding nothing below 2^127 is no answer. */
static void limit_to_the_end(struct residue_search *search, bool beyond)
{
    if (beyond && search->to == FIRESIEVE_NO_END && search->goal->kind != GOAL_COUNT &&
        search->result.outcome == FIRESIEVE_NONE) {
        search->result.outcome = FIRESIEVE_LIMIT;
        search->result.reason = result_no_proof;
    }
}

/* ---- Numbers that are checked one by one ------------------------------------------------------------------ */

static bool in_a_branch(const struct residue_form *form, firesieve_delay x)
{
    bool in = form->branches == NULL;
    for (size_t i = 0; i < form->branch_count && !in; ++i) {
        in = x >= form->branches[i].base && (x - form->branches[i].base) % form->branches[i].step == 0;
    }
    return in;
}

/* Whether a number that no class contains holds. */
static bool passes(struct residue_search *search, firesieve_delay x)
{
    return in_a_branch(search->form, x) && accepts(&search->survivors, x);
}

/* Whether class `i` belongs to a line `prime`, which also forbids primes themselves. */
static bool is_of_prime(const struct residue_form *form, size_t i, size_t *line)
{
    if (i < form->simple_count) {
        return false;
    }
    while (i - form->lines[*line].first_class >= form->lines[*line].class_count) {
        ++*line;
    }
    return form->lines[*line].kind == LINE_PRIME;
}

/* Crosses off what classes contain of [begin, begin + count), except for those of lines `prime`. False: stopped. */
static bool cross_off(struct residue_search *search, firesieve_delay begin, size_t count, bool *crossed)
{
    const firesieve_firewall *const firewall = search->firewall;
    const struct go_on go_on = watch_asked(&search->watch);
    size_t line = 0;
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        const struct residue_class class = firewall->classes[i];
        if (!go_on_at(go_on, i)) {
            end_at(search, search->watch.stop, begin);
            return false;
        }
        if (is_of_prime(search->form, i, &line)) {
            continue;
        }
        const uint64_t place = (uint64_t)(begin % class.modulus);
        const uint64_t first = class.residue >= place ? class.residue - place : class.residue + (class.modulus - place);
        for (uint64_t at = first; at < count; at += class.modulus) {
            crossed[at] = true;
        }
    }
    return true;
}

/* Small x may make primes that lines `prime` have classes of. */
static firesieve_status search_small(struct residue_search *search, firesieve_error *error)
{
    const firesieve_delay begin = search->begin;
    const firesieve_delay end = delay_min(search->form->direct_end, delay_end(search->to));
    if (begin >= end) {
        return FIRESIEVE_OK;
    }
    const size_t count = (size_t)(end - begin);
    bool *const crossed = calloc(count, sizeof *crossed);
    if (crossed == NULL) {
        return error_set_memory(error, "small numbers");
    }
    bool more = cross_off(search, begin, count, crossed);
    for (size_t i = 0; i < count && more; ++i) {
        more = may_go_on(search, begin + i) && (crossed[i] || !passes(search, begin + i) || take(search, begin + i));
    }
    search->begin = end;
    free(crossed);
    return FIRESIEVE_OK;
}

/* Whether a class contains x, except for those of lines `prime`. */
static bool is_crossed_off(const struct residue_search *search, firesieve_delay x)
{
    const firesieve_firewall *const firewall = search->firewall;
    size_t line = 0;
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (x % firewall->classes[i].modulus == firewall->classes[i].residue && !is_of_prime(search->form, i, &line)) {
            return true;
        }
    }
    return false;
}

/* Checks each listed number by itself. */
static void search_listed(struct residue_search *search)
{
    const struct residue_form *const form = search->form;
    const firesieve_delay to = delay_end(search->to);
    bool more = true;
    for (size_t i = 0; i < form->listed_count && more; ++i) {
        const firesieve_delay low = form->listed[i].low > search->begin ? form->listed[i].low : search->begin;
        for (firesieve_delay x = low; x <= form->listed[i].high && x < to && more; ++x) {
            const bool holds = !is_crossed_off(search, x) && passes(search, x);
            more = may_go_on(search, x) && (!holds || take(search, x));
        }
    }
    if (more) {
        end_search(search, search->to == FIRESIEVE_NO_END ? no_number_left : result_range_is_caught);
        limit_to_the_end(search, form->beyond);
    }
}

/* ---- Classes ---------------------------------------------------------------------------------------------- */

/* The options of a search of classes in [from, to), with the time that is left. */
static firesieve_search_options options_of(const struct residue_search *search, firesieve_delay from,
                                           firesieve_delay to)
{
    firesieve_search_options options = *search->options;
    options.from = from;
    options.to = to;
    options.filter = NULL; /* the goal's filter asks it */
    options.time_limit_s = fmax(search->watch.deadline - clock_seconds(), 0);
    return options;
}

static void note_run(struct residue_search *search, const firesieve_search_result *result)
{
    firesieve_search_result *const own = &search->result;
    own->method = method_shown(result->method);
    own->kernel = result->kernel;
    own->threads = result->threads > own->threads ? result->threads : own->threads;
    own->replanned = result->replanned;
    own->earlier_s = result->earlier_s;
}

/* A firesieve_list_function, for y of the only progression. */
static bool receive(firesieve_delay y, void *context)
{
    struct residue_search *const search = context;
    const struct goal *const goal = search->goal;
    return goal->receive(search->survivors.base + search->survivors.step * y, goal->context);
}

/* Whether anything but classes has to be asked. */
static bool has_filter(const struct residue_search *search)
{
    return search->form->filter_count > 0 || search->options->filter != NULL;
}

/* The x of a y in the only progression, as a bound. */
static firesieve_delay x_before(const struct survivors *survivors, firesieve_delay y)
{
    firesieve_delay x;
    return __builtin_mul_overflow(survivors->step, y, &x) || x >= FIRESIEVE_DELAY_END - survivors->base
               ? FIRESIEVE_DELAY_END
               : survivors->base + x;
}

/* The only search has reached the end of its range, or a proof, and has found nothing. */
static void end_once(struct residue_search *search, bool endless, const char *reason)
{
    const bool proved = reason != result_range_is_caught;
    end_search(search, proved || search->options->to != FIRESIEVE_NO_END ? reason : no_number_left);
    limit_to_the_end(search, endless && !proved); /* a progression was searched up to 2^127 */
}

/* Searches all that is left in one search. */
static firesieve_status search_once(struct residue_search *search, const firesieve_firewall *classes,
                                    struct progression branch, firesieve_error *error)
{
    const bool tuplets = classes->tuplet != NULL;
    struct goal goal = *search->goal;
    search->filter.accepts = tuplets ? accepts_beside_tuplet : accepts;
    search->survivors.base = branch.base;
    search->survivors.step = branch.step;
    goal.filter = tuplets || has_filter(search) ? &search->filter : NULL; /* classes alone say nothing about tuplets */
    goal.receive = receive;
    goal.context = search;
    goal.limit = goal.limit == 0 ? 0 : goal.limit - (uint64_t)search->result.count;
    const bool endless = search->to == FIRESIEVE_NO_END;
    const firesieve_delay last = progression_from(branch, delay_end(search->to));
    firesieve_search_options options =
        options_of(search, progression_from(branch, search->begin), endless && branch.step == 1 ? search->to : last);
    options.method = tuplets ? METHOD_TUPLET : options.method;
    firesieve_search_result result;
    const firesieve_status status = search_classes(classes, &options, &goal, &result, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    const firesieve_delay reached = x_before(&search->survivors, result.reached);
    note_run(search, &result);
    search->result.count += result.count;
    end_at(search, result.outcome, result.outcome == FIRESIEVE_NONE ? delay_end(search->options->to) : reached);
    search->result.reason = result.reason;
    search->result.window = x_before(&search->survivors, result.window);
    search->result.window_count = result.window_count;
    search->result.window_share = result.window_share;
    search->result.end = x_before(&search->survivors, result.end);
    if (result.outcome == FIRESIEVE_FOUND && search->goal->kind == GOAL_SMALLEST) {
        search->result.delay = search->survivors.base + search->survivors.step * result.delay;
        search->result.reached = search->result.delay;
        ++search->result.candidates;
    }
    if (result.outcome == FIRESIEVE_NONE) {
        end_once(search, endless, result.reason);
    }
    return FIRESIEVE_OK;
}

/* ---- Progressions ----------------------------------------------------------------------------------------- */

/* A run of y in all progressions, [low, high). */
struct stretch {
    firesieve_delay low;
    firesieve_delay high;
    struct delay_list found; /* owned: x */
    firesieve_delay count;
    size_t open; /* progressions that are not known to be forbidden altogether */
    bool *closed;
    bool no_memory;
    struct survivors *survivors;
};

/* A firesieve_list_function. */
static bool keep(firesieve_delay y, void *context)
{
    struct stretch *const stretch = context;
    stretch->no_memory = !delay_list_append(&stretch->found, stretch->survivors->base + stretch->survivors->step * y);
    return !stretch->no_memory;
}

/* Searches one progression in the stretch, below x = end. *stopped: its search did not reach its end. */
static firesieve_status search_branch(struct residue_search *search, struct stretch *stretch, size_t i,
                                      firesieve_delay end, bool *stopped, firesieve_error *error)
{
    const struct progression branch = search->form->branches[i];
    const firesieve_delay low = progression_from(branch, search->begin);
    const firesieve_delay high = progression_from(branch, end);
    const firesieve_delay first = low > stretch->low ? low : stretch->low;
    const firesieve_delay last = delay_min(high, stretch->high);
    const struct goal goal = {
        .kind = search->goal->kind,
        .receive = keep,
        .context = stretch,
        .filter = has_filter(search) ? &search->filter : NULL,
    };
    firesieve_search_result result;
    search->survivors.base = branch.base;
    search->survivors.step = branch.step;
    if (first >= last) {
        return FIRESIEVE_OK;
    }
    const firesieve_search_options options = options_of(search, first, last);
    const firesieve_status status = search_classes(search->form->inner[i], &options, &goal, &result, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    note_run(search, &result);
    stretch->count += result.count;
    *stopped = result.outcome == FIRESIEVE_LIMIT || (result.outcome == FIRESIEVE_CANCELLED && !stretch->no_memory);
    search->watch.stop = *stopped ? result.outcome : search->watch.stop;
    if (result.outcome == FIRESIEVE_NONE && result.reason != NULL && result.reason != result_range_is_caught) {
        stretch->closed[i] = true;
        --stretch->open;
    }
    if (result.outcome == FIRESIEVE_FOUND && goal.kind == GOAL_SMALLEST) {
        keep(result.delay, stretch);
    }
    return stretch->no_memory ? error_set_memory(error, "the delays") : FIRESIEVE_OK;
}

/* Takes what was found in a stretch, ascending. False: nothing more is wanted. */
static bool take_found(struct residue_search *search, struct stretch *stretch)
{
    struct delay_list *const found = &stretch->found;
    bool more = true;
    if (found->count > 0) {
        qsort(found->delays, found->count, sizeof *found->delays, delay_compare);
    }
    for (size_t i = 0; i < found->count && more; ++i) {
        more = take(search, found->delays[i]);
    }
    found->count = 0;
    search->result.count += search->goal->kind == GOAL_COUNT ? stretch->count : 0;
    stretch->count = 0;
    return more;
}

static firesieve_status search_stretch(struct residue_search *search, struct stretch *stretch, bool *stopped,
                                       firesieve_error *error)
{
    const struct residue_form *const form = search->form;
    firesieve_status status = FIRESIEVE_OK;
    firesieve_delay end = delay_end(search->to);
    for (size_t i = 0; i < form->branch_count && status == FIRESIEVE_OK && !*stopped; ++i) {
        if (stretch->closed[i]) {
            continue;
        }
        const size_t before = stretch->found.count;
        status = search_branch(search, stretch, i, end, stopped, error);
        if (search->goal->kind == GOAL_SMALLEST && stretch->found.count > before) {
            end = stretch->found.delays[before]; /* only smaller ones matter now */
        }
    }
    return status;
}

/*
 * Searches successive stretches of y in all progressions: bases are below the step, so that the x of one stretch are
 * below those of the next. A count needs no order, and takes one stretch.
 */
static firesieve_status search_stretches(struct residue_search *search, struct stretch *stretch, firesieve_error *error)
{
    enum { DELAYS_A_STRETCH = 1 << 16, GROWTH = 4 };
    const firesieve_delay step = search->form->branches[0].step;
    const firesieve_delay end = delay_end(search->to) / step + 1;
    firesieve_delay length = search->goal->kind == GOAL_COUNT ? end : 1;
    bool stopped = false;
    stretch->low = search->begin / step;
    while (stretch->low < end && stretch->open > 0) {
        stretch->high = length < end - stretch->low ? stretch->low + length : end;
        const firesieve_status status = search_stretch(search, stretch, &stopped, error);
        if (status != FIRESIEVE_OK) {
            return status;
        }
        const firesieve_delay reached = stretch->low * step > search->begin ? stretch->low * step : search->begin;
        if (stopped) {
            end_at(search, search->watch.stop, reached);
            return FIRESIEVE_OK;
        }
        length *= stretch->found.count < DELAYS_A_STRETCH && length < end ? GROWTH : 1;
        if (!take_found(search, stretch) || !may_go_on(search, reached)) {
            return FIRESIEVE_OK;
        }
        stretch->low = stretch->high;
    }
    const bool none = stretch->open == 0 && search->result.count == 0;
    end_search(search, none ? no_number_left : result_range_is_caught);
    limit_to_the_end(search, !none);
    return FIRESIEVE_OK;
}

static firesieve_status search_branches(struct residue_search *search, firesieve_error *error)
{
    const struct residue_form *const form = search->form;
    struct stretch stretch = {.open = form->branch_count,
                              .closed = calloc(form->branch_count, sizeof *stretch.closed),
                              .survivors = &search->survivors};
    const firesieve_status status = stretch.closed == NULL ? error_set_memory(error, "the progressions")
                                                           : search_stretches(search, &stretch, error);
    free(stretch.closed);
    free(stretch.found.delays);
    return status;
}

/* ---- All of it -------------------------------------------------------------------------------------------- */

static const struct progression everything = {.base = 0, .step = 1};

/* A checkpoint, profile or plan belongs to one search of classes. */
static firesieve_status check_options(const struct residue_search *search, firesieve_error *error)
{
    const firesieve_search_options *const options = search->options;
    const struct residue_form *const form = search->form;
    if (options->method == FIRESIEVE_METHOD_SIMULATE) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "the method simulate steps scanners, and residues have none; closed-form looks at one number "
                         "after the other");
    }
    if (form->listed == NULL && form->branch_count <= 1) {
        return FIRESIEVE_OK;
    }
    const char *const what = options->checkpoint != NULL ? "checkpoint"
                             : options->profile != NULL  ? "profile"
                             : options->plan != NULL     ? "plan"
                                                         : NULL;
    return what == NULL
               ? FIRESIEVE_OK
               : error_set(error, FIRESIEVE_ERROR_ARGUMENT, "there is no %s of a search whose lines leave %s", what,
                           form->listed != NULL ? "numbers to be looked at one by one"
                                                : "several progressions to be searched");
}

/* The residue of x at which a prime divides x + least + shift. */
static uint64_t struck_residue(const struct tuplet *tuplet, uint32_t shift, uint64_t prime)
{
    const uint64_t size = (uint64_t)(tuplet->least < 0 ? -tuplet->least : tuplet->least) % prime;
    const uint64_t least = tuplet->least < 0 ? (prime - size) % prime : size;
    return (prime - (least + shift) % prime) % prime;
}

/*
 * Whether small primes and other classes forbid every x, as {0, 2, 4} does modulo 3: an endless search would not
 * notice.
 */
static firesieve_status tuplets_are_blocked(struct residue_search *search, const firesieve_firewall *tuplets,
                                            bool *blocked, firesieve_error *error)
{
    static const uint8_t primes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61};
    static const uint64_t budget = 2000000; /* some 50 ms */
    const struct tuplet *const tuplet = tuplets->tuplet;
    const size_t room = tuplets->layer_count + sizeof primes * tuplet->count;
    struct residue_class *const classes = reallocarray(NULL, room + 1, sizeof *classes);
    enum cover_outcome outcome = COVER_UNDECIDED;
    size_t count = 0;
    if (classes == NULL) {
        return error_set_memory(error, "the residue classes");
    }
    for (size_t i = 0; i < tuplets->layer_count; ++i) {
        classes[count++] = tuplets->classes[i];
    }
    for (size_t i = 0; i < sizeof primes && (tuplet->prime || primes[i] <= tuplet->high); ++i) {
        for (uint32_t s = 0; s < tuplet->count; ++s) {
            classes[count++] = (struct residue_class){primes[i], struck_residue(tuplet, tuplet->shifts[s], primes[i])};
        }
    }
    const firesieve_status status =
        cover_decide(classes, count, budget, watch_asked(&search->watch), NULL, &outcome, error);
    *blocked = status == FIRESIEVE_OK && outcome == COVER_COMPLETE;
    free(classes);
    return status == FIRESIEVE_ERROR_STOPPED ? FIRESIEVE_OK : status; /* the search asks again, and ends */
}

static firesieve_status run(struct residue_search *search, firesieve_error *error)
{
    const struct residue_form *const form = search->form;
    if (search->begin >= delay_end(search->to)) {
        end_search(search, search->options->to == FIRESIEVE_NO_END ? no_number_left : result_range_is_caught);
        limit_to_the_end(search, true); /* without an end, it begins at 2^127 */
        return FIRESIEVE_OK;
    }
    if (form->listed != NULL) {
        search_listed(search);
        return FIRESIEVE_OK;
    }
    const firesieve_status status = search_small(search, error);
    if (status != FIRESIEVE_OK || search->ended) {
        return status;
    }
    if (form->branch_count > 1) {
        return search_branches(search, error);
    }
    const firesieve_firewall *const sieved = form_sieved(search->firewall, request_may_take_tuplets(search->options));
    if (sieved->tuplet != NULL && search->to == FIRESIEVE_NO_END) {
        bool blocked;
        const firesieve_status looked = tuplets_are_blocked(search, sieved, &blocked, error);
        if (looked != FIRESIEVE_OK) {
            return looked;
        }
        if (blocked) {
            end_search(search, proof_reason);
            return FIRESIEVE_OK;
        }
    }
    return search_once(search, sieved, form->branch_count == 1 ? form->branches[0] : everything, error);
}

firesieve_status search_residues(const firesieve_firewall *firewall, const firesieve_search_options *options,
                                 const struct goal *goal, firesieve_search_result *result, firesieve_error *error)
{
    const struct residue_form *const form = form_of(firewall);
    struct residue_search search = {
        .firewall = firewall,
        .form = form,
        .options = options,
        .goal = goal,
        .result = {.method = FIRESIEVE_METHOD_CLOSED_FORM, .threads = 1},
        .watch = watch_start(options),
        .begin = form->from > options->from ? form->from : options->from,
        .to = options->to == FIRESIEVE_NO_END ? form->to : delay_min(form->to, options->to),
        .survivors = {.form = form, .options = options, .base = 0, .step = 1},
        .filter = {accepts, &search.survivors, options->filter != NULL},
    };
    firesieve_status status = check_options(&search, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (options->method == FIRESIEVE_METHOD_CLOSED_FORM) { /* asks the lines themselves about every number */
        struct goal own = *goal;
        own.filter = options->filter != NULL ? &search.filter : NULL;
        status = search_classes(firewall, options, &own, &search.result, error);
    } else {
        status = run(&search, error);
    }
    if (status == FIRESIEVE_OK) {
        search.result.elapsed_s = clock_seconds() - search.watch.started + search.result.earlier_s;
        *result = search.result;
        result->reason = reason_of_residues(result->reason);
    }
    return status;
}
