/* firesieve convert: the same firewall in another language. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/residue_text.h"
#include "cli/source.h"

enum target { TARGET_FIREWALL, TARGET_RESIDUES, TARGET_JSON };

static const char *const target_names[] = {
    [TARGET_FIREWALL] = "firewall", [TARGET_RESIDUES] = "residues", [TARGET_JSON] = "json", NULL};

struct convert_settings {
    struct source_settings source;
    int target;
    bool target_given;
};

/* ---- To layers ---------------------------------------------------------------------------------------- */

/* Layers that are being built from classes. */
struct layers {
    firesieve_layer *items; /* owned */
    size_t count;
};

static int compare_classes(const void *a, const void *b)
{
    const firesieve_class *const left = a;
    const firesieve_class *const right = b;
    return left->modulus != right->modulus ? (left->modulus > right->modulus) - (left->modulus < right->modulus)
                                           : (left->residue > right->residue) - (left->residue < right->residue);
}

/* All classes of a firewall, ascending, each once; NULL: no memory. */
static firesieve_class *list_classes(const firesieve_firewall *firewall, size_t *count)
{
    const size_t given = firesieve_firewall_layer_count(firewall);
    firesieve_class *const classes = reallocarray(NULL, given + 1, sizeof *classes);
    *count = 0;
    for (size_t i = 0; i < given && classes != NULL; ++i) {
        classes[i] = firesieve_firewall_class(firewall, i);
    }
    if (classes == NULL) {
        return NULL;
    }
    qsort(classes, given, sizeof *classes, compare_classes);
    for (size_t i = 0; i < given; ++i) {
        if (*count == 0 || compare_classes(&classes[*count - 1], &classes[i]) != 0) {
            classes[(*count)++] = classes[i];
        }
    }
    return classes;
}

/*
 * The least depth from `least` on that is -residue modulo `period`. Depths of a run of classes ascend, and those of
 * the next run begin after them, so that all are distinct.
 */
static uint64_t depth_from(uint64_t least, uint64_t residue, uint64_t period)
{
    const uint64_t place = (residue + least % period) % period;
    return place == 0 ? least : least + (period - place);
}

static int compare_depths(const void *a, const void *b)
{
    const firesieve_layer *const left = a;
    const firesieve_layer *const right = b;
    return (left->depth > right->depth) - (left->depth < right->depth);
}

/*
 * A class modulo an even M is a layer of range M / 2 + 1; modulo an odd one, two of range M + 1, as periods are even:
 * its residues modulo 2 * M. False: the depths would pass the largest there is.
 */
static bool add_run(struct layers *layers, const firesieve_class *classes, size_t count)
{
    const size_t first = layers->count;
    const uint64_t least = first == 0 ? 0 : layers->items[first - 1].depth + 1;
    const uint64_t modulus = classes[0].modulus;
    const bool stays = modulus == 1;
    const uint64_t period = modulus % 2 == 0 ? modulus : 2 * modulus;
    const uint64_t range = stays ? 1 : period / 2 + 1;
    if (range > FIRESIEVE_RANGE_MAX || least > FIRESIEVE_DEPTH_MAX - period) {
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        layers->items[layers->count++] = (firesieve_layer){depth_from(least, classes[i].residue, period), range};
        if (modulus % 2 != 0 && !stays) {
            const uint64_t depth = depth_from(least, classes[i].residue + modulus, period);
            layers->items[layers->count++] = (firesieve_layer){depth, range};
        }
    }
    qsort(layers->items + first, layers->count - first, sizeof *layers->items, compare_depths);
    return true;
}

static firesieve_status build_layers(const firesieve_firewall *firewall, firesieve_firewall **made,
                                     firesieve_error *error)
{
    size_t count;
    firesieve_class *const classes = list_classes(firewall, &count);
    struct layers layers = {.items = reallocarray(NULL, 2 * count + 1, sizeof *layers.items)};
    firesieve_status status;
    if (classes != NULL && layers.items != NULL) {
        bool fits = true;
        size_t end;
        for (size_t i = 0; i < count && fits; i = end) {
            for (end = i; end < count && classes[end].modulus == classes[i].modulus; ++end) {
            }
            fits = add_run(&layers, classes + i, end - i);
        }
        status = fits ? firesieve_firewall_build(layers.items, layers.count, made, error)
                      : error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                                  "the layers would be deeper than 2^63 - 1, or have ranges above 2^62");
    } else {
        status = error_set_memory(error, "the layers");
    }
    free(classes);
    free(layers.items);
    return status;
}

