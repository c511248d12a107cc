#include "cli/options.h"

#include <math.h>
#include <popt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/command.h"
#include "cli/complete.h"
#include "cli/nearest.h"
#include "cli/values.h"

enum { OPTIONS_MAX = 24, HELP_VALUE = OPTIONS_MAX + 1 };

struct parsed_line {
    poptContext popt;
    char name[64];
    char help[OPTIONS_MAX][OPTION_TEXT_SIZE];
    char *texts[OPTIONS_MAX];             /* values that options point to */
    struct text_list *lists[OPTIONS_MAX]; /* the targets of OPTION_TEXTS that have some */
};

const struct cli_option option_of_help = {
    .name = "help", .short_name = 'h', .kind = OPTION_FLAG, .help = "print this help"};

int usage_error(const struct command *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: error: ", command->title);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\nTry '%s --help'.\n", command->title);
    va_end(arguments);
    return EXIT_BAD;
}

/* Parses a list of numbers; returns where the first item stands that is none or one too many, or NULL. */
static const char *parse_numbers(const char *text, const struct cli_option *option, struct number_list *list)
{
    struct number_list parsed = {.count = 0};
    for (const char *item = text;; ++item) {
        char number[64];
        const size_t length = strcspn(item, ",");
        if (length >= sizeof number || parsed.count == sizeof parsed.items / sizeof parsed.items[0]) {
            return item;
        }
        memcpy(number, item, length);
        number[length] = '\0';
        if (!number_parse(number, option->low, option->high, &parsed.items[parsed.count++])) {
            return item;
        }
        item += length;
        if (*item == '\0') {
            *list = parsed;
            return NULL;
        }
    }
}

bool choice_parse(const char *text, const char *const *choices, int *index)
{
    for (int i = 0; choices[i] != NULL; ++i) {
        if (strcasecmp(choices[i], text) == 0) {
            *index = i;
            return true;
        }
    }
    return false;
}

void choices_describe(const char *const *choices, char *out, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; choices[i] != NULL && used < size; ++i) {
        const char *const separator = i == 0 ? "" : choices[i + 1] == NULL ? " or " : ", ";
        used += (size_t)snprintf(out + used, size - used, "%s%s", separator, choices[i]);
    }
}

const char *option_expects(const struct cli_option *option, char *text)
{
    static const size_t size = OPTION_TEXT_SIZE;
    switch (option->kind) {
    case OPTION_NUMBER:
        snprintf(text, size, "a whole number from %llu to %llu", (unsigned long long)option->low,
                 (unsigned long long)option->high);
        break;
    case OPTION_NUMBERS:
        snprintf(text, size, "at most %d whole numbers from %llu to %llu, separated by commas",
                 FIRESIEVE_TUPLET_OFFSETS_MAX, (unsigned long long)option->low, (unsigned long long)option->high);
        break;
    case OPTION_DELAY:
        snprintf(text, size, "a whole number from 0 to 2^127 - 1");
        break;
    case OPTION_BOUND:
        snprintf(text, size, "a whole number from 0 to 2^127");
        break;
    case OPTION_SECONDS:
        snprintf(text, size, "seconds, 0 or more, or a duration as 1m30s or 500ms");
        break;
    case OPTION_PERCENT:
        snprintf(text, size, "a number of per cent, 0 or more");
        break;
    case OPTION_BYTES:
        snprintf(text, size, "from 1 to 2^64 - 1 bytes, as 1500000, 64M or 2G");
        break;
    case OPTION_CHOICE:
        choices_describe(option->choices, text, size);
        break;
    case OPTION_TEXT:
    case OPTION_TEXTS:
        snprintf(text, size, "%s", option->argument);
        break;
    case OPTION_FLAG:
        snprintf(text, size, "no value");
        break;
    }
    return text;
}

/* Takes the value over where it returns true. */
static bool append_text(struct text_list *list, char *value)
{
    char **const items = *value == '\0' ? NULL : reallocarray(list->items, list->count + 1, sizeof *items);
    if (items != NULL) {
        list->items = items;
        items[list->count++] = value;
    }
    return items != NULL;
}

