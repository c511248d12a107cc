/*
 * The log of a work queue, of the finished tasks of a search: it books what threads report, in any order, knows what is
 * certain by then, and makes the frontier that a checkpoint keeps. A process that searches alone keeps one, and one of
 * the processes that share a search.
 */
#ifndef FIRESIEVE_SEARCH_LEDGER_H
#define FIRESIEVE_SEARCH_LEDGER_H

#include "search/schedule.h"

/* A window that may be partly done, and what is done of it. */
struct ledger_page {
    struct scheduled window;
    struct task_report *done; /* ascending and disjoint; neighbours are merged */
    size_t done_count;
    size_t done_room;
    struct ledger_page *next;
};

struct ledger {
    struct schedule schedule;  /* of the windows after those that are open */
    struct ledger_page *first; /* windows without a gap, the first of them not done; or NULL */
    struct ledger_page *last;
    bool at_end;             /* there are no more windows */
    firesieve_delay reached; /* up to the first page; as those of a frontier */
    firesieve_delay count;
    firesieve_delay first_count;
    firesieve_delay found; /* the smallest find reported, or FIRESIEVE_DELAY_END */
};

/* Starts at the frontier, with a schedule that begins there, too. Errors: MEMORY. Free it even after an error. */
firesieve_status ledger_start(struct ledger *ledger, const struct schedule *schedule, const struct frontier *frontier,
                              firesieve_error *error);

void ledger_free(struct ledger *ledger);

/* The first window that is not done. There is one while something is left to do. */
const struct scheduled *ledger_window(const struct ledger *ledger);

/* Books a report of tasks that have not been booked. Cost: a place in a list with one run per gap. Errors: MEMORY. */
firesieve_status ledger_book(struct ledger *ledger, const struct task_report *report, firesieve_error *error);

/* Books all that a pool has to report. */
firesieve_status ledger_collect(struct ledger *ledger, struct task_pool *pool, firesieve_error *error);

/* Notes a find, before the tasks in which it was found are booked. */
void ledger_tell(struct ledger *ledger, firesieve_delay found);

/* What is certain. */
enum ledger_standing {
    LEDGER_OPEN,  /* there is something left to do */
    LEDGER_FOUND, /* `found` is the smallest */
    LEDGER_ENDED  /* all windows are done, and no find was reported in them */
};

enum ledger_standing ledger_standing(const struct ledger *ledger);

/*
 * Makes a frontier of what is done; its recipe stays, as does all that the ledger does not know. Its window's `begun`
 * has room for FRONTIER_TASKS_MAX, and is not the one with which the search began. If more tasks than that are missing
 * between others, the tasks after them count as not done.
 */
void ledger_take_down(const struct ledger *ledger, struct frontier *frontier);

/* The window in progress, and how much of it is done, as in a result. False: there is none. */
struct ledger_window {
    firesieve_delay end;
    double share;
    firesieve_delay count;
};

bool ledger_in_window(const struct ledger *ledger, struct ledger_window *window);

#endif
