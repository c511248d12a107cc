/* Searches that are stopped, killed and resumed; checkpoints that are damaged or belong to another search. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "firewall/firewall.h"
#include "firewalls.h"
#include "planner/sieve_choice.h"
#include "search/checkpoint.h"
#include "support/kernels.h"

/* ---- The text --------------------------------------------------------------------------------------------- */

static const char example_text[] = "0: 3\n1: 2\n4: 4\n6: 4\n";

static struct checkpoint_subject subject_of(const firesieve_firewall *firewall)
{
    return (struct checkpoint_subject){
        .firewall = firewall,
        .fingerprint = fingerprint_of(firewall),
        .goal = GOAL_COUNT,
        .from = 7,
        .to = (firesieve_delay)1 << 100,
    };
}

static struct frontier frontier_in_a_window(uint64_t *begun)
{
    static const uint64_t tasks[] = {0, 5, 6, 7, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 98};
    memcpy(begun, tasks, sizeof tasks);
    struct frontier frontier = {
        .reached = (firesieve_delay)1 << 90,
        .base = 1000007,
        .base_count = 55,
        .count = 1000,
        .first_count = 10,
        .elapsed_ns = 123456789,
        .in_window = true,
        .until = (firesieve_delay)1 << 95,
        .window = {.shape = {.begin = (firesieve_delay)1 << 90,
                             .end = (firesieve_delay)1 << 91,
                             .columns = 1 << 20,
                             .block_columns = 1 << 12,
                             .tasks = 1000},
                   .next_task = 99,
                   .begun = begun,
                   .begun_count = COUNT_OF(tasks),
                   .found = ((firesieve_delay)1 << 90) + 6,
                   .count = 77},
    };
    frontier.recipe = (struct recipe){.form = method_of(FIRESIEVE_METHOD_WHEEL)->form};
    static const firesieve_delay factors[] = {2, 2, 2};
    for (size_t i = 0; i < COUNT_OF(factors); ++i) {
        cr_assert(recipe_add(&frontier.recipe, SIEVE_WHEEL, factors[i]));
    }
    cr_assert(recipe_add_range(&frontier.recipe, SIEVE_ROWS, 4, 6));
    for (size_t i = 10; i < 60; ++i) { /* more than fit in a line */
        cr_assert(recipe_add(&frontier.recipe, SIEVE_CHECKS, 2 * i));
    }
    cr_assert(recipe_add(&frontier.recipe, SIEVE_CROSSED, 0) && recipe_add(&frontier.recipe, SIEVE_SEGMENT, 512) &&
              recipe_add(&frontier.recipe, SIEVE_BLOCK, 64) && recipe_add(&frontier.recipe, SIEVE_WINDOW, 4096));
    return frontier;
}

static void expect_same(const struct frontier *a, const struct frontier *b)
{
    cr_expect(a->reached == b->reached && a->count == b->count && a->first_count == b->first_count &&
              a->base == b->base && a->base_count == b->base_count && a->elapsed_ns == b->elapsed_ns &&
              a->in_window == b->in_window && recipe_same(&a->recipe, &b->recipe) && a->until == b->until);
    if (a->in_window) {
        const struct window_shape *const shape = &a->window.shape;
        const struct window_shape *const other = &b->window.shape;
        cr_expect(shape->begin == other->begin && shape->end == other->end && shape->columns == other->columns &&
                  shape->block_columns == other->block_columns && shape->tasks == other->tasks);
        cr_expect(a->window.next_task == b->window.next_task && a->window.found == b->window.found &&
                  a->window.count == b->window.count);
        cr_expect(a->window.begun_count == b->window.begun_count &&
                  memcmp(a->window.begun, b->window.begun, a->window.begun_count * sizeof *a->window.begun) == 0);
    }
}

