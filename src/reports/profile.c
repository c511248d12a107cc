#include "reports/profile.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"

const char *firesieve_stage_path(firesieve_stage stage)
{
    static const char *const paths[FIRESIEVE_STAGE_COUNT] = {
        [FIRESIEVE_STAGE_SHORT_PATH] = "search;short-path",
        [FIRESIEVE_STAGE_ORACLE] = "search;oracle",
        [FIRESIEVE_STAGE_REDUCE] = "plan;reduce",
        [FIRESIEVE_STAGE_CHOOSE] = "plan;choose",
        [FIRESIEVE_STAGE_MAKE_LISTS] = "plan;make-lists",
        [FIRESIEVE_STAGE_DRAW_ROWS] = "plan;draw-rows",
        [FIRESIEVE_STAGE_PROOF] = "proof",
        [FIRESIEVE_STAGE_WINDOWS] = "search;windows",
        [FIRESIEVE_STAGE_READ_LISTS] = "search;windows;read-lists",
        [FIRESIEVE_STAGE_BUILD_ROWS] = "search;windows;build-rows",
        [FIRESIEVE_STAGE_SIEVE] = "search;windows;sieve",
        [FIRESIEVE_STAGE_SURVIVORS] = "search;windows;survivors",
        [FIRESIEVE_STAGE_SAMPLING] = "search;windows;sampling",
        [FIRESIEVE_STAGE_WAITING] = "waiting",
    };
    return (unsigned)stage < FIRESIEVE_STAGE_COUNT ? paths[stage] : NULL;
}

const char *firesieve_means_name(firesieve_means means)
{
    static const char *const names[FIRESIEVE_MEANS_COUNT] = {
        [FIRESIEVE_MEANS_LIST] = "list",   [FIRESIEVE_MEANS_ROW] = "row",     [FIRESIEVE_MEANS_CROSSED] = "crossed",
        [FIRESIEVE_MEANS_LANES] = "lanes", [FIRESIEVE_MEANS_CHECK] = "check", [FIRESIEVE_MEANS_NONE] = "none",
    };
    return (unsigned)means < FIRESIEVE_MEANS_COUNT ? names[means] : NULL;
}

/* ---- During the search ------------------------------------------------------------------------------------ */

firesieve_status profiler_make(struct profiler *profiler, unsigned threads, firesieve_error *error)
{
    *profiler = (struct profiler){
        .tallies = calloc(threads, sizeof *profiler->tallies),
        .seconds = calloc(threads, sizeof *profiler->seconds),
        .threads = threads,
    };
    const bool made = profiler->tallies != NULL && profiler->seconds != NULL;
    return made ? FIRESIEVE_OK : error_set_memory(error, "the profile");
}

void profiler_start(struct profiler *profiler, enum firesieve_stage stage)
{
    profiler->started = clock_seconds();
    profiler->started_ticks = tally_now();
    for (unsigned i = 0; i < profiler->threads; ++i) {
        profiler->tallies[i] = (struct tally){
            .last = profiler->started_ticks,
            .stage = i == 0 ? stage : FIRESIEVE_STAGE_WAITING,
        };
    }
}

void profiler_free(struct profiler *profiler)
{
    for (unsigned i = 0; i < profiler->threads && profiler->tallies != NULL; ++i) {
        tally_free(&profiler->tallies[i]);
    }
    free(profiler->tallies);
    free(profiler->seconds);
    losses_free(&profiler->losses);
}

bool profiler_begin(struct profiler *profiler, const struct method *method, const void *tables)
{
    const struct tally_shape shape = method->tally_shape(tables);
    for (unsigned i = 0; i < profiler->threads; ++i) {
        if (!tally_shape(&profiler->tallies[i], shape)) {
            return false;
        }
    }
    return true;
}

static void add_all(uint64_t *into, const uint64_t *from, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        into[i] += from[i];
    }
}

static void add_counts(struct tally *into, const struct tally *from)
{
    into->columns += from->columns;
    into->sampled += from->sampled;
    into->crossed_in += from->crossed_in;
    into->crossed_left += from->crossed_left;
    into->tested += from->tested;
    into->checked += from->checked;
    add_all(into->after_row, from->after_row, into->shape.rows);
    add_all(into->test_dropped, from->test_dropped, into->shape.tests);
    add_all(into->check_dropped, from->check_dropped, into->shape.checks);
}

void profiler_keep(struct profiler *profiler, const struct reduced *reduced, const struct method *method,
                   const void *tables)
{
    struct tally *const all = &profiler->tallies[0];
    for (unsigned i = 1; i < profiler->threads; ++i) {
        add_counts(all, &profiler->tallies[i]);
    }
    if (all->columns == 0) {
        return;
    }
    losses_free(&profiler->losses);
    profiler->incomplete = !losses_make(&profiler->losses, reduced, method, tables, all);
    profiler->columns = all->columns;
    profiler->sampled = all->sampled;
}

/* ---- After the search ------------------------------------------------------------------------------------- */

/* Leaves out the last threads that did nothing but wait. */
static size_t count_threads(const struct profiler *profiler, uint64_t all_ticks)
{
    size_t count = profiler->threads;
    while (count > 1 && profiler->tallies[count - 1].ticks[FIRESIEVE_STAGE_WAITING] == all_ticks) {
        --count;
    }
    return count;
}

/* The clocks of all threads started at the same moment, and stop at the same moment. */
static void stop_clocks(struct profiler *profiler, firesieve_profile *profile)
{
    const double elapsed_s = clock_seconds() - profiler->started;
    const uint64_t now = tally_now();
    uint64_t ticks = now > profiler->started_ticks ? now - profiler->started_ticks : 1;
    for (unsigned i = 0; i < profiler->threads; ++i) {
        struct tally *const tally = &profiler->tallies[i];
        tally->ticks[tally->stage] += now > tally->last ? now - tally->last : 0;
        for (size_t stage = 0; stage < FIRESIEVE_STAGE_COUNT; ++stage) {
            profiler->seconds[i][stage] = elapsed_s * (double)tally->ticks[stage] / (double)ticks;
        }
    }
    profile->elapsed_s = elapsed_s;
    profile->thread_count = count_threads(profiler, ticks);
    profile->seconds = profiler->seconds;
    profiler->seconds = NULL;
}

void profiler_finish(struct profiler *profiler, const firesieve_firewall *firewall, bool blocked, struct go_on go_on,
                     firesieve_profile *profile)
{
    *profile = (firesieve_profile){.columns = profiler->columns, .sampled = profiler->sampled};
    stop_clocks(profiler, profile);
    if (!profiler->incomplete) {
        constraint_table_fill(firewall, &profiler->losses, blocked, go_on, profile);
    }
}

void firesieve_profile_free(firesieve_profile *profile)
{
    free(profile->seconds);
    free(profile->constraints);
    *profile = (firesieve_profile){.thread_count = 0};
}
