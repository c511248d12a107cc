#include "search/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* ---- Pages ------------------------------------------------------------------------------------------------ */

/* Grows a list to hold one more item. False: no memory, and the list is as it was. */
static bool make_room(void **items, size_t count, size_t *room, size_t size)
{
    enum { FIRST_ROOM = 16 };
    if (count < *room) {
        return true;
    }
    const size_t more = *room == 0 ? FIRST_ROOM : 2 * *room;
    void *const grown = reallocarray(*items, more, size);
    if (grown == NULL) {
        return false;
    }
    *items = grown;
    *room = more;
    return true;
}

static struct ledger_page *first_page(const struct ledger *ledger)
{
    return &ledger->pages[ledger->page_first];
}

/* Makes room for another page, in place of some that have been turned over where these are as many as the others. */
static bool make_room_for_page(struct ledger *ledger)
{
    if (ledger->page_first > ledger->page_count) {
        memmove(ledger->pages, first_page(ledger), ledger->page_count * sizeof *ledger->pages);
        ledger->page_first = 0;
    }
    return make_room((void **)&ledger->pages, ledger->page_first + ledger->page_count, &ledger->page_room,
                     sizeof *ledger->pages);
}

/* Opens the next window's page. False: no memory; at_end says whether there was one. */
static bool add_page(struct ledger *ledger)
{
    struct ledger_page page = {.done = NULL};
    if (!make_room_for_page(ledger)) {
        return false;
    }
    ledger->at_end = !schedule_next(&ledger->schedule, &page.window);
    if (!ledger->at_end) {
        first_page(ledger)[ledger->page_count++] = page;
    }
    return true;
}

/* The page of a number, or NULL: no memory. */
static struct ledger_page *page_of(struct ledger *ledger, uint64_t number)
{
    while (ledger->page_count == 0 || number >= first_page(ledger)[ledger->page_count - 1].window.numbers.end) {
        if (!add_page(ledger) || ledger->at_end) {
            return NULL;
        }
    }
    size_t i = ledger->page_count - 1;
    while (i > 0 && number < first_page(ledger)[i].window.numbers.first) {
        --i;
    }
    return &first_page(ledger)[i];
}

static bool page_is_done(const struct ledger_page *page)
{
    return page->window.numbers.first == page->window.numbers.end ||
           (page->done_count == 1 && page->done[0].run.first == page->window.numbers.first &&
            page->done[0].run.end == page->window.numbers.end);
}

/* Of safe delays in what is done, with what was done before. */
static firesieve_delay page_count_done(const struct ledger_page *page)
{
    firesieve_delay count = page->window.resumed == NULL ? 0 : page->window.resumed->count;
    for (size_t i = 0; i < page->done_count; ++i) {
        count += page->done[i].count;
    }
    return count;
}

static double page_share_done(const struct ledger_page *page)
{
    uint64_t done = page->window.shape.tasks - (page->window.numbers.end - page->window.numbers.first);
    for (size_t i = 0; i < page->done_count; ++i) {
        done += page->done[i].run.end - page->done[i].run.first;
    }
    return (double)done / (double)page->window.shape.tasks;
}

/* Enters a report into a page, where it has no neighbours to be merged with. False: no memory. */
static bool insert_report(struct ledger_page *page, size_t place, const struct task_report *report)
{
    if (!make_room((void **)&page->done, page->done_count, &page->done_room, sizeof *page->done)) {
        return false;
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

/* Turns over the first page, which is done. */
static void turn_over(struct ledger *ledger)
{
    struct ledger_page *const page = first_page(ledger);
    ledger->reached = page->window.shape.end;
    ledger->count += page_count_done(page);
    if (ledger->reached == ledger->schedule.middle && ledger->schedule.middle < ledger->schedule.end) {
        ledger->first_count = ledger->count;
    }
    free(page->done);
    ++ledger->page_first;
    --ledger->page_count;
}

/* Turns over all first pages that are done and have no find, and opens another where none is left. */
static firesieve_status turn_over_done(struct ledger *ledger, firesieve_error *error)
{
    while (ledger->page_count > 0 && page_is_done(first_page(ledger)) &&
           ledger->found >= first_page(ledger)->window.shape.end) {
        turn_over(ledger);
        if (ledger->page_count == 0 && !add_page(ledger)) {
            return error_set_memory(error, "the ledger");
        }
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
    for (size_t i = 0; i < ledger->page_count; ++i) {
        free(first_page(ledger)[i].done);
    }
    free(ledger->pages);
    ledger->pages = NULL;
    ledger->page_count = 0;
}

const struct scheduled *ledger_window(const struct ledger *ledger)
{
    return &first_page(ledger)->window;
}

void ledger_forget(struct ledger *ledger)
{
    first_page(ledger)->done_count = 0;
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
    if (ledger->page_count == 0) {
        return ledger->at_end ? LEDGER_ENDED : LEDGER_OPEN;
    }
    const struct ledger_page *const page = first_page(ledger);
    return page_is_done(page) && ledger->found < page->window.shape.end ? LEDGER_FOUND : LEDGER_OPEN;
}

/* ---- Where it stands -------------------------------------------------------------------------------------- */

bool ledger_in_window(const struct ledger *ledger, struct ledger_window *window)
{
    if (ledger->page_count == 0) {
        return false;
    }
    const struct ledger_page *const page = first_page(ledger);
    *window = (struct ledger_window){
        .end = page->window.shape.end,
        .share = page_share_done(page),
        .count = page_count_done(page),
    };
    return true;
}

/* How many of the page's reports count as done: up to the last one that fewer tasks than so many miss before. */
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
    const uint64_t own_end = scheduled->numbers.first + own_begun; /* behind it are tasks never begun before */
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
    const struct ledger_page *const page = ledger->page_count == 0 ? NULL : first_page(ledger);
    frontier->reached = ledger->reached;
    frontier->count = ledger->count;
    frontier->first_count = ledger->first_count;
    frontier->in_window = page != NULL && (page->done_count > 0 || page->window.resumed != NULL);
    if (frontier->in_window) {
        take_down_page(page, ledger->found, &frontier->window);
    }
}
