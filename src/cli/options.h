/*
 * One table of options per command feeds everything that must agree about them: parsing, range checks, --help, manual
 * pages and completions.
 */
#ifndef FIRESIEVE_CLI_OPTIONS_H
#define FIRESIEVE_CLI_OPTIONS_H

#include <firesieve/firesieve.h>

enum option_kind {
    OPTION_FLAG,    /* bool */
    OPTION_NUMBER,  /* uint64_t from low to high */
    OPTION_NUMBERS, /* struct number_list: several, separated by commas */
    OPTION_DELAY,   /* firesieve_delay below 2^127 */
    OPTION_BOUND,   /* firesieve_delay up to 2^127: where a range begins or ends */
    OPTION_SECONDS, /* double, not negative: a duration */
    OPTION_PERCENT, /* double, not negative */
    OPTION_BYTES,   /* uint64_t from low to high */
    OPTION_CHOICE,  /* int: the index of one of `choices`, whose names match in either case */
    OPTION_TEXT,    /* const char *: any text that is not empty; a part of argv */
    OPTION_TEXTS    /* struct text_list: the same, repeatable; at most one option of a table */
};

/* The value of OPTION_NUMBERS. */
struct number_list {
    uint64_t items[FIRESIEVE_TUPLET_OFFSETS_MAX];
    size_t count;
};

/* The value of OPTION_TEXTS; start with all members zero. */
struct text_list {
    const char **items; /* in the order in which they were given; a part of argv */
    size_t count;
};

struct cli_option {
    const char *name; /* without the dashes */
    char short_name;  /* or 0 */
    enum option_kind kind;
    void *target; /* of the kind's type; holds the default, which stays if the option is not given */
    uint64_t low;
    uint64_t high;
    const char *const *choices; /* ends with NULL */
    const char *argument;       /* what --help calls the value */
    const char *help;           /* of a choice: what follows the names of the choices */
    bool *given;                /* set to true if the option is given; may be NULL */
};

/* Names to choose from; ends with NULL. */
struct choices {
    const char *names[16];
};

struct command;

/* A command as `firesieve NAME` runs it. */
struct command {
    const char *title; /* how messages begin: "firesieve solve" */
    const char *name;
    const char *operands; /* as --help shows them */
    const char *summary;  /* what it does, one line */
    const char *details;  /* further paragraphs of --help, each line ending in \n; may be "" */
    const char *example;  /* a line to try */
    int (*run)(const struct command *command, int argc, const char **argv); /* returns the exit status */
    struct choices (*operand_choices)(void); /* what the operand must be one of; NULL: anything */
};

/* The words of the command line that are not options. */
struct operands {
    const char **items; /* a part of argv; ends with NULL */
    size_t count;
};

/* What options_parse returns if the command is to run: no exit status. */
enum { OPTIONS_GO_ON = -1 };

/*
 * Parses argv[1..] by the table, which ends with a row without a name, and moves operands, and the texts of
 * OPTION_TEXTS, to the front of argv. Returns OPTIONS_GO_ON, or the exit status of a command that is done: EXIT_FOUND
 * after --help, EXIT_BAD after an error, which has been reported on standard error.
 */
int options_parse(const struct command *command, const struct cli_option *options, int argc, const char **argv,
                  struct operands *operands);

/* Room for the help of an option and for what its value must be, in bytes. */
#define OPTION_TEXT_SIZE 512

/* The option that a word as --name or --name=value spells out, or NULL. */
const struct cli_option *option_find(const struct cli_option *options, const char *word);

/* Writes the help of an option, of a choice with its names, as --help has it, into `text` and returns it. */
const char *option_help(const struct cli_option *option, char *text);

/* Writes what a value must be into `text`, as "a whole number from 1 to 3", and returns it. */
const char *option_expects(const struct cli_option *option, char *text);

/* The index of the choice that the text names, in either case. False if it names none. */
bool choice_parse(const char *text, const char *const *choices, int *index);

/* Writes choices that end with NULL as `a, b or c`. */
void choices_describe(const char *const *choices, char *out, size_t size);

/* A rule for options: whether it is broken, and the error if it is. */
struct usage_rule {
    bool is_broken;
    const char *message;
};

/* Whether all rules are kept, up to one without a message. Reports the first broken one as a usage_error. */
bool usage_keeps(const struct command *command, const struct usage_rule *rules);

/* Prints `firesieve COMMAND: error: ...` and a hint at --help on standard error; returns EXIT_BAD. */
int usage_error(const struct command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same as an expression for checks, which is false. */
#define usage_refuse(...) (usage_error(__VA_ARGS__), false)

#endif
