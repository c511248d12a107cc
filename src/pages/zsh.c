/* Completion for zsh: the arguments of each command, for _arguments. */
#include "pages/write.h"

/* Characters that end a part of a specification of _arguments. */
static const char special[] = "\\[]:";

/* Writes a text within a specification, which stands in single quotes: colons and brackets are the shell's. */
static void write_part(FILE *file, const char *text)
{
    for (; *text != '\0'; ++text) {
        const char letter[] = {*text, '\0'};
        if (*text == '\'') {
            fputs("'\\''", file);
        } else {
            text_escape(file, letter, special);
        }
    }
}

static void write_offer(FILE *file, enum offer offer, const char *const *names)
{
    if (offer == OFFER_NAMES) {
        putc('(', file);
        text_names(file, names);
        putc(')', file);
    } else if (offer == OFFER_FILES) {
        fputs("_files", file);
    }
}

static void write_option(FILE *file, const struct cli_option *option)
{
    char text[OPTION_TEXT_SIZE];
    const bool flag = option->kind == OPTION_FLAG;
    fputs("            ", file);
    if (option->short_name != 0) {
        fprintf(file, "'(-%c --%s)'{-%c%s,--%s%s}'", option->short_name, option->name, option->short_name,
                flag ? "" : "+", option->name, flag ? "" : "=");
    } else {
        fprintf(file, "'--%s%s", option->name, flag ? "" : "=");
    }
    putc('[', file);
    write_part(file, offer_help(option, text));
    putc(']', file);
    if (!flag) {
        putc(':', file);
        write_part(file, option->argument);
        putc(':', file);
        write_offer(file, offer_for_option(option), option->choices);
    }
    fputs("'\n", file);
}

static void write_operands(FILE *file, const struct command *command)
{
    struct choices choices = {{NULL}};
    if (command->operand_choices != NULL) {
        choices = command->operand_choices();
    }
    const enum offer offer = offer_for_operand(command);
    if (offer != OFFER_NOTHING) {
        fputs(offer == OFFER_FILES ? "            '*:FILE:" : "            '1:name:", file);
        write_offer(file, offer, choices.names);
        fputs("'\n", file);
    }
}

static void write_options(const struct command *command, const struct cli_option *options, void *context)
{
    FILE *const file = context;
    fprintf(file, "    %s)\n        arguments=(\n", command->name);
    for (size_t i = 0; options[i].name != NULL; ++i) {
        write_option(file, &options[i]);
    }
    write_option(file, &option_of_help);
    write_operands(file, command);
    fputs("        )\n        ;;\n", file);
}

/* A word and its help, as _describe takes them. */
static void write_word(FILE *file, const char *word, const char *help)
{
    fprintf(file, "            '%s:", word);
    write_part(file, help);
    fputs("'\n", file);
}

static void write_head(FILE *file, const struct program *program, const char *function)
{
    fprintf(file,
            "#compdef %s\n"
            "# Written by the build from the tables of options of %s; changes here get lost.\n"
            "\n"
            "%s()\n"
            "{\n"
            "    local -a commands options arguments\n"
            "    commands=(\n",
            program->name, program->name, function);
    for (size_t i = 0; program->commands[i] != NULL; ++i) {
        write_word(file, program->commands[i]->name, program->commands[i]->summary);
    }
    fputs("    )\n"
          "    options=(\n",
          file);
    for (size_t i = 0; program->options[i].name != NULL; ++i) {
        write_word(file, program->options[i].name, program->options[i].help);
    }
    fputs("    )\n"
          "    if ((CURRENT == 2)); then\n"
          "        _describe -t commands command commands\n"
          "        [[ $PREFIX != -* ]] || _describe -t options option options\n"
          "        return\n"
          "    fi\n"
          "    shift words\n"
          "    ((CURRENT--))\n"
          "    case $words[1] in\n",
          file);
    if (program->has_help_command) {
        fputs("    help)\n"
              "        _describe -t commands command commands\n"
              "        return\n"
              "        ;;\n",
              file);
    }
}

bool zsh_write(FILE *file, const struct program *program)
{
    char function[PAGE_NAME_SIZE];
    char name[PAGE_NAME_SIZE];
    bool shown = true;
    snprintf(function, sizeof function, "_%.64s", function_name(program->name, name));
    write_head(file, program, function);
    for (size_t i = 0; program->commands[i] != NULL; ++i) {
        shown = options_show(program->commands[i], write_options, file) && shown;
    }
    fprintf(file,
            "    esac\n"
            "    _arguments -s -S $arguments\n"
            "}\n"
            "\n"
            "%s \"$@\"\n",
            function);
    return shown;
}
