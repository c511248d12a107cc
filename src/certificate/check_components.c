/*
 * The checker of counts that are made of components. It knows layers by their depths and ranges alone, counts by
 * arithmetic of its own (both in residues_left.h), and shares nothing with what makes counts.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/plural.h"
#include "certificate/checkers.h"
#include "certificate/residues_left.h"
#include "language/form.h"

enum { TOWERS_MAX = 126 /* more numbers above 1 have no product below 2^127 */ };

/* Some tens of seconds; less for the delays of a range, which can be listed instead. */
static const uint64_t work_for_residues = UINT64_C(1) << 31;
static const uint64_t work_for_delays = UINT64_C(1) << 28;

/* A component as its lines claim. */
struct claimed {
    struct certificate_component component;
    uint64_t line;
    struct certificate_tower *towers;
    size_t tower_count;
};

/* The classes of one modulus, and the component that decides them: component_count if none does. */
struct owned_run {
    size_t first;
    size_t end;
    size_t owner;
};

struct counted {
    struct certificate_check *check;
    struct lowered lowered;
    struct claimed components[TOWERS_MAX];
    size_t component_count;
    struct certificate_tower *towers; /* of all components, room for TOWERS_MAX */
    size_t tower_count;
    struct forbidden *decided; /* room for the classes of one component */
    struct owned_run *runs;    /* the classes of each modulus */
    size_t run_count;
    struct certificate_rest rest;
    bool has_rest;
    uint64_t rest_line;
    firesieve_delay cycle; /* of all components */
    struct work work;
};

/* ---- What the lines say ----------------------------------------------------------------------------------- */

static bool read_component(struct counted *counted)
{
    struct record_reader *const reader = counted->check->reader;
    struct claimed *const claimed = &counted->components[counted->component_count];
    if (counted->component_count == TOWERS_MAX) {
        return certificate_refuse(counted->check, reader->line + 1, "the cycle of all components passes 2^127");
    }
    *claimed = (struct claimed){.towers = counted->towers + counted->tower_count};
    if (!certificate_read_component(reader, &claimed->component)) {
        return false;
    }
    claimed->line = reader->line;
    ++counted->component_count;
    for (; record_next_is(reader, "tower"); ++claimed->tower_count, ++counted->tower_count) {
        if (counted->tower_count == TOWERS_MAX) {
            return certificate_refuse(counted->check, reader->line + 1, "the cycle of all components passes 2^127");
        }
        if (!certificate_read_tower(reader, &claimed->towers[claimed->tower_count])) {
            return false;
        }
    }
    return true;
}

static bool read_lines(struct counted *counted)
{
    struct record_reader *const reader = counted->check->reader;
    while (record_next_is(reader, "component")) {
        if (!read_component(counted)) {
            return false;
        }
    }
    counted->has_rest = record_next_is(reader, "rest");
    counted->rest_line = reader->line + 1;
    if (counted->has_rest && !certificate_read_rest(reader, &counted->rest)) {
        return false;
    }
    counted->check->report->components = counted->component_count;
    counted->check->report->towers = counted->tower_count;
    counted->check->report->made_method = counted->rest.method;
    counted->check->report->made_kernel = counted->rest.kernel;
    return true;
}

/* ---- Cycles and the sum ----------------------------------------------------------------------------------- */

/* Whether the cycle is the product of the towers' highest powers. */
static bool check_cycle(struct counted *counted, const struct claimed *claimed)
{
    firesieve_delay rest = claimed->component.cycle;
    bool divides = true;
    for (size_t i = 0; i < claimed->tower_count; ++i) {
        for (unsigned height = 0; height < claimed->towers[i].height; ++height) {
            divides = divides && rest % claimed->towers[i].base == 0;
            rest /= claimed->towers[i].base;
        }
    }
    return (divides && rest == 1) ||
           certificate_refuse(counted->check, claimed->line, "the cycle is not the product of its towers");
}

/* Whether no two bases have a common factor: then no two cycles have one. */
static bool check_bases(struct counted *counted, const struct claimed *claimed)
{
    for (size_t i = 0; i < claimed->tower_count; ++i) {
        const uint64_t base = claimed->towers[i].base;
        for (const struct certificate_tower *other = counted->towers; other < claimed->towers + i; ++other) {
            if (residues_common_divisor(base, other->base) != 1) {
                return certificate_refuse(counted->check, claimed->line + 1 + i,
                                          "%" PRIu64 " and %" PRIu64 " have a factor in common", other->base, base);
            }
        }
    }
    return true;
}

