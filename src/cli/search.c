#include "cli/deadline.h"
#include "cli/search.h"

#include <inttypes.h>
#include <math.h>

#include "cli/output.h"
#include "base/plural.h"

enum { OPTIONS_ROOM = 24 };

/* ---- Options ------------------------------------------------------------------------------------------ */

/* Appends rows up to the one without a name, which is left out. */
static size_t append_rows(struct cli_option *table, size_t count, const struct cli_option *rows)
{
    for (size_t i = 0; rows[i].name != NULL && count + 1 < OPTIONS_ROOM; ++i) {
        table[count++] = rows[i];
    }
    return count;
}

int search_parse(const struct command *command, enum search_use use, const struct cli_option *own, int argc,
                 const char **argv, struct search_settings *settings, struct operands *operands)
{
    *settings = (struct search_settings){
        .kernel = -1,
        .from = SEARCH_NO_BEGIN,
        .to = FIRESIEVE_NO_END,
        .time_limit_s = INFINITY,
        .checkpoint_interval_s = firesieve_search_defaults().checkpoint_interval_s,
    };
    const struct choices kernels = kernel_choices();
    const struct choices methods = method_choices();
    bool *const asks = &settings->asks_for_search;
    const struct cli_option planned[] = {
        {"method", 0, OPTION_CHOICE, &settings->method, 0, 0, methods.names, "METHOD", " (default auto)", asks},
        {"kernel", 0, OPTION_CHOICE, &settings->kernel, 0, 0, kernels.names, "KERNEL",
         " (default: FIRESIEVE_KERNEL, or auto)", asks},
        {"threads", 0, OPTION_NUMBER, &settings->threads, 1, FIRESIEVE_THREADS_MAX, NULL, "N",
         "use at most N threads (default: FIRESIEVE_THREADS, or every CPU this process may use)", asks},
        {"memory", 0, OPTION_BYTES, &settings->memory, 1, UINT64_MAX, NULL, "BYTES",
         "use at most this much for wheel, lists and rows: 1500000, 64M, 2G (default: a quarter of what is available)",
         asks},
        {"from", 0, OPTION_BOUND, &settings->from, 0, 0, NULL, "A", "search delays from A on (default 0)", asks},
        {"to", 0, OPTION_BOUND, &settings->to, 0, 0, NULL, "B",
         "search delays below B (default: all; the search ends at 2^127)", asks},
        SOURCE_OPTIONS(&settings->source, asks),
        {"json", 0, OPTION_FLAG, &settings->json, 0, 0, NULL, NULL, "print one JSON object", NULL},
        {0},
    };
    const struct cli_option run[] = {
        {"time-limit", 0, OPTION_SECONDS, &settings->time_limit_s, 0, 0, NULL, "SECONDS",
         "stop this long after the program's start, whatever it is doing, for all FILEs together; exit status 3", asks},
        {"progress", 0, OPTION_CHOICE, &settings->progress, 0, 0, progress_mode_names, "WHEN",
         " (default auto: on a terminal, after a second)", asks},
        {"quiet", 'q', OPTION_FLAG, &settings->quiet, 0, 0, NULL, NULL, "print nothing but the answer and errors",
         NULL},
        {"verbose", 'v', OPTION_FLAG, &settings->verbose, 0, 0, NULL, NULL, "print statistics on standard error", asks},
        {0},
    };
    const struct cli_option resumed[] = {
        {"checkpoint", 0, OPTION_TEXT, &settings->checkpoint, 0, 0, NULL, "FILE",
         "keep in FILE how far the search has come, and resume from there if FILE exists", NULL},
        {"checkpoint-interval", 0, OPTION_SECONDS, &settings->checkpoint_interval_s, 0, 0, NULL, "SECONDS",
         "how often to write it (default 5)", NULL},
        {"plan", 0, OPTION_TEXT, &settings->plan, 0, 0, NULL, "FILE",
         "search by the plan in FILE, as firesieve explain --plan wrote it", NULL},
        {0},
    };
    struct cli_option table[OPTIONS_ROOM] = {0};
    size_t count = append_rows(table, 0, planned);
    count = use != SEARCH_IS_PLANNED ? append_rows(table, count, run) : count;
    count = use == SEARCH_RESUMES ? append_rows(table, count, resumed) : count;
    if (own != NULL) {
        append_rows(table, count, own);
    }
    const int status = options_parse(command, table, argc, argv, operands);
    settings->may_keep = use == SEARCH_RESUMES && operands->count <= 1;
    return status;
}

