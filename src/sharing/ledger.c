#include "sharing/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* ---- Pages ------------------------------------------------------------------------------------------------ */

static void page_free(struct ledger_page *page)
{
    free(page->done);
}

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
    if (!make_room_for_page(ledger)) {
        return false;
    }
    const struct window_frontier *const resumed = ledger->schedule.resumed;
    const enum schedule_step step = schedule_next(&ledger->schedule);
    ledger->at_end = step == SCHEDULE_END;
    if (step != SCHEDULE_WINDOW) {
        return step == SCHEDULE_END;
    }
    const struct window *const window = &ledger->schedule.window;
    struct ledger_page page = {
        .shape = ledger->shared->search.frontier.window, /* what the plan was made for */
        .numbers = window_numbers(window),
    };
    page.shape.end = window->end;
    page.shape.columns = window->columns;
    page.shape.block_columns = window->block_columns;
    page.shape.tasks = window->tasks;
    page.shape.next_task = window->next_task;
    page.shape.found = window->found;
    page.shape.count = window->count;
    if (resumed == NULL) {
        page.shape.begun_count = 0;
    }
    first_page(ledger)[ledger->page_count++] = page;
    return true;
}

/* The page of a number, or NULL: no memory. */
static struct ledger_page *page_of(struct ledger *ledger, uint64_t number)
{
    while (ledger->page_count == 0 || number >= first_page(ledger)[ledger->page_count - 1].numbers.end) {
        if (!add_page(ledger) || ledger->at_end) {
            return NULL;
        }
    }
    size_t i = ledger->page_count - 1;
    while (i > 0 && number < first_page(ledger)[i].numbers.first) {
        --i;
    }
    return &first_page(ledger)[i];
}

static bool page_is_done(const struct ledger_page *page)
{
    return page->numbers.first == page->numbers.end ||
           (page->done_count == 1 && page->done[0].run.first == page->numbers.first &&
            page->done[0].run.end == page->numbers.end);
}

static uint64_t page_count_done(const struct ledger_page *page)
{
    uint64_t count = 0;
    for (size_t i = 0; i < page->done_count; ++i) {
        count += page->done[i].count;
    }
    return count;
}

