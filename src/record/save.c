/*
 * A file's content is replaced by another as a whole: who reads it, or starts after a power cut, finds the one or the
 * other. The new content is written into FILE.firesieve-new, which is locked, so that of two processes with the same FILE neither renames what
 * the other has half written; it has always the same name, so that processes that are killed leave one such file at most.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "record/record.h"

static const char new_suffix[] = ".firesieve-new";

static firesieve_status cannot_write(firesieve_error *error, const char *what)
{
    return error_set(error, FIRESIEVE_ERROR_WRITE, "cannot write: %s: %s", what, strerror(errno));
}

/* Where the content really is: what a symbolic link points to, or `path` itself. Returns `resolved`, or NULL: see errno. */
static const char *resolve(const char *path, char resolved[PATH_MAX])
{
    if (realpath(path, resolved) != NULL) {
        return resolved;
    }
    const size_t length = strlen(path);
    if (errno != ENOENT || length >= PATH_MAX) {
        return NULL;
    }
    return memcpy(resolved, path, length + 1);
}

/* To rename a file to /dev/null, as root, would not end well. */
static bool is_replaceable(const char *path)
{
    struct stat status;
    return stat(path, &status) != 0 || S_ISREG(status.st_mode);
}

/* Whether `path` still names the file that is open: another process may have renamed it before it was locked. */
static bool is_at(int descriptor, const char *path)
{
    struct stat opened;
    struct stat named;
    return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0 && S_ISREG(opened.st_mode) &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* Opens and locks FILE.firesieve-new. -1: see errno. */
static int open_new(const char *path)
{
    const int descriptor = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        return -1;
    }
    bool locked = flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (locked && !is_at(descriptor, path)) {
        locked = false;
        errno = EWOULDBLOCK;
    }
    if (!locked || ftruncate(descriptor, 0) != 0) {
        const int code = errno;
        close(descriptor);
        errno = code;
        return -1;
    }
    return descriptor;
}

static bool write_all(int descriptor, const char *text, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(descriptor, text, size);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        if (written > 0) {
            text += written;
            size -= (size_t)written;
        }
    }
    return true;
}

/* Brings the renaming to the disk. Where a file system knows no such thing, nothing is lost but that certainty. */
static void sync_directory(const char *path)
{
    char copy[PATH_MAX]; /* for dirname, which may write into it */
    memcpy(copy, path, strlen(path) + 1);
    const int descriptor = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
}

firesieve_status record_save(const struct record_writer *writer, const char *path, firesieve_error *error)
{
    char resolved[PATH_MAX];
    char fresh[PATH_MAX];
    if (resolve(path, resolved) == NULL) {
        return cannot_write(error, path);
    }
    if (!is_replaceable(resolved)) {
        return error_set(error, FIRESIEVE_ERROR_WRITE, "cannot write: %s: not a regular file", path);
    }
    const int length = snprintf(fresh, sizeof fresh, "%s%s", resolved, new_suffix);
    if (length >= (int)sizeof fresh) {
        errno = ENAMETOOLONG;
        return cannot_write(error, path);
    }
    const int descriptor = open_new(fresh);
    if (descriptor < 0) {
        return errno == EWOULDBLOCK
                   ? error_set(error, FIRESIEVE_ERROR_WRITE, "cannot write: %s: another process is at it", fresh)
                   : cannot_write(error, fresh);
    }
    firesieve_status status = FIRESIEVE_OK;
    if (!write_all(descriptor, writer->text, writer->size) || fsync(descriptor) != 0 || rename(fresh, resolved) != 0) {
        status = cannot_write(error, fresh);
        unlink(fresh);
    } else {
        sync_directory(resolved);
    }
    close(descriptor);
    return status;
}