static bool check_rest_line(struct counted *counted, firesieve_delay begin)
{
    struct certificate_check *const check = counted->check;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    if (begin == check->head.to) {
        return !counted->has_rest || certificate_refuse(check, counted->rest_line, "no %s left after the whole cycles",
                                                        check->firewall->layers == NULL ? "x is" : "delays are");
    }
    if (!counted->has_rest) {
        return certificate_refuse(check, counted->rest_line, "the rest from %s on is missing",
                                  firesieve_delay_format(begin, text));
    }
    return (counted->rest.from == begin && counted->rest.to == check->head.to) ||
           certificate_refuse(check, counted->rest_line, "the rest is not that from %s on",
                              firesieve_delay_format(begin, text));
}

/* Whether all counts together are the claim. All products are at most the length of the range. */
static bool check_sum(struct counted *counted)
{
    struct certificate_check *const check = counted->check;
    const struct certificate_head *const head = &check->head;
    const firesieve_delay length = head->to - head->from;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    firesieve_delay product = 1;
    counted->cycle = 1;
    for (size_t i = 0; i < counted->component_count; ++i) {
        const struct claimed *const claimed = &counted->components[i];
        if (!check_cycle(counted, claimed) || !check_bases(counted, claimed)) {
            return false;
        }
        if (claimed->component.cycle > length / counted->cycle) {
            return certificate_refuse(check, claimed->line, "the range is shorter than the cycle of all components");
        }
        counted->cycle *= claimed->component.cycle;
        product *= claimed->component.count;
    }
    const firesieve_delay whole = length / counted->cycle;
    const firesieve_delay sum = whole * product + counted->rest.count;
    check->report->rest = counted->rest.to - counted->rest.from;
    return check_rest_line(counted, head->from + whole * counted->cycle) &&
           (sum == head->count || certificate_refuse(check, 3, "the components and the rest add up to %s",
                                                     firesieve_delay_format(sum, text)));
}

/* ---- Which component decides which class ------------------------------------------------------------------ */

/* The first component whose cycle the modulus divides, or component_count. */
static size_t find_owner(const struct counted *counted, uint64_t modulus)
{
    size_t owner = 0;
    while (owner < counted->component_count && counted->components[owner].component.cycle % modulus != 0) {
        ++owner;
    }
    return owner;
}

/* Whether the class is part of one that some component decides. */
static bool is_part_of_another(const struct counted *counted, struct forbidden class)
{
    const struct lowered *const lowered = &counted->lowered;
    for (size_t i = 0; i < counted->run_count; ++i) {
        const uint64_t modulus = lowered->classes[counted->runs[i].first].modulus;
        if (counted->runs[i].owner < counted->component_count && class.modulus % modulus == 0 &&
            lowered_has(lowered, modulus, class.residue % modulus)) {
            return true;
        }
    }
    return false;
}

/* Whether the modulus is a product of powers of the bases, as residues_left requires. */
static bool check_modulus(struct counted *counted, const struct claimed *claimed, uint64_t modulus)
{
    uint64_t rest = modulus;
    for (size_t i = 0; i < claimed->tower_count; ++i) {
        while (rest % claimed->towers[i].base == 0) {
            rest /= claimed->towers[i].base;
        }
    }
    return rest == 1 || certificate_refuse(counted->check, claimed->line,
                                           "the modulus %" PRIu64 " is no product of powers of its towers", modulus);
}

static bool find_owners(struct counted *counted)
{
    const struct lowered *const lowered = &counted->lowered;
    for (size_t first = 0; first < lowered->count;) {
        const uint64_t modulus = lowered->classes[first].modulus;
        const size_t owner = find_owner(counted, modulus);
        const size_t end = lowered_run_end(lowered, first);
        counted->runs[counted->run_count++] = (struct owned_run){first, end, owner};
        if (owner < counted->component_count && !check_modulus(counted, &counted->components[owner], modulus)) {
            return false;
        }
        first = end;
    }
    return true;
}