/* Whether classes express all lines; reports the first line that they do not. */
static bool is_said_by_classes(const firesieve_firewall *firewall)
{
    const size_t count = firesieve_firewall_line_count(firewall);
    for (size_t i = 0; i < count; ++i) {
        firesieve_line line;
        firesieve_firewall_line(firewall, i, &line);
        if (!line.whole) {
            fprintf(stderr, "%s:%" PRIu64 ":1: error: expected a line that layers can say, found '%s'\n", line.source,
                    line.number, line.text);
            return false;
        }
    }
    return true;
}

static int write_layers(const struct command *command, const firesieve_firewall *firewall)
{
    firesieve_firewall *made = NULL;
    firesieve_error error;
    firesieve_status status = FIRESIEVE_OK;
    if (firesieve_firewall_layers(firewall) == NULL) {
        if (!is_said_by_classes(firewall)) {
            return EXIT_BAD;
        }
        if (firesieve_firewall_layer_count(firewall) == 0) {
            return command_error(command, NULL, "a firewall has at least one layer, and these lines forbid nothing");
        }
        status = build_layers(firewall, &made, &error);
    }
    if (status == FIRESIEVE_OK) {
        status = firesieve_firewall_write(made == NULL ? firewall : made, stdout, &error);
    }
    firesieve_firewall_free(made);
    if (status != FIRESIEVE_OK && status != FIRESIEVE_ERROR_WRITE) { /* the latter is reported at the end */
        return command_error(command, NULL, error.message);
    }
    return EXIT_FOUND;
}

/* ---- To JSON ------------------------------------------------------------------------------------------ */

static int write_json(const struct command *command, const firesieve_firewall *firewall)
{
    const firesieve_layer *const layers = firesieve_firewall_layers(firewall);
    const size_t count =
        layers == NULL ? firesieve_firewall_line_count(firewall) : firesieve_firewall_layer_count(firewall);
    json_t *const array = json_array();
    bool made = array != NULL;
    for (size_t i = 0; i < count && made; ++i) {
        firesieve_line line;
        if (layers == NULL) {
            firesieve_firewall_line(firewall, i, &line);
        }
        json_t *const item = layers == NULL ? json_string(line.text)
                                            : json_pack("{s:I, s:I}", "depth", (json_int_t)layers[i].depth, "range",
                                                        (json_int_t)layers[i].range);
        made = json_array_append_new(array, item) == 0;
    }
    if (!made) {
        json_decref(array);
        return command_error(command, NULL, "not enough memory");
    }
    json_print(json_pack("{s:o}", layers == NULL ? "residues" : "layers", array));
    return EXIT_FOUND;
}

/* ---- The command -------------------------------------------------------------------------------------- */

static int convert(const struct command *command, const struct convert_settings *settings, const struct source *source)
{
    firesieve_firewall *firewall;
    int status = EXIT_FOUND;
    if (!source_read(command, source, &firewall, NULL)) {
        return EXIT_BAD;
    }
    if (settings->target == TARGET_FIREWALL) {
        status = write_layers(command, firewall);
    } else if (settings->target == TARGET_JSON) {
        status = write_json(command, firewall);
    } else {
        residue_text_print(firewall);
    }
    firesieve_firewall_free(firewall);
    return status;
}

static int run_convert(const struct command *command, int argc, const char **argv)
{
    struct convert_settings settings = {.target = TARGET_RESIDUES};
    const struct cli_option options[] = {
        {"to", 0, OPTION_CHOICE, &settings.target, 0, 0, target_names, "LANGUAGE", ": what to write",
         &settings.target_given},
        SOURCE_OPTIONS(&settings.source, NULL),
        {0},
    };
    struct operands operands;
    struct source source;
    const int status = options_parse(command, options, argc, argv, &operands);
    if (status != OPTIONS_GO_ON) {
        return status;
    }
    if (!settings.target_given) {
        return usage_error(command, "expected --to firewall, --to residues or --to json");
    }
    return source_of_operands(command, &settings.source, &operands, &source) ? convert(command, &settings, &source)
                                                                             : EXIT_BAD;
}

const struct command command_convert = {
    .name = "convert",
    .title = "firesieve convert",
    .operands = "[OPTION]... [FILE]",
    .summary = "write a firewall in another language: layers, residues, or JSON",
    .details = "A class modulo an odd number becomes two layers, since the periods of scanners are even. A line\n"
               "that layers cannot express (squares, primes, ranges) is an error that names it.\n",
    .example = "firesieve convert --to firewall -e 'x mod 7 in {1,2,4}' -e 'x mod 11 not in {0,3}'",
    .run = run_convert,
};
