/* firesieve trace: the crossing as pictures, as a table, or as a plot. */
#include <stdlib.h>

#include "base/error.h"
#include "cli/animation.h"
#include "cli/deadline.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/search.h"
#include "cli/terminal.h"
#include "trace/crossing.h"
#include "trace/plot.h"

enum { FRAMES_S_MAX = 60, SIZE_MAX_ASKED = 10000 };

_Static_assert(TRACE_PLOT_DEPTH_MAX == 200, "the help of --plot says so");

struct trace_settings {
    struct search_settings search;
    firesieve_delay delay;
    bool delay_given;
    bool moments;
    bool animate;
    uint64_t frames_s;
    bool frames_s_given;
    int colour;
    uint64_t width; /* 0: the terminal's */
    uint64_t height;
    bool style_given; /* colour, width or height */
    const char *plot;
};

/* One run of the command. */
struct tracing {
    const struct command *command;
    const struct trace_settings *settings;
    struct source source;
    bool plays; /* --animate is given, and the terminal can show it */
};

/* ---- What fits -------------------------------------------------------------------------------------------- */

/* Checks that the firewall fits an animation or a plot. Costs nothing if neither is requested. */
static firesieve_status check_room(const struct tracing *tracing, const firesieve_firewall *firewall,
                                   firesieve_error *error)
{
    struct crossing crossing;
    struct columns columns;
    firesieve_status status = FIRESIEVE_OK;
    if (!tracing->plays && tracing->settings->plot == NULL) {
        return FIRESIEVE_OK;
    }
    if (!crossing_begin(firewall, 0, deadline_go_on(), &crossing)) {
        status = deadline_is_over() ? error_set_stopped(error)
                                    : error_set(error, FIRESIEVE_ERROR_MEMORY, "not enough memory");
    } else if (tracing->settings->plot != NULL && crossing_last(&crossing) > TRACE_PLOT_DEPTH_MAX) {
        status = error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                           "--plot: expected no layer deeper than %d, found one at depth %llu", TRACE_PLOT_DEPTH_MAX,
                           (unsigned long long)crossing_last(&crossing));
    } else if (tracing->plays && !columns_lay_out(&crossing, &columns)) {
        status = error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                           "--animate: expected a firewall that fits into %d columns, found one that needs more; "
                           "--moments prints when the packet meets each layer",
                           COLUMNS_MAX);
    }
    crossing_end(&crossing);
    return status;
}

/* ---- Output ----------------------------------------------------------------------------------------------- */

static bool print_json(const struct tracing *tracing, const struct crossing *crossing)
{
    char delay[FIRESIEVE_DELAY_TEXT_SIZE];
    char severity[FIRESIEVE_DELAY_TEXT_SIZE];
    json_t *const name = name_json(tracing->source.name);
    char *const file = json_dumps(name, JSON_ENCODE_ANY);
    const char *const quote = crossing->has_severity ? "\"" : "";
    printf("{\n  \"file\": %s,\n  \"status\": \"%s\",\n  \"delay\": \"%s\",\n  \"safe\": %s,\n  \"severity\": %s%s%s,\n"
           "  \"layers\": %zu,\n  \"caught\": %zu,\n  \"moments\": ",
           file == NULL ? "null" : file, tracing->settings->delay_given ? "given" : "found",
           firesieve_delay_format(crossing->delay, delay), crossing->caught == 0 ? "true" : "false", quote,
           crossing->has_severity ? firesieve_delay_format(crossing->severity, severity) : "null", quote,
           crossing->count, crossing->caught);
    const bool whole = moments_print(crossing, true, deadline_go_on(), stdout);
    fputs(whole ? "\n}\n" : ",\n  \"moments_left_out\": true\n}\n", stdout);
    free(file);
    json_decref(name);
    return whole;
}

/* Prints JSON without moments: there is no delay (NULL), or no time to show the crossing of the one found. */
static void print_no_moments(const char *file, firesieve_outcome outcome, const firesieve_delay *delay, size_t layers)
{
    json_t *const json = json_pack("{s:o, s:s, s:o, s:o, s:n, s:I, s:n, s:n}", "file", name_json(file), "status",
                                   outcome_name(outcome), "delay", delay == NULL ? json_null() : delay_json(*delay),
                                   "safe", delay == NULL ? json_null() : json_true(), "severity", "layers",
                                   (json_int_t)layers, "caught", "moments");
    if (delay != NULL) {
        json_object_set_new(json, "moments_left_out", json_true());
    }
    json_print(json);
}

