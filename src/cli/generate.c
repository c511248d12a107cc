/* firesieve generate: writes a firewall of a family. */
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/residue_text.h"

enum { LAYERS_MAX = 1000000000 }; /* 16 GB of memory */

/* The ranges of options. The library checks them as well, but --help needs them here. */
enum { K_MIN = 2, K_MAX = 5000, PRIMES_MAX = 1000, SIEVE_TO_MIN = 2, SIEVE_TO_MAX = 1000000000 };

/* The options, in the order of their table. */
enum parameter { LAYERS, MIN_RANGE, MAX_RANGE, DELAY, BITS, SEED, K, PRIMES, OFFSETS, START, SIEVE_TO, PARAMETERS };

/* The language of the output. */
enum written_format { WRITTEN_FIREWALL, WRITTEN_RESIDUES };

static const char *const format_names[] = {[WRITTEN_FIREWALL] = "firewall", [WRITTEN_RESIDUES] = "residues", NULL};

#define TAKES(parameter) (1U << (parameter))

/* The options that each family uses. */
static const unsigned family_takes[FIRESIEVE_FAMILY_COUNT] = {
    [FIRESIEVE_FAMILY_UNIFORM] = TAKES(LAYERS) | TAKES(MIN_RANGE) | TAKES(MAX_RANGE) | TAKES(SEED),
    [FIRESIEVE_FAMILY_PUZZLE] = TAKES(SEED),
    [FIRESIEVE_FAMILY_PLANTED] =
        TAKES(LAYERS) | TAKES(MIN_RANGE) | TAKES(MAX_RANGE) | TAKES(DELAY) | TAKES(BITS) | TAKES(SEED),
    [FIRESIEVE_FAMILY_BLOCKED] = TAKES(LAYERS) | TAKES(SEED),
    [FIRESIEVE_FAMILY_EXTREMAL] = TAKES(LAYERS),
    [FIRESIEVE_FAMILY_ERDOS_SELFRIDGE] = TAKES(K),
    [FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE] = TAKES(PRIMES),
    [FIRESIEVE_FAMILY_PSEUDOSQUARE] = TAKES(PRIMES),
    [FIRESIEVE_FAMILY_TUPLET] = TAKES(OFFSETS) | TAKES(START) | TAKES(SIEVE_TO),
};

/* What the command line asks for. */
struct request {
    firesieve_generate_options values; /* only those given */
    uint64_t bits;
    struct number_list offsets;
    bool given[PARAMETERS];
    int format; /* an enum written_format */
};

static struct choices family_choices(void)
{
    struct choices choices = {{NULL}};
    for (int i = 0; i < FIRESIEVE_FAMILY_COUNT; ++i) {
        choices.names[i] = firesieve_family_name((firesieve_family)i);
    }
    return choices;
}

static int family_error(const struct command *command, const struct operands *operands)
{
    char families[512];
    choices_describe(family_choices().names, families, sizeof families);
    char question[NEAREST_TEXT_SIZE];
    return operands->count == 1
               ? usage_error(command, "expected %s as FAMILY, found '%s'%s", families, operands->items[0],
                             nearest_ask(operands->items[0], family_choices().names, "", question))
               : usage_error(command, "expected one FAMILY: %s", families);
}

/* The first option that was given and that the family has no use for, or PARAMETERS. */
static size_t find_useless_option(firesieve_family family, const bool *given)
{
    size_t i = 0;
    while (i < PARAMETERS && (!given[i] || (family_takes[family] & TAKES(i)) != 0)) {
        ++i;
    }
    return i;
}