/* Warns of options without effect: the oracles use no kernel, one thread and no tables. */
static void warn_of_unused(const struct command *command, const struct search_settings *settings)
{
    const bool oracle =
        settings->method == FIRESIEVE_METHOD_SIMULATE || settings->method == FIRESIEVE_METHOD_CLOSED_FORM;
    if (!oracle || settings->quiet) {
        return;
    }
    const char *const method = firesieve_method_name((firesieve_method)settings->method);
    if (settings->kernel > 0) {
        fprintf(stderr, "%s: warning: method %s uses no kernel; --kernel has no effect\n", command->title, method);
    }
    if (settings->threads > 1) {
        fprintf(stderr, "%s: warning: method %s runs on one thread, not on %u\n", command->title, method,
                (unsigned)settings->threads);
    }
    if (settings->memory != 0) {
        fprintf(stderr, "%s: warning: method %s has no wheel, lists or rows; --memory has no effect\n", command->title,
                method);
    }
}

firesieve_delay search_end(firesieve_delay to)
{
    return to == FIRESIEVE_NO_END ? FIRESIEVE_DELAY_END : to;
}

bool search_options(const struct command *command, const struct search_settings *settings,
                    firesieve_search_options *options)
{
    if (settings->from != SEARCH_NO_BEGIN && settings->from > search_end(settings->to)) {
        char from[FIRESIEVE_DELAY_TEXT_SIZE];
        char to[FIRESIEVE_DELAY_TEXT_SIZE];
        return usage_refuse(command, "--from: expected a delay that is not above --to, found %s and %s",
                            firesieve_delay_format(settings->from, from), firesieve_delay_format(settings->to, to));
    }
    warn_of_unused(command, settings);
    *options = firesieve_search_defaults();
    uint64_t threads = settings->threads;
    if (!choose_kernel(command, settings->kernel, &options->kernel) || !choose_threads(command, &threads)) {
        return false;
    }
    options->method = (firesieve_method)settings->method;
    options->threads = (unsigned)threads;
    options->memory = settings->memory;
    options->from = settings->from;
    options->to = settings->to;
    deadline_set(settings->time_limit_s);
    options->time_limit_s = deadline_left();
    options->checkpoint = settings->checkpoint;
    options->checkpoint_interval_s = settings->checkpoint_interval_s;
    return true;
}

/* Checks that a FILE that belongs to one search, if there is one, is not given with several operands. */
static bool is_of_one(const struct command *command, const char *option, const char *file,
                      const struct operands *operands)
{
    if (file != NULL && operands->count > 1) {
        return usage_refuse(command, "%s: expected at most one FILE to search, found '%s' as well", option,
                            operands->items[1]);
    }
    return true;
}

bool search_may_resume(const struct command *command, const struct search_settings *settings,
                       const struct operands *operands)
{
    static const struct output_option option = {
        .name = "--checkpoint", .content = "the checkpoint", .fate = "searched"};
    const firesieve_method method = (firesieve_method)settings->method;
    if (!is_of_one(command, option.name, settings->checkpoint, operands) ||
        (settings->checkpoint != NULL &&
         !output_may_replace(command, &option, false, settings->checkpoint, operands)) ||
        !is_of_one(command, "--plan", settings->plan, operands) ||
        !output_is_apart(command, "--plan", settings->plan, settings->checkpoint, "the checkpoint")) {
        return false;
    }
    if (settings->plan != NULL && (method == FIRESIEVE_METHOD_SIMULATE || method == FIRESIEVE_METHOD_CLOSED_FORM)) {
        return usage_refuse(command, "--plan: expected a method that goes by a plan, found '%s'",
                            firesieve_method_name(method));
    }
    return true;
}

static bool not_signalled(void *context)
{
    (void)context;
    return !signals_caught();
}

bool search_plan(const struct search_settings *settings, const firesieve_firewall *firewall, firesieve_plan **plan)
{
    firesieve_error error;
    firesieve_limits limits = deadline_limits();
    limits.go_on = not_signalled;
    *plan = NULL;
    if (settings->plan == NULL) {
        return true;
    }
    const firesieve_status status = firesieve_plan_open_within(firewall, settings->plan, &limits, plan, &error);
    if (status == FIRESIEVE_OK || status == FIRESIEVE_ERROR_STOPPED) {
        return true; /* the search stops at once for the same reason, and reports it */
    }
    file_error(settings->plan, &error);
    return false;
}

