#include "cli/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/complete.h"
#include "cli/nearest.h"
#include "cli/terminal.h"
#include "cli/values.h"

enum { OPTIONS_MAX = 24 };

/* Values that getopt_long returns besides letters. */
enum { OPERAND = 1, MISSING_VALUE = ':', UNKNOWN = '?', LONG_FOUND = 256 };

static const struct cli_option option_of_help = {
    .name = "help", .short_name = 'h', .kind = OPTION_FLAG, .help = "print this help"};

/* All options of a command, --help last, and a row without a name. */
struct option_rows {
    struct cli_option items[OPTIONS_MAX + 2];
    size_t count;
};

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

const struct cli_option *option_find(const struct cli_option *options, const char *word)
{
    const size_t length = strcspn(word, "=");
    for (; strncmp(word, "--", 2) == 0 && options->name != NULL; ++options) {
        if (strlen(options->name) == length - 2 && strncmp(options->name, word + 2, length - 2) == 0) {
            return options;
        }
    }
    return NULL;
}

bool usage_keeps(const struct command *command, const struct usage_rule *rules)
{
    for (; rules->message != NULL; ++rules) {
        if (rules->is_broken) {
            return usage_refuse(command, "%s", rules->message);
        }
    }
    return true;
}

/* Parses a list of numbers; returns the first item that is invalid or one too many, or NULL. */
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
    static const char *const same_for_all[] = {
        [OPTION_FLAG] = "no value",
        [OPTION_DELAY] = "a whole number from 0 to 2^127 - 1",
        [OPTION_BOUND] = "a whole number from 0 to 2^127",
        [OPTION_SECONDS] = "seconds, 0 or more, or a duration as 1m30s or 500ms",
        [OPTION_PERCENT] = "a number of per cent, 0 or more",
        [OPTION_BYTES] = "from 1 to 2^64 - 1 bytes, as 1500000, 64M or 2G",
        [OPTION_TEXTS] = NULL,
    };
    if (option->kind == OPTION_NUMBER) {
        snprintf(text, size, "a whole number from %llu to %llu", (unsigned long long)option->low,
                 (unsigned long long)option->high);
    } else if (option->kind == OPTION_NUMBERS) {
        snprintf(text, size, "at most %d whole numbers from %llu to %llu, separated by commas",
                 FIRESIEVE_TUPLET_OFFSETS_MAX, (unsigned long long)option->low, (unsigned long long)option->high);
    } else if (option->kind == OPTION_CHOICE) {
        choices_describe(option->choices, text, size);
    } else {
        const char *const same = same_for_all[option->kind];
        snprintf(text, size, "%s", same == NULL ? option->argument : same);
    }
    return text;
}

static bool store(const struct cli_option *option, const char *value)
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
        ++((struct text_list *)option->target)->count; /* keep_texts has the items */
        return *value != '\0';
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

/* Prints a text from a column on, wrapped before `width`. */
static void print_wrapped(const char *text, size_t column, size_t width)
{
    const size_t room = width - column;
    while (strlen(text) > room) {
        size_t length = room - 1;
        while (length > 0 && text[length] != ' ') {
            --length;
        }
        if (length == 0) {
            break;
        }
        printf("%.*s\n%*s", (int)length, text, (int)column, "");
        text += length + 1;
    }
    puts(text);
}

static void print_help(const struct command *command, const struct option_rows *rows)
{
    enum { GAP = 5, WIDTH_LEAST = 79 };
    char left[OPTIONS_MAX + 1][OPTION_TEXT_SIZE];
    size_t column = 0;
    size_t width = isatty(STDOUT_FILENO) ? terminal_size(STDOUT_FILENO).columns - 1 : WIDTH_LEAST;
    width = width < WIDTH_LEAST ? WIDTH_LEAST : width;
    for (size_t i = 0; i < rows->count; ++i) {
        const struct cli_option *const option = &rows->items[i];
        const char letter[] = {'-', option->short_name, ',', '\0'};
        const int length =
            snprintf(left[i], sizeof left[i], "  %3s --%s%s%s", option->short_name == 0 ? "" : letter, option->name,
                     option->argument == NULL ? "" : "=", option->argument == NULL ? "" : option->argument);
        column = (size_t)length + GAP > column ? (size_t)length + GAP : column;
    }
    printf("%s: %s\n\nUsage: %s %s\n", command->title, command->summary, command->title, command->operands);
    for (size_t i = 0; i < rows->count; ++i) {
        char text[OPTION_TEXT_SIZE];
        printf("%-*s", (int)column, left[i]);
        print_wrapped(option_help(&rows->items[i], text), column, width);
    }
    printf("%s%s\nExample:\n  %s\n", command->details[0] == '\0' ? "" : "\n", command->details, command->example);
}

/* Reports what is wrong with a value, and of a list, with which item. */
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

/* Writes a question whether a similar option was meant; `text` is the unknown one, with its dashes. */
static const char *ask_for_option(const struct option_rows *rows, const char *text, char *question)
{
    const char *names[OPTIONS_MAX + 2] = {NULL};
    char name[NEAREST_TEXT_SIZE];
    for (size_t i = 0; i < rows->count; ++i) {
        names[i] = rows->items[i].name;
    }
    text += strspn(text, "-");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "="), text);
    return nearest_ask(name, names, "--", question);
}

