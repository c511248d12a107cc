/*
 * What is done of a search: it books what threads report, in any order, knows what is certain by then, and makes the
 * frontier that a checkpoint keeps. Each process that is alone keeps one, and one of many that share a search.
 */
#ifndef FIRESIEVE_SEARCH_LEDGER_H
#define FIRESIEVE_SEARCH_LEDGER_H

#include "search/schedule.h"

/* A window of which something may be done, and what. */
struct ledger_page {
    struct scheduled window;
    struct task_report *done; /* ascending and apart; neighbours are merged */
    size_t done_count;
    size_t done_room;
};

struct ledger {
    struct schedule schedule;  /* of the windows behind those that are open */
    struct ledger_page *pages; /* from page_first on, windows without a gap, the first of them not done */
    size_t page_first;
    size_t page_count;
    size_t page_room;
    bool at_end;             /* there are no windows behind these */
    firesieve_delay reached; /* up to the first page; as those of a frontier */
    firesieve_delay count;
    firesieve_delay first_count;
    firesieve_delay found; /* the smallest that was told, or FIRESIEVE_DELAY_END */
};

/*
 * Starts at the frontier, with a schedule of its own that begins there, too. Errors: MEMORY. Free it also after an
 * error.
 */
firesieve_status ledger_start(struct ledger *ledger, const struct schedule *schedule, const struct frontier *frontier,
                              firesieve_error *error);

void ledger_free(struct ledger *ledger);

/* The first window that is not done. There is one while something is left to do. */
const struct scheduled *ledger_window(const struct ledger *ledger);

/* Forgets what is booked of that window: it is searched anew. */
void ledger_forget(struct ledger *ledger);

/*
 * Books a report, whose tasks must not have been booked. Cost: that of a place in a list of as many runs as there are
 * gaps. Errors: MEMORY.
 */
firesieve_status ledger_book(struct ledger *ledger, const struct task_report *report, firesieve_error *error);

/* The same of all that a pool has to report. */
firesieve_status ledger_collect(struct ledger *ledger, struct task_pool *pool, firesieve_error *error);

/* Notes a find; to be done before the tasks that it was found in are booked. */
void ledger_tell(struct ledger *ledger, firesieve_delay found);

/* What is certain. */
enum ledger_standing {
    LEDGER_OPEN,  /* there is something left to do */
    LEDGER_FOUND, /* `found` is the smallest */
    LEDGER_ENDED  /* all windows are done, and no find was told in them */
};

enum ledger_standing ledger_standing(const struct ledger *ledger);

/*
 * Makes a frontier of what is done; its recipe stays, as does all that the ledger knows nothing of. Its window's `begun`
 * is room for FRONTIER_TASKS_MAX, and not where the search began. Where more tasks than that are missing between others,
 * what is behind them counts as not done.
 */
void ledger_take_down(const struct ledger *ledger, struct frontier *frontier);

/* The window that it is in, and how much of that is done: as those of a result. False: in none. */
struct ledger_window {
    firesieve_delay end;
    double share;
    firesieve_delay count;
};

bool ledger_in_window(const struct ledger *ledger, struct ledger_window *window);

#endif
