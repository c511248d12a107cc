#include "search/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/delay.h"
#include "base/error.h"
#include "base/plural.h"
#include "firewall/firewall.h"
#include "language/form.h"
#include "pass/sieve.h"

/* Begun tasks take 21 bytes at most; ranges of moduli in a plan a few tens each, and there are usually few of them. */
enum { TEXT_SIZE_MAX = 1 << 26, TASKS_A_LINE = 16 };

static const struct record_format format = {"checkpoint", 2, false};
static const char *const goal_names[] = {[GOAL_SMALLEST] = "solve", [GOAL_COUNT] = "count", NULL};

/* ---- The text --------------------------------------------------------------------------------------------- */

static void write_delay(struct record_writer *writer, const char *before, firesieve_delay delay)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    record_write(writer, "%s%s", before, firesieve_delay_format(delay, text));
}

static void write_delays(struct record_writer *writer, const char *key, firesieve_delay first, firesieve_delay second)
{
    write_delay(writer, key, first);
    write_delay(writer, " ", second);
    record_write(writer, "\n");
}

static void write_window(struct record_writer *writer, const struct window_frontier *window)
{
    const struct window_shape *const shape = &window->shape;
    write_delay(writer, "open ", shape->end);
    record_write(writer, " %" PRIu64 " %" PRIu32 " %" PRIu64 " %" PRIu64 "\n", shape->columns, shape->block_columns,
                 shape->tasks, window->next_task);
    write_delays(writer, "inside ", window->found, window->count);
    for (size_t i = 0; i < window->begun_count; ++i) {
        record_write(writer, "%s %" PRIu64, i % TASKS_A_LINE == 0 ? "begun" : "", window->begun[i]);
        record_write(writer, "%s", (i + 1) % TASKS_A_LINE == 0 || i + 1 == window->begun_count ? "\n" : "");
    }
}

/* ---- Filters ---------------------------------------------------------------------------------------------- */

static const char callers_filter[] = "the caller's";

/* The next filter after *line lines: a line that classes do not fully express, or the caller's. NULL: there is none. */
static const char *next_filter(const struct checkpoint_subject *subject, size_t *line)
{
    const firesieve_firewall *const outer = subject->firewall->outer;
    const struct residue_form *const form = form_of(outer == NULL ? subject->firewall : outer);
    const size_t count = form == NULL ? 0 : form->line_count;
    while (*line < count) {
        const size_t i = (*line)++;
        if (form->lines[i].partly) {
            return form->lines[i].text;
        }
    }
    return (*line)++ == count && subject->callers_filter ? callers_filter : NULL;
}

static void write_filters(struct record_writer *writer, const struct checkpoint_subject *subject)
{
    const char *text;
    for (size_t line = 0; (text = next_filter(subject, &line)) != NULL;) {
        record_write(writer, "filter ");
        record_write_text(writer, text);
        record_write(writer, "\n");
    }
}

/* What tells filters apart, whatever their order and their blanks, as in fingerprints. */
struct filter_set {
    size_t count;
    size_t bytes; /* of their texts */
    uint64_t hash;
};

static void filter_set_add(struct filter_set *set, const char *text, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (size_t i = 0; i < size; ++i) {
        if (text[i] != ' ' && text[i] != '\t') {
            hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
        }
    }
    ++set->count;
    set->bytes += size;
    set->hash += hash;
}

static struct filter_set filters_of(const struct checkpoint_subject *subject)
{
    struct filter_set set = {0};
    const char *text;
    for (size_t line = 0; (text = next_filter(subject, &line)) != NULL;) {
        filter_set_add(&set, text, strlen(text));
    }
    return set;
}

/* The lines `filter` have to be those of this search. */
static bool read_filters(struct record_reader *reader, const struct checkpoint_subject *subject)
{
    const struct filter_set own = filters_of(subject);
    struct filter_set found = {0};
    while (record_next_is(reader, "filter")) {
        size_t size;
        if (!record_line(reader, "filter")) {
            return false;
        }
        const char *const text = record_rest(reader, &size);
        filter_set_add(&found, text, size);
    }
    if (reader->status != FIRESIEVE_OK || (found.count == own.count && found.hash == own.hash)) {
        return reader->status == FIRESIEVE_OK;
    }
    return found.count == own.count
               ? record_fail(reader, "the checkpoint belongs to a search with other filters")
               : record_fail(reader, "the checkpoint belongs to a search with %zu filter%s, and this one has %zu",
                             found.count, plural(found.count), own.count);
}