Test(checkpoints, survive_writing_and_reading)
{
    static uint64_t begun[2][FRONTIER_TASKS_MAX];
    firesieve_firewall *const firewall = parse_firewall(example_text);
    const struct checkpoint_subject subject = subject_of(firewall);
    for (int in_window = 0; in_window < 2; ++in_window) {
        struct frontier written = frontier_in_a_window(begun[0]);
        struct frontier read = {.window.begun = begun[1]};
        struct record_writer writer;
        firesieve_error error = {0};
        written.in_window = in_window == 1;
        cr_assert(checkpoint_format(&subject, &written, &writer, &error) == FIRESIEVE_OK);
        cr_assert(checkpoint_parse(writer.text, writer.size, &subject, &read, &error) == FIRESIEVE_OK, "%s",
                  error.message);
        expect_same(&written, &read);
        recipe_free(&written.recipe);
        recipe_free(&read.recipe);
        record_writer_free(&writer);
    }
    firesieve_firewall_free(firewall);
}

Test(checkpoints, of_other_searches_are_refused)
{
    static uint64_t begun[2][FRONTIER_TASKS_MAX];
    firesieve_firewall *const firewall = parse_firewall(example_text);
    firesieve_firewall *const other = parse_firewall("0: 3\n1: 2\n4: 4\n6: 5\n");
    const struct checkpoint_subject subject = subject_of(firewall);
    struct frontier frontier = frontier_in_a_window(begun[0]);
    struct checkpoint_subject others[4] = {subject_of(other), subject, subject, subject};
    static const char *const messages[4] = {
        "the checkpoint is one of another firewall, of 4 layers",
        "the checkpoint belongs to firesieve count, not to firesieve solve",
        "the checkpoint belongs to a search --from 7 --to 1267650600228229401496703205376",
        "the checkpoint belongs to a search --from 7 --to 1267650600228229401496703205376",
    };
    struct record_writer writer;
    firesieve_error error = {0};
    others[1].goal = GOAL_SMALLEST;
    others[2].from = 8;
    others[3].to += 1;
    cr_assert(checkpoint_format(&subject, &frontier, &writer, &error) == FIRESIEVE_OK);
    for (size_t i = 0; i < COUNT_OF(others); ++i) {
        struct frontier read = {.window.begun = begun[1]};
        cr_expect(checkpoint_parse(writer.text, writer.size, &others[i], &read, &error) == FIRESIEVE_ERROR_RECORD);
        cr_expect_str_eq(error.message, messages[i]);
    }
    recipe_free(&frontier.recipe);
    record_writer_free(&writer);
    firesieve_firewall_free(firewall);
    firesieve_firewall_free(other);
}

