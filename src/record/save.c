/*
 * Replaces a file's content as a whole: a reader, or a restart after a power cut, finds either the old content or the
 * new. The new content is written to FILE.firesieve-new, which always has the same name, so that processes that are
 * killed leave at most one such file. It is locked, so that no process renames what another has half written; the lock
 * stays with the file when it is renamed, so that a process that keeps it open holds FILE.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "record/record.h"

static const char new_suffix[] = ".firesieve-new";

/* The reason comes first, since a long path is cut off. */
static firesieve_status refuse(firesieve_error *error, const char *why, const char *path)
{
    return error_set(error, FIRESIEVE_ERROR_WRITE, "cannot write: %s: %s", why, path);
}

/* Finds where the content really is: what a symbolic link points to, or `path` itself. Returns why not, or NULL. */
static const char *resolve(const char *path, char resolved[PATH_MAX], char room[ERROR_REASON_SIZE])
{
    struct stat status;
    const size_t length = strlen(path);
    if (realpath(path, resolved) != NULL) {
        return NULL;
    }
    if (errno != ENOENT || length >= PATH_MAX) {
        return error_reason(errno != ENOENT ? errno : ENAMETOOLONG, room);
    }
    if (lstat(path, &status) == 0) {
        return "a symbolic link to nothing";
    }
    memcpy(resolved, path, length + 1);
    return NULL;
}

/* Whether the file's content begins as this format does; content that was cut off within the beginning may be of it. */
static bool is_of_format(int descriptor, struct record_format format)
{
    char begin[64];
    char found[sizeof begin];
    const int length = snprintf(begin, sizeof begin, "firesieve-%s ", format.name);
    const ssize_t got = pread(descriptor, found, (size_t)length, 0);
    return got >= 0 && memcmp(begin, found, (size_t)got) == 0;
}

/* Whether `path` still names the open file: another process may have renamed it before it was locked. */
static bool is_at(int descriptor, const char *path)
{
    struct stat opened;
    struct stat named;
    return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0 && S_ISREG(opened.st_mode) &&
           opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/* Locks the open file. False: another process holds the lock. */
static bool lock(int descriptor)
{
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/* Why an existing file must not be replaced by one of this format that is held, or NULL. */
static const char *look_at_held(const char *path, struct record_format format, const struct record_hold *hold,
                                char room[ERROR_REASON_SIZE])
{
    if (hold->descriptor >= 0 && is_at(hold->descriptor, path)) {
        return NULL;
    }
    const int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) {
        return error_reason(errno, room);
    }
    struct stat status;
    const bool own = fstat(descriptor, &status) == 0 && status.st_size > 0 && is_of_format(descriptor, format);
    const bool held_by_others = !lock(descriptor);
    close(descriptor);
    return held_by_others ? "another process is using it" : own ? NULL : "the file is not the one that was written";
}

/*
 * Checks the file that is to be replaced, and gives its permissions to the new one, which is open. Renaming a file to
 * /dev/null, as root, would not end well. Returns why the file must not be replaced, or NULL.
 */
static const char *look_at_old(const char *path, struct record_format format, const struct record_hold *hold,
                               int descriptor, char room[ERROR_REASON_SIZE])
{
    enum { PERMISSIONS = 0777 };
    struct stat status;
    if (stat(path, &status) != 0) {
        return NULL;
    }
    if (!S_ISREG(status.st_mode)) {
        return "not a regular file";
    }
    const char *const why = hold == NULL ? NULL : look_at_held(path, format, hold, room);
    return why == NULL && fchmod(descriptor, status.st_mode & PERMISSIONS) != 0 ? error_reason(errno, room) : why;
}

/* Why FILE.firesieve-new, which is open, cannot be written to; NULL: it can, and is now empty. */
static const char *take_new(int descriptor, const char *path, struct record_format format, char room[ERROR_REASON_SIZE])
{
    if (!lock(descriptor) || !is_at(descriptor, path)) {
        return "another process is using it";
    }
    if (!is_of_format(descriptor, format)) {
        return "the file exists and is not one of ours";
    }
    return ftruncate(descriptor, 0) == 0 ? NULL : error_reason(errno, room);
}

/*
 * A write beyond RLIMIT_FSIZE ends the process by SIGXFSZ, unless that is ignored or blocked: then it fails with EFBIG.
 * The library changes nothing that other threads see. The signal is delivered to the thread that writes, so it is
 * blocked in that thread alone, and consumed before it is unblocked; one that was pending before is not ours.
 */
struct size_signal {
    sigset_t before;
    bool ours;
};

static void size_signal_block(struct size_signal *blocked)
{
    sigset_t pending;
    sigset_t wanted;
    sigemptyset(&pending);
    sigpending(&pending);
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGXFSZ);
    blocked->ours = sigismember(&pending, SIGXFSZ) == 0 && pthread_sigmask(SIG_BLOCK, &wanted, &blocked->before) == 0;
}