firesieve_status checkpoint_format(const struct checkpoint_subject *subject, const struct frontier *frontier,
                                   struct record_writer *writer, firesieve_error *error)
{
    record_start(writer, format);
    record_write_fingerprint(writer, subject->firewall, &subject->fingerprint);
    write_filters(writer, subject);
    record_write(writer, "search %s ", goal_names[subject->goal]);
    write_delays(writer, "", subject->from, subject->to);
    record_write(writer, "elapsed %" PRIu64 "\n", frontier->elapsed_ns);
    write_delay(writer, "reached ", frontier->reached);
    record_write(writer, "\n");
    if (subject->goal == GOAL_COUNT) {
        write_delay(writer, "count ", frontier->count);
        write_delay(writer, " ", frontier->first_count);
        write_delays(writer, " ", frontier->base, frontier->base_count);
    }
    if (frontier->recipe.form != NULL) {
        write_delay(writer, "plan ", frontier->until);
        record_write(writer, "\n");
        recipe_write(writer, &frontier->recipe);
    }
    if (frontier->in_window) {
        write_window(writer, &frontier->window);
    }
    return record_finish(writer, error);
}

/* The line `search`: the goal and the range have to be these. */
static bool read_search(struct record_reader *reader, const struct checkpoint_subject *subject)
{
    size_t goal;
    firesieve_delay from;
    firesieve_delay to;
    if (!record_line(reader, "search") || !record_choice(reader, goal_names, &goal)) {
        return false;
    }
    if (goal != (size_t)subject->goal) {
        return record_fail(reader, "the checkpoint belongs to firesieve %s, not to firesieve %s", goal_names[goal],
                           goal_names[subject->goal]);
    }
    if (!record_delay(reader, 0, FIRESIEVE_DELAY_END, &from) || !record_delay(reader, 0, FIRESIEVE_DELAY_END, &to)) {
        return false;
    }
    if (from != subject->from || to != subject->to) {
        char from_text[FIRESIEVE_DELAY_TEXT_SIZE];
        char to_text[FIRESIEVE_DELAY_TEXT_SIZE];
        return record_fail(reader, "the checkpoint belongs to a search --from %s --to %s",
                           firesieve_delay_format(from, from_text), firesieve_delay_format(to, to_text));
    }
    return true;
}

static bool read_begun(struct record_reader *reader, struct window_frontier *window)
{
    uint64_t least = 0;
    while (record_next_is(reader, "begun")) {
        record_line(reader, "begun");
        do {
            uint64_t *const task = &window->begun[window->begun_count];
            if (window->begun_count == FRONTIER_TASKS_MAX) {
                return record_fail(reader, "expected at most %d begun tasks", FRONTIER_TASKS_MAX);
            }
            if (least >= window->next_task || !record_number(reader, least, window->next_task - 1, task)) {
                return record_fail(reader, "expected no more begun tasks");
            }
            least = *task + 1;
            ++window->begun_count;
        } while (record_has_field(reader));
    }
    return reader->status == FIRESIEVE_OK;
}

/* Whether the numbers make sense together; whether they fit a plan shows when it is built. */
static bool read_window(struct record_reader *reader, const struct checkpoint_subject *subject, firesieve_delay reached,
                        struct window_frontier *window)
{
    struct window_shape *const shape = &window->shape;
    const firesieve_delay to = subject->to;
    uint64_t block_columns;
    if (reached >= to) {
        return record_fail(reader, "expected no window after the range");
    }
    shape->begin = reached;
    if (!record_line(reader, "open") || !record_delay(reader, reached + 1, to, &shape->end) ||
        !record_number(reader, 0, UINT64_MAX, &shape->columns) ||
        !record_number(reader, 0, SIEVE_COLUMNS_MAX, &block_columns) ||
        !record_number(reader, 1, UINT64_MAX, &shape->tasks) ||
        !record_number(reader, 0, shape->tasks, &window->next_task)) {
        return false;
    }
    shape->block_columns = (uint32_t)block_columns;
    if (!record_line(reader, "inside") || !record_delay(reader, reached, shape->end, &window->found)) {
        return false;
    }
    if (window->found < shape->end && firesieve_firewall_catches(subject->firewall, window->found)) {
        return record_fail(reader, "expected a safe delay that was found, but this one is caught");
    }
    return record_delay(reader, 0, shape->end - reached, &window->count) && read_begun(reader, window);
}