/* ---- The search of a FILE ----------------------------------------------------------------------------- */

static void show_checkpoint(firesieve_checkpoint_event event, const char *message, void *context)
{
    static const char *const consequences[] = {
        [FIRESIEVE_CHECKPOINT_RESUMED] = "",
        [FIRESIEVE_CHECKPOINT_FAILED] = "; the search continues without it, and tries again",
        [FIRESIEVE_CHECKPOINT_MENDED] = "",
        [FIRESIEVE_CHECKPOINT_LOST] = "; it does not say how far the search has come",
    };
    struct search_view *const view = context;
    view->checkpoint_failing = event == FIRESIEVE_CHECKPOINT_FAILED || event == FIRESIEVE_CHECKPOINT_LOST;
    if (!view->settings->quiet || view->checkpoint_failing) {
        progress_line_hide(&view->progress.line);
        fprintf(stderr, "%s: checkpoint %s: %s%s\n", view->command->title, view->settings->checkpoint, message,
                consequences[event]);
    }
}

void search_view_begin(struct search_view *view, const struct command *command, const struct search_settings *settings,
                       bool residues, firesieve_search_options *options)
{
    const enum progress_mode mode = settings->quiet ? PROGRESS_NEVER : (enum progress_mode)settings->progress;
    *view = (struct search_view){.command = command, .settings = settings, .progress = progress_start(mode, residues)};
    options->progress = progress_show;
    options->progress_context = &view->progress;
    options->checkpoint_told = show_checkpoint;
    options->checkpoint_context = view;
}

/* Once the firewall has been read, a bad record is the checkpoint. */
void search_error(const struct command *command, const struct search_settings *settings, const char *file,
                  const firesieve_error *error)
{
    if (error->status == FIRESIEVE_ERROR_RECORD) {
        file_error(settings->checkpoint, error);
    } else if (error->status == FIRESIEVE_ERROR_READ || error->status == FIRESIEVE_ERROR_WRITE) {
        fprintf(stderr, "%s: error: %s\n", settings->checkpoint, error->message);
    } else {
        command_error(command, file, error->message);
    }
}

void search_note_unread(const firesieve_search_options *options, struct searched *searched)
{
    searched->unread = true;
    searched->options = *options;
    searched->options.from = options->from == SEARCH_NO_BEGIN ? 0 : options->from;
    searched->result = (firesieve_search_result){
        .outcome = FIRESIEVE_LIMIT,
        .method = options->method,
        .reached = searched->options.from,
    };
}

void search_range(const firesieve_firewall *firewall, firesieve_search_options *options)
{
    firesieve_delay from;
    firesieve_delay to;
    firesieve_firewall_range(firewall, &from, &to);
    if (options->from == SEARCH_NO_BEGIN) {
        options->from = from < search_end(options->to) ? from : search_end(options->to);
    }
    if (options->to == FIRESIEVE_NO_END) {
        options->to = to > options->from ? to : options->from;
    }
    options->range_is_given = true;
}

bool search_file(const struct command *command, const struct search_settings *settings,
                 const firesieve_search_options *options, search_function search, void *context,
                 struct searched *searched)
{
    firesieve_firewall *firewall;
    const enum reading reading =
        source_read_in_time(command, &searched->source, settings->quiet, &firewall, &searched->parse_s);
    if (reading == READING_STOPPED) {
        search_note_unread(options, searched);
    }
    if (reading != READING_DONE) {
        return reading == READING_STOPPED;
    }
    struct search_view view;
    firesieve_plan *plan;
    signals_begin();
    if (!search_plan(settings, firewall, &plan)) {
        signals_end();
        firesieve_firewall_free(firewall);
        return false;
    }
    searched->layers = firesieve_firewall_layer_count(firewall);
    searched->lines = firesieve_firewall_line_count(firewall);
    searched->options = *options;
    search_range(firewall, &searched->options);
    searched->options.plan = plan;
    searched->options.time_limit_s = deadline_left();
    search_view_begin(&view, command, settings, searched->lines > 0, &searched->options);
    firesieve_error error;
    const firesieve_status status = search(firewall, &searched->options, context, &searched->result, &error);
    signals_end();
    if (status == FIRESIEVE_OK) {
        progress_end(&view.progress, &searched->result, searched->options.from);
    } else {
        search_error(command, settings, searched->source.name, &error);
    }
    searched->checkpoint_failing = view.checkpoint_failing;
    searched->options.progress_context = NULL; /* the views end here */
    searched->options.checkpoint_context = NULL;
    searched->options.plan = NULL; /* a certificate lists the range, which wants another plan */
    firesieve_plan_free(plan);
    if (status == FIRESIEVE_OK && searched->keeps_firewall) {
        searched->firewall = firewall;
    } else {
        firesieve_firewall_free(firewall);
    }
    return status == FIRESIEVE_OK;
}

