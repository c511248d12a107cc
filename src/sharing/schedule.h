/*
 * The windows of a search that several processes share: the same ones in each, as long as they have the same plan and
 * begin at the same frontier. Nothing here depends on a clock or on what is found.
 */
#ifndef FIRESIEVE_SHARING_SCHEDULE_H
#define FIRESIEVE_SHARING_SCHEDULE_H

#include "search/course.h"
#include "search/window.h"

struct schedule {
    struct sweep sweep; /* its window is the one that is open */
    struct sweep_team team;
    struct watch watch; /* of the sweep; nobody looks at it */
    struct window window;
    const struct window_frontier *resumed; /* the first window, or NULL */
    firesieve_delay middle;                /* where a count's first part ends; otherwise the same as `end` */
    firesieve_delay end;                   /* of all windows */
    uint64_t next_number;                  /* of the first task of the next window */
};

/*
 * Starts before the first window, which begins at the search's frontier: where that stands in the midst of one
 * (frontier.in_window), `begun` outlives the schedule and the plan takes that window up. `end` is where the last one
 * ends. Search and plan outlive the schedule, too.
 */
void schedule_start(struct schedule *schedule, const struct search *search, const struct plan *plan,
                    firesieve_delay end, unsigned all_threads);

enum schedule_step { SCHEDULE_WINDOW, SCHEDULE_END, SCHEDULE_NO_MEMORY };

/*
 * Opens the next window, with the numbers of its tasks (window_numbers); the one before is closed. Cost for a focus:
 * its short lists of summands, so tens of microseconds to a millisecond. Close it with schedule_close in the end.
 */
enum schedule_step schedule_next(struct schedule *schedule);

void schedule_close(struct schedule *schedule);

#endif
