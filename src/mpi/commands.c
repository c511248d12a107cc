#include "mpi/commands.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/plural.h"
#include "cli/deadline.h"
#include "cli/search.h"
#include "mpi/job.h"
#include "mpi/member.h"

/* ---- All ranks -------------------------------------------------------------------------------------------- */

static firesieve_search_options options_of(const struct job *job, const struct ranks *ranks)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.method = job->method;
    options.kernel = job->kernel < 0 ? NULL : firesieve_kernel_at((size_t)job->kernel);
    options.threads = ranks->most_threads;
    options.memory = ranks->memory;
    options.from = job->from;
    options.to = job->to;
    return options;
}

/* ---- The other ranks -------------------------------------------------------------------------------------- */

/* If all ranks get a signal, rank 0 ends the search; a rank that is not told to stop soon dies of the signal. */
static bool bear_signals(const firesieve_progress *progress, void *context)
{
    static const double patience_s = 2;
    double *const caught_at = context;
    (void)progress;
    if (!signals_caught()) {
        return true;
    }
    if (*caught_at == 0) {
        *caught_at = clock_seconds();
    }
    if (clock_seconds() - *caught_at > patience_s) {
        signals_end();
        signals_die();
    }
    return true;
}

static void follow_job(const struct job *job, const firesieve_firewall *firewall)
{
    struct ranks ranks;
    struct job_result result = {.all = {0}};
    firesieve_error error = {0};
    double caught_at = 0;
    int blamed = 0;
    ranks_meet(&ranks, job);
    firesieve_search_options options = options_of(job, &ranks);
    options.progress = bear_signals;
    options.progress_context = &caught_at;
    signals_begin();
    const firesieve_status status = member_search(&ranks, job, firewall, &options, NULL, &result, &blamed, &error);
    signals_end();
    if (status != FIRESIEVE_OK && blamed == ranks.rank) {
        fprintf(stderr, "firesieve-mpi: error: rank %d: %s\n", ranks.rank, error.message);
    }
}

void follow_jobs(void)
{
    struct job job = {.kind = JOB_END};
    firesieve_error error;
    uint64_t *const begun = calloc(FRONTIER_TASKS_MAX, sizeof *begun);
    firesieve_firewall *firewall = NULL;
    if (begun == NULL) {
        job_abort("not enough memory");
    }
    do {
        if (job_hear(&job, begun, &firewall, &error) != FIRESIEVE_OK) {
            job_abort(error.message);
        }
        if (job.kind == JOB_SEARCH) {
            follow_job(&job, firewall);
            firesieve_firewall_free(firewall);
        }
    } while (job.kind == JOB_SEARCH);
    free(begun);
}

/* ---- Rank 0 ----------------------------------------------------------------------------------------------- */

static int kernel_index(const firesieve_kernel *kernel)
{
    for (size_t i = 0; kernel != NULL && i < firesieve_kernel_count(); ++i) {
        if (firesieve_kernel_at(i) == kernel) {
            return (int)i;
        }
    }
    return -1;
}

static struct job job_of(const firesieve_search_options *options, enum search_goal goal,
                         const firesieve_firewall *firewall)
{
    return (struct job){
        .kind = JOB_SEARCH,
        .goal = goal,
        .method = options->method,
        .kernel = kernel_index(options->kernel),
        .threads = options->threads,
        .memory = options->memory,
        .from = options->from,
        .to = options->to,
        .time_limit_s = deadline_left(),
        .layer_count = firesieve_firewall_layer_count(firewall),
        .begin = frontier_at(options->from, NULL),
    };
}

/* A search that rank 0 leads. */
struct led_search {
    const struct command *command;
    const struct search_settings *settings;
    enum search_goal goal;
    struct searched searched;
    struct search_view view;
    struct checkpoint checkpoint;
    struct job job;
    struct ranks ranks;
    struct job_result result;
};

static void print_statistics(const struct ranks *ranks, const struct job_result *result)
{
    const struct exchange_account *const all = &result->all;
    fprintf(stderr,
            "%d rank%s: %" PRIu64 " run%s of %" PRIu64 " task%s taken, each in %.1f us; %" PRIu64
            " message%s; idle in the end for %.4f s\n",
            ranks->size, plural((firesieve_delay)ranks->size), all->runs, plural(all->runs), all->tasks,
            plural(all->tasks), all->runs == 0 ? 0 : 1e6 * all->runs_s / (double)all->runs, all->messages,
            plural(all->messages), all->idle_s / ranks->size);
}