/* ---- Reporting results -------------------------------------------------------------------------------- */

int search_status(firesieve_outcome outcome)
{
    return outcome == FIRESIEVE_FOUND ? EXIT_FOUND : outcome == FIRESIEVE_NONE ? EXIT_NONE : EXIT_LIMIT;
}

const char *search_interval(const struct searched *searched, char *text)
{
    char from[FIRESIEVE_DELAY_TEXT_SIZE];
    char reached[FIRESIEVE_DELAY_TEXT_SIZE];
    snprintf(text, SEARCH_INTERVAL_SIZE, "[%s, %s)", firesieve_delay_format(searched->options.from, from),
             firesieve_delay_format(searched->result.reached, reached));
    return text;
}

const char *search_none_known(const struct searched *searched, char *text)
{
    char interval[SEARCH_INTERVAL_SIZE];
    snprintf(text, SEARCH_KNOWN_SIZE, searched->lines > 0 ? "no x in %s satisfies the lines" : "no delay in %s is safe",
             search_interval(searched, interval));
    return text;
}

int search_number_known(const struct searched *searched, char *text)
{
    const firesieve_delay count = searched->result.count;
    char number[FIRESIEVE_DELAY_TEXT_SIZE];
    char interval[SEARCH_INTERVAL_SIZE];
    firesieve_delay_format(count, number);
    search_interval(searched, interval);
    return searched->lines > 0
               ? snprintf(text, SEARCH_KNOWN_SIZE, "%s x in %s %s the lines", number, interval,
                          count == 1 ? "satisfies" : "satisfy")
               : snprintf(text, SEARCH_KNOWN_SIZE, "%s safe delay%s in %s", number, plural(count), interval);
}

const char *search_count_known(const struct searched *searched, char *text)
{
    const firesieve_search_result *const result = &searched->result;
    char number[FIRESIEVE_DELAY_TEXT_SIZE];
    char end[FIRESIEVE_DELAY_TEXT_SIZE];
    if (result->reached == searched->options.from && result->window_share <= 0) {
        snprintf(text, SEARCH_KNOWN_SIZE, "nothing has been counted yet");
        return text;
    }
    int length = search_number_known(searched, text);
    if (result->window > result->reached) {
        length +=
            snprintf(text + length, SEARCH_KNOWN_SIZE - (size_t)length, ", and %s in %.3g %% of the window up to %s",
                     firesieve_delay_format(result->window_count, number), 100 * result->window_share,
                     firesieve_delay_format(result->window, end));
    }
    if (result->end < search_end(searched->options.to)) {
        snprintf(text + length, SEARCH_KNOWN_SIZE - (size_t)length, "; the cycle to count ends at %s",
                 firesieve_delay_format(result->end, end));
    }
    return text;
}

json_t *search_count_json(const firesieve_search_result *result)
{
    if (search_status(result->outcome) != EXIT_LIMIT) {
        return json_pack("{s:o, s:o}", "count", delay_json(result->count), "reached", delay_json(result->reached));
    }
    return json_pack("{s:o, s:o, s:o, s:f, s:o, s:o}", "count", delay_json(result->count), "reached",
                     delay_json(result->reached), "window", delay_json(result->window), "window_share",
                     result->window_share, "window_count", delay_json(result->window_count), "end",
                     delay_json(result->end));
}

