#include "search/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* ---- Pages ------------------------------------------------------------------------------------------------ */

/* Opens the next window's page. False: no memory; at_end says whether there was a window. */
static bool add_page(struct ledger *ledger)
{
    struct ledger_page *const page = calloc(1, sizeof *page);
    if (page == NULL) {
        return false;
    }
    ledger->at_end = !schedule_next(&ledger->schedule, &page->window);
    if (ledger->at_end) {
        free(page);
    } else {
        *(ledger->first == NULL ? &ledger->first : &ledger->last->next) = page;
        ledger->last = page;
    }
    return true;
}

/* The page of a number, or NULL: no memory. */
static struct ledger_page *page_of(struct ledger *ledger, uint64_t number)
{
    while (ledger->first == NULL || number >= ledger->last->window.numbers.end) {
        if (!add_page(ledger) || ledger->at_end) {
            return NULL;
        }
    }
    struct ledger_page *page = ledger->first;
    while (number >= page->window.numbers.end) {
        page = page->next;
    }
    return page;
}

static bool page_is_done(const struct ledger_page *page)
{
    return page->window.numbers.first == page->window.numbers.end ||
           (page->done_count == 1 && page->done[0].run.first == page->window.numbers.first &&
            page->done[0].run.end == page->window.numbers.end);
}

/* Safe delays in what is done, including what was done before. */
static firesieve_delay page_count_done(const struct ledger_page *page)
{
    firesieve_delay count = page->window.resumed == NULL ? 0 : page->window.resumed->count;
    for (size_t i = 0; i < page->done_count; ++i) {
        count += page->done[i].count;
    }
    return count;
}

/* Inserts a report that cannot be merged with its neighbours. False: no memory. */
static bool insert_report(struct ledger_page *page, size_t place, const struct task_report *report)
{
    enum { FIRST_ROOM = 16 };
    if (page->done_count == page->done_room) {
        const size_t room = page->done_room == 0 ? FIRST_ROOM : 2 * page->done_room;
        struct task_report *const done = reallocarray(page->done, room, sizeof *done);
        if (done == NULL) {
            return false;
        }
        page->done = done;
        page->done_room = room;
    }
    memmove(page->done + place + 1, page->done + place, (page->done_count - place) * sizeof *page->done);
    page->done[place] = *report;
    ++page->done_count;
    return true;
}

/* False: no memory. */
static bool page_book(struct ledger_page *page, const struct task_report *report)
{
    size_t place = page->done_count;
    while (place > 0 && page->done[place - 1].run.first > report->run.first) {
        --place;
    }
    struct task_report *const before = place > 0 ? &page->done[place - 1] : NULL;
    struct task_report *const after = place < page->done_count ? &page->done[place] : NULL;
    const bool joins_before = before != NULL && before->run.end == report->run.first;
    const bool joins_after = after != NULL && after->run.first == report->run.end;
    if (!joins_before && !joins_after) {
        return insert_report(page, place, report);
    }
    if (!joins_before) {
        after->run.first = report->run.first;
        after->count += report->count;
        return true;
    }
    before->run.end = joins_after ? after->run.end : report->run.end;
    before->count += report->count + (joins_after ? after->count : 0);
    if (joins_after) {
        --page->done_count;
        memmove(after, after + 1, (page->done_count - place) * sizeof *after);
    }
    return true;
}

/* ---- The ledger ------------------------------------------------------------------------------------------- */

/* Removes the first page, and returns the next one. */
static struct ledger_page *remove_first(struct ledger *ledger)
{
    struct ledger_page *const page = ledger->first;
    ledger->first = page->next;
    free(page->done);
    free(page);
    return ledger->first;
}

/* Removes all first pages that are done and have no find, and opens another if none is left. */
static firesieve_status turn_over_done(struct ledger *ledger, firesieve_error *error)
{
    const struct ledger_page *page = ledger->first;
    while (page != NULL && page_is_done(page) && ledger->found >= page->window.shape.end) {
        ledger->reached = page->window.shape.end;
        ledger->count += page_count_done(page);
        if (ledger->reached == ledger->schedule.middle && ledger->schedule.middle < ledger->schedule.end) {
            ledger->first_count = ledger->count;
        }
        page = remove_first(ledger);
        if (page == NULL && !add_page(ledger)) {
            return error_set_memory(error, "the ledger");
        }
        page = ledger->first;
    }
    return FIRESIEVE_OK;
}

firesieve_status ledger_start(struct ledger *ledger, const struct schedule *schedule, const struct frontier *frontier,
                              firesieve_error *error)
{
    *ledger = (struct ledger){
        .schedule = *schedule,
        .reached = frontier->reached,
        .count = frontier->count,
        .first_count = frontier->first_count,
        .found = frontier_found(frontier),
    };
    return add_page(ledger) ? turn_over_done(ledger, error) : error_set_memory(error, "the ledger");
}