static json_t *answer_json(const struct led_search *led)
{
    const firesieve_search_result *const result = &led->searched.result;
    if (led->goal == GOAL_COUNT) {
        json_t *const count = search_count_json(result);
        json_object_set_new(count, "ranks", json_integer(led->ranks.size));
        return count;
    }
    json_t *const delay = result->outcome == FIRESIEVE_FOUND ? delay_json(result->delay) : json_null();
    return json_pack("{s:o, s:i}", "delay", delay, "ranks", led->ranks.size);
}

static void print_answer(const struct led_search *led)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    const firesieve_search_result *const result = &led->searched.result;
    if (led->settings->json) {
        json_print(search_json(&led->searched, answer_json(led)));
    } else if (search_status(result->outcome) == EXIT_LIMIT) {
        return;
    } else if (led->goal == GOAL_COUNT) {
        puts(firesieve_delay_format(result->count, text));
    } else {
        puts(result->outcome == FIRESIEVE_FOUND ? firesieve_delay_format(result->delay, text) : "none");
    }
}

static void print_all(const struct led_search *led)
{
    char known[SEARCH_KNOWN_SIZE];
    const struct searched *const searched = &led->searched;
    print_answer(led);
    if (led->settings->verbose && !led->settings->quiet) {
        print_statistics(&led->ranks, &led->result);
    }
    search_remark(led->command, led->settings, searched,
                  led->goal == GOAL_COUNT ? search_count_known(searched, known) : search_none_known(searched, known));
}

/* Announces the job to all ranks, and takes part. */
static bool run_job(struct led_search *led, const firesieve_firewall *firewall)
{
    firesieve_search_options *const options = &led->searched.options;
    struct checkpoint *const checkpoint = options->checkpoint == NULL ? NULL : &led->checkpoint;
    firesieve_error error = {0};
    int blamed;
    job_tell(&led->job, firewall);
    ranks_meet(&led->ranks, &led->job);
    options->threads = led->ranks.most_threads;
    options->memory = led->ranks.memory;
    const firesieve_status status =
        member_search(&led->ranks, &led->job, firewall, options, checkpoint, &led->result, &blamed, &error);
    if (status == FIRESIEVE_OK) {
        led->searched.result = led->result.search;
        progress_end(&led->view.progress, &led->searched.result, options->from);
        led->searched.checkpoint_failing = led->view.checkpoint_failing;
    } else if (blamed == 0) {
        fprintf(stderr, "%s: error: %s: %s\n", led->command->title, display_name(led->searched.source.name),
                error.message);
    }
    return status == FIRESIEVE_OK;
}

/* Begins where the checkpoint says, if one is to be kept. */
static bool open_checkpoint(struct led_search *led, const firesieve_firewall *firewall, uint64_t *begun)
{
    firesieve_error error = {0};
    struct frontier *const begin = &led->job.begin;
    begin->window.begun = begun;
    if (led->searched.options.checkpoint == NULL) {
        return true;
    }
    led->checkpoint = checkpoint_of(firewall, led->goal, &led->searched.options, (struct go_on){NULL, NULL});
    if (checkpoint_begin(&led->checkpoint, &led->searched.options, begin, &error) == FIRESIEVE_OK) {
        return true;
    }
    search_error(led->command, led->settings, led->searched.source.name, &error);
    return false;
}

static bool lead_search(struct led_search *led, const firesieve_firewall *firewall)
{
    uint64_t *const begun = calloc(FRONTIER_TASKS_MAX, sizeof *begun);
    firesieve_plan *plan = NULL;
    bool searched = false;
    signals_begin(); /* before there is a checkpoint, from when on nothing may be lost */
    if (begun == NULL) {
        fprintf(stderr, "%s: error: not enough memory\n", led->command->title);
    } else if (open_checkpoint(led, firewall, begun) && search_plan(led->settings, firewall, &plan)) {
        led->searched.options.plan = plan;
        led->job.time_limit_s = deadline_left();
        searched = run_job(led, firewall);
        led->searched.options.plan = NULL;
    } else {
        recipe_free(&led->job.begin.recipe);
    }
    signals_end();
    firesieve_plan_free(plan);
    checkpoint_end(&led->checkpoint);
    free(begun);
    return searched;
}