/* The plan, and the window that was searched by it in part. */
static bool read_plan(struct record_reader *reader, const struct checkpoint_subject *subject, struct frontier *frontier)
{
    if (!record_line(reader, "plan") || !record_delay(reader, subject->from, subject->to, &frontier->until) ||
        !method_read_recipe(reader, &frontier->recipe)) {
        return false;
    }
    if (record_next_is(reader, "open")) {
        frontier->in_window = read_window(reader, subject, frontier->reached, &frontier->window);
    }
    return reader->status == FIRESIEVE_OK;
}

static bool read_count(struct record_reader *reader, const struct checkpoint_subject *subject,
                       struct frontier *frontier)
{
    const firesieve_delay length = frontier->reached - subject->from;
    if (!record_line(reader, "count") || !record_delay(reader, 0, length, &frontier->count) ||
        !record_delay(reader, 0, frontier->count, &frontier->first_count) ||
        !record_delay(reader, subject->from, frontier->reached, &frontier->base) ||
        !record_delay(reader, 0, frontier->base - subject->from, &frontier->base_count)) {
        return false;
    }
    return frontier->count <= frontier->reached - frontier->base ||
           record_fail(reader, "expected no more safe delays than there are delays");
}

firesieve_status checkpoint_parse(const char *text, size_t size, const struct checkpoint_subject *subject,
                                  struct frontier *frontier, firesieve_error *error)
{
    static const uint64_t longest_ns = UINT64_C(1000000000000000000); /* 31 years */
    struct record_reader reader;
    *frontier = frontier_at(subject->from, frontier->window.begun);
    bool read = record_open(&reader, format, text, size, subject->go_on, error) == FIRESIEVE_OK &&
                record_firewall(&reader, subject->firewall) && read_filters(&reader, subject) &&
                read_search(&reader, subject) && record_line(&reader, "elapsed") &&
                record_number(&reader, 0, longest_ns, &frontier->elapsed_ns) && record_line(&reader, "reached") &&
                record_delay(&reader, subject->from, subject->to, &frontier->reached);
    read = read && (subject->goal != GOAL_COUNT || read_count(&reader, subject, frontier));
    if (read && record_next_is(&reader, "plan")) {
        read_plan(&reader, subject, frontier);
    }
    record_end(&reader);
    if (reader.status != FIRESIEVE_OK) {
        recipe_free(&frontier->recipe);
        frontier->in_window = false;
    }
    return reader.status;
}

/* ---- The file --------------------------------------------------------------------------------------------- */

struct checkpoint checkpoint_of(const firesieve_firewall *firewall, enum search_goal goal,
                                const firesieve_search_options *options, struct go_on go_on)
{
    struct fingerprint fingerprint;
    const bool made = fingerprint_make(firewall, go_on, &fingerprint);
    return (struct checkpoint){
        .subject = {.firewall = firewall,
                    .fingerprint = fingerprint,
                    .goal = goal,
                    .from = options->from,
                    .to = delay_end(options->to),
                    .go_on = go_on},
        .stopped = !made,
        .path = options->checkpoint,
        .interval_s = options->checkpoint_interval_s,
        .tell = options->checkpoint_told,
        .context = options->checkpoint_context,
        .hold = {-1},
    };
}

void checkpoint_tell(const struct checkpoint *checkpoint, firesieve_checkpoint_event event, const char *message)
{
    if (checkpoint->tell != NULL) {
        checkpoint->tell(event, message, checkpoint->context);
    }
}

static void tell_resumed(const struct checkpoint *checkpoint, const struct frontier *frontier)
{
    char message[128];
    char delay[FIRESIEVE_DELAY_TEXT_SIZE];
    snprintf(message, sizeof message, "resumes at %s after %.3f s%s", firesieve_delay_format(frontier->reached, delay),
             1e-9 * (double)frontier->elapsed_ns, frontier->in_window ? ", in the middle of a window" : "");
    checkpoint_tell(checkpoint, FIRESIEVE_CHECKPOINT_RESUMED, message);
}