/* Preserves errno. */
static void size_signal_let_in(const struct size_signal *blocked)
{
    const int code = errno;
    const struct timespec at_once = {0};
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGXFSZ);
    if (blocked->ours) {
        while (sigtimedwait(&wanted, NULL, &at_once) < 0 && errno == EINTR) {
        }
        pthread_sigmask(SIG_SETMASK, &blocked->before, NULL);
    }
    errno = code;
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

static bool sync_file(int descriptor)
{
    int status;
    do {
        status = fsync(descriptor);
    } while (status != 0 && errno == EINTR);
    return status == 0;
}

/* Syncs the renaming to disk. If a file system cannot do that, nothing but this certainty is lost. */
static void sync_directory(const char *path)
{
    char directory[PATH_MAX];
    const char *const slash = strrchr(path, '/');
    const size_t length = slash == NULL ? 0 : (size_t)(slash - path) + 1; /* with the slash, which may be the root */
    memcpy(directory, path, length);
    directory[length] = '\0';
    const int descriptor = open(length == 0 ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        sync_file(descriptor);
        close(descriptor);
    }
}

/* Writes the new content and moves it into place. Returns why it could not, or NULL. */
static const char *write_new(int descriptor, const struct record_writer *writer, const char *fresh, const char *path,
                             char room[ERROR_REASON_SIZE])
{
    struct size_signal blocked;
    size_signal_block(&blocked);
    const bool written = write_all(descriptor, writer->text, writer->size);
    size_signal_let_in(&blocked);
    if (!written || !sync_file(descriptor) || rename(fresh, path) != 0) {
        return error_reason(errno, room);
    }
    sync_directory(path);
    return NULL;
}

/* Writes the new file and replaces the old one; closes it unless it is held from now on. */
static firesieve_status replace(const struct record_writer *writer, struct record_format format, const char *fresh,
                                const char *path, struct record_hold *hold, firesieve_error *error)
{
    enum { PERMISSIONS = 0666 }; /* less the umask */
    const int descriptor = open(fresh, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, PERMISSIONS);
    char room[ERROR_REASON_SIZE];
    if (descriptor < 0) {
        return refuse(error, error_reason(errno, room), fresh);
    }
    const char *why = take_new(descriptor, fresh, format, room);
    if (why != NULL) {
        close(descriptor);
        return refuse(error, why, fresh);
    }
    const char *file = path;
    why = look_at_old(path, format, hold, descriptor, room);
    if (why == NULL) {
        why = write_new(descriptor, writer, fresh, path, room);
        file = fresh;
    }
    if (why != NULL) {
        unlink(fresh);
    }
    if (why == NULL && hold != NULL) {
        record_let_go(hold);
        hold->descriptor = descriptor;
    } else {
        close(descriptor);
    }
    return why == NULL ? FIRESIEVE_OK : refuse(error, why, file);
}

void record_let_go(struct record_hold *hold)
{
    if (hold->descriptor >= 0) {
        close(hold->descriptor);
    }
    hold->descriptor = -1;
}

bool record_hold_file(struct record_hold *hold, int descriptor, const char *path)
{
    char resolved[PATH_MAX];
    char room[ERROR_REASON_SIZE];
    if (!lock(descriptor) || resolve(path, resolved, room) != NULL || !is_at(descriptor, resolved)) {
        return false;
    }
    record_let_go(hold);
    hold->descriptor = descriptor;
    return true;
}

firesieve_status record_save(const struct record_writer *writer, struct record_format format, const char *path,
                             struct record_hold *hold, firesieve_error *error)
{
    char resolved[PATH_MAX];
    char fresh[PATH_MAX];
    char room[ERROR_REASON_SIZE];
    const char *const why = resolve(path, resolved, room);
    if (why != NULL) {
        return refuse(error, why, path);
    }
    if (snprintf(fresh, sizeof fresh, "%s%s", resolved, new_suffix) >= (int)sizeof fresh) {
        return refuse(error, error_reason(ENAMETOOLONG, room), path);
    }
    return replace(writer, format, fresh, resolved, hold, error);
}