/* Numbers that no search would have written, with a correct checksum. */
Test(checkpoints, that_make_no_sense_are_refused)
{
    static uint64_t begun[2][FRONTIER_TASKS_MAX];
    firesieve_firewall *const firewall = parse_firewall(example_text);
    const struct checkpoint_subject subject = subject_of(firewall);
    static const char *const names[] = {"reached before from",
                                        "reached behind to",
                                        "count too large",
                                        "first too large",
                                        "end at reached",
                                        "end behind to",
                                        "next behind tasks",
                                        "no tasks",
                                        "found before reached",
                                        "found behind end",
                                        "begun not ascending",
                                        "begun behind next",
                                        "found is caught",
                                        "too long ago",
                                        "base before from",
                                        "plan before from",
                                        "plan behind to",
                                        "rows that overlap",
                                        "no block",
                                        "two blocks"};
    for (size_t i = 0; i < COUNT_OF(names); ++i) {
        struct frontier frontier = frontier_in_a_window(begun[0]);
        struct frontier read = {.window.begun = begun[1]};
        struct window_frontier *const window = &frontier.window;
        struct record_writer writer;
        firesieve_error error = {0};
        switch (i) {
        case 0:
            frontier.reached = 6;
            break;
        case 1:
            frontier.reached = subject.to + 1;
            break;
        case 2:
            frontier.count = frontier.reached;
            break;
        case 3:
            frontier.first_count = frontier.count + 1;
            break;
        case 4:
            window->shape.end = frontier.reached;
            break;
        case 5:
            window->shape.end = subject.to + 1;
            break;
        case 6:
            window->shape.tasks = window->next_task - 1;
            break;
        case 7:
            window->shape.tasks = 0;
            break;
        case 8:
            window->found = frontier.reached - 1;
            break;
        case 9:
            window->found = window->shape.end + 1;
            break;
        case 10:
            window->begun[1] = 0;
            break;
        case 11:
            window->begun[window->begun_count - 1] = window->next_task;
            break;
        case 12:
            window->found -= 1;
            break;
        case 13:
            frontier.elapsed_ns = UINT64_MAX;
            break;
        case 14:
            frontier.base = 6;
            break;
        case 15:
            frontier.until = 6;
            break;
        case 16:
            frontier.until = subject.to + 1;
            break;
        case 17:
            cr_assert(recipe_add(&frontier.recipe, SIEVE_ROWS, 6));
            break;
        case 18:
            frontier.recipe.lists[SIEVE_BLOCK].count = 0;
            break;
        default:
            cr_assert(recipe_add(&frontier.recipe, SIEVE_BLOCK, 64));
            break;
        }
        cr_assert(checkpoint_format(&subject, &frontier, &writer, &error) == FIRESIEVE_OK);
        cr_expect(checkpoint_parse(writer.text, writer.size, &subject, &read, &error) == FIRESIEVE_ERROR_RECORD, "%s",
                  names[i]);
        cr_expect(error.line > 2 && error.column > (i == 18 ? 0 : 1), "%s: %s", names[i], error.message);
        recipe_free(&frontier.recipe);
        record_writer_free(&writer);
    }
    firesieve_firewall_free(firewall);
}

/* ---- Searches --------------------------------------------------------------------------------------------- */

enum { PATH_SIZE = 64 };

/* A path for a new checkpoint; the caller unlinks the file. */
static void make_path(char path[PATH_SIZE])
{
    static const char template[PATH_SIZE] = "/tmp/firesieve-checkpoint-XXXXXX";
    memcpy(path, template, sizeof template);
    const int descriptor = mkstemp(path);
    cr_assert(descriptor >= 0);
    close(descriptor);
    unlink(path);
}

/* A search that runs in pieces. */
struct piecework {
    const char *name;
    firesieve_family family;
    firesieve_generate_options options;
    firesieve_delay from;
    firesieve_delay to; /* 0: the end of all delays */
    firesieve_method methods[2];
    bool counts;
};

