#include "cli/profile.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/plural.h"

enum { NAME_SIZE = 64 };

static const char parse_path[] = "parse";

/* The seconds of all threads in a stage. */
static double seconds_in(const firesieve_profile *profile, size_t stage)
{
    double seconds = 0;
    for (size_t i = 0; i < profile->thread_count; ++i) {
        seconds += profile->seconds[i][stage];
    }
    return seconds;
}

/* The seconds of all threads, and of reading the FILE. */
static double whole_of(const struct searched *searched)
{
    const firesieve_profile *const profile = searched->options.profile;
    return searched->parse_s + profile->elapsed_s * (double)profile->thread_count;
}

/* ---- The FILE --------------------------------------------------------------------------------------------- */

bool profile_open(const struct command *command, const char *path, const struct operands *operands,
                  struct profile_file *file)
{
    *file = (struct profile_file){
        .output = {.option = {.name = "--profile", .content = "the profile", .fate = "solved"}, .path = path}};
    const bool open = output_open(command, &file->output, operands);
    const char *const ending = path == NULL ? NULL : strrchr(path, '.');
    file->objects = open && ending != NULL && strcmp(ending, ".json") == 0 ? json_array() : NULL;
    return open;
}

static bool write_objects(const struct profile_file *file, bool several)
{
    enum { DIGITS_OF_REALS = 9 };
    json_t *const whole = files_json(file->objects, several);
    const bool written = whole == NULL || json_dumpf(whole, file->output.stream,
                                                     JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS_OF_REALS)) == 0;
    json_decref(whole);
    return fputc('\n', file->output.stream) != EOF && written;
}

bool profile_close(const struct command *command, struct profile_file *file, bool several)
{
    if (file->output.stream == NULL) {
        return true;
    }
    bool written = file->objects == NULL || !file->begun || write_objects(file, several);
    written = fflush(file->output.stream) == 0 && written && !ferror(file->output.stream) && file->failure == 0;
    const int code = file->failure != 0 ? file->failure : errno;
    fclose(file->output.stream);
    json_decref(file->objects);
    return written || output_refuse(command, &file->output.option, file->output.path, code);
}

/* ---- Stacks ----------------------------------------------------------------------------------------------- */

/* Writes a frame's name without semicolons, which separate frames, and line ends, which separate stacks. */
static void write_frame(FILE *stream, const char *name)
{
    for (; *name != '\0'; ++name) {
        const bool cuts = *name == ';' || (unsigned char)*name < ' ';
        fputc(cuts ? '_' : *name, stream);
    }
}

static void write_stack(FILE *stream, const char *file, const char *thread, const char *path, double seconds)
{
    const long long nanoseconds = llround(1e9 * seconds);
    if (nanoseconds == 0) {
        return;
    }
    fputs("firesieve;", stream);
    if (file != NULL) {
        write_frame(stream, display_name(file));
        fputc(';', stream);
    }
    fprintf(stream, "%s%s %lld\n", thread, path, nanoseconds);
}

/* A line for each stage: its frames from the root on, and its nanoseconds. */
static void write_stacks(FILE *stream, const struct searched *searched, const char *file)
{
    const firesieve_profile *const profile = searched->options.profile;
    write_stack(stream, file, "", parse_path, searched->parse_s);
    for (size_t i = 0; i < profile->thread_count; ++i) {
        char thread[NAME_SIZE] = "";
        if (profile->thread_count > 1) {
            snprintf(thread, sizeof thread, "thread %zu;", i + 1);
        }
        for (size_t stage = 0; stage < FIRESIEVE_STAGE_COUNT; ++stage) {
            write_stack(stream, file, thread, firesieve_stage_path((firesieve_stage)stage), profile->seconds[i][stage]);
        }
    }
    fflush(stream); /* what follows may take hours */
}

void profile_write(struct profile_file *file, const struct searched *searched, bool several)
{
    if (!file->begun) {
        file->failure = output_empty(file->output.stream); /* now that there is new content */
    }
    file->begun = true;
    if (file->objects == NULL) {
        write_stacks(file->output.stream, searched, several ? searched->source.name : NULL);
        return;
    }
    json_t *const object = json_pack("{s:o}", "file", name_json(searched->source.name));
    json_t *const profile = profile_json(searched);
    json_object_update(object, profile);
    json_decref(profile);
    json_array_append_new(file->objects, object);
}

/* ---- JSON ------------------------------------------------------------------------------------------------- */

static json_t *stage_json(const struct searched *searched, const char *path, double seconds, json_t *threads)
{
    return json_pack("{s:s, s:o, s:o, s:o}", "path", path, "seconds", real_json(seconds), "share",
                     real_json(seconds / whole_of(searched)), "threads", threads);
}

