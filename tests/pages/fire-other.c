/* Another program, whose texts have everything that a shell could interpret. */
#include "cli/complete.h"

static const char *const colours[] = {"red", "dark-blue", NULL};

static struct choices animals(void)
{
    return (struct choices){{"cat", "dog"}};
}

static int run_paint(const struct command *command, int argc, const char **argv)
{
    int colour = 0;
    uint64_t count = 0;
    const char *file = NULL;
    bool all = false;
    const struct cli_option options[] = {
        {"colour", 'c', OPTION_CHOICE, &colour, 0, 0, colours, "COLOUR", ": it's [\"that\"] of `x`, $HOME or \\n: (y)",
         NULL},
        {"count", 'n', OPTION_NUMBER, &count, 1, 9, NULL, "N", "so many; 'n' <in> {all} & no | more !", NULL},
        {"into", 'o', OPTION_TEXT, &file, 0, 0, NULL, "FILE.png", ".SH is no title; ~ ^ % # *", NULL},
        {"all", 'a', OPTION_FLAG, &all, 0, 0, NULL, NULL, "[all] of them: yes", NULL},
        {0},
    };
    struct operands operands;
    const int status = options_parse(command, options, argc, argv, &operands);
    return status == OPTIONS_GO_ON ? EXIT_FOUND : status;
}

static const struct command paint = {
    .name = "paint",
    .title = "fire-other paint",
    .operands = "ANIMAL [OPTION]...",
    .summary = "don't: \"paint\" [it] `red`, $HOME \\",
    .details = ".Dt is no request\n'nor is this\n  \\fBnor\n",
    .example = "fire-other paint 'cat' --colour=red >\\dev",
    .run = run_paint,
    .operand_choices = animals,
};

static const struct command *const all[] = {&paint, NULL};
static const struct program_option options[] = {{"--version", "it's [the]: version"}, {0}};
static const struct complete_program program = {all, options, false};

int main(int argc, char **argv)
{
    return complete_program(&program, argc, (const char **)(void *)argv);
}
