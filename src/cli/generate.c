/* firesieve generate: writes a firewall of a family. */
#include <string.h>

#include "cli/command.h"

enum { LAYERS_MAX = 1000000000 }; /* 16 GB of memory */

/* The options that mean something to a family; seed does to all but extremal. */
struct family_options {
    bool layers;
    bool ranges;
    bool delay;
    bool seed;
};

static const struct family_options family_options[FIRESIEVE_FAMILY_COUNT] = {
    [FIRESIEVE_FAMILY_UNIFORM] = {.layers = true, .ranges = true, .seed = true},
    [FIRESIEVE_FAMILY_PUZZLE] = {.seed = true},
    [FIRESIEVE_FAMILY_PLANTED] = {.layers = true, .ranges = true, .delay = true, .seed = true},
    [FIRESIEVE_FAMILY_EXTREMAL] = {.layers = true},
};

/* What was given on the command line. */
struct given {
    bool layers;
    bool min_range;
    bool max_range;
    bool delay;
    bool bits;
    bool seed;
};

static bool find_family(const char *name, firesieve_family *family)
{
    for (int i = 0; i < FIRESIEVE_FAMILY_COUNT; ++i) {
        if (strcmp(firesieve_family_name((firesieve_family)i), name) == 0) {
            *family = (firesieve_family)i;
            return true;
        }
    }
    return false;
}

/* The name of an option that was given and that the family has no use for, or NULL. */
static const char *useless_option(firesieve_family family, const struct given *given)
{
    const struct family_options *const takes = &family_options[family];
    return given->layers && !takes->layers      ? "layers"
           : given->min_range && !takes->ranges ? "min-range"
           : given->max_range && !takes->ranges ? "max-range"
           : given->delay && !takes->delay      ? "delay"
           : given->bits && !takes->delay       ? "bits"
           : given->seed && !takes->seed        ? "seed"
                                                : NULL;
}

static int write_firewall(const struct command *command, firesieve_family family,
                          const firesieve_generate_options *options)
{
    firesieve_error error;
    firesieve_firewall *firewall = NULL;
    firesieve_status status = firesieve_firewall_generate(family, options, &firewall, &error);
    if (status == FIRESIEVE_OK) {
        status = firesieve_firewall_write(firewall, stdout, &error);
    }
    firesieve_firewall_free(firewall);
    if (status == FIRESIEVE_OK) {
        return EXIT_FOUND;
    }
    if (status == FIRESIEVE_ERROR_ARGUMENT) {
        return usage_error(command, "%s: %s", firesieve_family_name(family), error.message);
    }
    fprintf(stderr, "firesieve %s: error: %s\n", command->name, error.message);
    return EXIT_BAD;
}

/* The family's defaults with what was given in their place. */
static firesieve_generate_options merge(firesieve_family family, const firesieve_generate_options *values,
                                        const struct given *given)
{
    firesieve_generate_options options = firesieve_generate_defaults(family);
    options.layers = given->layers ? values->layers : options.layers;
    options.min_range = given->min_range ? values->min_range : options.min_range;
    options.max_range = given->max_range ? values->max_range : options.max_range;
    if (given->max_range && !given->min_range && options.min_range > options.max_range) {
        options.min_range = 2;
    }
    if (given->min_range && !given->max_range && options.max_range < options.min_range) {
        options.max_range = options.min_range;
    }
    options.delay = given->delay ? values->delay : options.delay;
    options.bits = given->bits ? values->bits : options.bits;
    options.seed = given->seed ? values->seed : options.seed;
    return options;
}

static int generate(const struct command *command, const struct operands *operands,
                    const firesieve_generate_options *values, const struct given *given)
{
    firesieve_family family;
    if (operands->count != 1) {
        return usage_error(command, "expected one FAMILY: uniform, puzzle, planted or extremal");
    }
    if (!find_family(operands->items[0], &family)) {
        return usage_error(command, "expected uniform, puzzle, planted or extremal as FAMILY, found '%s'",
                           operands->items[0]);
    }
    const char *const useless = useless_option(family, given);
    if (useless != NULL) {
        return usage_error(command, "--%s: family %s has no use for this option", useless, operands->items[0]);
    }
    if (given->delay && given->bits) {
        return usage_error(command, "expected either --delay or --bits, found both");
    }
    const firesieve_generate_options options = merge(family, values, given);
    return write_firewall(command, family, &options);
}

static int run_generate(const struct command *command, int argc, const char **argv)
{
    firesieve_generate_options values = {0};
    struct given given = {0};
    uint64_t bits = 0;
    const struct cli_option options[] = {
        {"layers", 0, OPTION_NUMBER, &values.layers, 1, LAYERS_MAX, NULL, "N", "how many layers", &given.layers},
        {"min-range", 0, OPTION_NUMBER, &values.min_range, 2, FIRESIEVE_RANGE_MAX, NULL, "A", "the smallest range",
         &given.min_range},
        {"max-range", 0, OPTION_NUMBER, &values.max_range, 2, FIRESIEVE_RANGE_MAX, NULL, "B", "the largest range",
         &given.max_range},
        {"delay", 0, OPTION_DELAY, &values.delay, 0, 0, NULL, "T", "planted: the delay that is safe", &given.delay},
        {"bits", 0, OPTION_NUMBER, &bits, 1, 127, NULL, "K", "planted: a random safe delay of K bits", &given.bits},
        {"seed", 0, OPTION_NUMBER, &values.seed, 0, UINT64_MAX, NULL, "S",
         "the seed; the same one gives the same firewall everywhere (default 1)", &given.seed},
        {0},
    };
    struct operands operands;
    const enum options_outcome outcome = options_parse(command, options, argc, argv, &operands);
    int status = outcome == OPTIONS_HELPED ? EXIT_FOUND : EXIT_BAD;
    if (outcome == OPTIONS_GO_ON) {
        values.bits = (unsigned)bits;
        status = generate(command, &operands, &values, &given);
    }
    operands_free(&operands);
    return status;
}

const struct command command_generate = {
    .name = "generate",
    .operands = "FAMILY [OPTION]...",
    .summary = "write a firewall of a family: uniform, puzzle, planted or extremal",
    .details = "Families:\n"
               "  uniform   --layers --min-range --max-range --seed   random ranges\n"
               "  puzzle    --seed                                    like a puzzle input, answer in the millions\n"
               "  planted   --layers --min-range --max-range --delay|--bits --seed   random, but one delay is safe\n"
               "  extremal  --layers                                  the answer is 2^layers - 1\n",
    .example = "firesieve generate planted --layers 2000 --max-range 30 --delay 123456789 > planted.txt",
    .run = run_generate,
};