static void print_verdict(const struct crossing *crossing)
{
    char verdict[CROSSING_VERDICT_SIZE];
    puts(crossing_verdict(crossing, verdict));
}

static bool print_moments(const struct crossing *crossing)
{
    const bool whole = moments_print(crossing, false, deadline_go_on(), stdout);
    print_verdict(crossing);
    return whole;
}

static struct picture_style style_asked(const struct trace_settings *settings)
{
    return animation_style(settings->width, settings->height, terminal_colours((enum colour_mode)settings->colour));
}

static void print_frames(const struct trace_settings *settings, const struct story *story)
{
    const struct picture_style style = style_asked(settings);
    for (size_t i = 0; i < story->frames && !ferror(stdout); ++i) {
        picture_draw(story, i, &style, stdout);
        putchar('\n');
    }
    print_verdict(story->crossing);
}

/* The last frame stays on the screen. */
static int play(const struct tracing *tracing, const struct story *story)
{
    const struct trace_settings *const settings = tracing->settings;
    char verdict[CROSSING_VERDICT_SIZE];
    const struct animation animation = {
        .story = story,
        .frames_s = (unsigned)settings->frames_s,
        .width = settings->width,
        .height = settings->height,
        .colours = terminal_colours((enum colour_mode)settings->colour),
        .last_line = crossing_verdict(story->crossing, verdict),
    };
    output_flush();
    deadline_lift();
    const int code = animation_play(&animation);
    if (code != 0) {
        output_error(code);
        return EXIT_BAD;
    }
    if (!signals_caught()) {
        const struct picture_style style = style_asked(settings); /* the size may have changed */
        picture_draw(story, story->frames - 1, &style, stdout);
        print_verdict(story->crossing);
    }
    return EXIT_FOUND;
}

/* Reports that the time limit came while the crossing was surveyed or shown. */
static int tell_of_limit(const struct tracing *tracing)
{
    if (!tracing->settings->search.quiet) {
        fprintf(stderr, "%s: %s: stopped by the time limit after %.3f s, before all of the crossing was shown\n",
                tracing->command->title, display_name(tracing->source.name), deadline_passed());
    }
    return EXIT_LIMIT;
}

/* Shows frames, or moments if a frame would be too wide. */
static int show_frames(const struct tracing *tracing, const struct crossing *crossing)
{
    struct columns columns;
    if (columns_lay_out(crossing, &columns)) {
        const struct story story = story_begin(crossing, &columns, tracing->plays);
        if (tracing->plays) {
            return play(tracing, &story);
        }
        print_frames(tracing->settings, &story);
        return EXIT_FOUND;
    }
    if (!tracing->settings->search.quiet) {
        fprintf(
            stderr,
            "%s: warning: %s: a picture would have more than %d columns; this is when the packet meets each layer\n",
            tracing->command->title, display_name(tracing->source.name), COLUMNS_MAX);
    }
    return print_moments(crossing) ? EXIT_FOUND : tell_of_limit(tracing);
}

static int draw_plot(const struct tracing *tracing, const struct crossing *crossing)
{
    char why[PICTURE_WHY_SIZE];
    const struct trace_plot plot = {crossing, display_name(tracing->source.name)};
    const struct gnuplot_picture picture = trace_plot_picture(&plot);
    output_flush();
    deadline_lift();
    signals_begin();
    const bool drawn = gnuplot_draw(&picture, tracing->settings->plot, why);
    signals_end();
    if (!drawn && !signals_caught()) {
        command_error(tracing->command, NULL, why);
    }
    return drawn ? EXIT_FOUND : EXIT_BAD;
}

static int show(const struct tracing *tracing, const struct crossing *crossing)
{
    const struct trace_settings *const settings = tracing->settings;
    int status = EXIT_FOUND;
    if (settings->search.json) {
        status = print_json(tracing, crossing) ? EXIT_FOUND : tell_of_limit(tracing);
    } else if (settings->moments) {
        status = print_moments(crossing) ? EXIT_FOUND : tell_of_limit(tracing);
    } else if (settings->plot != NULL && !settings->animate) {
        print_verdict(crossing);
    } else {
        status = show_frames(tracing, crossing);
    }
    if (settings->plot != NULL && status == EXIT_FOUND && !signals_caught()) {
        status = draw_plot(tracing, crossing);
    }
    return status;
}