void ledger_free(struct ledger *ledger)
{
    while (ledger->first != NULL) {
        remove_first(ledger);
    }
}

const struct scheduled *ledger_window(const struct ledger *ledger)
{
    return &ledger->first->window;
}

firesieve_status ledger_book(struct ledger *ledger, const struct task_report *report, firesieve_error *error)
{
    struct ledger_page *const page = page_of(ledger, report->run.first);
    if (page == NULL || !page_book(page, report)) {
        return error_set_memory(error, "the ledger");
    }
    return turn_over_done(ledger, error);
}

void ledger_tell(struct ledger *ledger, firesieve_delay found)
{
    ledger->found = found < ledger->found ? found : ledger->found;
}

firesieve_status ledger_collect(struct ledger *ledger, struct task_pool *pool, firesieve_error *error)
{
    enum { REPORTS = 64 };
    struct task_report reports[REPORTS];
    size_t count;
    firesieve_status status = FIRESIEVE_OK;
    do {
        firesieve_delay found;
        count = task_pool_collect(pool, reports, REPORTS, &found);
        ledger_tell(ledger, found);
        for (size_t i = 0; i < count && status == FIRESIEVE_OK; ++i) {
            status = ledger_book(ledger, &reports[i], error);
        }
    } while (status == FIRESIEVE_OK && count == REPORTS);
    return status;
}

enum ledger_standing ledger_standing(const struct ledger *ledger)
{
    const struct ledger_page *const page = ledger->first;
    if (page == NULL) {
        return ledger->at_end ? LEDGER_ENDED : LEDGER_OPEN;
    }
    return page_is_done(page) && ledger->found < page->window.shape.end ? LEDGER_FOUND : LEDGER_OPEN;
}

/* ---- Where it stands -------------------------------------------------------------------------------------- */

bool ledger_in_window(const struct ledger *ledger, struct ledger_window *window)
{
    const struct ledger_page *const page = ledger->first;
    if (page == NULL) {
        return false;
    }
    const uint64_t tasks = page->window.shape.tasks;
    uint64_t done = tasks - (page->window.numbers.end - page->window.numbers.first);
    for (size_t i = 0; i < page->done_count; ++i) {
        done += page->done[i].run.end - page->done[i].run.first;
    }
    *window = (struct ledger_window){
        .end = page->window.shape.end,
        .share = (double)done / (double)tasks,
        .count = page_count_done(page),
    };
    return true;
}

/* How many of the page's reports count as done: up to the last one with at most that many tasks missing before it. */
static size_t reports_to_keep(const struct ledger_page *page, uint64_t missing_max)
{
    uint64_t missing = 0;
    uint64_t end = page->window.numbers.first;
    for (size_t i = 0; i < page->done_count; ++i) {
        missing += page->done[i].run.first - end;
        if (missing > missing_max) {
            return i;
        }
        end = page->done[i].run.end;
    }
    return page->done_count;
}

static void take_down_page(const struct ledger_page *page, firesieve_delay found, struct window_frontier *window)
{
    const struct scheduled *const scheduled = &page->window;
    const struct window_frontier *const resumed = scheduled->resumed;
    const size_t own_begun = resumed == NULL ? 0 : resumed->begun_count;
    const size_t kept = reports_to_keep(page, FRONTIER_TASKS_MAX - own_begun);
    const uint64_t own_end = scheduled->numbers.first + own_begun; /* from here on tasks were never begun before */
    uint64_t number = scheduled->numbers.first;
    uint64_t end = kept == 0 ? number : page->done[kept - 1].run.end;
    end = end < own_end ? own_end : end;
    window->shape = scheduled->shape;
    window->count = resumed == NULL ? 0 : resumed->count;
    window->begun_count = 0;
    for (size_t i = 0; i <= kept; ++i) {
        const uint64_t stop = i < kept ? page->done[i].run.first : end;
        for (; number < stop; ++number) {
            window->begun[window->begun_count++] = scheduled_task(scheduled, number);
        }
        if (i < kept) {
            number = page->done[i].run.end;
            window->count += page->done[i].count;
        }
    }
    window->next_task = (resumed == NULL ? 0 : resumed->next_task) + (end - own_end);
    window->found = found < window->shape.end ? found : window->shape.end;
}

void ledger_take_down(const struct ledger *ledger, struct frontier *frontier)
{
    const struct ledger_page *const page = ledger->first;
    frontier->reached = ledger->reached;
    frontier->count = ledger->count;
    frontier->first_count = ledger->first_count;
    frontier->in_window = page != NULL && (page->done_count > 0 || page->window.resumed != NULL);
    if (frontier->in_window) {
        take_down_page(page, ledger->found, &frontier->window);
    }
}
