#include "cli/complete.h"

#include <string.h>

static void offer_names(const char *const *names)
{
    for (; *names != NULL; ++names) {
        puts(*names);
    }
}

/* The names of a choice are candidates themselves: its description leaves them out. */
static void offer_option(const struct cli_option *option)
{
    const char *const names = option->kind == OPTION_CHOICE ? option->argument : "";
    if (option->short_name != 0) {
        printf("-%c\t%s%s\n", option->short_name, names, option->help);
    }
    printf("--%s\t%s%s\n", option->name, names, option->help);
}

static void offer_values(const struct cli_option *option)
{
    char text[OPTION_TEXT_SIZE];
    if (option->kind == OPTION_CHOICE) {
        offer_names(option->choices);
    } else if (option->kind != OPTION_TEXT) {
        printf("\t%s: %s\n", option->argument, option_expects(option, text));
    } else if (strncmp(option->argument, "FILE", 4) == 0) {
        puts("FILE");
    }
}

/* The option whose value is the word after this one, or NULL. In -vj4, 4 is the value already. */
static const struct cli_option *find_waiting(const struct cli_option *options, const char *word)
{
    if (word[1] == '-') {
        const struct cli_option *const option = strchr(word, '=') == NULL ? option_find(options, word) : NULL;
        return option != NULL && option->kind != OPTION_FLAG ? option : NULL;
    }
    for (const char *letter = word + 1; *letter != '\0'; ++letter) {
        for (const struct cli_option *option = options; option->name != NULL; ++option) {
            if (option->short_name == *letter && option->kind != OPTION_FLAG) {
                return letter[1] == '\0' ? option : NULL;
            }
        }
    }
    return NULL;
}

static void offer_options(const struct command *command, const struct cli_option *options, const char *word)
{
    if (strchr(word, '=') != NULL) {
        const struct cli_option *const option = option_find(options, word);
        if (option != NULL && option->kind != OPTION_FLAG) {
            offer_values(option);
        }
        return;
    }
    for (; options->name != NULL; ++options) {
        offer_option(options);
    }
    if (strstr(command->operands, "FILE") != NULL) {
        puts("-\tstandard input");
    }
}

void complete_command(const struct command *command, const struct cli_option *options, int argc, const char **argv)
{
    const char *const last = argv[argc - 1];
    const struct cli_option *waiting = NULL;
    bool options_end = false;
    bool has_operand = false;
    for (const char **word = argv + 1; word < argv + argc - 1; ++word) {
        if (strcmp(*word, "=") == 0) {
            continue; /* bash makes three words of --name=value */
        }
        if (waiting != NULL) {
            waiting = NULL; /* this is its value */
        } else if (options_end || (*word)[0] != '-' || (*word)[1] == '\0') {
            has_operand = true;
        } else if (strcmp(*word, "--") == 0) {
            options_end = true;
        } else {
            waiting = find_waiting(options, *word);
        }
    }
    if (waiting != NULL) {
        offer_values(waiting);
    } else if (last[0] == '-' && !options_end) {
        offer_options(command, options, last);
    } else if (command->operand_choices != NULL && !has_operand) {
        offer_names(command->operand_choices().names);
    } else if (strstr(command->operands, "FILE") != NULL) {
        puts("FILE");
    }
}

int complete_program(const struct complete_program *program, int argc, const char **argv)
{
    const char *const word = argc > 2 ? argv[2] : "";
    const bool helps = program->has_help_command && argc == 4 && strcmp(word, "help") == 0;
    if (argc <= 3 && word[0] == '-') {
        for (size_t i = 0; program->options[i].name != NULL; ++i) {
            printf("%s\t%s\n", program->options[i].name, program->options[i].help);
        }
    } else if (argc <= 3 || helps) {
        for (size_t i = 0; program->commands[i] != NULL; ++i) {
            printf("%s\t%s\n", program->commands[i]->name, program->commands[i]->summary);
        }
        if (program->has_help_command && !helps) {
            puts("help\tprint the options of a command");
        }
    } else {
        const struct command *const command = command_find(program->commands, word);
        if (command != NULL) {
            argv[2] = COMPLETE_REQUEST;
            return command->run(command, argc - 2, argv + 2);
        }
    }
    return EXIT_FOUND;
}