static int write_firewall(const struct command *command, firesieve_family family,
                          const firesieve_generate_options *options, int format)
{
    enum { SIEVE_TO_CHECKED = 1000 };
    const bool residues = format == WRITTEN_RESIDUES;
    const bool defined = residues && residue_text_defines(family, options);
    firesieve_error error;
    firesieve_firewall *firewall = NULL;
    firesieve_generate_options made = *options;
    if (defined && family == FIRESIEVE_FAMILY_TUPLET && made.sieve_to > SIEVE_TO_CHECKED) {
        made.sieve_to = SIEVE_TO_CHECKED; /* a definition needs no layers, but the options must be checked */
    }
    firesieve_status status = firesieve_firewall_generate(family, &made, &firewall, &error);
    if (status == FIRESIEVE_OK && defined) {
        residue_text_print_family(family, options);
    } else if (status == FIRESIEVE_OK && residues && !residue_text_print_runs(firewall)) {
        status = error_set_memory(&error, "the lines");
    } else if (status == FIRESIEVE_OK && !residues) {
        status = firesieve_firewall_write(firewall, stdout, &error);
    }
    firesieve_firewall_free(firewall);
    if (status == FIRESIEVE_OK) {
        return EXIT_FOUND;
    }
    if (status == FIRESIEVE_ERROR_ARGUMENT) {
        return usage_error(command, "%s: %s", firesieve_family_name(family), error.message);
    }
    return command_error(command, NULL, error.message);
}

/* If one bound is given alone, the other one follows. */
static void merge_ranges(firesieve_generate_options *options, const struct request *request)
{
    options->min_range = request->given[MIN_RANGE] ? request->values.min_range : options->min_range;
    options->max_range = request->given[MAX_RANGE] ? request->values.max_range : options->max_range;
    if (request->given[MAX_RANGE] && !request->given[MIN_RANGE] && options->min_range > options->max_range) {
        options->min_range = 2;
    }
    if (request->given[MIN_RANGE] && !request->given[MAX_RANGE] && options->max_range < options->min_range) {
        options->max_range = options->min_range;
    }
}

/* The family's defaults, overridden by the options given. */
static firesieve_generate_options merge(firesieve_family family, const struct request *request)
{
    const firesieve_generate_options *const values = &request->values;
    const bool *const given = request->given;
    firesieve_generate_options options = firesieve_generate_defaults(family);
    merge_ranges(&options, request);
    options.layers = given[LAYERS] ? values->layers : options.layers;
    options.delay = given[DELAY] ? values->delay : options.delay;
    options.bits = given[BITS] ? (unsigned)request->bits : options.bits;
    options.seed = given[SEED] ? values->seed : options.seed;
    options.k = given[K] ? values->k : options.k;
    options.primes = given[PRIMES] ? values->primes : options.primes;
    options.start = given[START] ? values->start : options.start;
    options.sieve_to = given[SIEVE_TO] ? values->sieve_to : options.sieve_to;
    if (given[OFFSETS]) {
        options.offset_count = request->offsets.count;
        memcpy(options.offsets, request->offsets.items, sizeof options.offsets);
    }
    return options;
}

static int generate(const struct command *command, const struct cli_option *table, const struct operands *operands,
                    const struct request *request)
{
    int index;
    if (operands->count != 1 || !choice_parse(operands->items[0], family_choices().names, &index)) {
        return family_error(command, operands);
    }
    const firesieve_family family = (firesieve_family)index;
    const size_t useless = find_useless_option(family, request->given);
    if (useless < PARAMETERS) {
        return usage_error(command, "--%s: family %s has no use for this option", table[useless].name,
                           firesieve_family_name(family));
    }
    if (request->given[DELAY] && request->given[BITS]) {
        return usage_error(command, "expected either --delay or --bits, found both");
    }
    const firesieve_generate_options options = merge(family, request);
    return write_firewall(command, family, &options, request->format);
}

