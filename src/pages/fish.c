/* Completion for fish: a line for each word that may stand somewhere. */
#include "pages/write.h"

/* A text in single quotes, as fish reads it. */
static void write_quoted(FILE *file, const char *text)
{
    putc('\'', file);
    text_escape(file, text, "\\'");
    putc('\'', file);
}

struct place {
    FILE *file;
    const struct program *program;
    const char *condition; /* a function of fish: is its argument the command? */
};

/* Begins a line for what follows the command. */
static void begin(const struct place *place, const char *command)
{
    fprintf(place->file, "complete -c %s -n '%s %s'", place->program->name, place->condition, command);
}

static void write_names(FILE *file, const char *const *names)
{
    fputs(" -a '", file);
    text_names(file, names);
    putc('\'', file);
}

static void write_option(const struct place *place, const struct command *command, const struct cli_option *option)
{
    FILE *const file = place->file;
    char text[OPTION_TEXT_SIZE];
    begin(place, command->name);
    if (option->short_name != 0) {
        fprintf(file, " -s %c", option->short_name);
    }
    fprintf(file, " -l %s", option->name);
    if (option->kind != OPTION_FLAG) {
        fputs(offer_for_option(option) == OFFER_FILES ? " -r -F" : " -x", file);
    }
    if (option->kind == OPTION_CHOICE) {
        write_names(file, option->choices);
    }
    fputs(" -d ", file);
    write_quoted(file, offer_help(option, text));
    putc('\n', file);
}

static void write_options(const struct command *command, const struct cli_option *options, void *context)
{
    const struct place *const place = context;
    const enum offer offer = offer_for_operand(command);
    for (size_t i = 0; options[i].name != NULL; ++i) {
        write_option(place, command, &options[i]);
    }
    write_option(place, command, &option_of_help);
    if (offer == OFFER_FILES) {
        begin(place, command->name);
        fputs(" -F\n", place->file);
    } else if (offer == OFFER_NAMES) {
        const struct choices choices = command->operand_choices();
        fprintf(place->file, "complete -c %s -n '%s %s; and not __fish_seen_subcommand_from ", place->program->name,
                place->condition, command->name); /* as long as none of them has been chosen */
        text_names(place->file, choices.names);
        putc('\'', place->file);
        write_names(place->file, choices.names);
        putc('\n', place->file);
    }
}

static void write_head(const struct place *place)
{
    FILE *const file = place->file;
    const struct program *const program = place->program;
    fprintf(file,
            "# Completion of %s for fish, written by the build from its tables of options; changes here get lost.\n"
            "\n"
            "# Whether the command is the argument; without one, whether it is still to be named.\n"
            "function %s\n"
            "    set -l words (commandline -opc)\n"
            "    test \"$words[2]\" = \"$argv[1]\"\n"
            "end\n"
            "\n"
            "complete -c %s -f\n",
            program->name, place->condition, program->name);
    for (size_t i = 0; program->commands[i] != NULL; ++i) {
        fprintf(file, "complete -c %s -n %s -a %s -d ", program->name, place->condition, program->commands[i]->name);
        write_quoted(file, program->commands[i]->summary);
        putc('\n', file);
        if (program->has_help_command) {
            begin(place, "help");
            fprintf(file, " -a %s\n", program->commands[i]->name);
        }
    }
    for (size_t i = 0; program->options[i].name != NULL; ++i) {
        fprintf(file, "complete -c %s -n %s -l %s -d ", program->name, place->condition, program->options[i].name + 2);
        write_quoted(file, program->options[i].help);
        putc('\n', file);
    }
}

bool fish_write(FILE *file, const struct program *program)
{
    char condition[PAGE_NAME_SIZE];
    char name[PAGE_NAME_SIZE];
    bool shown = true;
    snprintf(condition, sizeof condition, "__%.64s_command_is", function_name(program->name, name));
    struct place place = {.file = file, .program = program, .condition = condition};
    write_head(&place);
    for (size_t i = 0; program->commands[i] != NULL; ++i) {
        shown = options_show(program->commands[i], write_options, &place) && shown;
    }
    return shown;
}