static int search(const struct command *command, const struct search_settings *settings, const struct source *source)
{
    struct led_search led = {
        .command = command,
        .settings = settings,
        .goal = strcmp(command->name, "count") == 0 ? GOAL_COUNT : GOAL_SMALLEST,
        .searched = {.source = *source},
        .checkpoint = {.hold = {-1}},
    };
    firesieve_firewall *firewall;
    firesieve_search_options *const options = &led.searched.options;
    if (!search_options(command, settings, options)) {
        return EXIT_BAD;
    }
    const enum reading reading =
        source_read_in_time(command, source, settings->quiet, &firewall, &led.searched.parse_s);
    if (reading == READING_STOPPED) {
        search_note_unread(options, &led.searched);
        print_all(&led);
    }
    if (reading != READING_DONE) {
        return reading == READING_STOPPED ? EXIT_LIMIT : EXIT_BAD;
    }
    if (firesieve_firewall_layers(firewall) == NULL) {
        fprintf(stderr, "%s: error: %s: expected a firewall of layers, which firesieve convert --to firewall writes\n",
                command->title, display_name(source->name));
        firesieve_firewall_free(firewall);
        return EXIT_BAD;
    }
    search_range(firewall, options);
    led.searched.layers = firesieve_firewall_layer_count(firewall);
    led.job = job_of(options, led.goal, firewall);
    search_view_begin(&led.view, command, settings, false, options);
    const bool searched = lead_search(&led, firewall);
    firesieve_firewall_free(firewall);
    if (!searched) {
        return EXIT_BAD;
    }
    print_all(&led);
    return search_status(led.searched.result.outcome);
}

static bool sieves(const struct command *command, const struct search_settings *settings)
{
    if (settings->method == FIRESIEVE_METHOD_SIMULATE || settings->method == FIRESIEVE_METHOD_CLOSED_FORM) {
        return usage_refuse(command,
                            "--method: expected a method that ranks can share (auto, scan, wheel or focus), found '%s'",
                            firesieve_method_name((firesieve_method)settings->method));
    }
    return true;
}

static int run(const struct command *command, int argc, const char **argv)
{
    struct search_settings settings;
    struct operands operands;
    int status = search_parse(command, SEARCH_RESUMES, NULL, argc, argv, &settings, &operands);
    struct source source;
    if (status != OPTIONS_GO_ON) {
        return status;
    }
    status = EXIT_BAD;
    if (source_of_operands(command, &settings.source, &operands, &source) && sieves(command, &settings) &&
        search_may_resume(command, &settings, &operands)) {
        status = search(command, &settings, &source);
    }
    return status;
}

#define DETAILS                                                                                                 \
    "Start it with mpirun or srun. Rank 0 reads FILE, prints the answer and keeps the checkpoint, from which\n" \
    "firesieve and firesieve-mpi can both resume. --threads and --memory are those of each rank; environment\n" \
    "variables count if rank 0 has them. A rank that dies ends the job; with --checkpoint the same command\n"   \
    "resumes. Work that ranks did far ahead of a slow one is not in the checkpoint.\n"

static const struct command command_solve_shared = {
    .title = "firesieve-mpi solve",
    .name = "solve",
    .operands = "[OPTION]... [FILE]",
    .summary = "print the smallest safe delay, or none; all ranks of the job search",
    .details = DETAILS,
    .example = "firesieve generate erdos-selfridge --k 270 | mpirun -n 2 firesieve-mpi solve -v",
    .run = run,
};

static const struct command command_count_shared = {
    .title = "firesieve-mpi count",
    .name = "count",
    .operands = "[OPTION]... [FILE]",
    .summary = "print how many delays are safe; all ranks of the job search",
    .details = DETAILS,
    .example = "firesieve generate puzzle --seed 7 | mpirun -n 2 firesieve-mpi count --to 1000000000000",
    .run = run,
};

const struct command *const mpi_commands[] = {&command_solve_shared, &command_count_shared, NULL};

const struct program_option mpi_program_options[] = {
    {"--help", "print the commands"},
    {"--version", "print the version, as -V does"},
    {"--build-info", "print what a bug report should say of program and machine"},
    {0},
};
