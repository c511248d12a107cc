#include "plot/gnuplot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { PATH_SIZE = 4096 };

static void say(char *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(char *why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, GNUPLOT_WHY_SIZE, format, arguments);
    va_end(arguments);
}

/* Waits for a child. A signal that is caught meanwhile ends both: the child may not have got it. */
static bool await(pid_t child, int *status)
{
    pid_t ended = waitpid(child, status, 0);
    while (ended < 0 && errno == EINTR) {
        kill(child, SIGKILL);
        ended = waitpid(child, status, 0);
    }
    return ended == child;
}

/* Runs gnuplot; false where it could not be started or failed. -1 for a descriptor is nothing. */
static bool run_gnuplot(const char *argument, int input, int output)
{
    char program[] = "gnuplot";
    char *const copy = strdup(argument); /* posix_spawn promises not to change it, but its type does not say so */
    char *const arguments[] = {program, copy, NULL};
    posix_spawn_file_actions_t actions;
    if (copy == NULL || posix_spawn_file_actions_init(&actions) != 0) {
        free(copy);
        return false;
    }
    pid_t child;
    int status = 0;
    bool ran = (input >= 0 ? posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
                           : posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)) == 0;
    ran =
        ran && (output >= 0 ? posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
                            : posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)) == 0;
    ran = ran && posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ) == 0;
    ran = ran && await(child, &status) && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
    posix_spawn_file_actions_destroy(&actions);
    free(copy);
    return ran;
}

static bool ends_in(const char *path, const char *ending)
{
    const size_t length = strlen(path);
    return length > strlen(ending) && strcmp(path + length - strlen(ending), ending) == 0;
}