static const struct piecework works[] = {
    {.name = "focus",
     .family = FIRESIEVE_FAMILY_ERDOS_SELFRIDGE,
     .options = {.k = 200},
     .methods = {FIRESIEVE_METHOD_FOCUS, FIRESIEVE_METHOD_AUTO}},
    {.name = "focus count",
     .family = FIRESIEVE_FAMILY_ERDOS_SELFRIDGE,
     .options = {.k = 200},
     .counts = true,
     .from = 3,
     .to = UINT64_C(10000000000000000000),
     .methods = {FIRESIEVE_METHOD_FOCUS, FIRESIEVE_METHOD_FOCUS}},
    {.name = "wheel",
     .family = FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE,
     .options = {.primes = 38},
     .methods = {FIRESIEVE_METHOD_WHEEL, FIRESIEVE_METHOD_WHEEL}},
    {.name = "count by scan and wheel",
     .family = FIRESIEVE_FAMILY_TUPLET,
     .options = {.offsets = {0, 2}, .offset_count = 2, .sieve_to = 10000},
     .counts = true,
     .from = 10001,
     .to = 60000000,
     .methods = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_WHEEL}},
    {.name = "count of more than a cycle",
     .family = FIRESIEVE_FAMILY_TUPLET,
     .options = {.offsets = {0, 2, 6}, .offset_count = 3, .sieve_to = 23},
     .counts = true,
     .from = 5,
     .to = 500000000,
     .methods = {FIRESIEVE_METHOD_SCAN, FIRESIEVE_METHOD_SCAN}},
    {.name = "count of more than a cycle, begun by an oracle",
     .family = FIRESIEVE_FAMILY_TUPLET,
     .options = {.offsets = {0, 2}, .offset_count = 2, .sieve_to = 7},
     .counts = true,
     .from = 5,
     .to = 500000000,
     .methods = {FIRESIEVE_METHOD_CLOSED_FORM, FIRESIEVE_METHOD_AUTO}},
    {.name = "oracle and scan",
     .family = FIRESIEVE_FAMILY_PUZZLE,
     .options = {.seed = 1},
     .methods = {FIRESIEVE_METHOD_CLOSED_FORM, FIRESIEVE_METHOD_SCAN}},
    {.name = "oracle that counts",
     .family = FIRESIEVE_FAMILY_PUZZLE,
     .options = {.seed = 1},
     .counts = true,
     .from = 1,
     .to = 30000000,
     .methods = {FIRESIEVE_METHOD_CLOSED_FORM, FIRESIEVE_METHOD_CLOSED_FORM}},
};

/* In the middle of a window no other method can resume; then the method that began the window continues. */
static firesieve_search_result search(const struct piecework *work, const firesieve_firewall *firewall,
                                      firesieve_search_options *options)
{
    firesieve_search_result result;
    firesieve_error error = {0};
    firesieve_status status = FIRESIEVE_ERROR_ARGUMENT;
    for (int attempt = 0; attempt < 2 && status == FIRESIEVE_ERROR_ARGUMENT; ++attempt) {
        options->method = attempt == 0 ? options->method : FIRESIEVE_METHOD_AUTO;
        status = work->counts ? firesieve_count(firewall, options, &result, &error)
                              : firesieve_solve(firewall, options, &result, &error);
        cr_assert(status == FIRESIEVE_OK || strstr(error.message, "in the middle of a window") != NULL, "%s: %s",
                  work->name, error.message);
    }
    cr_assert(status == FIRESIEVE_OK, "%s: %s", work->name, error.message);
    return result;
}

/* Stops a search after this number of calls. */
static bool call_a_few_times(const firesieve_progress *progress, void *context)
{
    (void)progress;
    return --*(int *)context > 0;
}

/* How often a search was resumed, and how often in the middle of a window. */
struct resumptions {
    int all;
    int in_windows;
};

static void count_resumption(firesieve_checkpoint_event event, const char *message, void *context)
{
    struct resumptions *const resumptions = context;
    cr_assert(event == FIRESIEVE_CHECKPOINT_RESUMED, "%s", message);
    ++resumptions->all;
    resumptions->in_windows += strstr(message, "in the middle of a window") != NULL;
}

/* Searches a little further, like one run of a program that is soon stopped. */
static firesieve_search_result search_on(const struct piecework *work, const firesieve_firewall *firewall,
                                         firesieve_search_options *options, struct random_state *random, int run)
{
    int calls = 1 + run / 4; /* ever more, so that planning ends on slow machines too */
    options->method = work->methods[run < 2 ? (unsigned)run : random_next(random) % 2];
    options->threads = (unsigned)random_between(random, 1, 3);
    options->checkpoint_interval_s = run % 2 == 0 ? 0.001 : 1000;
    options->progress = call_a_few_times;
    options->progress_context = &calls;
    return search(work, firewall, options);
}

static void expect_same_result(const struct piecework *work, const firesieve_search_result *expected,
                               const firesieve_search_result *result)
{
    cr_expect(result->outcome == expected->outcome && result->delay == expected->delay &&
                  result->count == expected->count && result->reached == expected->reached &&
                  result->candidates == expected->candidates,
              "%s, seed %" PRIu64 ": outcome %d, delay %s, count %s", work->name, test_seed(), result->outcome,
              SHOW(result->delay), SHOW(result->count));
}

