/* firesieve list: the safe delays, ascending. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/plural.h"
#include "cli/deadline.h"
#include "cli/progress.h"
#include "cli/search.h"

static const double flush_interval_s = 1;

enum { TEXT_SIZE = 1 << 16 };

/*
 * Safe delays on their way out: into `delays`, or as lines. Those are written without stdio, which would drop what it
 * holds when a signal comes while it waits for a reader.
 */
struct listing {
    uint64_t limit;             /* list no more than these; 0: all */
    json_t *delays;             /* an array, or NULL for lines */
    bool no_memory;             /* for that array */
    bool terminal;              /* each line is written at once */
    struct progress_view *view; /* of the running search */
    double flushed_s;           /* when lines were last flushed because they had waited */
    int error;                  /* errno of a write that failed, or 0 */
    bool late;                  /* a signal or the time limit came while nobody read; the rest is not written */
    size_t used;
    char text[TEXT_SIZE];
};

/* How much may be written: after a signal or the time limit, only what does not block. */
static size_t room_to_write(size_t size)
{
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (!signals_caught() && !deadline_is_over()) {
        return size;
    }
    return poll(&output, 1, 0) != 1 ? 0 : size < PIPE_BUF ? size : PIPE_BUF;
}

/* Writes the lines out. If a signal or the time limit comes while nobody reads, they stay. */
static void flush(struct listing *listing)
{
    size_t written = 0;
    if (listing->terminal && listing->view != NULL) {
        progress_line_hide(&listing->view->line);
    }
    while (written < listing->used && listing->error == 0 && !listing->late) {
        const size_t room = room_to_write(listing->used - written);
        const ssize_t size = room == 0 ? 0 : write(STDOUT_FILENO, listing->text + written, room);
        if (size >= 0) {
            written += (size_t)size;
            listing->late = room == 0;
        } else if (errno != EINTR) {
            listing->error = errno;
        }
    }
    listing->used -= written;
    memmove(listing->text, listing->text + written, listing->used);
}

static void append_line(struct listing *listing, firesieve_delay delay)
{
    char *const line = firesieve_delay_format(delay, listing->text + listing->used);
    const size_t length = strlen(line);
    line[length] = '\n';
    listing->used += length + 1;
    if (listing->terminal || listing->used > TEXT_SIZE - FIRESIEVE_DELAY_TEXT_SIZE) {
        flush(listing);
    }
}

static bool receive(firesieve_delay delay, void *context)
{
    struct listing *const listing = context;
    if (listing->delays == NULL) {
        append_line(listing, delay);
    } else if (json_array_append_new(listing->delays, delay_json(delay)) != 0) {
        listing->no_memory = true;
    }
    return listing->error == 0 && !listing->no_memory && !listing->late && !signals_caught();
}

/* A search without finds never writes, so it would not notice that its reader has gone. */
static void look_for_reader(struct listing *listing)
{
    struct pollfd output = {.fd = STDOUT_FILENO};
    if (listing->error == 0 && poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0) {
        raise(SIGPIPE); /* as a write would */
        listing->error = EPIPE;
    }
}

/* Flushes lines that arrive slowly, instead of waiting for a full buffer. */
static bool show(const firesieve_progress *progress, void *context)
{
    struct listing *const listing = context;
    if (progress->elapsed_s >= listing->flushed_s + flush_interval_s) {
        listing->flushed_s = progress->elapsed_s;
        flush(listing);
    }
    look_for_reader(listing);
    return listing->error == 0 && progress_show(progress, listing->view);
}

static firesieve_status list(const firesieve_firewall *firewall, const firesieve_search_options *options, void *context,
                             firesieve_search_result *result, firesieve_error *error)
{
    struct listing *const listing = context;
    firesieve_search_options watched = *options;
    listing->view = options->progress_context;
    watched.progress = show;
    watched.progress_context = listing;
    watched.limit = listing->limit;
    const firesieve_status status = firesieve_list(firewall, &watched, receive, listing, result, error);
    listing->view = NULL;
    return status;
}

/* Whether all delays were written or stored; otherwise reports why not. */
static bool finish(const struct command *command, struct listing *listing)
{
    while (listing->used > 0 && listing->error == 0 && !listing->late) {
        flush(listing);
    }
    if (listing->error != 0) {
        output_error(listing->error);
    } else if (listing->no_memory) {
        command_error(command, NULL, "not enough memory");
    }
    return listing->error == 0 && !listing->no_memory;
}

static int list_file(const struct command *command, const struct search_settings *settings, struct listing *listing,
                     const struct source *source)
{
    firesieve_search_options options;
    struct searched searched = {.source = *source};
    char number[SEARCH_KNOWN_SIZE];
    char known[SEARCH_KNOWN_SIZE + 96];
    if (!search_options(command, settings, &options)) {
        return EXIT_BAD;
    }
    const bool ended = search_file(command, settings, &options, list, listing, &searched);
    if (!finish(command, listing) || !ended) {
        return EXIT_BAD;
    }
    firesieve_search_result *const result = &searched.result;
    if (listing->late && result->outcome != FIRESIEVE_CANCELLED) {
        result->outcome = FIRESIEVE_LIMIT;
    }
    if (listing->delays != NULL) {
        json_print(
            search_json(&searched, json_pack("{s:O, s:o, s:o}", "delays", listing->delays, "count",
                                             delay_json(result->count), "reached", delay_json(result->reached))));
    }
    search_number_known(&searched, number);
    snprintf(known, sizeof known, "%s, %s", number,
             listing->late ? "but nobody read standard output: the last lines are missing" : "listed");
    search_remark(command, settings, &searched, known);
    return search_status(result->outcome);
}

static int run_list(const struct command *command, int argc, const char **argv)
{
    struct listing listing = {.terminal = isatty(STDOUT_FILENO)};
    const struct cli_option own[] = {
        {"limit", 0, OPTION_NUMBER, &listing.limit, 1, UINT64_MAX, NULL, "N", "list only the first N", NULL},
        {0},
    };
    struct search_settings settings;
    struct operands operands;
    struct source source;
    int status = search_parse(command, SEARCH_RUNS, own, argc, argv, &settings, &operands);
    if (status != OPTIONS_GO_ON) {
        return status;
    }
    if (!source_of_operands(command, &settings.source, &operands, &source)) {
        return EXIT_BAD;
    }
    listing.delays = settings.json ? json_array() : NULL;
    status = list_file(command, &settings, &listing, &source);
    json_decref(listing.delays);
    signals_die();
    return status;
}

const struct command command_list = {
    .name = "list",
    .title = "firesieve list",
    .operands = "[OPTION]... [FILE]",
    .summary = "print the safe delays, ascending, one per line",
    .details = "Lines are printed as they are found. With --json, all delays are held in memory until the end.\n",
    .example = "firesieve generate puzzle --seed 7 | firesieve list --limit 10",
    .run = run_list,
};