/* Opens a new file beside the picture that it will become; -1 with a message where that cannot be. */
static int open_part(const char *path, char *part, char *why)
{
    static const char ending[] = ".XXXXXX";
    if ((size_t)snprintf(part, PATH_SIZE, "%s%s", path, ending) >= PATH_SIZE) {
        say(why, "--plot: the name of the FILE is too long");
        return -1;
    }
    const int descriptor = mkostemp(part, O_CLOEXEC);
    if (descriptor < 0) {
        say(why, "--plot: cannot write %.300s: %s", path, strerror(errno));
    }
    return descriptor;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_input(const struct stat *file, const char *input)
{
    struct stat other;
    return input != NULL && stat(input, &other) == 0 && is_same(file, &other);
}

static bool is_standard_input(const struct stat *file)
{
    struct stat other;
    return fstat(STDIN_FILENO, &other) == 0 && is_same(file, &other);
}

/* Whether what is in the place of the picture may be replaced by it. */
static bool may_replace(const char *path, const char *const *inputs, const char *other, char *why)
{
    struct stat file;
    if (lstat(path, &file) != 0) {
        return true;
    }
    if (!S_ISREG(file.st_mode)) {
        say(why, "--plot: expected a new or a regular FILE, found '%.300s', which is something else", path);
        return false;
    }
    bool input = is_standard_input(&file) || is_input(&file, other);
    for (; *inputs != NULL && !input; ++inputs) {
        input = is_input(&file, *inputs);
    }
    if (input) {
        say(why, "--plot: expected a FILE to write, found '%.300s', which is to be read", path);
    }
    return !input;
}

bool gnuplot_check(const char *path, const char *const *inputs, const char *other, char *why)
{
    char part[PATH_SIZE];
    if (!ends_in(path, ".svg") && !ends_in(path, ".png")) {
        say(why, "--plot: expected a FILE that ends in .svg or .png, found '%.300s'", path);
        return false;
    }
    if (!may_replace(path, inputs, other, why)) {
        return false;
    }
    const int descriptor = open_part(path, part, why);
    if (descriptor < 0) {
        return false;
    }
    close(descriptor);
    unlink(part);
    if (!run_gnuplot("--version", -1, -1)) {
        say(why, "--plot: gnuplot draws the picture, and is not there; install it (Debian: gnuplot-nox)");
        return false;
    }
    return true;
}

/*
 * The length of the character that the text begins with, in bytes; 0 where that is not UTF-8 or nothing that XML knows,
 * which SVG is.
 */
static size_t character_length(const unsigned char *text)
{
    enum { SURROGATES = 0xd800, SURROGATES_END = 0xe000, NONE_FROM = 0xfffe, NONE_TO = 0xffff, LAST = 0x10ffff };
    static const struct {
        unsigned char mask;
        unsigned char lead;
        uint32_t least; /* a smaller one has a shorter form, which alone is right */
    } forms[] = {{0x80, 0x00, ' '}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    enum { FORMS = sizeof forms / sizeof forms[0], CONTINUED = 0x80, CONTINUED_MASK = 0xc0, CONTINUED_BITS = 6 };
    size_t form = 0;
    while (form < FORMS && (text[0] & forms[form].mask) != forms[form].lead) {
        ++form;
    }
    if (form == FORMS) {
        return 0;
    }
    uint32_t character = text[0] & (unsigned char)~forms[form].mask;
    for (size_t i = 1; i <= form; ++i) {
        if ((text[i] & CONTINUED_MASK) != CONTINUED) {
            return 0; /* also at the end of the text */
        }
        character = character << CONTINUED_BITS | (text[i] & (unsigned char)~CONTINUED_MASK);
    }
    const bool known = character >= forms[form].least && character <= LAST && character != NONE_FROM &&
                       character != NONE_TO && (character < SURROGATES || character >= SURROGATES_END);
    return known ? form + 1 : 0;
}

/* Between double quotes, where an octal escape stands for whatever else would mean something. */
void gnuplot_write_text(FILE *script, const char *text)
{
    static const char harmless[] = " +,-./:;<=>()_";
    putc('"', script);
    while (*text != '\0') {
        const size_t length = character_length((const unsigned char *)text);
        if (length == 0) {
            putc('?', script);
        } else if (length > 1 || isalnum((unsigned char)*text) || strchr(harmless, *text) != NULL) {
            fwrite(text, 1, length, script);
        } else {
            fprintf(script, "\\%03o", (unsigned)(unsigned char)*text);
        }
        text += length == 0 ? 1 : length;
    }
    putc('"', script);
}

static void write_script(FILE *script, const struct gnuplot_picture *picture, bool png)
{
    fprintf(script, "set terminal %s size %d,%d noenhanced font '%s' background rgb 'white'\n",
            png ? "pngcairo" : "svg", picture->width, picture->height,
            png ? "sans,10" : "sans,13"); /* a point is larger in a PNG */
    picture->write(script, picture->context);
}

/* Of the file that the picture replaces, or of a new one; mkostemp opens files that nobody else may read. */
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

static bool draw(FILE *script, int output, const char *part, const char *path, char *why)
{
    rewind(script);
    if (!run_gnuplot("-", fileno(script), output)) {
        say(why, "--plot: gnuplot could not draw %.300s", path);
        return false;
    }
    if (fchmod(output, find_permissions(path)) != 0 || fsync(output) != 0 || rename(part, path) != 0) {
        say(why, "--plot: cannot write %.300s: %s", path, strerror(errno));
        return false;
    }
    return true;
}

bool gnuplot_draw(const struct gnuplot_picture *picture, const char *path, char *why)
{
    char part[PATH_SIZE];
    FILE *const script = tmpfile();
    const int output = open_part(path, part, why);
    bool drawn = false;
    if (script == NULL && output >= 0) {
        say(why, "--plot: no temporary file: %s", strerror(errno));
    } else if (output >= 0) {
        write_script(script, picture, ends_in(path, ".png"));
        drawn = fflush(script) == 0 && draw(script, output, part, path, why);
    }
    if (output >= 0) {
        close(output);
    }
    if (output >= 0 && !drawn) {
        unlink(part);
    }
    if (script != NULL) {
        fclose(script);
    }
    return drawn;
}