static int run_generate(const struct command *command, int argc, const char **argv)
{
    struct request request = {.bits = 0};
    firesieve_generate_options *const values = &request.values;
    bool *const given = request.given;
    const struct cli_option table[PARAMETERS + 2] = {
        [LAYERS] = {"layers", 0, OPTION_NUMBER, &values->layers, 1, LAYERS_MAX, NULL, "N", "how many layers",
                    &given[LAYERS]},
        [MIN_RANGE] = {"min-range", 0, OPTION_NUMBER, &values->min_range, 2, FIRESIEVE_RANGE_MAX, NULL, "A",
                       "the smallest range", &given[MIN_RANGE]},
        [MAX_RANGE] = {"max-range", 0, OPTION_NUMBER, &values->max_range, 2, FIRESIEVE_RANGE_MAX, NULL, "B",
                       "the largest range", &given[MAX_RANGE]},
        [DELAY] = {"delay", 0, OPTION_DELAY, &values->delay, 0, 0, NULL, "T", "planted: the delay that is safe",
                   &given[DELAY]},
        [BITS] = {"bits", 0, OPTION_NUMBER, &request.bits, 1, 127, NULL, "K", "planted: a random safe delay of K bits",
                  &given[BITS]},
        [SEED] = {"seed", 0, OPTION_NUMBER, &values->seed, 0, UINT64_MAX, NULL, "S",
                  "the seed: the same seed gives the same firewall everywhere (default 1)", &given[SEED]},
        [K] = {"k", 0, OPTION_NUMBER, &values->k, K_MIN, K_MAX, NULL, "K", "erdos-selfridge: k", &given[K]},
        [PRIMES] = {"primes", 0, OPTION_NUMBER, &values->primes, 0, PRIMES_MAX, NULL, "N",
                    "the pseudosquares: how many odd primes, from 3 on", &given[PRIMES]},
        [OFFSETS] = {"offsets", 0, OPTION_NUMBERS, &request.offsets, 0, UINT64_MAX, NULL, "O1,O2,...",
                     "tuplet: its pattern, ascending", &given[OFFSETS]},
        [START] = {"start", 0, OPTION_NUMBER, &values->start, 0, UINT64_MAX, NULL, "T0",
                   "tuplet: the number that delay 0 stands for", &given[START]},
        [SIEVE_TO] = {"sieve-to", 0, OPTION_NUMBER, &values->sieve_to, SIEVE_TO_MIN, SIEVE_TO_MAX, NULL, "P",
                      "tuplet: the largest prime to sieve by", &given[SIEVE_TO]},
        [PARAMETERS] = {"format", 0, OPTION_CHOICE, &request.format, 0, 0, format_names, "FORMAT",
                        " (default firewall)", NULL},
    };
    struct operands operands;
    const int status = options_parse(command, table, argc, argv, &operands);
    return status != OPTIONS_GO_ON ? status : generate(command, table, &operands, &request);
}

const struct command command_generate = {
    .name = "generate",
    .title = "firesieve generate",
    .operands = "FAMILY [OPTION]...",
    .summary = "write a firewall of a family, random or with an answer that is known",
    .details = "Families, and their options:\n"
               "  uniform                random ranges\n"
               "                         --layers --min-range --max-range --seed\n"
               "  puzzle                 like a puzzle input, answer in the millions\n"
               "                         --seed\n"
               "  planted                random, but one delay is safe\n"
               "                         --layers --min-range --max-range --delay|--bits --seed\n"
               "  blocked                no delay is safe, and no period alone shows it\n"
               "                         --layers --seed\n"
               "  extremal               the answer is 2^layers - 1\n"
               "                         --layers\n"
               "  erdos-selfridge        the answer is n - k - 2 for the least n > k + 1 such that no\n"
               "                         prime up to k divides the binomial coefficient C(n, k)\n"
               "                         --k\n"
               "  negative-pseudosquare  the answer is the least m = 7 mod 8 such that -m is a nonzero\n"
               "                         square modulo each of the primes\n"
               "                         --primes\n"
               "  pseudosquare           safe are all m = 1 mod 8 that are nonzero squares modulo each of\n"
               "                         the primes: 1, other squares, and larger ones that are none\n"
               "                         --primes\n"
               "  tuplet                 delay t is safe when no prime up to P divides T0 + t + offset\n"
               "                         for any offset: the prime tuplets, if P is large enough\n"
               "                         --offsets --start --sieve-to\n",
    .example = "firesieve generate tuplet --offsets 0,2,6,8 --start 1000000000 --sieve-to 32000 | firesieve solve",
    .run = run_generate,
    .operand_choices = family_choices,
};