static double page_share_done(const struct ledger_page *page)
{
    uint64_t done = page->shape.tasks - (page->numbers.end - page->numbers.first);
    for (size_t i = 0; i < page->done_count; ++i) {
        done += page->done[i].run.end - page->done[i].run.first;
    }
    return (double)done / (double)page->shape.tasks;
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

static void remove_report(struct ledger_page *page, size_t place)
{
    --page->done_count;
    memmove(page->done + place, page->done + place + 1, (page->done_count - place) * sizeof *page->done);
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
    if (joins_before) {
        before->run.end = joins_after ? after->run.end : report->run.end;
        before->count += report->count + (joins_after ? after->count : 0);
        if (joins_after) {
            remove_report(page, place);
        }
        return true;
    }
    if (joins_after) {
        after->run.first = report->run.first;
        after->count += report->count;
        return true;
    }
    return insert_report(page, place, report);
}

/* ---- The ledger ------------------------------------------------------------------------------------------- */

/* Turns over the first page, which is done. */
static void turn_over(struct ledger *ledger)
{
    struct ledger_page *const page = first_page(ledger);
    ledger->state.reached = page->shape.end;
    ledger->state.count += page->shape.count + page_count_done(page);
    if (page->shape.end == ledger->schedule.middle && ledger->schedule.middle < ledger->schedule.end) {
        ledger->state.first_count = ledger->state.count;
    }
    page_free(page);
    ++ledger->page_first;
    --ledger->page_count;
}

/* Turns over all first pages that are done and have no find, and opens another where none is left. */
static firesieve_status turn_over_done(struct ledger *ledger, firesieve_error *error)
{
    while (ledger->page_count > 0 && page_is_done(first_page(ledger)) &&
           ledger->found >= first_page(ledger)->shape.end) {
        turn_over(ledger);
        if (ledger->page_count == 0 && !add_page(ledger)) {
            return error_set_memory(error, "the ledger");
        }
    }
    return FIRESIEVE_OK;
}

firesieve_status ledger_start(struct ledger *ledger, const struct shared *shared, unsigned all_threads,
                              firesieve_error *error)
{
    const struct frontier *const frontier = &shared->search.frontier;
    *ledger = (struct ledger){
        .shared = shared,
        .state = *frontier,
        .found = FIRESIEVE_DELAY_END,
    };
    schedule_start(&ledger->schedule, &shared->search, &shared->plan, shared->last.end, all_threads);
    if (!add_page(ledger)) {
        return error_set_memory(error, "the ledger");
    }
    if (frontier->in_window && frontier->window.found < frontier->window.end) {
        ledger->found = frontier->window.found;
    }
    return turn_over_done(ledger, error);
}

void ledger_free(struct ledger *ledger)
{
    schedule_close(&ledger->schedule);
    for (size_t i = 0; i < ledger->page_count; ++i) {
        page_free(&first_page(ledger)[i]);
    }
    free(ledger->pages);
    ledger->pages = NULL;
    ledger->page_count = 0;
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

/* The whole range has been searched, or of a count one cycle. */
static void result_of_all(const struct ledger *ledger, firesieve_search_result *result)
{
    const struct search *const search = &ledger->shared->search;
    const struct frontier *const state = &ledger->state;
    watch_ended(&search->watch, ledger->schedule.end, state->reached, result);
    result->count = state->count;
    if (course_counts_cycles(search, &ledger->shared->plan)) {
        result->count =
            (search->watch.to - state->base) / ledger->shared->plan.classes.cycle * state->count + state->first_count;
        watch_ended(&search->watch, search->watch.to, search->watch.to, result);
    }
    result->count += state->base_count;
    result->reason = ledger->shared->last.reason;
    search_settle(search->options, search->goal, result);
}

bool ledger_is_complete(const struct ledger *ledger, firesieve_search_result *result)
{
    const struct ledger_page *const page = ledger->page_count == 0 ? NULL : first_page(ledger);
    if (page == NULL) {
        if (ledger->at_end) {
            result_of_all(ledger, result);
        }
        return ledger->at_end;
    }
    if (page_is_done(page) && ledger->found < page->shape.end) {
        watch_found(&ledger->shared->search.watch, ledger->found, result);
        return true;
    }
    return false;
}

void ledger_standing(const struct ledger *ledger, firesieve_search_result *result)
{
    result->reached = ledger->state.reached;
    result->candidates = ledger->state.reached - ledger->shared->search.watch.from;
    result->count = ledger->state.base_count + ledger->state.count;
    result->window = result->reached;
    result->end = ledger->schedule.end;
    if (ledger->page_count > 0) {
        const struct ledger_page *const page = first_page(ledger);
        result->window = page->shape.end;
        result->window_share = page_share_done(page);
        result->window_count = page->shape.count + page_count_done(page);
    }
}

/* How many of the page's numbers count as done: up to the last report that fewer tasks than so many miss before. */
static size_t reports_to_keep(const struct ledger_page *page, uint64_t missing_max)
{
    uint64_t missing = 0;
    uint64_t end = page->numbers.first;
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
    const struct window_frontier *const shape = &page->shape;
    uint64_t *const begun = window->begun;
    const size_t kept = reports_to_keep(page, FRONTIER_TASKS_MAX - shape->begun_count);
    const uint64_t own_end = page->numbers.first + shape->begun_count; /* behind it are tasks never begun before */
    uint64_t number = page->numbers.first;
    uint64_t end = kept == 0 ? number : page->done[kept - 1].run.end;
    end = end < own_end ? own_end : end;
    *window = *shape;
    window->begun = begun;
    window->begun_count = 0;
    for (size_t i = 0; i <= kept; ++i) {
        const uint64_t stop = i < kept ? page->done[i].run.first : end;
        for (; number < stop; ++number) {
            begun[window->begun_count++] =
                task_at(shape->begun, shape->begun_count, shape->next_task, number - page->numbers.first);
        }
        if (i < kept) {
            number = page->done[i].run.end;
            window->count += page->done[i].count;
        }
    }
    window->next_task = shape->next_task + (end - own_end);
    window->found = found < window->end ? found : window->end;
}

void ledger_take_down(const struct ledger *ledger, struct frontier *frontier)
{
    uint64_t *const begun = frontier->window.begun;
    *frontier = ledger->state;
    frontier->window.begun = begun;
    const struct ledger_page *const page = ledger->page_count == 0 ? NULL : first_page(ledger);
    frontier->in_window = page != NULL && (page->done_count > 0 || page->shape.next_task > 0);
    if (frontier->in_window) {
        take_down_page(page, ledger->found, &frontier->window);
    }
}

void ledger_progress(const struct ledger *ledger, firesieve_progress *progress)
{
    progress->reached = ledger->state.reached;
    progress->window = ledger->state.reached;
    progress->share = 0;
    if (ledger->page_count > 0) {
        progress->window = first_page(ledger)->shape.end;
        progress->share = page_share_done(first_page(ledger));
    }
}
