#include "language/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/delay.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/large.h"

/* ---- Lines and runs ------------------------------------------------------------------------------------ */

static bool keep_line(struct text_parser *parser, const struct line *line)
{
    struct residue_form *const form = &parser->form;
    struct line *const lines = large_grow(form->lines, form->line_count, &parser->line_capacity, sizeof *lines);
    if (lines == NULL) {
        return false;
    }
    form->lines = lines;
    lines[form->line_count] = *line;
    lines[form->line_count].source = (uint32_t)form->source_count - 1;
    lines[form->line_count++].simple_before = parser->classes.count;
    return true;
}

/* Whether the next class, on line `number`, continues the last run. */
static inline bool continues_run(const struct text_parser *parser, uint64_t number)
{
    const struct residue_form *const form = &parser->form;
    if (form->run_count == 0) {
        return false;
    }
    const struct simple_run *const last = &form->runs[form->run_count - 1];
    return last->source + 1 == form->source_count && number - last->number == parser->classes.count - last->first;
}

static bool begin_run(struct text_parser *parser, uint64_t number)
{
    struct residue_form *const form = &parser->form;
    struct simple_run *const runs = large_grow(form->runs, form->run_count, &parser->run_capacity, sizeof *runs);
    if (runs == NULL) {
        return false;
    }
    form->runs = runs;
    runs[form->run_count++] = (struct simple_run){
        .first = parser->classes.count, .number = number, .source = (uint32_t)form->source_count - 1};
    return true;
}

static inline bool keep_class(struct text_parser *parser, uint64_t modulus, uint64_t residue, uint64_t number)
{
    if (!continues_run(parser, number) && !begin_run(parser, number)) {
        return false;
    }
    if (parser->classes.count == parser->classes.capacity && !class_list_reserve(&parser->classes, 1)) {
        return false;
    }
    parser->classes.items[parser->classes.count++] = (struct residue_class){modulus, residue};
    return true;
}

/* ---- Lines -------------------------------------------------------------------------------------------- */

/* A number without leading zeros. */
static inline const char *read_canonical(const char *at, uint64_t *number)
{
    return *at == '0' && is_digit(at[1]) ? NULL : read_digits(at, number);
}

/*
 * Reads `x mod M != A` with exactly these characters, like most lines of long files, and A below M, so that a line quoted
 * from its class alone is the line as written. Returns the end of the line, or NULL. The text ends at `end`.
 */
static inline const char *read_simple(const char *at, const char *end, uint64_t *modulus, uint64_t *residue)
{
    static const char begin[] = "x mod ";
    static const char middle[] = " != ";
    if (end - at < (ptrdiff_t)sizeof begin || memcmp(at, begin, sizeof begin - 1) != 0) {
        return NULL;
    }
    at = read_canonical(at + sizeof begin - 1, modulus);
    if (at == NULL || end - at < (ptrdiff_t)sizeof middle || memcmp(at, middle, sizeof middle - 1) != 0) {
        return NULL;
    }
    at = read_canonical(at + sizeof middle - 1, residue);
    return at != NULL && *at == '\n' && *residue < *modulus ? at + 1 : NULL;
}

static void take_bound(struct residue_form *form, const struct line *line)
{
    if (line->kind == LINE_FROM) {
        form->asked_from = delay_max(form->asked_from, line->bound);
    } else {
        form->asked_to = delay_min(form->asked_to, line->bound);
    }
}

static bool is_bound(const struct line *line)
{
    return line->kind == LINE_FROM || line->kind == LINE_TO;
}

/* Whether two texts differ only in blanks; `written` has `size` bytes. */
static bool says_the_same(const char *written, size_t size, const char *canonical)
{
    for (size_t i = 0; i < size; ++i) {
        if (is_blank(written[i])) {
            continue;
        }
        while (*canonical == ' ') {
            ++canonical;
        }
        if (written[i] != *canonical++) {
            return false;
        }
    }
    return *canonical == '\0';
}

/* Whether the line excludes one number, in the canonical way: then its class stands for it. */
static bool is_simple(const struct line *line, const char *written, size_t size)
{
    char canonical[FIRESIEVE_LINE_ROOM];
    if (line->kind != LINE_RESIDUES || line->loop != NULL || !line->excludes || line->count != 1 ||
        line->intervals[0].low != line->intervals[0].high) {
        return false;
    }
    line_write_simple(line->modulus, (uint64_t)line->intervals[0].low, canonical);
    return says_the_same(written, size, canonical);
}