static void search_in_pieces(const struct piecework *work, struct random_state *random)
{
    enum { RUNS_MAX = 200 };
    firesieve_firewall *const firewall = generate_firewall(work->family, &work->options);
    firesieve_search_options options = firesieve_search_defaults();
    struct resumptions resumptions = {0};
    char path[PATH_SIZE];
    make_path(path);
    options.from = work->from;
    options.to = work->to == 0 ? options.to : work->to;
    options.kernel = firesieve_kernel_find("scalar");
    const firesieve_search_result expected = search(work, firewall, &options);
    options.checkpoint = path;
    options.checkpoint_told = count_resumption;
    options.checkpoint_context = &resumptions;
    firesieve_search_result result = {.outcome = FIRESIEVE_CANCELLED, .reached = options.from};
    for (int run = 0; result.outcome == FIRESIEVE_CANCELLED && run < RUNS_MAX; ++run) {
        const firesieve_delay reached = result.reached;
        result = search_on(work, firewall, &options, random, run);
        cr_expect(result.reached >= reached && result.elapsed_s >= result.earlier_s, "%s", work->name);
    }
    expect_same_result(work, &expected, &result);
    cr_log_info("%s: resumed %d times, %d of them in a window", work->name, resumptions.all, resumptions.in_windows);
    options.progress = NULL;
    result = search(work, firewall, &options); /* when all has been done */
    expect_same_result(work, &expected, &result);
    unlink(path);
    firesieve_firewall_free(firewall);
}

Test(checkpoints, let_searches_stop_again_and_again_and_find_the_answer)
{
    struct random_state random = {test_seed()};
    for (size_t i = 0; i < COUNT_OF(works); ++i) {
        search_in_pieces(&works[i], &random);
    }
}

/* Makes a checkpoint of the work in the middle of a window, which takes a few calls. */
static void stop_in_a_window(const struct piecework *work, const firesieve_firewall *firewall, const char *path)
{
    firesieve_search_options options = firesieve_search_defaults();
    char line[256] = "";
    options.method = FIRESIEVE_METHOD_FOCUS;
    options.kernel = firesieve_kernel_find("scalar");
    options.checkpoint = path;
    options.progress = call_a_few_times;
    options.threads = 1;
    for (int run = 1; run < 100 && strncmp(line, "open ", 5) != 0; ++run) {
        int calls = run;
        unlink(path);
        options.progress_context = &calls;
        search(work, firewall, &options);
        FILE *const file = fopen(path, "r");
        cr_assert(file != NULL);
        while (fgets(line, sizeof line, file) != NULL && strncmp(line, "open ", 5) != 0) {
        }
        fclose(file);
    }
    cr_assert(strncmp(line, "open ", 5) == 0);
}