static void print_statistics(const struct searched *searched)
{
    const firesieve_search_result *const result = &searched->result;
    const char *const name = display_name(searched->source.name);
    char candidates[FIRESIEVE_DELAY_TEXT_SIZE];
    if (searched->lines > 0) {
        fprintf(stderr, "%s: %zu line%s read in %.6f s, which forbid %zu class%s\n", name, searched->lines,
                plural(searched->lines), searched->parse_s, searched->layers, searched->layers == 1 ? "" : "es");
    } else {
        fprintf(stderr, "%s: %zu layer%s read in %.6f s\n", name, searched->layers, plural(searched->layers),
                searched->parse_s);
    }
    fprintf(stderr, "%s: method %s, kernel %s, %u thread%s\n", name, firesieve_method_name(result->method),
            result->kernel == NULL ? "none" : firesieve_kernel_name(result->kernel), result->threads,
            plural(result->threads));
    fprintf(stderr, "%s: %s %s%s decided in %.6f s, %.3g a second\n", name,
            firesieve_delay_format(result->candidates, candidates), searched->lines > 0 ? "number" : "delay",
            plural(result->candidates), result->elapsed_s, (double)result->candidates / result->elapsed_s);
    if (result->earlier_s > 0) {
        fprintf(stderr, "%s: of these %.6f s in earlier runs\n", name, result->earlier_s);
    }
    if (result->replanned > 0) {
        fprintf(stderr, "%s: planned again, since the first tasks took %.2g times what was predicted\n", name,
                result->replanned);
    }
    if (result->reason != NULL && result->outcome == FIRESIEVE_NONE) {
        fprintf(stderr, "%s: none, because %s\n", name, result->reason);
    }
}

/* The range has no end, and the search reached the largest delay without a find. */
static bool ended_without_proof(const firesieve_search_result *result)
{
    return result->outcome == FIRESIEVE_LIMIT && result->reason != NULL;
}

void search_remark(const struct command *command, const struct search_settings *settings,
                   const struct searched *searched, const char *known)
{
    static const double worth_keeping_s = 3; /* a shorter search is quickly repeated */
    if (settings->quiet) {
        return;
    }
    if (searched->unread) {
        fprintf(stderr, "%s: %s: stopped by the time limit after %.3f s, while it was to be read\n", command->title,
                display_name(searched->source.name), deadline_passed());
        return;
    }
    if (settings->verbose) {
        print_statistics(searched);
    }
    if (ended_without_proof(&searched->result)) {
        fprintf(stderr, "%s: %s: no answer after %.3f s: %s; with --to 2^127 that is 'none'\n", command->title,
                display_name(searched->source.name), searched->result.elapsed_s, searched->result.reason);
        return;
    }
    if (search_status(searched->result.outcome) != EXIT_LIMIT) {
        return;
    }
    fprintf(stderr, "%s: %s: %s after %.3f s: %s\n", command->title, display_name(searched->source.name),
            searched->result.outcome == FIRESIEVE_LIMIT ? "stopped by the time limit" : "interrupted",
            searched->result.elapsed_s, known);
    if (settings->checkpoint == NULL && settings->may_keep && searched->result.elapsed_s >= worth_keeping_s) {
        fprintf(stderr, "%s: with --checkpoint FILE the same command would resume from there\n", command->title);
    } else if (settings->checkpoint != NULL && !searched->checkpoint_failing) {
        fprintf(stderr, "%s: checkpoint %s: the same command resumes from there\n", command->title,
                settings->checkpoint);
    }
}

json_t *search_json(const struct searched *searched, json_t *own)
{
    const firesieve_search_result *const result = &searched->result;
    json_t *const object =
        json_pack("{s:o, s:s}", "file", name_json(searched->source.name), "status", outcome_name(result->outcome));
    json_t *const common = json_pack(
        "{s:s, s:s?, s:i, s:I, s:f, s:f, s:o, s:o, s:o, s:s?}", "method", firesieve_method_name(result->method),
        "kernel", result->kernel == NULL ? NULL : firesieve_kernel_name(result->kernel), "threads",
        (int)result->threads, "layers", (json_int_t)searched->layers, "elapsed_s", result->elapsed_s, "parse_s",
        searched->parse_s, "from", delay_json(searched->options.from), "to",
        delay_json(search_end(searched->options.to)), "candidates", delay_json(result->candidates), "reason",
        result->reason);
    if (searched->options.checkpoint != NULL) {
        json_object_set_new(common, "earlier_s", json_real(result->earlier_s));
    }
    json_object_update(object, own);
    json_object_update(object, common);
    json_decref(own);
    json_decref(common);
    return object;
}
