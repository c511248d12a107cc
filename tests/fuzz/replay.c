/* replay NAME...: tries the inputs in files and directories without libFuzzer. Prints their number. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { INPUT_MAX = 1 << 20 };

static size_t tried;

static void try_file(const char *path)
{
    static char input[INPUT_MAX];
    FILE *const file = fopen(path, "rb");
    fuzz_require(file != NULL, "cannot open %s", path);
    const size_t size = fread(input, 1, sizeof input, file);
    fuzz_require(!ferror(file) && size < sizeof input, "cannot read %s, or too large", path);
    fclose(file);
    /* Printed before the input is tried, which may crash. */
    printf("%s\n", path);
    fflush(stdout);
    char *const copy = fuzz_copy(input, size);
    LLVMFuzzerTestOneInput((const uint8_t *)copy, size);
    free(copy);
    ++tried;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Returns false if it is not a directory. */
static bool try_directory(const char *path)
{
    struct dirent **entries;
    const int count = scandir(path, &entries, is_visible, alphasort);
    for (int i = 0; i < count; ++i) {
        char *file;
        fuzz_require(asprintf(&file, "%s/%s", path, entries[i]->d_name) >= 0, "no memory for a name");
        try_file(file);
        free(file);
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
    return count >= 0;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; ++i) {
        if (!try_directory(argv[i])) {
            try_file(argv[i]);
        }
    }
    printf("%zu inputs tried\n", tried);
    return tried != 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
