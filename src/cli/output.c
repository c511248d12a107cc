#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(const struct command *command, const struct output_option *option, const char *path, const char *why)
{
    fprintf(stderr, "%s: error: %s: cannot write %s: %s\n", command->title, path, option->content, why);
    return false;
}

bool output_refuse(const struct command *command, const struct output_option *option, const char *path, int code)
{
    return refuse(command, option, path, strerror(code));
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether it is the regular file of an operand, or that on standard input: what is to be read would be lost. */
static bool is_operand(const struct stat *file, const struct operands *operands)
{
    struct stat other;
    if (!S_ISREG(file->st_mode)) {
        return false;
    }
    bool same = fstat(STDIN_FILENO, &other) == 0 && is_same(file, &other);
    for (size_t i = 0; i < operands->count && !same; ++i) {
        same = stat(operands->items[i], &other) == 0 && is_same(file, &other);
    }
    return same;
}

/* Whether it is where a standard stream goes, what was and will be written there being lost or mixed with it. */
static bool is_stream(const struct stat *file, int descriptor)
{
    struct stat stream;
    return fstat(descriptor, &stream) == 0 && is_same(file, &stream) &&
           (!S_ISCHR(stream.st_mode) || isatty(descriptor)); /* not /dev/null */
}

/* Whether a FILE is neither read nor written to otherwise; says so where it is. */
static bool is_free(const struct command *command, const struct output_option *option, const char *path,
                    const struct stat *file, const struct operands *operands)
{
    if (is_operand(file, operands)) {
        usage_error(command, "%s: expected a FILE to write, found '%s', which is to be %s", option->name, path,
                    option->fate);
        return false;
    }
    if (is_stream(file, STDOUT_FILENO) || is_stream(file, STDERR_FILENO)) {
        usage_error(command, "%s: expected a FILE of its own, found '%s', where standard %s goes", option->name, path,
                    is_stream(file, STDOUT_FILENO) ? "output" : "error");
        return false;
    }
    return true;
}

static bool is_file(const struct command *command, const struct output_option *option, const char *path)
{
    if (strcmp(path, "-") == 0) {
        usage_error(command, "%s: expected a FILE to write, found '-', but standard output holds the answer alone",
                    option->name);
        return false;
    }
    return true;
}

/* A path's folder and its name there. */
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

bool output_is_same(const char *a, const char *b)
{
    struct place places[2];
    struct stat files[2];
    if (a == NULL || b == NULL) {
        return false;
    }
    if (stat(a, &files[0]) == 0 && stat(b, &files[1]) == 0) {
        return is_same(&files[0], &files[1]);
    }
    split(a, &places[0]);
    split(b, &places[1]);
    return strcmp(places[0].name, places[1].name) == 0 && stat(places[0].folder, &files[0]) == 0 &&
           stat(places[1].folder, &files[1]) == 0 && is_same(&files[0], &files[1]);
}

static bool may_write(const struct command *command, const struct output_option *option, const char *path,
                      int descriptor, const struct operands *operands)
{
    struct stat file;
    if (fstat(descriptor, &file) != 0) {
        return output_refuse(command, option, path, errno);
    }
    return is_free(command, option, path, &file, operands);
}

FILE *output_open(const struct command *command, const struct output_option *option, const char *path,
                  const struct operands *operands)
{
    enum { MODE = 0666 };
    if (!is_file(command, option, path)) {
        return NULL;
    }
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, MODE);
    if (descriptor < 0) {
        output_refuse(command, option, path, errno);
        return NULL;
    }
    if (!may_write(command, option, path, descriptor, operands)) {
        close(descriptor);
        return NULL;
    }
    FILE *const stream = fdopen(descriptor, "w");
    if (stream == NULL) {
        const int code = errno;
        close(descriptor);
        output_refuse(command, option, path, code);
    }
    return stream;
}

/* Pipes and devices have no length. */
int output_empty(FILE *stream)
{
    return ftruncate(fileno(stream), 0) != 0 && errno != EINVAL ? errno : 0;
}