static int trace(const struct tracing *tracing, const firesieve_firewall *firewall, firesieve_delay delay)
{
    struct crossing crossing;
    int status = EXIT_BAD;
    if (crossing_begin(firewall, delay, deadline_go_on(), &crossing)) {
        status = show(tracing, &crossing);
    } else if (deadline_is_over()) {
        if (tracing->settings->search.json) {
            print_no_moments(tracing->source.name, FIRESIEVE_FOUND, &delay, crossing.count);
        }
        status = tell_of_limit(tracing);
    } else {
        command_error(tracing->command, tracing->source.name, "not enough memory");
    }
    crossing_end(&crossing);
    return status;
}

/* ---- Which delay ------------------------------------------------------------------------------------------ */

static int trace_given(const struct tracing *tracing)
{
    firesieve_firewall *firewall;
    firesieve_error error;
    if (!source_read_layers(tracing->command, &tracing->source, tracing->settings->search.quiet, &firewall)) {
        return EXIT_BAD;
    }
    int status = EXIT_BAD;
    if (check_room(tracing, firewall, &error) == FIRESIEVE_OK) {
        status = trace(tracing, firewall, tracing->settings->delay);
    } else {
        command_error(tracing->command, tracing->source.name, error.message);
    }
    firesieve_firewall_free(firewall);
    return status;
}

/* Reports what does not fit before a search that may take long. */
static firesieve_status solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                              void *context, firesieve_search_result *result, firesieve_error *error)
{
    const firesieve_status status = check_room(context, firewall, error);
    if (status != FIRESIEVE_OK && status != FIRESIEVE_ERROR_STOPPED) {
        return status;
    }
    firesieve_search_options left = *options;
    left.time_limit_s = deadline_left();
    if (firesieve_firewall_layers(firewall) == NULL) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "%s", SOURCE_WANTS_SCANNERS);
    }
    return firesieve_solve(firewall, &left, result, error);
}

/* Reports that there is no safe delay, or none yet. */
static void remark(const struct tracing *tracing, const struct searched *solved)
{
    const struct search_settings *const settings = &tracing->settings->search;
    char interval[SEARCH_INTERVAL_SIZE];
    char known[SEARCH_INTERVAL_SIZE + 32];
    snprintf(known, sizeof known, "no delay in %s is safe", search_interval(solved, interval));
    search_remark(tracing->command, settings, solved, known);
    if (solved->result.outcome == FIRESIEVE_NONE && !settings->quiet) {
        const bool all = settings->to == FIRESIEVE_NO_END;
        fprintf(stderr, "%s: %s: %s; --delay T shows where a packet is caught\n", tracing->command->title,
                display_name(tracing->source.name), all ? "no delay is safe" : known);
    }
}

static int trace_answer(struct tracing *tracing)
{
    const struct search_settings *const settings = &tracing->settings->search;
    struct searched solved = {.source = tracing->source, .keeps_firewall = true};
    firesieve_search_options options;
    if (!search_options(tracing->command, settings, &options) ||
        !search_file(tracing->command, settings, &options, solve, tracing, &solved)) {
        return EXIT_BAD;
    }
    int status = search_status(solved.result.outcome);
    remark(tracing, &solved);
    if (status == EXIT_FOUND) {
        status = signals_caught() ? status : trace(tracing, solved.firewall, solved.result.delay);
    } else if (settings->json) {
        print_no_moments(solved.source.name, solved.result.outcome, NULL, solved.layers);
    }
    firesieve_firewall_free(solved.firewall);
    return status;
}

/* ---- The command line ------------------------------------------------------------------------------------- */

static bool draws_pictures(const struct trace_settings *settings)
{
    return settings->animate || (settings->plot == NULL && !settings->moments && !settings->search.json);
}

/* Options that make no sense together are errors, not ignored. */
static bool check_settings(const struct command *command, const struct trace_settings *settings)
{
    const struct usage_rule rules[] = {
        {settings->delay_given && settings->search.asks_for_search,
         "--delay: expected no option of a search beside it, since nothing is searched"},
        {settings->moments + settings->animate + settings->search.json > 1,
         "expected at most one of --animate, --moments and --json"},
        {settings->frames_s_given && !settings->animate, "--fps: expected --animate beside it"},
        {settings->style_given && !draws_pictures(settings),
         "expected none of --color, --width and --height where no pictures are drawn, as with --moments, --json and "
         "--plot"},
        {false, NULL},
    };
    return usage_keeps(command, rules);
}