/* Checks for an error that no search can mend: there is no folder for the file. */
static firesieve_status check_folder(const char *path, firesieve_error *error)
{
    struct stat status;
    const char *const slash = strrchr(path, '/');
    const int length = slash == NULL ? 0 : (int)(slash - path);
    char *const folder = length == 0 ? NULL : strndup(path, (size_t)length);
    const bool missing = folder != NULL && stat(folder, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
    const bool other = folder != NULL && !missing && stat(folder, &status) == 0 && !S_ISDIR(status.st_mode);
    free(folder);
    return missing || other ? error_set(error, FIRESIEVE_ERROR_WRITE, "cannot write: expected a folder '%.*s'%s",
                                        length, path, other ? ", found something else" : "")
                            : FIRESIEVE_OK;
}

/* In the middle of a window, which may be nearly the whole search, another method would have to begin it anew. */
static firesieve_status check_method(const firesieve_search_options *options, const struct frontier *frontier,
                                     firesieve_error *error)
{
    const firesieve_method asked = options->method;
    if (!frontier->in_window || asked == FIRESIEVE_METHOD_AUTO || asked == frontier->recipe.form->method) {
        return FIRESIEVE_OK;
    }
    const char *const method = frontier->recipe.form->name;
    return error_set(
        error, FIRESIEVE_ERROR_ARGUMENT,
        "the checkpoint is in the middle of a window of method %s, which method %s would have to start again; "
        "go on with method %s or auto, or keep the other search elsewhere",
        method, firesieve_method_name(asked), method);
}

/* The recipe in the file has to fit the firewall. Errors: those of the method's check. */
static firesieve_status check_recipe(const struct checkpoint *checkpoint, const struct frontier *frontier,
                                     firesieve_error *error)
{
    const struct reduced *reduced;
    if (frontier->recipe.form == NULL) {
        return FIRESIEVE_OK;
    }
    const firesieve_status status =
        reduced_of(checkpoint->subject.firewall, checkpoint->subject.go_on, &reduced, error);
    return status == FIRESIEVE_OK ? method_of_recipe(&frontier->recipe)->check(reduced, &frontier->recipe, error)
                                  : status;
}

firesieve_status checkpoint_begin(struct checkpoint *checkpoint, const firesieve_search_options *options,
                                  struct frontier *frontier, firesieve_error *error)
{
    struct stat status;
    char *text = NULL;
    size_t size;
    *frontier = frontier_at(checkpoint->subject.from, frontier->window.begun);
    if (checkpoint->stopped) {
        return error_set_stopped(error);
    }
    if (filters_of(&checkpoint->subject).bytes > TEXT_SIZE_MAX / 2) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "a search whose filters are longer than %d bytes cannot have a checkpoint", TEXT_SIZE_MAX / 2);
    }
    if (stat(checkpoint->path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
        const firesieve_status folder = check_folder(checkpoint->path, error);
        if (folder == FIRESIEVE_OK) {
            checkpoint_write(checkpoint, frontier, false);
        }
        return folder;
    }
    firesieve_status outcome = record_load(checkpoint->path, TEXT_SIZE_MAX, &text, &size, &checkpoint->hold, error);
    if (outcome == FIRESIEVE_OK) {
        outcome = checkpoint_parse(text, size, &checkpoint->subject, frontier, error);
    }
    free(text);
    if (outcome == FIRESIEVE_OK) {
        outcome = check_method(options, frontier, error);
    }
    if (outcome == FIRESIEVE_OK) {
        outcome = check_recipe(checkpoint, frontier, error);
    }
    if (outcome == FIRESIEVE_OK) {
        tell_resumed(checkpoint, frontier);
        checkpoint_write(checkpoint, frontier, false);
    }
    return outcome;
}

void checkpoint_write(struct checkpoint *checkpoint, const struct frontier *frontier, bool last)
{
    /* Timed from its beginning, and a little early: the time is checked only now and then, and writing takes time. */
    static const double share = 0.9;
    static const double pause = 10; /* times what writing took, so that slow disks do not slow the search down */
    firesieve_error error;
    const double began = clock_seconds();
    struct record_writer writer;
    const bool failed = checkpoint_format(&checkpoint->subject, frontier, &writer, &error) != FIRESIEVE_OK ||
                        record_save(&writer, format, checkpoint->path, &checkpoint->hold, &error) != FIRESIEVE_OK;
    record_writer_free(&writer);
    checkpoint->next = began + fmax(share * checkpoint->interval_s, pause * (clock_seconds() - began));
    if (failed && last) {
        checkpoint_tell(checkpoint, FIRESIEVE_CHECKPOINT_LOST, error.message);
    } else if (failed && !checkpoint->failed) {
        checkpoint_tell(checkpoint, FIRESIEVE_CHECKPOINT_FAILED, error.message);
    } else if (!failed && checkpoint->failed) {
        checkpoint_tell(checkpoint, FIRESIEVE_CHECKPOINT_MENDED, "can be written again");
    }
    checkpoint->failed = failed;
}

void checkpoint_end(struct checkpoint *checkpoint)
{
    record_let_go(&checkpoint->hold);
}
