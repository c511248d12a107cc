#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool output_refuse(const struct command *command, const struct output_option *option, const char *path, int code)
{
    fprintf(stderr, "firesieve %s: error: %s: cannot write %s: %s\n", command->name, path, option->content,
            strerror(code));
    return false;
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

bool output_may_replace(const struct command *command, const struct output_option *option, const char *path,
                        const struct operands *operands)
{
    struct stat file;
    return is_file(command, option, path) &&
           (stat(path, &file) != 0 || is_free(command, option, path, &file, operands));
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