/* Reports what is wrong with an option; `found` is what getopt_long returned for it. */
static void option_error(const struct command *command, const struct option_rows *rows, const char *word, int found)
{
    char question[NEAREST_TEXT_SIZE];
    const bool is_letter = word[1] != '-';
    const char *const sign = strchrnul(word, '=');
    if (is_letter ? found != MISSING_VALUE : option_find(rows->items, word) == NULL) {
        usage_error(command, "expected an option of %s, found '%s'%s", command->name, word,
                    ask_for_option(rows, word, question));
    } else if (found == MISSING_VALUE) {
        usage_error(command, "%s: expected a value, found the end of the command", word);
    } else {
        usage_error(command, "%.*s: expected no value, found '%s'", (int)(sign - word), word, sign + (*sign == '='));
    }
}

static int take_option(const struct command *command, const struct option_rows *rows, const struct cli_option *option,
                       const char *value)
{
    if (option == &rows->items[rows->count - 1]) {
        print_help(command, rows);
        return EXIT_FOUND;
    }
    if (!store(option, value)) {
        value_error(command, option, value);
        return EXIT_BAD;
    }
    if (option->given != NULL) {
        *option->given = true;
    }
    return OPTIONS_GO_ON;
}

/* Fills the tables of getopt_long. It returns LONG_FOUND + index for a long option, and its letter for a short one. */
static void fill_tables(const struct option_rows *rows, struct option *table, char *letters)
{
    letters = stpcpy(letters, "-:"); /* return operands in order, and ':' for a missing value */
    for (size_t i = 0; i < rows->count; ++i) {
        const struct cli_option *const option = &rows->items[i];
        const bool has_value = option->kind != OPTION_FLAG;
        table[i] = (struct option){.name = option->name, .has_arg = has_value, .val = LONG_FOUND + (int)i};
        if (option->short_name != 0) {
            *letters++ = option->short_name;
            letters = stpcpy(letters, has_value ? ":" : "");
        }
    }
}

static const struct cli_option *find_option(const struct option_rows *rows, int found)
{
    size_t i = 0;
    while (found < LONG_FOUND && rows->items[i].short_name != found) {
        ++i;
    }
    return &rows->items[found < LONG_FOUND ? i : (size_t)(found - LONG_FOUND)];
}

/*
 * The front of argv, which receives the operands and, after them, the texts of an option. These are always
 * fewer than the words parsed so far, so no word is overwritten before it is read.
 */
struct kept {
    const char **argv;
    size_t operands;
    size_t texts;
};

static void keep_operand(struct kept *kept, const char *operand)
{
    const char **const end = kept->argv + kept->operands;
    memmove(end + 1, end, kept->texts * sizeof *end);
    *end = operand;
    ++kept->operands;
}

static void keep_text(struct kept *kept, const char *text)
{
    kept->argv[kept->operands + kept->texts++] = text;
}

static int parse(const struct command *command, const struct option_rows *rows, int argc, struct kept *kept)
{
    struct option table[OPTIONS_MAX + 2] = {{0}};
    char letters[2 * sizeof table / sizeof table[0] + sizeof "-:"] = "";
    const char **const argv = kept->argv;
    int status = OPTIONS_GO_ON;
    fill_tables(rows, table, letters);
    optind = 0; /* resets its state: it may have parsed another command line */
    opterr = 0;
    while (status == OPTIONS_GO_ON) {
        const char *const word = argv[optind == 0 ? 1 : optind];
        const int found = getopt_long(argc, (char *const *)(void *)argv, letters, table, NULL);
        if (found == -1) {
            break;
        }
        if (found == OPERAND) {
            keep_operand(kept, optarg);
            continue;
        }
        if (found == UNKNOWN || found == MISSING_VALUE ||
            (found >= LONG_FOUND &&
             option_find(rows->items, word) == NULL)) { /* getopt_long would accept an abbreviation */
            option_error(command, rows, word, found);
            return EXIT_BAD;
        }
        const struct cli_option *const option = find_option(rows, found);
        if (found < LONG_FOUND && argv[optind - 1] == word && optarg != NULL && *optarg == '=') {
            ++optarg; /* -e=LINE */
        }
        status = take_option(command, rows, option, optarg == NULL ? "" : optarg);
        if (option->kind == OPTION_TEXTS) {
            keep_text(kept, optarg);
        }
    }
    while (status == OPTIONS_GO_ON && optind < argc) {
        keep_operand(kept, argv[optind++]); /* after -- */
    }
    return status;
}

int options_parse(const struct command *command, const struct cli_option *options, int argc, const char **argv,
                  struct operands *operands)
{
    struct option_rows rows = {.count = 0};
    struct kept kept = {.argv = argv};
    for (; options[rows.count].name != NULL && rows.count < OPTIONS_MAX; ++rows.count) {
        rows.items[rows.count] = options[rows.count];
    }
    rows.items[rows.count++] = option_of_help;
    *operands = (struct operands){.items = argv};
    if (strcmp(argv[0], COMPLETE_REQUEST) == 0) {
        complete_command(command, rows.items, argc, argv);
        return EXIT_FOUND;
    }
    const int status = parse(command, &rows, argc, &kept);
    operands->count = kept.operands;
    keep_operand(&kept, NULL);
    for (size_t i = 0; i < rows.count; ++i) {
        if (rows.items[i].kind == OPTION_TEXTS) {
            ((struct text_list *)rows.items[i].target)->items = argv + kept.operands;
        }
    }
    return status;
}
