#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/values.h"

const char *const colour_mode_names[] = {"auto", "always", "never", NULL};

/* The value of a variable; one that is not set is empty. */
static const char *environment(const char *name)
{
    const char *const value = getenv(name);
    return value == NULL ? "" : value;
}

bool terminal_redraws(void)
{
    const char *const type = environment("TERM");
    return isatty(STDOUT_FILENO) && type[0] != '\0' && strcmp(type, "dumb") != 0;
}

bool terminal_colours(enum colour_mode mode)
{
    return mode == COLOUR_ALWAYS || (mode == COLOUR_AUTO && terminal_redraws() && environment("NO_COLOR")[0] == '\0');
}

/* Other programs set these variables; a value that is not a size is ignored. */
static size_t from_environment(const char *name, size_t otherwise)
{
    enum { SIZE_MOST = 10000 };
    uint64_t number;
    return number_parse(environment(name), 1, SIZE_MOST, &number) ? (size_t)number : otherwise;
}

struct terminal_size terminal_size(int descriptor)
{
    enum { COLUMNS_UNKNOWN = 80, LINES_UNKNOWN = 24 };
    struct winsize size = {0};
    const bool known = ioctl(descriptor, TIOCGWINSZ, &size) == 0;
    return (struct terminal_size){
        .columns = from_environment("COLUMNS", known && size.ws_col > 0 ? size.ws_col : COLUMNS_UNKNOWN),
        .lines = from_environment("LINES", known && size.ws_row > 0 ? size.ws_row : LINES_UNKNOWN),
    };
}