/* The size of the content of a line from `at` on, without trailing blanks and comment. */
static size_t written_size(const char *at)
{
    size_t size = 0;
    size_t last = 0;
    for (; at[size] != '\n' && at[size] != '#' && at[size] != '\r'; ++size) {
        last = is_blank(at[size]) ? last : size + 1;
    }
    return last;
}

/* Moves what the line owns, except a loop, and its text to the pool. False: no memory. */
static bool pool_contents(struct pool *pool, struct line *line, const char *at, size_t size)
{
    const bool shifts = line->kind == LINE_COPRIME || line->kind == LINE_PRIME;
    const size_t bytes = line->intervals == NULL ? 0
                         : shifts                ? line->count * sizeof *line->shifts
                                                 : line->count * sizeof *line->intervals;
    void *const numbers = bytes == 0 ? NULL : pool_copy(pool, line->intervals, bytes);
    char *const text = pool_copy(pool, at, size + 1);
    if (text == NULL || (bytes > 0 && numbers == NULL)) {
        return false;
    }
    text[size] = '\0';
    free(line->intervals);
    line->intervals = numbers;
    line->text = text;
    line->pooled = true;
    return true;
}

static firesieve_status take_line(struct text_parser *parser, struct line *line, const char *at, firesieve_error *error)
{
    const size_t size = written_size(at);
    if (is_bound(line)) {
        ++parser->form.bound_count;
        take_bound(&parser->form, line);
    }
    if (is_simple(line, at, size)) {
        const bool kept = keep_class(parser, line->modulus, (uint64_t)line->intervals[0].low, line->number);
        line_free(line);
        return kept ? FIRESIEVE_OK : error_set_memory(error, "the lines");
    }
    if (!pool_contents(&parser->form.pool, line, at, size) || !keep_line(parser, line)) {
        line_free(line);
        return error_set_memory(error, "the lines");
    }
    return FIRESIEVE_OK;
}

static firesieve_status read_line(struct text_parser *parser, const char *at, firesieve_error *error)
{
    struct cursor cursor = {.line = at, .at = at, .number = parser->lines + 1, .error = error};
    struct line line;
    if (cursor_at_end(&cursor) && *cursor.at != '#') {
        return FIRESIEVE_OK;
    }
    if (*cursor.at == '#') {
        return line_skip_comment(&cursor) ? FIRESIEVE_OK : cursor.status;
    }
    const char *const start = cursor.at;
    return line_read(&cursor, &line) ? take_line(parser, &line, start, error) : cursor.status;
}

firesieve_status text_parser_begin(struct text_parser *parser, const char *name, firesieve_error *error)
{
    struct residue_form *const form = &parser->form;
    char *const copy = strdup(name);
    char **const sources = reallocarray(form->sources, form->source_count + 1, sizeof *sources);
    if (form->source_count == 0) {
        form->to = FIRESIEVE_NO_END;
        form->asked_to = FIRESIEVE_NO_END;
    }
    if (sources != NULL) {
        form->sources = sources;
    }
    if (sources == NULL || copy == NULL) {
        free(copy);
        return error_set_memory(error, "the lines");
    }
    form->sources[form->source_count++] = copy;
    parser->lines = 0;
    parser->rest_size = 0;
    return FIRESIEVE_OK;
}

firesieve_status text_parser_read(void *context, const char *text, size_t size, firesieve_error *error)
{
    struct text_parser *const parser = context;
    const char *const end = text + size;
    firesieve_status status = FIRESIEVE_OK;
    for (const char *at = text; at < end && status == FIRESIEVE_OK; ++parser->lines) {
        uint64_t modulus;
        uint64_t residue;
        const char *const next = read_simple(at, end, &modulus, &residue);
        if (next != NULL) {
            status = keep_class(parser, modulus, residue, parser->lines + 1) ? FIRESIEVE_OK
                                                                             : error_set_memory(error, "the lines");
            at = next;
        } else {
            status = read_line(parser, at, error);
            at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
        }
    }
    return status;
}

firesieve_status text_parser_add_layers(struct text_parser *parser, const firesieve_firewall *layers,
                                        struct go_on go_on, firesieve_error *error)
{
    if (!class_list_reserve(&parser->classes, layers->layer_count)) {
        return error_set_memory(error, "the lines");
    }
    for (size_t i = 0; i < layers->layer_count; ++i) {
        const struct residue_class class = firewall_class(layers, i);
        if (!go_on_at(go_on, i)) {
            return error_set_stopped(error);
        }
        if (!keep_class(parser, class.modulus, class.residue, i + 1)) {
            return error_set_memory(error, "the lines");
        }
    }
    return FIRESIEVE_OK;
}