/* Whether the classes of a modulus that no component decides are parts of others. */
static bool check_parts(struct counted *counted, const struct owned_run *run)
{
    for (size_t i = run->first; i < run->end; ++i) {
        const struct forbidden class = counted->lowered.classes[i];
        if (!watch_go_on(counted->check->watch, counted->check->head.from)) {
            return certificate_stop(counted->check);
        }
        if (!is_part_of_another(counted, class)) {
            const bool residues = counted->check->firewall->layers == NULL;
            return certificate_refuse(counted->check, counted->components[0].line,
                                      "the %s %" PRIu64 " modulo %" PRIu64 " are %s, and %" PRIu64
                                      " divides the cycle of no component",
                                      residues ? "x" : "delays", class.residue, class.modulus,
                                      residues ? "forbidden" : "caught", class.modulus);
        }
    }
    return true;
}

static bool check_owners(struct counted *counted)
{
    for (size_t i = 0; i < counted->run_count; ++i) {
        if (counted->runs[i].owner == counted->component_count && !check_parts(counted, &counted->runs[i])) {
            return false;
        }
    }
    return true;
}

/* ---- Counting --------------------------------------------------------------------------------------------- */

/* For any outcome but COUNTING_DONE: it is left unchecked, or there is no memory. */
static firesieve_status stop_counting(struct counted *counted, enum counting outcome, uint64_t line,
                                      firesieve_error *error)
{
    if (outcome == COUNTING_NO_MEMORY) {
        return error_set_memory(error, "the classes of a component");
    }
    if (outcome == COUNTING_TOO_LONG) {
        certificate_leave(counted->check, "the component on line %" PRIu64 " takes too much work to count", line);
    } else {
        certificate_stop(counted->check);
    }
    return FIRESIEVE_OK;
}

/* How many residues modulo `power` classes of that modulus forbid that classes of no lower power of `base` do. */
static size_t count_taken(const struct lowered *lowered, uint64_t base, uint64_t power)
{
    size_t taken = 0;
    for (size_t i = lowered_run(lowered, power); i < lowered->count && lowered->classes[i].modulus == power; ++i) {
        bool contained = false;
        for (uint64_t modulus = base; modulus < power && !contained; modulus *= base) {
            contained = lowered_has(lowered, modulus, lowered->classes[i].residue % modulus);
        }
        taken += !contained;
    }
    return taken;
}

/* Whether the numbers of a tower are right: each residue modulo P^(i - 1) becomes P residues modulo P^i. */
static bool check_tower(struct counted *counted, const struct certificate_tower *tower, uint64_t line)
{
    firesieve_delay left = 1;
    firesieve_delay power = 1;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    for (unsigned height = 0; height < tower->height; ++height) {
        power *= tower->base;
        left *= tower->base;
        left -= power <= UINT64_MAX ? count_taken(&counted->lowered, tower->base, (uint64_t)power) : 0;
        if (left != tower->left[height]) {
            return certificate_refuse(counted->check, line, "its classes leave %s residue%s modulo %" PRIu64 "^%u",
                                      firesieve_delay_format(left, text), plural(left), tower->base, height + 1);
        }
    }
    return true;
}

static firesieve_status check_component(struct counted *counted, size_t index, firesieve_error *error)
{
    const struct claimed *const claimed = &counted->components[index];
    struct cycle_factor factors[TOWERS_MAX];
    size_t count = 0;
    firesieve_delay left = 0;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    for (size_t i = 0; i < claimed->tower_count; ++i) {
        factors[i] = (struct cycle_factor){claimed->towers[i].base, claimed->towers[i].height};
        if (!check_tower(counted, &claimed->towers[i], claimed->line + 1 + i)) {
            return FIRESIEVE_OK;
        }
    }
    for (size_t i = 0; i < counted->run_count; ++i) {
        const struct owned_run run = counted->runs[i];
        for (size_t j = run.first; j < run.end && run.owner == index; ++j) {
            counted->decided[count++] = counted->lowered.classes[j];
        }
    }
    const enum counting outcome =
        residues_left(counted->decided, count, factors, claimed->tower_count, &counted->work, &left);
    if (outcome != COUNTING_DONE) {
        return stop_counting(counted, outcome, claimed->line, error);
    }
    if (left != claimed->component.count) {
        certificate_refuse(counted->check, claimed->line, "its classes leave %s of the residues",
                           firesieve_delay_format(left, text));
    }
    return FIRESIEVE_OK;
}

