/* Answers that need no sieve: by components, what they leave, and the few delays that some of them leave. */
#include <math.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "search/search.h"
#include "structure/candidates.h"
#include "structure/range_count.h"

static const double unit_ns = 30; /* of the work in src/structure */

/* A question to the structure. */
struct question {
    struct search *search;
    struct structure *structure;
    struct work work;
    double sieving_ns;
};

/* ---- Counts ----------------------------------------------------------------------------------------------- */

/* The frontier at the end of a range that has been counted. */
static void end_count(struct search *search, firesieve_delay count)
{
    const firesieve_delay to = search->watch.to;
    search->frontier.base_count += search->frontier.count + count;
    search->frontier.count = 0;
    search->frontier.first_count = 0;
    search->frontier.reached = to;
    search->frontier.base = to;
    search->frontier.in_window = false;
    search->result.count = 0; /* what is counted before the base is added to it */
    result_ended(search, to, to);
}

/*
 * If whole cycles are counted and the rest of the range is not, a sieve counts that; with a checkpoint, a whole cycle.
 */
static firesieve_status count_range(struct question *question, bool *answered, firesieve_error *error)
{
    struct search *const search = question->search;
    struct range_count count;
    const firesieve_status status = range_count_make(&count, question->structure, search->frontier.reached,
                                                     search->watch.to, &question->work, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (count.rest_counted) {
        end_count(search, count.whole + count.rest_count);
        *answered = true;
    } else if (count.whole > 0 && search->checkpoint == NULL) {
        search->counted = (struct counted_cycles){.count = count.whole, .to = search->watch.to};
        search->watch.to = search->frontier.reached + count.rest;
    }
    return status;
}

/* ---- Candidates ------------------------------------------------------------------------------------------- */

/* The cost of checking candidates: until what is wanted is found, or to the end of the range. */
static double looking_ns(const struct search *search, const struct candidates *candidates)
{
    static const double candidate_ns = 100;
    static const double class_ns = 20;
    const double wanted = search->goal->kind == GOAL_SMALLEST ? 1
                          : search->goal->limit > 0           ? (double)search->goal->limit
                                                              : INFINITY;
    const double all = (double)candidates_between(candidates, search->frontier.reached, search->watch.to);
    const double looked_at = fmin(wanted / fmax(candidates->density, 1e-300), all);
    return looked_at * (candidate_ns + class_ns * (double)candidates->other_count);
}

/* Checks one candidate after the other. */
static void check_candidates(struct search *search, const struct candidates *candidates)
{
    enum { CANDIDATES_A_LOOK = 1 << 10 };
    const firesieve_delay to = search->watch.to;
    firesieve_delay delay = candidates_next(candidates, search->frontier.reached);
    for (size_t i = 1; delay < to; ++i, delay = candidates_next(candidates, delay + 1)) {
        if (i % CANDIDATES_A_LOOK == 0 && !watch_go_on(&search->watch, delay)) {
            break;
        }
        if (candidates_is_left(candidates, delay) && !result_take(search, delay, to)) {
            search->frontier.reached = search->result.reached;
            return;
        }
    }
    search->frontier.reached = delay_min(delay, to);
    result_ended(search, to, search->frontier.reached);
}

static firesieve_status look_for_candidates(struct question *question, bool *answered, firesieve_error *error)
{
    enum { LISTED_MAX = 1 << 18 };
    static const double residue_ns = 5e3;
    const double affordable = question->sieving_ns / 4 / residue_ns;
    const size_t most = affordable < LISTED_MAX ? (size_t)affordable : LISTED_MAX;
    struct candidates candidates;
    bool made;
    const firesieve_status status =
        candidates_make(&candidates, question->structure, CANDIDATES_OF_ALL, most, &question->work, &made, error);
    if (status != FIRESIEVE_OK || !made) {
        return status;
    }
    *answered = looking_ns(question->search, &candidates) < question->sieving_ns / 2;
    if (*answered) {
        check_candidates(question->search, &candidates);
    }
    candidates_free(&candidates);
    return status;
}

static firesieve_status ask(struct question *question, bool *answered, firesieve_error *error)
{
    struct search *const search = question->search;
    const struct structure_total total = structure_total(question->structure);
    if (total.blocked) {
        result_blocked(search, structure_blocked);
        *answered = true;
        return FIRESIEVE_OK;
    }
    search->some_is_safe = total.counted;
    search->density = total.density;
    return search->goal->kind == GOAL_COUNT ? count_range(question, answered, error)
                                            : look_for_candidates(question, answered, error);
}

/*
 * The time that structure may take. A count takes as long as predicted, but a wanted answer may be near and found in a
 * hundredth of that. Most of a time limit is for the search.
 */
static double affordable_ns(const struct search *search, double sieving_ns)
{
    static const double share_of_limit = 0.1;
    const double left_ns = 1e9 * share_of_limit * fmax(search->watch.deadline - clock_seconds(), 0);
    const double affordable =
        search->goal->kind == GOAL_COUNT ? fmin(sieving_ns / 16, 8e9) : fmin(sieving_ns / 256, 0.25e9);
    return fmin(affordable, left_ns);
}

firesieve_status search_by_structure(struct search *search, double sieving_ns, bool *answered, firesieve_error *error)
{
    static const double worth_ns = 4e6;
    const struct go_on go_on = search_go_on(search);
    struct question question = {.search = search, .sieving_ns = sieving_ns};
    *answered = false;
    if (sieving_ns < worth_ns) {
        return FIRESIEVE_OK;
    }
    const uint64_t budget = (uint64_t)(affordable_ns(search, sieving_ns) / 2 / unit_ns); /* to find, and to count */
    firesieve_status status = structure_find(search->reduced, budget, go_on, &question.structure, error);
    if (status == FIRESIEVE_OK && question.structure != NULL) {
        status = structure_count(question.structure, budget, go_on, error);
    }
    if (status == FIRESIEVE_OK && question.structure != NULL) {
        question.work = work_start(budget, go_on);
        status = ask(&question, answered, error);
    }
    structure_free(question.structure);
    if (*answered) { /* what is left of the cycles of components is a wheel */
        search->result.method = FIRESIEVE_METHOD_WHEEL;
        search->result.kernel = NULL;
        search->result.threads = 1;
    }
    return status;
}
