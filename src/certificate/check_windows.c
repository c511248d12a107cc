/* The checker of windows: lists the delays that the witness leaves again, and tests each by closed form. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "certificate/checkers.h"
#include "certificate/witness.h"
#include "firewall/repeats.h"
#include "language/form.h"
#include "methods/method.h"
#include "base/plural.h"

/* ---- Lines, before anything is listed --------------------------------------------------------- */

static bool has_residues(const struct certificate_check *check)
{
    return check->firewall->layers == NULL;
}

static bool check_delay(struct certificate_check *check)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    const struct certificate_head *const head = &check->head;
    const uint64_t line = check->reader->line - 2; /* of the claim; the reader is at `made` */
    if (head->claim != FIRESIEVE_CLAIM_FOUND) {
        return true;
    }
    if (head->delay < head->from || head->delay >= head->to) {
        return certificate_refuse(check, line, "%s %s is not in the range", has_residues(check) ? "x =" : "the delay",
                                  firesieve_delay_format(head->delay, text));
    }
    if (firesieve_firewall_catches(check->firewall, head->delay)) {
        return certificate_refuse(
            check, line, has_residues(check) ? "x = %s does not satisfy all lines" : "the delay %s is not safe",
            firesieve_delay_format(head->delay, text));
    }
    return true;
}

/* Reads the periods that are left out into `left_out`, which has room for all periods of the firewall. */
static bool check_left_out(struct certificate_check *check, const uint64_t *periods, size_t period_count,
                           uint64_t *left_out, size_t *count)
{
    struct record_reader *const reader = check->reader;
    *count = 0;
    while (record_next_is(reader, "without")) {
        uint64_t period;
        if (!certificate_read_without(reader, &period)) {
            return false;
        }
        if (witness_find_period(periods, period_count, period) == period_count) {
            return certificate_refuse(
                check, reader->line,
                has_residues(check) ? "no class has modulus %" PRIu64 : "no layer has period %" PRIu64, period);
        }
        if (*count > 0 && period <= left_out[*count - 1]) {
            return certificate_refuse(check, reader->line, "the %s that are left out do not ascend",
                                      has_residues(check) ? "moduli" : "periods");
        }
        left_out[(*count)++] = period;
    }
    return true;
}

/* Checks where the last window ends. It must reach the end of the range if filters drop anything before it. */
static bool check_end(struct certificate_check *check, uint64_t line, firesieve_delay end, bool dropped)
{
    const struct certificate_head *const head = &check->head;
    char found[FIRESIEVE_DELAY_TEXT_SIZE];
    char expected[FIRESIEVE_DELAY_TEXT_SIZE];
    const firesieve_delay most = check->part.end;
    firesieve_delay least = most;
    if (head->claim == FIRESIEVE_CLAIM_NONE && !dropped) {
        const firesieve_delay last =
            witness_last_delay(check->firewall, check->part.windows, watch_asked(check->watch));
        if (!watch_go_on(check->watch, head->from)) {
            return certificate_stop(check); /* the last delay is not known */
        }
        least = last < most ? last : most;
    }
    if (end < least || end > most) {
        return certificate_refuse(check, line, "the windows end at %s, not at %s", firesieve_delay_format(end, found),
                                  firesieve_delay_format(end < least ? least : most, expected));
    }
    return true;
}

/*
 * What windows of a count must add up to: `whole` times their counts, and once more the counts up to `part`, which is
 * the beginning of the range if there is no such part.
 */
struct sum {
    firesieve_delay whole;
    firesieve_delay part;
    firesieve_delay end;     /* of one cycle, or of the range */
    bool part_ends;          /* a window ends there */
    firesieve_delay count;   /* of all windows so far */
    firesieve_delay in_part; /* of those up to there */
    firesieve_delay dropped; /* in all of them; if any, there is one cycle */
};

static struct sum start_sum(const struct certificate_check *check)
{
    const struct certificate_part *const part = &check->part;
    const firesieve_delay length = part->end - part->windows;
    const firesieve_delay cycle = witness_cycle(check->firewall, watch_asked(check->watch));
    struct sum sum = {.whole = 1, .part = part->windows, .end = part->end, .part_ends = true};
    if (length > cycle) {
        sum.whole = length / cycle;
        sum.part = part->windows + length % cycle;
        sum.end = part->windows + cycle;
        sum.part_ends = length % cycle == 0;
    }
    return sum;
}

