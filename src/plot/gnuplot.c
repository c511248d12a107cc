#include "plot/gnuplot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char option[] = "--plot";

/* Waits for a child. A signal caught meanwhile ends the child as well, which may not have received it. */
static bool await(pid_t child, int *status)
{
    pid_t ended = waitpid(child, status, 0);
    while (ended < 0 && errno == EINTR) {
        kill(child, SIGKILL);
        ended = waitpid(child, status, 0);
    }
    return ended == child;
}

/* Runs gnuplot; false if it could not be started or failed. Descriptor -1 stands for /dev/null. */
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

bool gnuplot_check(const char *path, const char *const *inputs, const char *other, char *why)
{
    static const char *const endings[] = {".svg", ".png", NULL};
    return picture_file_check(option, path, endings, ".svg or .png", inputs, other, why) &&
           (run_gnuplot("--version", -1, -1) ||
            picture_fail(why, "--plot: gnuplot draws the picture, and is not there; install it (Debian: gnuplot-nox)"));
}

/*
 * The length of the character that the text begins with, in bytes; 0 if that is not UTF-8 or not allowed in XML,
 * which SVG is.
 */
static size_t character_length(const unsigned char *text)
{
    enum { SURROGATES = 0xd800, SURROGATES_END = 0xe000, NONE_FROM = 0xfffe, NONE_TO = 0xffff, LAST = 0x10ffff };
    static const struct {
        unsigned char mask;
        unsigned char lead;
        uint32_t least; /* a smaller character must use a shorter form */
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

/* Writes a text in double quotes, with octal escapes for characters that are special. */
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

bool gnuplot_draw(const struct gnuplot_picture *picture, const char *path, char *why)
{
    struct picture_file file;
    FILE *const script = tmpfile();
    if (script == NULL) {
        return picture_fail(why, "--plot: no temporary file: %s", strerror(errno));
    }
    bool drawn = picture_file_open(&file, option, path, why);
    if (drawn) {
        const bool png = picture_file_ends_in(path, ".png");
        fprintf(script, "set terminal %s size %d,%d noenhanced font '%s' background rgb 'white'\n",
                png ? "pngcairo" : "svg", picture->width, picture->height,
                png ? "sans,10" : "sans,13"); /* a point is larger in a PNG */
        picture->write(script, picture->context);
        drawn = fflush(script) == 0;
        rewind(script);
        drawn = drawn && run_gnuplot("-", fileno(script), file.descriptor);
        if (!drawn) {
            picture_fail(why, "--plot: gnuplot could not draw %.300s", path);
        }
        drawn = picture_file_finish(&file, drawn, why);
    }
    fclose(script);
    return drawn;
}
