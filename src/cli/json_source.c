#include "cli/json_source.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* ---- Places ------------------------------------------------------------------------------------------- */

/* A place in a text. */
struct place {
    uint64_t line;
    uint64_t column;
};

static struct place place_of(const char *text, const char *at)
{
    struct place place = {.line = 1, .column = 1};
    for (; text < at; ++text) {
        place.column = *text == '\n' ? 1 : place.column + 1;
        place.line += *text == '\n';
    }
    return place;
}

/*
 * Where element `wanted` of the array in the only member of an object begins; the text is valid JSON. Elements are
 * separated by commas that are not inside a string, array or object within the array.
 */
static const char *find_element(const char *text, const char *end, size_t wanted)
{
    size_t depth = 0;
    size_t element = 0;
    bool in_string = false;
    bool at_element = false;
    for (const char *at = text; at < end; ++at) {
        if (in_string) {
            in_string = *at != '"';
            at += *at == '\\'; /* an escaped character does not end the string */
            continue;
        }
        if (at_element && strchr(" \t\r\n", *at) == NULL) {
            if (element == wanted) {
                return at;
            }
            at_element = false;
        }
        in_string = *at == '"';
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        if (depth == 2 && (*at == '[' || *at == ',')) {
            element += *at == ',';
            at_element = true;
        }
    }
    return end;
}

/* The UTF-8 length of an escape's character; *written is the length of the escape itself. */
static size_t size_of_escape(const char *at, size_t *written)
{
    unsigned code = 0;
    *written = 2;
    if (at[1] != 'u' || sscanf(at + 2, "%4x", &code) != 1) {
        return 1;
    }
    const bool surrogate = code >= 0xd800 && code < 0xdc00; /* the other half follows */
    *written = surrogate ? 12 : 6;
    return surrogate ? 4 : code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
}

/* The place in a string, which begins at `at`, after this number of decoded bytes. */
static const char *find_in_string(const char *at, const char *end, uint64_t bytes)
{
    while (at < end && *at != '"') {
        size_t written = 1;
        const size_t said = *at == '\\' ? size_of_escape(at, &written) : 1;
        if (bytes < said) {
            break;
        }
        bytes -= said;
        at += written;
    }
    return at;
}

/* ---- Contents ----------------------------------------------------------------------------------------- */

/* The decimal text of a number, from a string or an integer; NULL: it is neither. */
static const char *number_text(const json_t *value, char *text, size_t size)
{
    if (json_is_string(value)) {
        return json_string_value(value);
    }
    if (!json_is_integer(value)) {
        return NULL;
    }
    snprintf(text, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return text;
}

/* Writes {"depth": D, "range": R} as a line; a layer has no other members. Returns an error message, or NULL. */
static const char *write_layer(FILE *lines, const json_t *element)
{
    char depth_text[32];
    char range_text[32];
    const char *const depth = number_text(json_object_get(element, "depth"), depth_text, sizeof depth_text);
    const char *const range = number_text(json_object_get(element, "range"), range_text, sizeof range_text);
    if (depth == NULL || range == NULL || json_object_size(element) != 2) {
        return "expected an object with a depth and a range alone, both whole numbers";
    }
    fprintf(lines, "%s: %s\n", depth, range);
    return NULL;
}

static const char *write_residues(FILE *lines, const json_t *element)
{
    const char *const line = json_string_value(element);
    if (line == NULL || memchr(line, '\n', json_string_length(element)) != NULL) {
        return "expected a string that is one line, as \"x mod 7 in {1, 2, 4}\"";
    }
    fwrite(line, 1, json_string_length(element), lines);
    fputc('\n', lines);
    return NULL;
}

/* ---- The whole ---------------------------------------------------------------------------------------- */

/* A text, and where its error goes. */
struct document {
    const char *text;
    size_t size;
    firesieve_error *error;
};

static firesieve_status fail_at(const struct document *document, const char *at, const char *message)
{
    const struct place place = place_of(document->text, at);
    return error_set_at(document->error, FIRESIEVE_ERROR_INPUT, place.line, place.column, "%s", message);
}

/* Moves the error of a line to its element, and to the place within it if it is a string. */
static firesieve_status move_error(const struct document *document, const firesieve_error *found)
{
    const char *const end = document->text + document->size;
    const char *const element = find_element(document->text, end, (size_t)found->line - 1);
    const bool string = element < end && *element == '"';
    return fail_at(document, string ? find_in_string(element + 1, end, found->column - 1) : element, found->message);
}

void json_source_move_error(const char *text, size_t size, firesieve_error *error)
{
    const firesieve_error found = *error;
    const struct document document = {text, size, error};
    move_error(&document, &found);
}

static firesieve_status add_elements(firesieve_input *input, const struct document *document, const char *name,
                                     const json_t *array, bool residues, const firesieve_limits *limits)
{
    char *text = NULL;
    size_t size = 0;
    const char *fault = NULL;
    const json_t *element;
    size_t i;
    FILE *const lines = open_memstream(&text, &size);
    if (lines == NULL) {
        return error_set_memory(document->error, "the lines");
    }
    json_array_foreach(array, i, element)
    {
        fault = residues ? write_residues(lines, element) : write_layer(lines, element);
        if (fault != NULL) {
            fail_at(document, find_element(document->text, document->text + document->size, i), fault);
            break;
        }
    }
    const bool failed = ferror(lines) != 0;
    if (fclose(lines) != 0 || failed || fault != NULL) {
        free(text);
        return fault != NULL ? FIRESIEVE_ERROR_INPUT : error_set_memory(document->error, "the lines");
    }
    firesieve_error found = {.line = 0};
    const firesieve_format format = residues ? FIRESIEVE_FORMAT_RESIDUES : FIRESIEVE_FORMAT_LAYERS;
    firesieve_status status = firesieve_input_add_text(input, name, format, text, size, limits, &found);
    if (status == FIRESIEVE_ERROR_INPUT) {
        status = move_error(document, &found);
    } else if (status != FIRESIEVE_OK && document->error != NULL) {
        *document->error = found;
    }
    free(text);
    return status;
}

firesieve_status json_source_add(firesieve_input *input, const char *name, const char *text, size_t size,
                                 const firesieve_limits *limits, firesieve_error *error)
{
    const struct document document = {text, size, error};
    json_error_t fault;
    json_t *const root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &fault);
    if (root == NULL) {
        return error_set_at(error, FIRESIEVE_ERROR_INPUT, (uint64_t)(fault.line < 1 ? 1 : fault.line),
                            (uint64_t)(fault.column < 1 ? 1 : fault.column), "expected JSON: %s", fault.text);
    }
    const json_t *const layers = json_object_get(root, "layers");
    const json_t *const residues = json_object_get(root, "residues");
    const json_t *const array = layers != NULL ? layers : residues;
    const firesieve_status status =
        json_object_size(root) != 1 || !json_is_array(array)
            ? fail_at(&document, text + strcspn(text, "{["),
                      "expected an object with one member, \"layers\" or \"residues\", which is an array; reports "
                      "are for firesieve bench --compare, and results are no firewalls")
            : add_elements(input, &document, name, array, array == residues, limits);
    json_decref(root);
    return status;
}