static void add_window(struct sum *sum, const struct certificate_window *window)
{
    sum->count += window->count; /* at most the number of delays up to here */
    sum->in_part += window->end <= sum->part ? window->count : 0;
    sum->part_ends |= window->end == sum->part;
}

static bool check_sum(struct certificate_check *check, const struct sum *sum, uint64_t line, firesieve_delay end)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    char expected[FIRESIEVE_DELAY_TEXT_SIZE];
    if (!watch_go_on(check->watch, check->head.from)) {
        return certificate_stop(check); /* the cycle is not known */
    }
    if (end != sum->end) {
        return certificate_refuse(check, line, "the windows end at %s, not at %s", firesieve_delay_format(end, text),
                                  firesieve_delay_format(sum->end, expected));
    }
    if (!sum->part_ends) {
        return certificate_refuse(check, line, "no window ends at %s, where the last cycle of the range ends",
                                  firesieve_delay_format(sum->part, text));
    }
    const firesieve_delay count = check->small.count + sum->whole * sum->count + sum->in_part - sum->dropped;
    return count == check->head.count ||
           certificate_refuse(check, 3, "the windows add up to %s", firesieve_delay_format(count, text));
}

/* The lines `dropped` of a window that begins there. */
static bool check_dropped(struct certificate_check *check, struct record_reader *ahead, firesieve_delay begin,
                          const struct certificate_window *window, struct sum *sum)
{
    firesieve_delay least = begin;
    firesieve_delay count = 0;
    for (; has_residues(check) && record_next_is(ahead, "dropped"); ++count) {
        firesieve_delay x;
        if (!certificate_read_dropped(ahead, &x)) {
            return false;
        }
        if (x < least || x >= window->end) {
            return certificate_refuse(check, ahead->line, "what is dropped does not ascend, or is not in the window");
        }
        least = x + 1;
    }
    sum->dropped += count;
    return count <= window->count ||
           certificate_refuse(check, ahead->line, "there are not as many delays in the window");
}

/* Checks the windows ahead of the reader. *end is where the last one ends. */
static bool check_ends(struct certificate_check *check, firesieve_delay *end)
{
    struct record_reader ahead = *check->reader;
    const bool counted = check->head.claim == FIRESIEVE_CLAIM_COUNT;
    struct sum sum = counted ? start_sum(check) : (struct sum){0};
    *end = check->part.windows;
    while (record_next_is(&ahead, "window")) {
        struct certificate_window window;
        if (!certificate_read_window(&ahead, &window)) {
            check->reader->status = ahead.status; /* stopped */
            return false;
        }
        if (window.end <= *end) {
            return certificate_refuse(check, ahead.line, "the window ends before it begins");
        }
        if (window.count > window.end - *end) {
            return certificate_refuse(check, ahead.line, "there are not as many delays in the window");
        }
        add_window(&sum, &window);
        if (!check_dropped(check, &ahead, *end, &window, &sum)) {
            check->reader->status = ahead.status;
            return false;
        }
        *end = window.end;
    }
    return counted ? check_sum(check, &sum, ahead.line, *end) : check_end(check, ahead.line, *end, sum.dropped > 0);
}

/* ---- Which method and which kernel ------------------------------------------------------------------------ */

/* The widest one that runs here and did not make the windows; if there is none, NULL for the best one. */
static const firesieve_kernel *choose_kernel(const firesieve_kernel *made)
{
    const firesieve_kernel *chosen = NULL;
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        if (firesieve_kernel_runs_here(kernel) && !firesieve_kernel_emulated(kernel) && kernel != made) {
            chosen = kernel;
        }
    }
    return chosen;
}

/* How long a method would take for the range, on one thread; INFINITY if it refuses the witness, or time is up. */
static double predict(struct watch *watch, const struct witness *witness, const firesieve_search_options *options,
                      firesieve_method method)
{
    firesieve_search_options asked = *options;
    asked.method = method;
    asked.time_limit_s = fmax(0, watch->deadline - clock_seconds());
    if (!watch_go_on(watch, options->from)) {
        return INFINITY;
    }
    firesieve_explanation explanation;
    if (firesieve_explain(witness->firewall, &asked, &explanation, NULL) != FIRESIEVE_OK) {
        return INFINITY;
    }
    const double seconds = explanation.reason != NULL ? 0 : explanation.predicted_range_s;
    firesieve_explanation_free(&explanation);
    return seconds;
}

