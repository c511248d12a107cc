#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"
#include "plot/picture_file.h"

static bool refuse(const struct command *command, const struct output_option *option, const char *path, const char *why)
{
    fprintf(stderr, "%s: error: %s: cannot write %s: %s\n", command->title, path, option->content, why);
    return false;
}

bool output_refuse(const struct command *command, const struct output_option *option, const char *path, int code)
{
    return refuse(command, option, path, strerror(code));
}

/* Whether a standard stream goes to the file: its output would be lost or mixed up. */
static bool is_stream(const struct stat *file, int descriptor)
{
    struct stat stream;
    return fstat(descriptor, &stream) == 0 && picture_file_is_same(file, &stream) &&
           (!S_ISCHR(stream.st_mode) || isatty(descriptor)); /* not /dev/null */
}

/* Whether a FILE is neither read nor written to otherwise; reports it if it is. */
static bool is_free(const struct command *command, const struct output_option *option, const char *path,
                    const struct stat *file, const struct operands *operands)
{
    if (S_ISREG(file->st_mode) && picture_file_is_read(file, operands->items, NULL)) { /* it would be lost */
        return usage_refuse(command, "%s: expected a FILE to write, found '%s', which is to be %s", option->name, path,
                            option->fate);
    }
    if (is_stream(file, STDOUT_FILENO) || is_stream(file, STDERR_FILENO)) {
        return usage_refuse(command, "%s: expected a FILE of its own, found '%s', where standard %s goes", option->name,
                            path, is_stream(file, STDOUT_FILENO) ? "output" : "error");
    }
    return true;
}

static bool is_file(const struct command *command, const struct output_option *option, const char *path)
{
    if (strcmp(path, "-") == 0) {
        return usage_refuse(command,
                            "%s: expected a FILE to write, found '-', but standard output holds the answer alone",
                            option->name);
    }
    return true;
}

/* A path's folder and its name in it. */
struct place {
    char folder_copy[PATH_MAX];
    char name_copy[PATH_MAX];
    const char *folder;
    const char *name;
};

static void split(const char *path, struct place *place)
{
    snprintf(place->folder_copy, sizeof place->folder_copy, "%s", path);
    snprintf(place->name_copy, sizeof place->name_copy, "%s", path);
    place->folder = dirname(place->folder_copy);
    place->name = basename(place->name_copy);
}

bool output_may_replace(const struct command *command, const struct output_option *option, bool must, const char *path,
                        const struct operands *operands)
{
    struct place place;
    struct stat file;
    if (!is_file(command, option, path)) {
        return false;
    }
    if (stat(path, &file) == 0) {
        return is_free(command, option, path, &file, operands) &&
               (S_ISREG(file.st_mode) || !must || refuse(command, option, path, "not a regular file"));
    }
    split(path, &place);
    return access(place.folder, W_OK | X_OK) == 0 || !must || output_refuse(command, option, path, errno);
}

/* Whether two paths (or NULL) name one file, which need not be there yet. */
static bool name_same(const char *a, const char *b)
{
    struct place places[2];
    struct stat files[2];
    if (a == NULL || b == NULL) {
        return false;
    }
    if (stat(a, &files[0]) == 0 && stat(b, &files[1]) == 0) {
        return picture_file_is_same(&files[0], &files[1]);
    }
    split(a, &places[0]);
    split(b, &places[1]);
    return strcmp(places[0].name, places[1].name) == 0 && stat(places[0].folder, &files[0]) == 0 &&
           stat(places[1].folder, &files[1]) == 0 && picture_file_is_same(&files[0], &files[1]);
}

bool output_is_apart(const struct command *command, const char *option, const char *path, const char *other,
                     const char *content)
{
    return !name_same(path, other) ||
           usage_refuse(command, "%s: expected a FILE of its own, found '%s', where %s goes", option, path, content);
}

bool output_open(const struct command *command, struct output *output, const struct operands *operands)
{
    enum { MODE = 0666 };
    struct stat file;
    if (output->path == NULL) {
        return true;
    }
    if (!is_file(command, &output->option, output->path)) {
        return false;
    }
    const int descriptor = open(output->path, O_WRONLY | O_CREAT | O_CLOEXEC, MODE);
    if (descriptor < 0 || fstat(descriptor, &file) != 0) {
        output_refuse(command, &output->option, output->path, errno);
    } else if (is_free(command, &output->option, output->path, &file, operands)) {
        output->stream = fdopen(descriptor, "w");
        if (output->stream != NULL) {
            return true;
        }
        output_refuse(command, &output->option, output->path, errno);
    }
    if (descriptor >= 0) {
        close(descriptor);
    }
    return false;
}

/* Pipes and devices have no length. */
int output_empty(FILE *stream)
{
    return ftruncate(fileno(stream), 0) != 0 && errno != EINVAL ? errno : 0;
}

bool output_begin(const struct command *command, const struct output *output)
{
    const int code = output_empty(output->stream);
    return code == 0 || output_refuse(command, &output->option, output->path, code);
}

int output_close(const struct command *command, const struct output *output, int status)
{
    if (output->stream != NULL && fclose(output->stream) != 0 && status != EXIT_BAD) {
        output_refuse(command, &output->option, output->path, errno);
        return EXIT_BAD;
    }
    return status;
}
