#include "plot/picture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool picture_fail(char *why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, PICTURE_WHY_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

bool picture_file_is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool picture_file_is_read(const struct stat *file, const char *const *inputs, const char *input)
{
    struct stat other;
    if ((fstat(STDIN_FILENO, &other) == 0 && picture_file_is_same(file, &other)) ||
        (input != NULL && stat(input, &other) == 0 && picture_file_is_same(file, &other))) {
        return true;
    }
    for (; *inputs != NULL; ++inputs) {
        if (stat(*inputs, &other) == 0 && picture_file_is_same(file, &other)) {
            return true;
        }
    }
    return false;
}

/* Whether what is in the place of the picture may be replaced by it. */
static bool may_replace(const char *option, const char *path, const char *const *inputs, const char *other, char *why)
{
    struct stat file;
    if (lstat(path, &file) != 0) {
        return true;
    }
    if (!S_ISREG(file.st_mode)) {
        return picture_fail(why, "%s: expected a new or a regular FILE, found '%.300s', which is something else",
                            option, path);
    }
    return !picture_file_is_read(&file, inputs, other) ||
           picture_fail(why, "%s: expected a FILE to write, found '%.300s', which is to be read", option, path);
}

bool picture_file_ends_in(const char *path, const char *ending)
{
    const size_t length = strlen(path);
    return length > strlen(ending) && strcmp(path + length - strlen(ending), ending) == 0;
}

bool picture_file_check(const char *option, const char *path, const char *const *endings, const char *endings_text,
                        const char *const *inputs, const char *other, char *why)
{
    struct picture_file file;
    bool ends = false;
    for (; *endings != NULL && !ends; ++endings) {
        ends = picture_file_ends_in(path, *endings);
    }
    if (!ends) {
        return picture_fail(why, "%s: expected a FILE that ends in %s, found '%.300s'", option, endings_text, path);
    }
    if (!may_replace(option, path, inputs, other, why) || !picture_file_open(&file, option, path, why)) {
        return false;
    }
    picture_file_finish(&file, false, why);
    return true;
}

bool picture_file_open(struct picture_file *file, const char *option, const char *path, char *why)
{
    static const char ending[] = ".XXXXXX";
    file->option = option;
    file->path = path;
    if ((size_t)snprintf(file->part, sizeof file->part, "%s%s", path, ending) >= sizeof file->part) {
        return picture_fail(why, "%s: the name of the FILE is too long", option);
    }
    file->descriptor = mkostemp(file->part, O_CLOEXEC);
    return file->descriptor >= 0 || picture_fail(why, "%s: cannot write %.300s: %s", option, path, strerror(errno));
}

/* The permissions of the file that is replaced, or of a new one; those of mkostemp are private. */
static mode_t find_permissions(const char *path)
{
    enum { PERMISSIONS = 0777, NEW = 0666 };
    struct stat file;
    if (lstat(path, &file) == 0) {
        return file.st_mode & PERMISSIONS;
    }
    const mode_t mask = umask(0);
    umask(mask);
    return NEW & ~mask;
}

bool picture_file_finish(struct picture_file *file, bool complete, char *why)
{
    const bool placed = complete && fchmod(file->descriptor, find_permissions(file->path)) == 0 &&
                        fsync(file->descriptor) == 0 && rename(file->part, file->path) == 0;
    const int code = errno;
    close(file->descriptor);
    if (!placed) {
        unlink(file->part);
    }
    return placed ||
           (complete && picture_fail(why, "%s: cannot write %.300s: %s", file->option, file->path, strerror(code)));
}
