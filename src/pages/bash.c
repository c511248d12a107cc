/* Completion for bash: one function that knows which words may follow. It needs nothing but bash. */
#include "pages/write.h"

static void write_choices(FILE *file, const struct choices *choices)
{
    fputs("operands='", file);
    text_names(file, choices->names);
    fputs("'\n", file);
}

static void write_values(FILE *file, const struct cli_option *option)
{
    const enum offer offer = offer_for_option(option);
    fprintf(file, "        --%s", option->name);
    if (option->short_name != 0) {
        fprintf(file, " | -%c", option->short_name);
    }
    fputs(") ", file);
    if (offer == OFFER_NAMES) {
        fputs("values='", file);
        text_names(file, option->choices);
        fputs("' ;;\n", file);
    } else {
        fprintf(file, "values=%s ;;\n", offer == OFFER_FILES ? "FILE" : "-");
    }
}

static void write_options(const struct command *command, const struct cli_option *options, void *context)
{
    FILE *const file = context;
    fprintf(file, "    %s)\n        options='", command->name);
    for (size_t i = 0; options[i].name != NULL; ++i) {
        if (options[i].short_name != 0) {
            fprintf(file, "-%c ", options[i].short_name);
        }
        fprintf(file, "--%s ", options[i].name);
    }
    fprintf(file, "-%c --%s'\n        ", option_of_help.short_name, option_of_help.name);
    const enum offer offer = offer_for_operand(command);
    if (offer == OFFER_NAMES) {
        const struct choices choices = command->operand_choices();
        write_choices(file, &choices);
    } else {
        fprintf(file, "operands=%s\n", offer == OFFER_FILES ? "FILE" : "");
    }
    fputs("        case $before in\n", file);
    for (size_t i = 0; options[i].name != NULL; ++i) {
        if (options[i].kind != OPTION_FLAG) {
            write_values(file, &options[i]);
        }
    }
    fputs("        esac\n        ;;\n", file);
}

static void write_command_names(FILE *file, const struct program *program)
{
    for (size_t i = 0; program->commands[i] != NULL; ++i) {
        fprintf(file, "%s ", program->commands[i]->name);
    }
}

static void write_head(FILE *file, const struct program *program, const char *function)
{
    fprintf(file,
            "# Completion of %s for bash, written by the build from its tables of options; changes here get lost.\n"
            "\n"
            "%s()\n"
            "{\n"
            "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
            "    local options='' values='' operands='' i\n"
            "    COMPREPLY=()\n"
            "    # Readline splits --name=value before and behind the sign.\n"
            "    if [[ $word == '=' ]]; then\n"
            "        word=''\n"
            "    elif [[ $before == '=' ]]; then\n"
            "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
            "    fi\n"
            "    if ((COMP_CWORD == 1)); then\n"
            "        values='",
            program->name, function);
    write_command_names(file, program);
    fputs(program->has_help_command ? "help" : "", file);
    for (size_t i = 0; program->options[i].name != NULL; ++i) {
        fprintf(file, " %s", program->options[i].name);
    }
    fputs("'\n"
          "    fi\n"
          "    case ${COMP_WORDS[1]} in\n",
          file);
    if (program->has_help_command) {
        fputs("    help)\n        operands='", file);
        write_command_names(file, program);
        fputs("'\n        ;;\n", file);
    }
}

static void write_tail(FILE *file, const struct program *program, const char *function)
{
    fprintf(file,
            "    esac\n"
            "    for ((i = 2; i < COMP_CWORD; ++i)); do\n"
            "        if [[ ${COMP_WORDS[i]} == -- ]]; then\n"
            "            options='' values=''\n"
            "        elif [[ $operands != FILE && \" $operands \" == *\" ${COMP_WORDS[i]} \"* ]]; then\n"
            "            operands='' # a name that has been chosen\n"
            "        fi\n"
            "    done\n"
            "    if [[ -z $values ]]; then\n"
            "        values=$operands\n"
            "        if [[ $word == -* ]]; then\n"
            "            [[ $operands == FILE ]] && options+=' -'\n"
            "            values=$options\n"
            "        fi\n"
            "    fi\n"
            "    case $values in\n"
            "    FILE) ;; # names of files are what readline completes where it is told nothing\n"
            "    - | '') compopt +o default ;;\n"
            "    *)\n"
            "        compopt +o default\n"
            "        mapfile -t COMPREPLY < <(compgen -W \"$values\" -- \"$word\")\n"
            "        ;;\n"
            "    esac\n"
            "}\n"
            "\n"
            "complete -o default -F %s %s\n",
            function, program->name);
}

bool bash_write(FILE *file, const struct program *program)
{
    char function[PAGE_NAME_SIZE];
    char name[PAGE_NAME_SIZE];
    bool shown = true;
    snprintf(function, sizeof function, "_%.64s", function_name(program->name, name));
    write_head(file, program, function);
    for (size_t i = 0; program->commands[i] != NULL; ++i) {
        shown = options_show(program->commands[i], write_options, file) && shown;
    }
    write_tail(file, program, function);
    return shown;
}
