/*
 * What is done of a search that several processes share. One of them keeps it: it books what all report, in any order,
 * knows when the answer is certain, and makes the frontier that a checkpoint keeps.
 */
#ifndef FIRESIEVE_SHARING_LEDGER_H
#define FIRESIEVE_SHARING_LEDGER_H

#include "sharing/schedule.h"
#include "sharing/shared.h"

/* A window of which something may be done, and what. */
struct ledger_page {
    struct window_frontier shape; /* as it was opened, with its own begun tasks */
    struct task_run numbers;
    struct task_report *done; /* ascending and apart; neighbours are merged */
    size_t done_count;
    size_t done_room;
};

struct ledger {
    const struct shared *shared;
    struct schedule schedule;
    struct ledger_page *pages; /* from page_first on, windows without a gap, the first of them not done */
    size_t page_first;
    size_t page_count;
    size_t page_room;
    bool at_end;           /* there are no windows behind these */
    struct frontier state; /* up to the first page; its window is not used */
    firesieve_delay found; /* the smallest that was told, or FIRESIEVE_DELAY_END */
};

/* Starts where the search begins. The search outlives it. Errors: MEMORY. Free it also after an error. */
firesieve_status ledger_start(struct ledger *ledger, const struct shared *shared, unsigned all_threads,
                              firesieve_error *error);

void ledger_free(struct ledger *ledger);

/*
 * Books a report, whose tasks must not have been booked. Cost: that of a place in a list of as many runs as there are
 * gaps. Errors: MEMORY.
 */
firesieve_status ledger_book(struct ledger *ledger, const struct task_report *report, firesieve_error *error);

/* Notes a find; to be done before the tasks that it was found in are booked. */
void ledger_tell(struct ledger *ledger, firesieve_delay found);

/* Whether all is done that has to be. Then the result says what came of it, but for threads and time. */
bool ledger_is_complete(const struct ledger *ledger, firesieve_search_result *result);

/*
 * Makes a frontier of what is done, for which nothing is taken of it but its window's `begun`: room for
 * FRONTIER_TASKS_MAX, and not where the search began. Where more tasks than that are missing between others, what is
 * behind them counts as not done.
 */
void ledger_take_down(const struct ledger *ledger, struct frontier *frontier);

/* How far it has come, for a search that is stopped: reached, candidates, window and counts of the result. */
void ledger_standing(const struct ledger *ledger, firesieve_search_result *result);

/* How far it is: [from, reached) is done, and so is this share of the window [reached, window). */
void ledger_progress(const struct ledger *ledger, firesieve_progress *progress);

#endif
