/* Where a search by sieve may end before its range does: cycles, runs of caught delays, and proofs. */
#include <math.h>

#include "base/clock.h"
#include "base/delay.h"
#include "residue/proof.h"
#include "search/search.h"

struct last_delay search_last_delay(const struct search *search)
{
    const struct watch *const watch = &search->watch;
    const struct class_set *const classes = &search->reduced->classes;
    const firesieve_delay reached = search->frontier.reached;
    const firesieve_delay enough = delay_min(classes->cycle, classes->stretch);
    const bool asks = search->goal->filter != NULL; /* what it drops may be all of a cycle, and none of the next */
    if (asks || enough == FIRESIEVE_DELAY_END || watch->from + enough > watch->to) {
        return (struct last_delay){.end = watch->to};
    }
    const firesieve_delay proof = watch->from + enough;
    return (struct last_delay){
        .end = proof > reached ? proof : reached,
        .reason = classes->cycle <= classes->stretch
                      ? "every delay of one cycle of all scanners together is caught, and later ones repeat it"
                      : "n layers that catch 2^n consecutive delays catch all (Crittenden and Vanden Eynden 1970)",
    };
}

bool search_counts_cycles(const struct search *search)
{
    return search->goal->kind == GOAL_COUNT && search->goal->filter == NULL &&
           search->watch.to - search->frontier.base > search->reduced->classes.cycle;
}

firesieve_delay search_middle(const struct search *search)
{
    const firesieve_delay base = search->frontier.base;
    return base + (search->watch.to - base) % search->reduced->classes.cycle;
}

static bool go_on_proving(void *context)
{
    struct search *const search = context;
    return watch_go_on(&search->watch, search->ledger != NULL ? search->ledger->reached : search->frontier.reached);
}

firesieve_status search_prove(struct search *search, double seconds, bool *blocked, firesieve_error *error)
{
    static const double longest_s = 1;
    const struct constraint_list *const constraints = &search->reduced->constraints;
    const double left_s = search->watch.deadline - clock_seconds();
    *blocked = false;
    seconds = fmin(seconds, fmin(longest_s, left_s));
    if (seconds <= 0 || constraints_are_thin(constraints) || constraints_are_open(constraints)) {
        return FIRESIEVE_OK;
    }
    search_enter(search, FIRESIEVE_STAGE_PROOF);
    const struct go_on go_on = {go_on_proving, search};
    const firesieve_status status = proof_find(search->reduced, seconds, go_on, blocked, error);
    search_enter(search, FIRESIEVE_STAGE_WINDOWS);
    return status == FIRESIEVE_ERROR_STOPPED ? FIRESIEVE_OK : status; /* the search asks again, and ends */
}