static bool store(const struct cli_option *option, char *value)
{
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)option->target = true;
        return true;
    case OPTION_NUMBER:
        return number_parse(value, option->low, option->high, option->target);
    case OPTION_NUMBERS:
        return parse_numbers(value, option, option->target) == NULL;
    case OPTION_DELAY:
        return delay_parse(value, 0, FIRESIEVE_DELAY_END - 1, option->target);
    case OPTION_BOUND:
        return delay_parse(value, 0, FIRESIEVE_DELAY_END, option->target);
    case OPTION_SECONDS:
        return duration_parse(value, option->target);
    case OPTION_PERCENT:
        return decimal_parse(value, option->target);
    case OPTION_BYTES:
        return bytes_parse(value, option->low, option->high, option->target);
    case OPTION_CHOICE:
        return choice_parse(value, option->choices, option->target);
    case OPTION_TEXT:
        *(const char **)option->target = value;
        return *value != '\0';
    case OPTION_TEXTS:
        return append_text(option->target, value);
    }
    return false;
}

const char *option_help(const struct cli_option *option, char *text)
{
    text[0] = '\0';
    if (option->kind == OPTION_CHOICE) {
        choices_describe(option->choices, text, OPTION_TEXT_SIZE);
    }
    const size_t used = strlen(text);
    snprintf(text + used, OPTION_TEXT_SIZE - used, "%s", option->help);
    return text;
}

/* Writes the popt table for ours; values are indices + 1. */
static void fill_popt_table(struct poptOption *table, const struct cli_option *options, struct parsed_line *parsed)
{
    int i = 0;
    for (; options[i].name != NULL; ++i) {
        table[i] = (struct poptOption){.longName = options[i].name,
                                       .shortName = options[i].short_name,
                                       .argInfo = options[i].kind == OPTION_FLAG ? POPT_ARG_NONE : POPT_ARG_STRING,
                                       .val = i + 1,
                                       .descrip = option_help(&options[i], parsed->help[i]),
                                       .argDescrip = options[i].argument};
    }
    table[i++] = (struct poptOption){.longName = option_of_help.name,
                                     .shortName = option_of_help.short_name,
                                     .argInfo = POPT_ARG_NONE,
                                     .val = HELP_VALUE,
                                     .descrip = option_of_help.help};
    table[i] = (struct poptOption){0};
}

static void print_help(const struct command *command, poptContext popt)
{
    printf("%s: %s\n\n", command->title, command->summary);
    poptPrintHelp(popt, stdout, 0);
    printf("%s%s\nExample:\n  %s\n", command->details[0] == '\0' ? "" : "\n", command->details, command->example);
}

/* Says what is wrong with a value; of a list, with which item. */
static void value_error(const struct command *command, const struct cli_option *option, const char *value)
{
    char expected[OPTION_TEXT_SIZE];
    option_expects(option, expected);
    if (option->kind == OPTION_NUMBERS) {
        const char *const item = parse_numbers(value, option, &(struct number_list){.count = 0});
        usage_error(command, "--%s: expected %s, found '%.*s' in '%s'", option->name, expected, (int)strcspn(item, ","),
                    item, value);
    } else if (option->kind == OPTION_CHOICE) {
        char question[NEAREST_TEXT_SIZE];
        usage_error(command, "--%s: expected %s, found '%s'%s", option->name, expected, value,
                    nearest_ask(value, option->choices, "", question));
    } else {
        usage_error(command, "--%s: expected %s, found '%s'", option->name, expected, value);
    }
}

static enum options_outcome take_option(const struct command *command, const struct cli_option *option, char *value)
{
    if (!store(option, value)) {
        value_error(command, option, value);
        return OPTIONS_BAD;
    }
    if (option->given != NULL) {
        *option->given = true;
    }
    return OPTIONS_GO_ON;
}

