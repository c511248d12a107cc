/* firesieve solve: the smallest safe delay of each FILE. */
#include <stdlib.h>

#include "cli/certificate.h"
#include "cli/output.h"
#include "cli/profile.h"
#include "cli/progress.h"
#include "cli/search.h"

static firesieve_status solve(const firesieve_firewall *firewall, const firesieve_search_options *options,
                              void *context, firesieve_search_result *result, firesieve_error *error)
{
    (void)context;
    return firesieve_solve(firewall, options, result, error);
}

static void print_answer(const struct searched *solved, bool several)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    if (search_status(solved->result.outcome) == EXIT_LIMIT) {
        return; /* no answer: how far it came is on standard error */
    }
    if (several) {
        printf("%s: ", solved->source.name);
    }
    puts(solved->result.outcome == FIRESIEVE_FOUND ? firesieve_delay_format(solved->result.delay, text) : "none");
}

/* Where each FILE's answer and profile go, and the certificate of the only FILE. */
struct solving {
    const struct command *command;
    const struct search_settings *settings;
    const firesieve_search_options *options;
    struct profile_file *profile;
    struct searched *certified; /* or NULL: no certificate is requested */
    json_t *objects;            /* if JSON is requested */
    bool several;
};

/* The answer first: a profile that cannot be written must not lose it. */
static void report(const struct solving *solving, const struct searched *solved)
{
    const bool profiled = solving->profile->output.path != NULL && !solved->unread;
    char known[SEARCH_KNOWN_SIZE];
    if (solving->settings->json) {
        const bool found = solved->result.outcome == FIRESIEVE_FOUND;
        json_t *const delay = found ? delay_json(solved->result.delay) : json_null();
        json_t *const object = search_json(solved, json_pack("{s:o}", "delay", delay));
        if (profiled) {
            json_object_set_new(object, "profile", profile_json(solved));
        }
        json_array_append_new(solving->objects, object);
    } else {
        print_answer(solved, solving->several);
    }
    search_remark(solving->command, solving->settings, solved, search_none_known(solved, known));
    if (profiled) {
        profile_write(solving->profile, solved, solving->several);
    }
    if (profiled && !solving->settings->quiet) {
        output_flush();
        profile_print(solved);
    }
}

static int solve_one(const struct solving *solving, const struct source *source)
{
    struct searched solved = {.source = *source, .keeps_firewall = true}; /* a profile quotes it */
    firesieve_profile profile = {.thread_count = 0};
    firesieve_search_options options = *solving->options;
    options.profile = solving->profile->output.path != NULL ? &profile : NULL;
    int status = EXIT_BAD;
    if (search_file(solving->command, solving->settings, &options, solve, NULL, &solved)) {
        status = search_status(solved.result.outcome);
        report(solving, &solved);
        if (solving->certified != NULL) {
            *solving->certified = solved;
        } else {
            firesieve_firewall_free(solved.firewall);
        }
    }
    firesieve_profile_free(&profile);
    return status;
}

/* Solves the FILEs in turn and prints each answer, or collects JSON. Returns the highest status. */
static int solve_each(const struct solving *solving, const struct source *sources, size_t count)
{
    int highest = EXIT_FOUND;
    for (size_t i = 0; i < count && !signals_caught(); ++i) {
        const int status = solve_one(solving, &sources[i]);
        if (status == EXIT_BAD && solving->several) {
            json_array_append_new(solving->objects,
                                  json_pack("{s:o, s:s}", "file", name_json(sources[i].name), "status", "error"));
        }
        highest = status > highest ? status : highest;
    }
    return highest;
}

/* The FILEs that solve writes. */
struct solve_files {
    const char *profile;
    const char *certificate;
};

static int solve_operands(const struct command *command, const struct search_settings *settings,
                          const struct solve_files *own, const struct operands *operands)
{
    size_t count;
    struct source *const sources = sources_of_operands(&settings->source, operands, &count);
    const bool several = count > 1;
    firesieve_search_options options;
    struct profile_file profile;
    struct searched certified = {.firewall = NULL};
    if (sources == NULL) {
        return usage_error(command, "not enough memory");
    }
    if (!certificate_is_apart(command, settings, own->certificate, own->profile) ||
        !search_options(command, settings, &options) || !search_may_resume(command, settings, operands) ||
        !certificate_may_write(command, own->certificate, "solved", operands) ||
        !profile_open(command, own->profile, operands, &profile)) {
        free(sources);
        return EXIT_BAD;
    }
    const struct solving solving = {
        command, settings, &options, &profile, own->certificate == NULL ? NULL : &certified, json_array(), several};
    int status = solve_each(&solving, sources, count);
    json_t *const whole = settings->json ? files_json(solving.objects, several) : NULL;
    if (whole != NULL) {
        json_print(whole);
    }
    json_decref(solving.objects);
    output_flush();
    status = profile_close(command, &profile, several) ? status : EXIT_BAD;
    /* The certificate comes last: it takes longer than the search, and the answer is out. */
    status = certificate_write(command, settings, own->certificate, firesieve_certify, &certified, status);
    free(sources);
    signals_die();
    return status;
}

static int run_solve(const struct command *command, int argc, const char **argv)
{
    struct search_settings settings;
    struct operands operands;
    struct solve_files files = {NULL, NULL};
    const struct cli_option own[] = {
        {"profile", 0, OPTION_TEXT, &files.profile, 0, 0, NULL, "FILE",
         "write to FILE where the time went, as JSON if it ends in .json, and print it on standard error", NULL},
        {"certificate", 0, OPTION_TEXT, &files.certificate, 0, 0, NULL, "FILE",
         "write to FILE what proves the answer, for firesieve verify --certificate", NULL},
        {0},
    };
    const int status = search_parse(command, SEARCH_RESUMES, own, argc, argv, &settings, &operands);
    return status != OPTIONS_GO_ON ? status : solve_operands(command, &settings, &files, &operands);
}

const struct command command_solve = {
    .name = "solve",
    .title = "firesieve solve",
    .operands = "[OPTION]... [FILE]...",
    .summary = "print the smallest safe delay, or none",
    .details =
        "With several FILEs, prints a line `FILE: answer` for each and exits with the highest status.\n"
        "With --checkpoint the same command resumes where it was stopped, however that happened.\n"
        "\n"
        "--profile shows which stages took how long, and which constraints (the layers of one modulus together)\n"
        "make the firewall hard: bits are doublings of the distance to the first safe delay. FILE gets a line for\n"
        "each stack of stages, with its nanoseconds, for flamegraph.pl, inferno or speedscope.\n"
        "\n"
        "--certificate takes one FILE. Its answer is printed first; then the range is searched once more, or, if\n"
        "nothing is safe, a proof is sought. --time-limit covers all of it. Exit status 2: no certificate was made.\n",
    .example = "firesieve generate puzzle --seed 7 | firesieve solve -v",
    .run = run_solve,
};
