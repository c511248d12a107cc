#include "cli/command.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/deadline.h"
#include "cli/nearest.h"
#include "cli/values.h"

struct choices kernel_choices(void)
{
    struct choices choices = {{"auto"}};
    size_t count = 1;
    for (size_t i = 0; i < firesieve_kernel_count(); ++i) {
        const firesieve_kernel *const kernel = firesieve_kernel_at(i);
        if (!firesieve_kernel_emulated(kernel) && count + 1 < sizeof choices.names / sizeof choices.names[0]) {
            choices.names[count++] = firesieve_kernel_name(kernel);
        }
    }
    return choices;
}

struct choices method_choices(void)
{
    struct choices choices = {{NULL}};
    for (int i = 0; i < FIRESIEVE_METHOD_COUNT; ++i) {
        choices.names[i] = firesieve_method_name((firesieve_method)i);
    }
    return choices;
}

/* Reports why a kernel cannot run. */
static int kernel_error(const struct command *command, const char *source, const firesieve_kernel *kernel)
{
    if (!firesieve_kernel_built(kernel)) {
        return usage_error(command, "%s: kernel %s is not built for this architecture; see 'firesieve cpu'", source,
                           firesieve_kernel_name(kernel));
    }
    return usage_error(command, "%s: kernel %s needs CPU features that are missing here (%s); see 'firesieve cpu'",
                       source, firesieve_kernel_name(kernel), firesieve_kernel_needs(kernel));
}

bool choose_kernel(const struct command *command, int choice, const firesieve_kernel **kernel)
{
    const struct choices choices = kernel_choices();
    const char *const environment = getenv("FIRESIEVE_KERNEL");
    const char *source = "--kernel";
    *kernel = NULL;
    if (choice < 0 && environment != NULL && environment[0] != '\0') {
        source = "FIRESIEVE_KERNEL";
        if (!choice_parse(environment, choices.names, &choice)) {
            char question[NEAREST_TEXT_SIZE];
            return usage_refuse(command,
                                "%s: expected the name of a kernel as 'firesieve cpu' lists them, found '%s'%s", source,
                                environment, nearest_ask(environment, choices.names, "", question));
        }
    }
    if (choice <= 0) {
        return true; /* auto */
    }
    /* cppcheck-suppress arrayIndexOutOfBoundsCond ; an index of the names */
    *kernel = firesieve_kernel_find(choices.names[choice]);
    if (!firesieve_kernel_runs_here(*kernel)) {
        kernel_error(command, source, *kernel);
        return false;
    }
    return true;
}

bool choose_threads(const struct command *command, uint64_t *threads)
{
    const char *const environment = getenv("FIRESIEVE_THREADS");
    if (*threads != 0 || environment == NULL || environment[0] == '\0') {
        return true;
    }
    if (!number_parse(environment, 1, FIRESIEVE_THREADS_MAX, threads)) {
        return usage_refuse(command, "FIRESIEVE_THREADS: expected a whole number from 1 to %d, found '%s'",
                            FIRESIEVE_THREADS_MAX, environment);
    }
    return true;
}

const char *outcome_name(firesieve_outcome outcome)
{
    return outcome == FIRESIEVE_FOUND ? "found" : outcome == FIRESIEVE_NONE ? "none" : "limit";
}

const struct command *command_find(const struct command *const *list, const char *name)
{
    for (size_t i = 0; list[i] != NULL; ++i) {
        if (strcmp(list[i]->name, name) == 0) {
            return list[i];
        }
    }
    return NULL;
}

/* Whether a name can be read as a firewall: it is not a directory. */
static bool is_input(const char *name)
{
    struct stat file;
    return strcmp(name, "-") == 0 || (stat(name, &file) == 0 && !S_ISDIR(file.st_mode));
}