/* The question whether an option that is like this one was meant; `text` is what was given for it, with its dashes. */
static const char *ask_for_option(const struct cli_option *options, const char *text, char *question)
{
    const char *names[OPTIONS_MAX + 2];
    char name[NEAREST_TEXT_SIZE];
    size_t count = 0;
    for (; count < OPTIONS_MAX && options[count].name != NULL; ++count) {
        names[count] = options[count].name;
    }
    names[count] = option_of_help.name;
    names[count + 1] = NULL;
    text += strspn(text, "-");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "="), text);
    return nearest_ask(name, names, "--", question);
}

static void option_error(const struct command *command, const struct cli_option *options, const char *option, int error)
{
    char question[NEAREST_TEXT_SIZE];
    if (error == POPT_ERROR_BADOPT) {
        usage_error(command, "expected an option of %s, found '%s'%s", command->name, option,
                    ask_for_option(options, option, question));
    } else if (error == POPT_ERROR_NOARG) {
        usage_error(command, "%s: expected a value, found the end of the command", option);
    } else if (error == POPT_ERROR_UNWANTEDARG) {
        const char *const sign = strchrnul(option, '=');
        usage_error(command, "%.*s: expected no value, found '%s'", (int)(sign - option), option,
                    sign + (*sign == '='));
    } else {
        usage_error(command, "%s: %s", option, poptStrerror(error));
    }
}

enum options_outcome options_parse(const struct command *command, const struct cli_option *options, int argc,
                                   const char **argv, struct operands *operands)
{
    static const char *const no_items[] = {NULL};
    *operands = (struct operands){.items = no_items};
    if (strcmp(argv[0], COMPLETE_REQUEST) == 0) {
        complete_command(command, options, argc, argv);
        return OPTIONS_HELPED;
    }
    struct parsed_line *const parsed = calloc(1, sizeof *parsed);
    struct poptOption *const table = calloc(OPTIONS_MAX + 2, sizeof *table);
    enum options_outcome outcome = OPTIONS_GO_ON;
    if (parsed == NULL || table == NULL) {
        fprintf(stderr, "%s: error: not enough memory\n", command->title);
        free(table);
        free(parsed);
        return OPTIONS_BAD;
    }
    operands->context = parsed;
    fill_popt_table(table, options, parsed);
    snprintf(parsed->name, sizeof parsed->name, "%s", command->title);
    argv[0] = parsed->name;
    parsed->popt = poptGetContext(parsed->name, argc, argv, table, 0);
    poptSetOtherOptionHelp(parsed->popt, command->operands);
    int value;
    while (outcome == OPTIONS_GO_ON && (value = poptGetNextOpt(parsed->popt)) > 0) {
        if (value == HELP_VALUE) {
            print_help(command, parsed->popt);
            outcome = OPTIONS_HELPED;
        } else {
            char **const text = &parsed->texts[value - 1];
            free(*text);
            *text = poptGetOptArg(parsed->popt);
            outcome = take_option(command, &options[value - 1], *text);
            if (options[value - 1].kind == OPTION_TEXTS && outcome == OPTIONS_GO_ON) {
                parsed->lists[value - 1] = options[value - 1].target;
                *text = NULL; /* the list has it */
            }
        }
    }
    if (outcome == OPTIONS_GO_ON && value < -1) {
        option_error(command, options, poptBadOption(parsed->popt, POPT_BADOPTION_NOALIAS), value);
        outcome = OPTIONS_BAD;
    }
    const char *const *const items = (const char *const *)poptGetArgs(parsed->popt);
    if (items != NULL) {
        operands->items = items;
        while (items[operands->count] != NULL) {
            ++operands->count;
        }
    }
    free(table);
    return outcome;
}

static void free_list(struct text_list *list)
{
    for (size_t i = 0; list != NULL && i < list->count; ++i) {
        free(list->items[i]);
    }
    if (list != NULL) {
        free(list->items);
        *list = (struct text_list){.items = NULL};
    }
}

void operands_free(struct operands *operands)
{
    struct parsed_line *const parsed = operands->context;
    if (parsed != NULL) {
        poptFreeContext(parsed->popt);
        for (size_t i = 0; i < OPTIONS_MAX; ++i) {
            free(parsed->texts[i]);
            free_list(parsed->lists[i]);
        }
        free(parsed);
    }
    *operands = (struct operands){0};
}