/* The fastest method but the one that made the windows; that one if it is faster by far. */
static firesieve_method choose_method(struct watch *watch, const struct witness *witness,
                                      const firesieve_search_options *options, firesieve_method made)
{
    static const firesieve_delay short_range = (firesieve_delay)1 << 32; /* any method will do */
    static const double worth = 20;                                      /* times as long another method may take */
    static const double soon_s = 5;
    if (options->to - options->from <= short_range) {
        return made == FIRESIEVE_METHOD_SCAN ? FIRESIEVE_METHOD_WHEEL : FIRESIEVE_METHOD_SCAN;
    }
    firesieve_method fastest = made;
    double fastest_s = INFINITY;
    double made_s = INFINITY;
    for (int i = 0; i < FIRESIEVE_METHOD_COUNT; ++i) {
        const firesieve_method method = (firesieve_method)i;
        if (method == FIRESIEVE_METHOD_AUTO || method_is_oracle(method)) {
            continue;
        }
        const double seconds = predict(watch, witness, options, method);
        if (method == made) {
            made_s = seconds;
        } else if (seconds < fastest_s) {
            fastest_s = seconds;
            fastest = method;
        }
    }
    return fastest_s <= fmax(soon_s, worth * made_s) ? fastest : made;
}

/* ---- The list --------------------------------------------------------------------------------------------- */

/* The windows while they are listed again. */
struct listing {
    struct certificate_check *check;
    const struct witness *witness;
    struct certificate_window window;
    uint64_t line;                /* its own */
    struct tally_of_delays tally; /* of this window */
    uint64_t oracle_left;         /* how many more x may be tested against the lines as written */
    bool found;                   /* the delay of the claim was listed */
};

/* Moves to the next window, which is empty so far. */
static bool open_window(struct listing *listing)
{
    listing->tally = (struct tally_of_delays){0};
    listing->line = listing->check->reader->line + 1;
    return certificate_read_window(listing->check->reader, &listing->window);
}

static bool close_window(struct listing *listing)
{
    struct certificate_check *const check = listing->check;
    const uint64_t line = listing->line;
    char found[FIRESIEVE_DELAY_TEXT_SIZE];
    char expected[FIRESIEVE_DELAY_TEXT_SIZE];
    if (listing->tally.count != listing->window.count) {
        const char *const noun = has_residues(check) ? " x" : listing->tally.count == 1 ? " delay" : " delays";
        return certificate_refuse(check, line, "a second search lists %s%s in this window, not %s",
                                  firesieve_delay_format(listing->tally.count, found), noun,
                                  firesieve_delay_format(listing->window.count, expected));
    }
    if (listing->tally.hash != listing->window.hash) {
        return certificate_refuse(check, line,
                                  "a second search lists other %s in this window: their hash is %016" PRIx64,
                                  has_residues(check) ? "x" : "delays", listing->tally.hash);
    }
    if (has_residues(check) && record_next_is(check->reader, "dropped")) {
        return certificate_refuse(check, check->reader->line + 1, "a second search drops no such x");
    }
    ++check->report->windows;
    return true;
}

/* The next line has to say that a filter drops x. */
static bool take_dropped(struct listing *listing, firesieve_delay x)
{
    struct certificate_check *const check = listing->check;
    firesieve_delay said = 0;
    char text[2][FIRESIEVE_DELAY_TEXT_SIZE];
    firesieve_delay_format(x, text[0]);
    if (!record_next_is(check->reader, "dropped")) {
        return certificate_refuse(check, check->reader->line, "a filter drops x = %s, which no line says", text[0]);
    }
    if (!certificate_read_dropped(check->reader, &said)) {
        return false;
    }
    ++check->report->asked;
    return said == x || certificate_refuse(check, check->reader->line, "a filter drops x = %s next, not x = %s",
                                           text[0], firesieve_delay_format(said, text[1]));
}