/* ---- The firewall ------------------------------------------------------------------------------------- */

static void free_contents(struct residue_form *form)
{
    for (size_t i = 0; i < form->source_count; ++i) {
        free(form->sources[i]);
    }
    for (size_t i = 0; i < form->line_count; ++i) {
        line_free(&form->lines[i]);
    }
    for (size_t i = 0; i < form->filter_count; ++i) {
        free(form->filters[i].allowed);
    }
    for (size_t i = 0; i < form->branch_count && form->inner != NULL; ++i) {
        firesieve_firewall_free(form->inner[i]);
    }
    free(form->sources);
    free(form->runs);
    free(form->lines);
    free(form->listed);
    free(form->filters);
    free(form->branches);
    free(form->inner);
    firesieve_firewall_free(form->tuplets);
    primes_free(&form->primes);
    pool_free(&form->pool);
    *form = (struct residue_form){.sources = NULL};
}

static void free_form(struct residue_form *form)
{
    free_contents(form);
    free(form);
}

void text_parser_free(struct text_parser *parser)
{
    free_contents(&parser->form);
    free(parser->classes.items);
    *parser = (struct text_parser){.lines = 0};
}

/* Adds to a fingerprint's salt the lines that are not classes of their own, without blanks. False: no memory. */
static bool add_lines_to_salt(const struct residue_form *form, uint64_t salt[2])
{
    for (size_t i = 0; i < form->line_count; ++i) {
        if (is_bound(&form->lines[i])) {
            continue;
        }
        char *const text = strdup(form->lines[i].text);
        if (text == NULL) {
            return false;
        }
        size_t size = 0;
        for (const char *at = text; *at != '\0'; ++at) {
            text[size] = *at;
            size += !is_blank(*at);
        }
        for (uint64_t seed = 0; seed < 2; ++seed) {
            salt[seed] += hash_bytes(text, size, seed);
        }
        free(text);
    }
    return true;
}

/* Firewalls along progressions differ by the progression, and by all lines. */
static void add_progressions_to_salt(const struct residue_form *form, const uint64_t salt[2])
{
    enum { WORD_BITS = 64 };
    for (size_t i = 0; i < form->branch_count; ++i) {
        const struct progression branch = form->branches[i];
        const uint64_t numbers[] = {(uint64_t)branch.base, (uint64_t)(branch.base >> WORD_BITS), (uint64_t)branch.step,
                                    (uint64_t)(branch.step >> WORD_BITS)};
        for (uint64_t seed = 0; seed < 2; ++seed) {
            form->inner[i]->salt[seed] = salt[seed] + hash_numbers(numbers, sizeof numbers / sizeof numbers[0], seed);
        }
    }
}

firesieve_status text_parser_finish(struct text_parser *parser, struct go_on go_on, firesieve_firewall **firewall,
                                    size_t *source, firesieve_error *error)
{
    if (parser->classes.count == 0 && parser->form.line_count == parser->form.bound_count) {
        const uint64_t line = parser->rest_size == 0 ? parser->lines + 1 : parser->lines;
        return error_set_at(error, FIRESIEVE_ERROR_INPUT, line, parser->rest_size + 1,
                            "expected at least one line that constrains x, found the end of the input");
    }
    parser->form.simple_count = parser->classes.count;
    const firesieve_status status = form_expand(&parser->form, &parser->classes, go_on, source, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    struct residue_form *const form = malloc(sizeof *form);
    if (form == NULL) {
        return error_set_memory(error, "the lines");
    }
    firesieve_firewall *const made = firewall_of_classes(parser->classes.items, parser->classes.count);
    parser->classes = (struct class_list_built){.items = NULL};
    if (made == NULL || !add_lines_to_salt(&parser->form, made->salt)) {
        firesieve_firewall_free(made);
        free(form);
        return error_set_memory(error, "the lines");
    }
    add_progressions_to_salt(&parser->form, made->salt);
    for (size_t i = 0; i < parser->form.branch_count; ++i) {
        parser->form.inner[i]->outer = made;
    }
    if (parser->form.tuplets != NULL) {
        memcpy(parser->form.tuplets->salt, made->salt, sizeof made->salt);
        parser->form.tuplets->outer = made;
    }
    *form = parser->form;
    parser->form = (struct residue_form){.sources = NULL};
    made->given_classes = form->simple_count;
    made->form = form;
    made->holds = form_holds;
    made->free_form = free_form;
    *firewall = made;
    return FIRESIEVE_OK;
}