static json_t *stages_json(const struct searched *searched)
{
    const firesieve_profile *const profile = searched->options.profile;
    json_t *const stages = json_array();
    json_array_append_new(stages, stage_json(searched, parse_path, searched->parse_s, json_null()));
    for (size_t stage = 0; stage < FIRESIEVE_STAGE_COUNT; ++stage) {
        json_t *const threads = json_array();
        for (size_t i = 0; i < profile->thread_count; ++i) {
            json_array_append_new(threads, json_real(profile->seconds[i][stage]));
        }
        json_array_append_new(stages, stage_json(searched, firesieve_stage_path((firesieve_stage)stage),
                                                 seconds_in(profile, stage), threads));
    }
    return stages;
}

/* "in" and "dropped" are null if they were not counted. */
static json_t *fate_json(const firesieve_constraint_profile *row)
{
    const bool known = row->means != FIRESIEVE_MEANS_NONE;
    return json_pack("{s:I, s:o, s:o, s:s, s:o, s:o, s:b}", "classes", (json_int_t)row->classes, "share",
                     real_json(row->share), "bits", real_json(row->bits), "means", firesieve_means_name(row->means),
                     "in", known ? real_json(row->in) : json_null(), "dropped",
                     known ? real_json(row->dropped) : json_null(), "counted", row->counted);
}

/* The line that forbids class `index`. */
static void find_line(const struct searched *searched, size_t index, firesieve_line *line)
{
    firesieve_firewall_line(searched->firewall, firesieve_firewall_line_of(searched->firewall, index), line);
}

static json_t *example_json(const struct searched *searched, const firesieve_constraint_profile *row)
{
    firesieve_line line;
    if (!row->has_example) {
        return json_null();
    }
    if (searched->lines == 0) {
        return json_pack("{s:o, s:o}", "depth", delay_json(row->example.depth), "range",
                         delay_json(row->example.range));
    }
    find_line(searched, row->example_index, &line);
    return line_json(&line);
}

static json_t *constraint_json(const struct searched *searched, const firesieve_constraint_profile *row)
{
    json_t *const example = example_json(searched, row);
    json_t *const object = json_pack("{s:o, s:I, s:o, s:I}", "modulus", delay_json(row->modulus), "layers",
                                     (json_int_t)row->layers, "example", example, "place", (json_int_t)row->place);
    json_t *const fate = fate_json(row);
    json_object_update(object, fate);
    json_decref(fate);
    return object;
}

static json_t *others_json(const firesieve_profile *profile)
{
    json_t *const others = fate_json(&profile->others);
    json_object_set_new(others, "constraints", json_integer((json_int_t)profile->other_count));
    return others;
}

json_t *profile_json(const struct searched *searched)
{
    const firesieve_profile *const profile = searched->options.profile;
    json_t *const constraints = json_array();
    for (size_t i = 0; i < profile->constraint_count; ++i) {
        json_array_append_new(constraints, constraint_json(searched, &profile->constraints[i]));
    }
    return json_pack("{s:f, s:f, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "elapsed_s", profile->elapsed_s, "parse_s",
                     searched->parse_s, "threads", (json_int_t)profile->thread_count, "stages", stages_json(searched),
                     "columns", delay_json(profile->columns), "sampled", delay_json(profile->sampled), "bits",
                     real_json(profile->bits), "constraints", constraints, "others",
                     profile->other_count == 0 ? json_null() : others_json(profile));
}

/* ---- The table -------------------------------------------------------------------------------------------- */

enum { THREADS_SHOWN = 4, CONSTRAINTS_SHOWN = 12 };

/* `shown` threads have columns of their own. */
static void print_stage(const struct searched *searched, size_t stage, size_t shown)
{
    const double seconds = seconds_in(searched->options.profile, stage);
    if (seconds > 0) {
        fprintf(stderr, "%-26s %12.6f %6.1f %%", firesieve_stage_path((firesieve_stage)stage), seconds,
                100 * seconds / whole_of(searched));
        for (size_t i = 0; i < shown; ++i) {
            fprintf(stderr, " %11.6f", searched->options.profile->seconds[i][stage]);
        }
        fputc('\n', stderr);
    }
}

static void print_stages(const struct searched *searched)
{
    const firesieve_profile *const profile = searched->options.profile;
    const bool several = profile->thread_count > 1 && profile->thread_count <= THREADS_SHOWN;
    const size_t shown = several ? profile->thread_count : 0;
    fprintf(stderr, "%-26s %12s %8s", "stage", "seconds", "share");
    for (size_t i = 0; i < shown; ++i) {
        fprintf(stderr, "    thread %zu", i + 1);
    }
    fputc('\n', stderr);
    fprintf(stderr, "%-26s %12.6f %6.1f %%\n", parse_path, searched->parse_s,
            100 * searched->parse_s / whole_of(searched));
    for (size_t stage = 0; stage < FIRESIEVE_STAGE_COUNT; ++stage) {
        print_stage(searched, stage, shown);
    }
}