/* How many x can be tested against the lines as written in some seconds; 0 for layers. */
static uint64_t oracle_room(const firesieve_firewall *firewall)
{
    static const double steps = 1 << 29;
    const struct residue_form *const form = form_of(firewall);
    double cost = 1;
    if (form == NULL) {
        return 0;
    }
    cost += (double)form->simple_count;
    for (size_t i = 0; i < form->line_count; ++i) {
        const struct line *const line = &form->lines[i];
        cost += (double)line->count + (line->loop == NULL ? 1 : (double)(line->loop->high - line->loop->low));
    }
    return (uint64_t)(steps / cost);
}

/* Whether the lines themselves agree: a search knows only their classes and filters. */
static bool ask_oracle(struct listing *listing, firesieve_delay x, bool holds)
{
    struct certificate_check *const check = listing->check;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    if (listing->oracle_left == 0) {
        return true;
    }
    --listing->oracle_left;
    return form_holds(check->firewall, x) == holds ||
           certificate_refuse(check, listing->line, "x = %s %s all lines", firesieve_delay_format(x, text),
                              holds ? "does not satisfy" : "satisfies");
}

/* For a count, everything that is not dropped is safe; otherwise only the delay of the claim may be. */
static bool judge(struct listing *listing, firesieve_delay delay)
{
    struct certificate_check *const check = listing->check;
    const struct certificate_head *const head = &check->head;
    const bool counted = head->claim == FIRESIEVE_CLAIM_COUNT;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    if ((counted && !has_residues(check)) || (head->claim == FIRESIEVE_CLAIM_FOUND && delay == head->delay)) {
        listing->found = true;
        return true;
    }
    switch (witness_fate(listing->witness, check->firewall, delay)) {
    case FATE_CAUGHT:
        return ask_oracle(listing, delay, false);
    case FATE_DROPPED:
        return take_dropped(listing, delay) && ask_oracle(listing, delay, false);
    case FATE_SAFE:
        break;
    }
    if (counted) {
        return ask_oracle(listing, delay, true);
    }
    return certificate_refuse(check, listing->line,
                              has_residues(check) ? "x = %s satisfies all lines" : "the delay %s is safe",
                              firesieve_delay_format(delay, text));
}

/* A firesieve_list_function. */
static bool receive(firesieve_delay delay, void *context)
{
    struct listing *const listing = context;
    struct certificate_check *const check = listing->check;
    if (!watch_go_on(check->watch, check->head.from)) { /* one delay may take a step per layer */
        return false;
    }
    while (delay >= listing->window.end) {
        if (!close_window(listing) || !open_window(listing)) {
            return false;
        }
    }
    if (!judge(listing, delay)) {
        return false;
    }
    tally_delay(&listing->tally, delay);
    ++check->report->listed;
    return listing->tally.count <= listing->window.count || close_window(listing);
}

/* Closes the windows after the last delay, and checks that the delay of the claim was listed. */
static bool close_windows(struct listing *listing)
{
    struct certificate_check *const check = listing->check;
    bool more = true;
    while (more) {
        if (!close_window(listing)) {
            return false;
        }
        more = record_next_is(check->reader, "window");
        if (more && !open_window(listing)) {
            return false;
        }
    }
    if (check->report->listed == 0 && check->small.count == 0) {
        return certificate_refuse(check, check->reader->line, "windows without any %s show nothing",
                                  has_residues(check) ? "x" : "delay");
    }
    if (check->head.claim == FIRESIEVE_CLAIM_FOUND && !listing->found) {
        return certificate_refuse(check, check->reader->line, "a second search does not list the %s of the claim",
                                  has_residues(check) ? "x" : "delay");
    }
    return true;
}

/* The options to list a range again: as the caller asks, or else unlike those that made the certificate. */
static firesieve_search_options choose_options(const struct certificate_check *check, const struct witness *witness,
                                               firesieve_delay from, firesieve_delay to, firesieve_method made_method,
                                               const firesieve_kernel *made_kernel)
{
    firesieve_search_options options = *check->options;
    options.from = from;
    options.to = to;
    options.plan = NULL; /* of the whole firewall */
    if (witness->firewall != NULL && options.method == FIRESIEVE_METHOD_AUTO) {
        options.method = choose_method(check->watch, witness, &options, made_method);
    }
    if (options.kernel == NULL) {
        options.kernel = choose_kernel(made_kernel);
    }
    options.time_limit_s = fmax(0, check->watch->deadline - clock_seconds());
    return options;
}

