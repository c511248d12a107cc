#include "pages/write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 1024 };

static bool fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: error: %s\n", what, why);
    return false;
}

/* Opens DIRECTORY/FOLDER/NAME, and makes the folder. */
static FILE *open_page(const char *directory, const char *folder, const char *name, char *path)
{
    const int length = snprintf(path, PATH_SIZE, "%s/%s", directory, folder);
    if (length < 0 || (size_t)length + strlen(name) + 2 > PATH_SIZE) {
        fail(directory, "the name is too long");
        return NULL;
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        fail(path, strerror(errno));
        return NULL;
    }
    snprintf(path + length, PATH_SIZE - (size_t)length, "/%s", name);
    FILE *const file = fopen(path, "we");
    if (file == NULL) {
        fail(path, strerror(errno));
    }
    return file;
}

/* A kind of page: its folder, what stands before and behind the title in its name, and what it says of the program. */
struct page {
    const char *folder;
    const char *prefix;
    const char *suffix;
    bool (*write)(FILE *file, const struct program *program);
};

/* Writes the page of a command, or, without one, of the program. */
static bool write_page(const struct program *program, const struct page *page, const struct command *command,
                       const char *directory)
{
    char path[PATH_SIZE];
    char title[PAGE_NAME_SIZE];
    char name[2 * PAGE_NAME_SIZE];
    page_name(command == NULL ? program->name : command->title, title);
    snprintf(name, sizeof name, "%s%s%s", page->prefix, title, page->suffix);
    FILE *const file = open_page(directory, page->folder, name, path);
    if (file == NULL) {
        return false;
    }
    const bool shown = command == NULL ? page->write(file, program) : manual_write_command(file, program, command);
    const bool failed = ferror(file) != 0;
    if (fclose(file) != 0 || failed) {
        return fail(path, "cannot write to it");
    }
    return shown || fail(path, "a command parses no options: its table is not known");
}

int pages_main(const struct program *program, int argc, char **argv)
{
    static const struct page manual = {"man1", "", ".1", manual_write};
    static const struct page completions[] = {
        {"bash", "", "", bash_write}, {"zsh", "_", "", zsh_write}, {"fish", "", ".fish", fish_write}};
    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return EXIT_BAD;
    }
    bool written = write_page(program, &manual, NULL, argv[1]);
    for (size_t i = 0; program->commands[i] != NULL; ++i) {
        written = written && write_page(program, &manual, program->commands[i], argv[1]);
    }
    for (size_t i = 0; i < sizeof completions / sizeof completions[0]; ++i) {
        written = written && write_page(program, &completions[i], NULL, argv[1]);
    }
    return written ? EXIT_SUCCESS : EXIT_BAD;
}
