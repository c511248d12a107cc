#include "cli/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/options.h"

const char *const colour_mode_names[] = {"auto", "always", "never", NULL};

static bool is_set(const char *name)
{
    const char *const value = getenv(name);
    return value != NULL && value[0] != '\0';
}

bool terminal_redraws(void)
{
    return isatty(STDOUT_FILENO) && is_set("TERM") && strcmp(getenv("TERM"), "dumb") != 0;
}

bool terminal_colours(enum colour_mode mode)
{
    return mode == COLOUR_ALWAYS || (mode == COLOUR_AUTO && terminal_redraws() && !is_set("NO_COLOR"));
}

/* Others set these; what is no size is ignored. */
static size_t from_environment(const char *name, size_t otherwise)
{
    enum { SIZE_MOST = 10000 };
    uint64_t number;
    return is_set(name) && number_parse(getenv(name), 1, SIZE_MOST, &number) ? (size_t)number : otherwise;
}

struct terminal_size terminal_size(void)
{
    enum { COLUMNS_UNKNOWN = 80, LINES_UNKNOWN = 24 };
    struct winsize size = {0};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    return (struct terminal_size){
        .columns = from_environment("COLUMNS", known && size.ws_col > 0 ? size.ws_col : COLUMNS_UNKNOWN),
        .lines = from_environment("LINES", known && size.ws_row > 0 ? size.ws_row : LINES_UNKNOWN),
    };
}
