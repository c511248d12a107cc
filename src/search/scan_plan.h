/* Which forbidden class goes where in a scan: into a pattern, crossed off, or tested on survivors. */
#ifndef FIRESIEVE_SEARCH_SCAN_PLAN_H
#define FIRESIEVE_SEARCH_SCAN_PLAN_H

#include "residue/classes.h"
#include "search/pattern.h"

/* Immutable once made; threads share it. */
struct scan_plan {
    struct class_set classes;
    struct pattern_list patterns; /* ANDed into every word; first those that kill most */
    const class_key *crossed;     /* cleared bit by bit in a segment; ascending, owned by `classes` */
    size_t crossed_count;
    const class_key *tested; /* by lanes, on survivors; ascending, owned by `classes` */
    size_t tested_count;
    uint32_t segment_words; /* words of a segment where classes are crossed off */
};

/* Collects the classes of the firewall and sorts them into the three. Errors: MEMORY. */
firesieve_status scan_plan_make(struct scan_plan *plan, const firesieve_firewall *firewall, firesieve_error *error);

void scan_plan_free(struct scan_plan *plan);

#endif
