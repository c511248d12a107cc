/* firesieve solve: the smallest safe delay of each FILE. */
#include "cli/progress.h"
#include "cli/search.h"

static firesieve_status solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                              void *context, firesieve_search_result *result, firesieve_error *error)
{
    (void)context;
    return firesieve_solve(firewall, options, result, error);
}

static json_t *solved_json(const struct searched *solved)
{
    json_t *const delay = solved->result.outcome == FIRESIEVE_FOUND ? delay_json(solved->result.delay) : json_null();
    return search_json(solved, json_pack("{s:o}", "delay", delay));
}

static void print_answer(const struct searched *solved, bool several)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    if (search_status(solved->result.outcome) == EXIT_LIMIT) {
        return; /* no answer: where it stands is on standard error */
    }
    if (several) {
        printf("%s: ", solved->file);
    }
    puts(solved->result.outcome == FIRESIEVE_FOUND ? firesieve_delay_format(solved->result.delay, text) : "none");
}

static void remark(const struct command *command, const struct search_settings *settings, const struct searched *solved)
{
    char interval[SEARCH_INTERVAL_SIZE];
    char known[SEARCH_INTERVAL_SIZE + 32];
    snprintf(known, sizeof known, "no delay in %s is safe", search_interval(solved, interval));
    search_remark(command, settings, solved, known);
}

/* Solves file after file, printing as it goes, and collects JSON where it is asked for. Returns the highest status. */
static int solve_files(const struct command *command, const struct search_settings *settings,
                       const firesieve_search_options *options, const char *const *files, size_t count, json_t *objects)
{
    int highest = EXIT_FOUND;
    for (size_t i = 0; i < count && !signals_caught(); ++i) {
        struct searched solved = {.file = files[i]};
        int status = EXIT_BAD;
        if (search_file(command, settings, options, solve, NULL, &solved)) {
            status = search_status(solved.result.outcome);
            if (settings->json) {
                json_array_append_new(objects, solved_json(&solved));
            } else {
                print_answer(&solved, count > 1);
            }
            remark(command, settings, &solved);
        }
        if (status == EXIT_BAD && count > 1) {
            json_array_append_new(objects, json_pack("{s:o, s:s}", "file", name_json(files[i]), "status", "error"));
        }
        highest = status > highest ? status : highest;
    }
    return highest;
}

/* One object for one FILE, and nothing where it could not be solved; for several, one object that holds theirs. */
static void print_json(json_t *objects, bool several)
{
    json_t *const whole = several ? json_pack("{s:O}", "files", objects) : json_incref(json_array_get(objects, 0));
    if (whole != NULL) {
        json_print(whole);
    }
}

static int solve_operands(const struct command *command, const struct search_settings *settings,
                          const struct operands *operands)
{
    static const char *const standard_input[] = {"-", NULL};
    const char *const *const files = operands->count == 0 ? standard_input : operands->items;
    const size_t count = operands->count == 0 ? 1 : operands->count;
    firesieve_search_options options;
    if (!search_options(command, settings, &options)) {
        return EXIT_BAD;
    }
    json_t *const objects = json_array();
    const int status = solve_files(command, settings, &options, files, count, objects);
    if (settings->json) {
        print_json(objects, count > 1);
    }
    json_decref(objects);
    signals_die();
    return status;
}

static int run_solve(const struct command *command, int argc, const char **argv)
{
    struct search_settings settings;
    struct operands operands;
    const enum options_outcome outcome = search_parse(command, SEARCH_RUNS, NULL, argc, argv, &settings, &operands);
    int status = outcome == OPTIONS_HELPED ? EXIT_FOUND : EXIT_BAD;
    if (outcome == OPTIONS_GO_ON) {
        status = solve_operands(command, &settings, &operands);
    }
    operands_free(&operands);
    return status;
}

const struct command command_solve = {
    .name = "solve",
    .operands = "[OPTION]... [FILE]...",
    .summary = "print the smallest safe delay, or none",
    .details = "With several FILEs, prints `FILE: answer` a line and exits with the highest status.\n",
    .example = "firesieve generate puzzle --seed 7 | firesieve solve -v",
    .run = run_solve,
};