static bool may_plot(const struct command *command, const char *path, const struct operands *operands)
{
    static const struct output_option option = {.name = "--plot", .content = "the plot", .fate = "traced"};
    char why[PICTURE_WHY_SIZE];
    if (path == NULL) {
        return true;
    }
    if (!output_may_replace(command, &option, false, path, operands)) {
        return false;
    }
    if (!gnuplot_check(path, operands->items, NULL, why)) {
        return usage_refuse(command, "%s", why);
    }
    return true;
}

static int trace_operand(const struct command *command, const struct trace_settings *settings,
                         const struct operands *operands)
{
    struct tracing tracing = {
        .command = command, .settings = settings, .plays = settings->animate && terminal_redraws()};
    if (!check_settings(command, settings) ||
        !source_of_operands(command, &settings->search.source, operands, &tracing.source) ||
        !may_plot(command, settings->plot, operands)) {
        return EXIT_BAD;
    }
    return settings->delay_given ? trace_given(&tracing) : trace_answer(&tracing);
}

static int run_trace(const struct command *command, int argc, const char **argv)
{
    struct trace_settings settings = {.frames_s = 5};
    const struct cli_option own[] = {
        {"delay", 0, OPTION_DELAY, &settings.delay, 0, 0, NULL, "T",
         "let the packet wait T picoseconds (default: the smallest safe delay, which is searched)",
         &settings.delay_given},
        {"moments", 0, OPTION_FLAG, &settings.moments, 0, 0, NULL, NULL,
         "print a table of when the packet meets each layer, and where the scanner is then", NULL},
        {"animate", 0, OPTION_FLAG, &settings.animate, 0, 0, NULL, NULL,
         "on a terminal, draw each picture in place of the previous one", NULL},
        {"fps", 0, OPTION_NUMBER, &settings.frames_s, 1, FRAMES_S_MAX, NULL, "N",
         "pictures per second of --animate (default 5)", &settings.frames_s_given},
        {"color", 0, OPTION_CHOICE, &settings.colour, 0, 0, colour_mode_names, "WHEN",
         " (default auto: on a terminal, unless NO_COLOR is set)", &settings.style_given},
        {"width", 0, OPTION_NUMBER, &settings.width, PICTURE_WIDTH_MIN, SIZE_MAX_ASKED, NULL, "N",
         "characters in a line of a picture (default: COLUMNS, or the terminal's, or 80)", &settings.style_given},
        {"height", 0, OPTION_NUMBER, &settings.height, PICTURE_HEIGHT_MIN, SIZE_MAX_ASKED, NULL, "N",
         "lines of a picture (default: LINES, or the terminal's, or 24)", &settings.style_given},
        {"plot", 0, OPTION_TEXT, &settings.plot, 0, 0, NULL, "FILE",
         "draw scanners and packet against time into FILE.svg or FILE.png with gnuplot, instead of pictures; no layer "
         "may be deeper than 200",
         NULL},
        {0},
    };
    struct operands operands;
    int status = search_parse(command, SEARCH_RUNS, own, argc, argv, &settings.search, &operands);
    if (status == OPTIONS_GO_ON) {
        status = trace_operand(command, &settings, &operands);
    }
    signals_die();
    return status;
}

const struct command command_trace = {
    .name = "trace",
    .title = "firesieve trace",
    .operands = "[OPTION]... [FILE]",
    .summary = "draw how the packet crosses the firewall, picosecond by picosecond",
    .details =
        "A picture has a column for each depth, and shows the packet just after it has moved: ( ) is the packet at "
        "the\n"
        "top of a layer whose scanner is elsewhere, (S) the packet caught, (.) a depth without a layer; [S] is "
        "another\n"
        "scanner. Scanners move before the next picture. Numbers above the columns are depths. ~N stands for N depths\n"
        "without a layer, if these are more than 4; they are crossed in one picture, that of the last picosecond. So "
        "is\n"
        "the wait, except with --animate if it is at most 10. A wider firewall scrolls: < and > mark where it "
        "continues.\n"
        "A higher one is cut: +N counts the cells of a column below, and vN is its scanner, at N. After ~, + and v,\n"
        "numbers above 9999 are cut to thousands: k, M, G, T, P and E. For more than 1000 columns, the table of\n"
        "--moments is printed instead.\n"
        "\n"
        "In a pipe, --animate prints the pictures one after the other. Exit status: 0 drawn, even if the packet is\n"
        "caught; 1 no delay is safe, and none was given; 2 bad usage or bad input; 3 stopped by a limit.\n",
    .example = "printf '0: 3\\n1: 2\\n4: 4\\n6: 4\\n' | firesieve trace --delay 0",
    .run = run_trace,
};
