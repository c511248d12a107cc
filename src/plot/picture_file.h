/* The FILE of a picture or page: it is replaced once the new content is complete. */
#ifndef FIRESIEVE_PLOT_PICTURE_FILE_H
#define FIRESIEVE_PLOT_PICTURE_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

/* Room for an error message, in bytes. */
#define PICTURE_WHY_SIZE 1024

/* Writes an error message into `why`, of that size; returns false. */
bool picture_fail(char *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

enum { PICTURE_PATH_SIZE = 4096 };

/* A file being written: what goes to `descriptor` is in `part`, beside `path`, until it is finished. */
struct picture_file {
    const char *option; /* "--plot", for messages; borrowed, as is the path */
    const char *path;
    char part[PICTURE_PATH_SIZE];
    int descriptor;
};

/*
 * Whether a file of that name may be written: it ends in one of `endings` (up to a NULL; shown as `endings_text`), its
 * folder can be written to, nothing but a regular file is in its place, and none that is read (standard input, `inputs`
 * up to a NULL, and `other`, which may be NULL). False: `why`, of PICTURE_WHY_SIZE bytes, says what is wrong.
 */
bool picture_file_check(const char *option, const char *path, const char *const *endings, const char *endings_text,
                        const char *const *inputs, const char *other, char *why);

/* Whether two files are one. */
bool picture_file_is_same(const struct stat *a, const struct stat *b);

/* Whether a file is read: it is standard input, one of `inputs` (up to a NULL), or `input`, which may be NULL. */
bool picture_file_is_read(const struct stat *file, const char *const *inputs, const char *input);

/* Whether the path has this ending, after at least one other character. */
bool picture_file_ends_in(const char *path, const char *ending);

/* Begins the file; false with `why` if that fails. Otherwise picture_file_finish has to be called. */
bool picture_file_open(struct picture_file *file, const char *option, const char *path, char *why);

/*
 * Puts a complete file into its place, with the permissions of the one that it replaces; removes an incomplete one.
 * False: it is not in its place; `why` says why, if it was complete.
 */
bool picture_file_finish(struct picture_file *file, bool complete, char *why);

#endif