int command_unknown(const char *program, const struct command *const *list, const char *name)
{
    enum { COMMANDS_ROOM = 32 };
    const char *names[COMMANDS_ROOM + 1] = {NULL};
    char question[NEAREST_TEXT_SIZE];
    for (size_t i = 0; i < COMMANDS_ROOM && list[i] != NULL; ++i) {
        names[i] = list[i]->name;
    }
    if (is_input(name)) {
        fprintf(stderr, "%s: error: expected a command, found the FILE '%s'; did you mean '%s %s %s'?\n", program, name,
                program, names[0], name);
    } else {
        fprintf(stderr, "%s: error: expected a command, found '%s'%s\n", program, name,
                nearest_ask(name, names, "", question));
    }
    fprintf(stderr, "Try '%s --help'.\n", program);
    return EXIT_BAD;
}

bool stands_alone(const char *program, int argc, const char **argv, int last)
{
    if (argc > last + 1) {
        fprintf(stderr, "%s: error: expected nothing after '%s', found '%s'\nTry '%s --help'.\n", program, argv[last],
                argv[last + 1], program);
        return false;
    }
    return true;
}

const char *display_name(const char *file)
{
    if (file[0] == '\0') {
        return "''"; /* a message that begins with a colon is hard to understand */
    }
    return strcmp(file, "-") == 0 ? "<stdin>" : file;
}

int command_error(const struct command *command, const char *file, const char *why)
{
    fprintf(stderr, "%s: error: %s%s%s\n", command->title, file == NULL ? "" : display_name(file),
            file == NULL ? "" : ": ", why);
    return EXIT_BAD;
}

void file_error(const char *file, const firesieve_error *error)
{
    if (error->line == 0) {
        fprintf(stderr, "%s: error: %s\n", file, error->message);
    } else {
        fprintf(stderr, "%s:%" PRIu64 ":%" PRIu64 ": error: %s\n", file, error->line, error->column, error->message);
    }
}

const char *duration_format(double seconds, char *text)
{
    static const struct {
        double seconds;
        double least; /* the unit is used from here on */
        const char *name;
    } units[] = {{31557600, 63115200, "years"},
                 {86400, 172800, "days"},
                 {3600, 7200, "h"},
                 {60, 120, "min"},
                 {1, 1, "s"},
                 {1e-3, 1e-3, "ms"},
                 {1e-6, 1e-6, "us"}};
    static const double nanosecond = 1e-9;
    if (!isfinite(seconds)) {
        snprintf(text, DURATION_TEXT_SIZE, "too long");
        return text;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; ++i) {
        if (seconds >= units[i].least) {
            snprintf(text, DURATION_TEXT_SIZE, "%.3g %s", seconds / units[i].seconds, units[i].name);
            return text;
        }
    }
    snprintf(text, DURATION_TEXT_SIZE, "%.3g ns", seconds / nanosecond);
    return text;
}

json_t *name_json(const char *file)
{
    json_t *const text = json_string(file);
    return text != NULL ? text : json_null();
}

json_t *files_json(json_t *objects, bool several)
{
    return several ? json_pack("{s:O}", "files", objects) : json_incref(json_array_get(objects, 0));
}

json_t *line_json(const firesieve_line *line)
{
    return json_pack("{s:s?, s:I, s:s?}", "source", line->source, "line", (json_int_t)line->number, "text", line->text);
}

json_t *delay_json(firesieve_delay delay)
{
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    return json_string(firesieve_delay_format(delay, text));
}

json_t *real_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

void json_print(json_t *object)
{
    enum { DIGITS_OF_REALS = 9 };
    json_dumpf(object, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS_OF_REALS));
    putchar('\n');
    json_decref(object);
}

void output_error(int code)
{
    fprintf(stderr, "firesieve: error: cannot write to standard output: %s\n", strerror(code));
}

/* The errno of the first failed write to standard output, if known; 0: none failed. */
static int output_failure;

void output_flush(void)
{
    if (fflush(stdout) != 0 && output_failure == 0) {
        output_failure = errno;
    }
}

int finish_output(int status)
{
    output_flush();
    const bool failed = output_failure != 0 || ferror(stdout);
    if (!failed || status == EXIT_BAD) {
        return status; /* bad: an error has been reported already */
    }
    if (deadline_is_over() && output_failure == EINTR) {
        fputs("firesieve: stopped by the time limit, while nobody read standard output\n", stderr);
        return EXIT_LIMIT;
    }
    output_error(output_failure != 0 ? output_failure : EIO);
    return EXIT_BAD;
}
