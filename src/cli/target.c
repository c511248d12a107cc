#include "cli/target.h"

#include <string.h>
#include <unistd.h>

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether it is the regular file of an operand, or that on standard input: what is to be solved would be lost. */
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

bool target_is_free(const struct command *command, const char *option, const char *path, const struct stat *file,
                    const struct operands *operands)
{
    if (is_operand(file, operands)) {
        usage_error(command, "--%s: expected a FILE to write, found '%s', which is to be solved", option, path);
        return false;
    }
    if (is_stream(file, STDOUT_FILENO) || is_stream(file, STDERR_FILENO)) {
        usage_error(command, "--%s: expected a FILE of its own, found '%s', where standard %s goes", option, path,
                    is_stream(file, STDOUT_FILENO) ? "output" : "error");
        return false;
    }
    return true;
}

bool target_is_named(const struct command *command, const char *option, const char *path)
{
    if (strcmp(path, "-") == 0) {
        usage_error(command, "--%s: expected a FILE to write, found '-', but standard output holds the answer alone",
                    option);
        return false;
    }
    return true;
}