/* Counts a rest that is too long for a search, by inclusion and exclusion. *known: it could be counted. */
static firesieve_status count_rest(struct counted *counted, firesieve_delay *left, bool *known, firesieve_error *error)
{
    static const firesieve_delay long_range = UINT64_C(1000000000000);
    struct work work = {.left = work_for_delays, .go_on = counted->work.go_on};
    *known = false;
    if (counted->rest.to - counted->rest.from <= long_range) {
        return FIRESIEVE_OK;
    }
    const enum counting outcome = delays_left(&counted->lowered, counted->rest.from, counted->rest.to, &work, left);
    *known = outcome == COUNTING_DONE;
    return outcome == COUNTING_DONE || outcome == COUNTING_TOO_LONG
               ? FIRESIEVE_OK
               : stop_counting(counted, outcome, counted->rest_line, error);
}

static firesieve_status check_rest(struct counted *counted, firesieve_error *error)
{
    struct certificate_check *const check = counted->check;
    firesieve_delay left = 0;
    bool known;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    firesieve_status status = count_rest(counted, &left, &known, error);
    if (status == FIRESIEVE_OK && !known && check->report->verdict == FIRESIEVE_ACCEPTED) {
        status = certificate_count_again(check, &counted->rest, &left, error);
    }
    if (status == FIRESIEVE_OK && check->report->verdict == FIRESIEVE_ACCEPTED && left != counted->rest.count) {
        const bool one = left == 1;
        const char *const what = check->firewall->layers != NULL
                                     ? (one ? "delay of the rest is safe" : "delays of the rest are safe")
                                     : (one ? "x of the rest satisfies all lines" : "x of the rest satisfy all lines");
        certificate_refuse(check, counted->rest_line, "%s %s", firesieve_delay_format(left, text), what);
    }
    return status;
}

static firesieve_status check_counts(struct counted *counted, firesieve_error *error)
{
    const firesieve_certificate_report *const report = counted->check->report;
    firesieve_status status = FIRESIEVE_OK;
    for (size_t i = 0; i < counted->component_count; ++i) {
        if (status == FIRESIEVE_OK && report->verdict == FIRESIEVE_ACCEPTED) {
            status = check_component(counted, i, error);
        }
    }
    return status == FIRESIEVE_OK && report->verdict == FIRESIEVE_ACCEPTED && counted->has_rest
               ? check_rest(counted, error)
               : status;
}

/* Once there is memory for everything in the lines. */
static firesieve_status check_lines(struct counted *counted, firesieve_error *error)
{
    struct certificate_check *const check = counted->check;
    const struct residue_form *const form = form_of(check->firewall);
    if (!form_is_of_classes(form)) {
        certificate_refuse(check, check->reader->line + 1, "components cannot count what filters drop");
        return FIRESIEVE_OK;
    }
    if (!read_lines(counted) || !check_sum(counted)) {
        return check->reader->status;
    }
    firesieve_status status = lowered_make(&counted->lowered, check->firewall, counted->work.go_on, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    counted->runs = reallocarray(NULL, counted->lowered.count + 1, sizeof *counted->runs);
    counted->decided = reallocarray(NULL, counted->lowered.count + 1, sizeof *counted->decided);
    if (counted->runs == NULL || counted->decided == NULL) {
        return error_set_memory(error, "the classes of components");
    }
    return find_owners(counted) && check_owners(counted) ? check_counts(counted, error) : FIRESIEVE_OK;
}

firesieve_status certificate_check_components(struct certificate_check *check, firesieve_error *error)
{
    struct counted *const counted = calloc(1, sizeof *counted);
    struct certificate_tower *const towers = calloc(TOWERS_MAX, sizeof *towers);
    if (counted == NULL || towers == NULL) {
        free(counted);
        free(towers);
        return error_set_memory(error, "the components of a certificate");
    }
    counted->check = check;
    counted->towers = towers;
    counted->work = (struct work){.left = work_for_residues, .go_on = watch_asked(check->watch)};
    const firesieve_status status = check_lines(counted, error);
    lowered_free(&counted->lowered);
    free(counted->runs);
    free(counted->decided);
    free(towers);
    free(counted);
    return status;
}