/* A number of candidates, with ~ if it is an estimate; a dash if they were not counted. */
static const char *amount_format(const firesieve_constraint_profile *row, double amount, char *text)
{
    if (row->means == FIRESIEVE_MEANS_NONE) {
        snprintf(text, NAME_SIZE, "-");
    } else {
        snprintf(text, NAME_SIZE, "%s%.4g", row->counted ? "" : "~", amount);
    }
    return text;
}

static void print_constraint(const struct searched *searched, const firesieve_constraint_profile *row)
{
    char in[NAME_SIZE];
    char dropped[NAME_SIZE];
    char written[NAME_SIZE];
    const char *example = "-";
    firesieve_line line;
    if (row->has_example && searched->lines > 0) {
        find_line(searched, row->example_index, &line);
        example = line.text;
    } else if (row->has_example) {
        snprintf(written, sizeof written, "%" PRIu64 ": %" PRIu64, row->example.depth, row->example.range);
        example = written;
    }
    fprintf(stderr, "%12" PRIu64 " %9" PRIu64 " %9" PRIu64 " %8.3f %% %8.3f  %-8s %12s %12s  %s\n", row->modulus,
            row->classes, row->layers, 100 * row->share, row->bits, firesieve_means_name(row->means),
            amount_format(row, row->in, in), amount_format(row, row->dropped, dropped), example);
}

/* Prints all constraints from `first` on as one row. */
static void print_rest(const firesieve_profile *profile, size_t first)
{
    char name[NAME_SIZE];
    size_t count = profile->other_count;
    uint64_t classes = profile->others.classes;
    double bits = profile->others.bits;
    for (size_t i = first; i < profile->constraint_count; ++i) {
        ++count;
        classes += profile->constraints[i].classes;
        bits += profile->constraints[i].bits;
    }
    snprintf(name, sizeof name, "%zu more", count);
    if (count > 0) {
        fprintf(stderr, "%12s %9" PRIu64 " %9s %8.3f %% %8.3f\n", name, classes, "", 100 * (1 - exp2(-bits)), bits);
    }
}

static void print_bits(const struct searched *searched)
{
    const firesieve_profile *const profile = searched->options.profile;
    if (isfinite(profile->bits)) {
        fprintf(stderr, "together %.3f bits: by estimate one %s in %.4g is %s\n", profile->bits,
                searched->lines > 0 ? "x" : "delay", exp2(profile->bits), searched->lines > 0 ? "in no class" : "safe");
    } else {
        fprintf(stderr,
                "%s, because %s;\n"
                "each line is about one constraint, and firesieve explain names %s together\n",
                searched->lines > 0 ? "no x is left" : "no delay is safe",
                searched->result.reason == NULL ? "one of these forbids all" : searched->result.reason,
                searched->lines > 0 ? "lines that forbid every x" : "layers that block every delay");
    }
}

static void print_constraints(const struct searched *searched)
{
    const firesieve_profile *const profile = searched->options.profile;
    const size_t shown = profile->constraint_count < CONSTRAINTS_SHOWN ? profile->constraint_count : CONSTRAINTS_SHOWN;
    fprintf(stderr, "\n%12s %9s %9s %10s %8s  %-8s %12s %12s  %s\n", "modulus", "forbids",
            searched->lines > 0 ? "classes" : "layers", "share", "bits", "by", "came in", "dropped",
            searched->lines > 0 ? "a line" : "a layer");
    for (size_t i = 0; i < shown; ++i) {
        print_constraint(searched, &profile->constraints[i]);
    }
    print_rest(profile, shown);
    print_bits(searched);
    if (profile->sampled < profile->columns) {
        fprintf(stderr, "~ is an estimate: rows were counted on %.3g of %.3g columns\n", (double)profile->sampled,
                (double)profile->columns);
    }
}

void profile_print(const struct searched *searched)
{
    const firesieve_profile *const profile = searched->options.profile;
    fprintf(stderr, "%s: profile of %.6f s on %zu thread%s\n", display_name(searched->source.name), profile->elapsed_s,
            profile->thread_count, plural(profile->thread_count));
    print_stages(searched);
    if (profile->constraints == NULL) {
        fputs("not enough memory for the table of constraints\n", stderr);
    } else {
        print_constraints(searched);
    }
}