static firesieve_status list_again(struct certificate_check *check, const struct witness *witness, firesieve_delay end,
                                   firesieve_error *error)
{
    const firesieve_search_options options =
        choose_options(check, witness, check->part.windows, end, check->head.method, check->head.kernel);
    struct listing listing = {.check = check, .witness = witness, .oracle_left = oracle_room(check->firewall)};
    firesieve_search_result result;
    if (!open_window(&listing)) {
        return check->reader->status;
    }
    const firesieve_status status = witness_list(witness, &options, receive, &listing, &result, error);
    if (status != FIRESIEVE_OK || check->reader->status != FIRESIEVE_OK) {
        return status != FIRESIEVE_OK ? status : check->reader->status;
    }
    check->report->method = result.method;
    check->report->kernel = result.kernel;
    if (check->report->verdict == FIRESIEVE_ACCEPTED) {
        if (result.outcome == FIRESIEVE_FOUND || result.outcome == FIRESIEVE_NONE) {
            close_windows(&listing);
        } else {
            certificate_stop(check);
        }
    }
    return check->reader->status;
}

/* Makes the witness that the lines describe. */
static firesieve_status read_witness(struct certificate_check *check, struct witness *witness, firesieve_error *error)
{
    const struct go_on go_on = watch_asked(check->watch);
    uint64_t *periods = NULL;
    size_t count = 0;
    firesieve_status status = witness_periods(check->firewall, go_on, &periods, &count, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    uint64_t *const left_out = reallocarray(NULL, count + 1, sizeof *left_out);
    size_t left_out_count;
    if (left_out == NULL) {
        status = error_set_memory(error, "the periods");
    } else if (check_left_out(check, periods, count, left_out, &left_out_count)) {
        status = witness_make(witness, check->firewall, left_out, left_out_count, go_on, error);
    } else {
        status = check->reader->status;
    }
    free(periods);
    free(left_out);
    return status;
}

firesieve_status certificate_check_windows(struct certificate_check *check, firesieve_error *error)
{
    struct witness witness = {.left_out = NULL};
    bool empty = false;
    if (!check_delay(check) || !certificate_check_part(check) ||
        (check->head.claim != FIRESIEVE_CLAIM_COUNT && !certificate_read_empty(check->reader, &empty))) {
        return check->reader->status;
    }
    firesieve_status status = FIRESIEVE_OK;
    if (empty) {
        witness = witness_empty(check->firewall);
    } else {
        status = read_witness(check, &witness, error);
    }
    firesieve_delay end;
    if (status == FIRESIEVE_OK && check->report->verdict == FIRESIEVE_ACCEPTED && check_ends(check, &end) &&
        end != check->part.windows) {
        status = list_again(check, &witness, end, error);
    }
    witness_free(&witness);
    return status == FIRESIEVE_OK ? check->reader->status : status;
}

/* ---- Counts of components --------------------------------------------------------------------------------- */

/* A firesieve_list_function. */
static bool count_one(firesieve_delay delay, void *context)
{
    (void)delay;
    ++*(firesieve_delay *)context;
    return true;
}

firesieve_status certificate_count_again(struct certificate_check *check, const struct certificate_rest *rest,
                                         firesieve_delay *count, firesieve_error *error)
{
    struct witness witness = {.left_out = NULL};
    firesieve_search_result result;
    firesieve_status status = witness_make(&witness, check->firewall, NULL, 0, watch_asked(check->watch), error);
    *count = 0;
    if (status == FIRESIEVE_OK) {
        const firesieve_search_options options =
            choose_options(check, &witness, rest->from, rest->to, rest->method, rest->kernel);
        status = witness_list(&witness, &options, count_one, count, &result, error);
    }
    if (status == FIRESIEVE_OK) {
        check->report->method = result.method;
        check->report->kernel = result.kernel;
        if (result.outcome != FIRESIEVE_FOUND && result.outcome != FIRESIEVE_NONE) {
            certificate_stop(check);
        }
    }
    witness_free(&witness);
    return status;
}