/* Reads a whole file. */
static void read_file(const char *path, char *text, size_t size)
{
    FILE *const file = fopen(path, "r");
    cr_assert(file != NULL);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

/* Any number of threads, and any memory that tables fit into, whatever options the window was begun with. */
Test(checkpoints, in_a_window_are_resumed_with_any_options)
{
    static const struct {
        uint64_t memory;
        firesieve_method method;
        unsigned threads;
    } ways[] = {
        {0, FIRESIEVE_METHOD_FOCUS, 4},
        {0, FIRESIEVE_METHOD_AUTO, 64},
        {64 << 20, FIRESIEVE_METHOD_FOCUS, 2},
        {32 << 20, FIRESIEVE_METHOD_AUTO, 64},
    };
    const struct piecework work = {
        .name = "stopped", .family = FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, .options = {.k = 200}};
    const firesieve_delay answer = (firesieve_delay)UINT64_C(520878388927) * 100000000000 + 10191382530;
    firesieve_firewall *const firewall = generate_firewall(work.family, &work.options);
    for (size_t i = 0; i < COUNT_OF(ways); ++i) {
        char path[PATH_SIZE];
        struct resumptions resumptions = {0};
        make_path(path);
        stop_in_a_window(&work, firewall, path);
        firesieve_search_options options = firesieve_search_defaults();
        options.method = ways[i].method;
        options.memory = ways[i].memory;
        options.threads = ways[i].threads;
        options.checkpoint = path;
        options.checkpoint_told = count_resumption;
        options.checkpoint_context = &resumptions;
        const firesieve_search_result result = search(&work, firewall, &options);
        cr_expect(result.outcome == FIRESIEVE_FOUND && result.delay == answer, "way %zu: %s", i, SHOW(result.delay));
        cr_expect(result.method == FIRESIEVE_METHOD_FOCUS && resumptions.in_windows == 1, "way %zu", i);
        unlink(path);
    }
    firesieve_firewall_free(firewall);
}

/* With less memory than the tables take, or with another method, the window would have to start over. */
Test(checkpoints, in_a_window_that_cannot_resume_are_refused_and_kept)
{
    static const struct {
        uint64_t memory;
        firesieve_method method;
        const char *message;
    } ways[] = {
        {1, FIRESIEVE_METHOD_AUTO, " bytes of memory, and only "},
        {1 << 16, FIRESIEVE_METHOD_FOCUS, " bytes of memory, and only "},
        {0, FIRESIEVE_METHOD_WHEEL, "in the middle of a window of method focus, which method wheel would"},
        {0, FIRESIEVE_METHOD_CLOSED_FORM, "in the middle of a window of method focus, which method closed-form would"},
    };
    const struct piecework work = {
        .name = "stopped", .family = FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, .options = {.k = 200}};
    static char texts[2][1 << 16];
    firesieve_firewall *const firewall = generate_firewall(work.family, &work.options);
    char path[PATH_SIZE];
    make_path(path);
    stop_in_a_window(&work, firewall, path);
    read_file(path, texts[0], sizeof texts[0]);
    for (size_t i = 0; i < COUNT_OF(ways); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_search_result result;
        firesieve_error error = {0};
        options.method = ways[i].method;
        options.memory = ways[i].memory;
        options.checkpoint = path;
        cr_expect(firesieve_solve(firewall, &options, &result, &error) == FIRESIEVE_ERROR_ARGUMENT, "way %zu", i);
        cr_expect(strstr(error.message, ways[i].message) != NULL, "way %zu: %s", i, error.message);
        read_file(path, texts[1], sizeof texts[1]);
        cr_expect_str_eq(texts[1], texts[0], "way %zu", i);
    }
    unlink(path);
    firesieve_firewall_free(firewall);
}

/* ---- The file --------------------------------------------------------------------------------------------- */

static void write_file(const char *path, const char *text)
{
    FILE *const file = fopen(path, "w");
    cr_assert(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

Test(checkpoints, refuse_other_files_and_keep_them)
{
    static const char *const texts[] = {"", "0: 3\n1: 2\n", "firesieve-checkpoint 1\nchecksum 0000000000000000\n"};
    firesieve_firewall *const firewall = parse_firewall(example_text);
    char path[PATH_SIZE];
    make_path(path);
    for (size_t i = 0; i < COUNT_OF(texts); ++i) {
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_search_result result;
        firesieve_error error = {0};
        char text[128] = "";
        write_file(path, texts[i]);
        options.checkpoint = path;
        cr_expect(firesieve_solve(firewall, &options, &result, &error) == FIRESIEVE_ERROR_RECORD, "%s", error.message);
        FILE *const file = fopen(path, "r");
        cr_assert(file != NULL);
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
        cr_expect_str_eq(text, texts[i]);
    }
    unlink(path);
    firesieve_firewall_free(firewall);
}

struct told {
    int failures;
    char message[256];
};

static void remember(firesieve_checkpoint_event event, const char *message, void *context)
{
    struct told *const told = context;
    told->failures += event == FIRESIEVE_CHECKPOINT_FAILED;
    snprintf(told->message, sizeof told->message, "%s", message);
}

/* A path that cannot become valid is refused before the search begins. */
Test(checkpoints, in_no_folder_are_refused)
{
    static const char *const paths[] = {"/nowhere/checkpoint", "/dev/null/checkpoint", "no/where/checkpoint"};
    firesieve_firewall *const firewall = parse_firewall(example_text);
    for (size_t i = 0; i < COUNT_OF(paths); ++i) {
        struct told told = {0};
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_error error = {0};
        firesieve_search_result result;
        options.checkpoint = paths[i];
        options.checkpoint_told = remember;
        options.checkpoint_context = &told;
        cr_expect(firesieve_solve(firewall, &options, &result, &error) == FIRESIEVE_ERROR_WRITE, "%s", paths[i]);
        cr_expect(strstr(error.message, "cannot write: expected a folder '") == error.message, "%s", error.message);
        cr_expect(told.failures == 0, "%s", told.message);
    }
    firesieve_firewall_free(firewall);
}

/* If no checkpoint can be written, the search reports it once and finds the answer. */
Test(checkpoints, that_cannot_be_written_do_not_stop_the_search)
{
    static const char *const paths[] = {"/proc/self/checkpoint", "/proc/checkpoint"};
    firesieve_firewall *const firewall = parse_firewall(example_text);
    for (size_t i = 0; i < COUNT_OF(paths); ++i) {
        struct told told = {0};
        firesieve_search_options options = firesieve_search_defaults();
        firesieve_error error = {0};
        firesieve_search_result result = {.delay = 0};
        options.checkpoint = paths[i];
        options.checkpoint_told = remember;
        options.checkpoint_context = &told;
        const firesieve_status status = firesieve_solve(firewall, &options, &result, &error);
        cr_expect(status == FIRESIEVE_OK && result.delay == 10, "%s: %s", paths[i], error.message);
        cr_expect(told.failures == 1 && strstr(told.message, "cannot write: ") == told.message, "%s", told.message);
    }
    firesieve_firewall_free(firewall);
}

/* Renaming over a device or a link would replace the device, or the link instead of its target. */
Test(checkpoints, replace_nothing_but_files)
{
    static const struct record_format format = {"checkpoint", 1, false};
    firesieve_firewall *const firewall = parse_firewall(example_text);
    struct record_writer writer;
    struct stat status;
    firesieve_error error = {0};
    char path[PATH_SIZE];
    char link[PATH_SIZE + 8];
    make_path(path);
    snprintf(link, sizeof link, "%s.link", path);
    record_start(&writer, format);
    cr_assert(record_finish(&writer, &error) == FIRESIEVE_OK);
    cr_expect(record_save(&writer, format, "/dev/null", NULL, &error) == FIRESIEVE_ERROR_WRITE);
    cr_expect(strstr(error.message, "not a regular file") != NULL, "%s", error.message);
    write_file(path, "old");
    cr_assert(symlink(path, link) == 0);
    cr_expect(record_save(&writer, format, link, NULL, &error) == FIRESIEVE_OK, "%s", error.message);
    cr_expect(lstat(link, &status) == 0 && S_ISLNK(status.st_mode));
    cr_expect(stat(path, &status) == 0 && (size_t)status.st_size == writer.size);
    unlink(path);
    cr_expect(record_save(&writer, format, link, NULL, &error) == FIRESIEVE_ERROR_WRITE);
    cr_expect(strstr(error.message, "a symbolic link to nothing") != NULL, "%s", error.message);
    unlink(link);
    record_writer_free(&writer);
    firesieve_firewall_free(firewall);
}

/* A file in the way may be somebody else's: FILE itself while it is held, and FILE.firesieve-new always. */
Test(checkpoints, replace_only_their_own)
{
    static const struct record_format format = {"checkpoint", 1, false};
    struct record_writer writer;
    struct record_hold hold = {-1};
    struct stat status;
    firesieve_error error = {0};
    char path[PATH_SIZE];
    char fresh[PATH_SIZE + 16];
    make_path(path);
    snprintf(fresh, sizeof fresh, "%s.firesieve-new", path);
    record_start(&writer, format);
    cr_assert(record_finish(&writer, &error) == FIRESIEVE_OK);
    write_file(fresh, "my only copy");
    cr_expect(record_save(&writer, format, path, &hold, &error) == FIRESIEVE_ERROR_WRITE);
    cr_expect(strstr(error.message, "not one of ours") != NULL, "%s", error.message);
    cr_expect(stat(fresh, &status) == 0 && status.st_size == 12);
    write_file(fresh, "firesieve-ch"); /* left by a process that was killed */
    cr_expect(record_save(&writer, format, path, &hold, &error) == FIRESIEVE_OK, "%s", error.message);
    cr_assert(chmod(path, 0640) == 0);
    cr_expect(record_save(&writer, format, path, &hold, &error) == FIRESIEVE_OK, "%s", error.message);
    cr_expect(stat(path, &status) == 0 && (status.st_mode & 0777) == 0640);
    unlink(path);
    write_file(path, "my thesis");
    cr_expect(record_save(&writer, format, path, &hold, &error) == FIRESIEVE_ERROR_WRITE);
    cr_expect(strstr(error.message, "not the one that was written") != NULL, "%s", error.message);
    cr_expect(stat(path, &status) == 0 && status.st_size == 9 && stat(fresh, &status) != 0);
    record_let_go(&hold);
    unlink(path);
    record_writer_free(&writer);
}

Test(checkpoints, are_held_by_one_search_at_a_time)
{
    static const struct record_format format = {"checkpoint", 1, false};
    struct record_writer writer;
    struct record_hold first = {-1};
    struct record_hold second = {-1};
    firesieve_error error = {0};
    char path[PATH_SIZE];
    char *text = NULL;
    size_t size;
    make_path(path);
    record_start(&writer, format);
    cr_assert(record_finish(&writer, &error) == FIRESIEVE_OK);
    cr_assert(record_save(&writer, format, path, &first, &error) == FIRESIEVE_OK);
    cr_expect(record_load(path, 1000, &text, &size, &second, &error) == FIRESIEVE_ERROR_READ && text == NULL);
    cr_expect_str_eq(error.message, "another process is using this file");
    cr_expect(record_save(&writer, format, path, &second, &error) == FIRESIEVE_ERROR_WRITE);
    cr_expect(record_save(&writer, format, path, &first, &error) == FIRESIEVE_OK, "%s", error.message);
    record_let_go(&first);
    cr_expect(record_load(path, 1000, &text, &size, &second, &error) == FIRESIEVE_OK, "%s", error.message);
    cr_expect(record_save(&writer, format, path, &first, &error) == FIRESIEVE_ERROR_WRITE);
    record_let_go(&second);
    free(text);
    unlink(path);
    record_writer_free(&writer);
}

Test(checkpoints, of_lists_are_refused)
{
    firesieve_firewall *const firewall = parse_firewall(example_text);
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_error error = {0};
    options.checkpoint = "/nowhere/checkpoint";
    cr_expect(firesieve_list(firewall, &options, NULL, NULL, &result, &error) == FIRESIEVE_ERROR_ARGUMENT);
    cr_expect_str_eq(error.message, "a list has no checkpoint");
    options.checkpoint_interval_s = -1;
    cr_expect(firesieve_solve(firewall, &options, &result, &error) == FIRESIEVE_ERROR_ARGUMENT);
    firesieve_firewall_free(firewall);
}
