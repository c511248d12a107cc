#include "methods/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "language/form.h"

enum { TEXT_SIZE_MAX = 1 << 26 };

static const struct record_format format = {"plan", 1, true};

firesieve_status plan_value_make(const firesieve_firewall *firewall, const struct recipe *recipe, firesieve_plan **plan,
                                 firesieve_error *error)
{
    firesieve_plan *const made = calloc(1, sizeof *made);
    if (made == NULL) {
        return error_set_memory(error, "the plan");
    }
    made->layer_count = firewall->layer_count;
    made->fingerprint = fingerprint_of(firewall);
    record_start(&made->text, format);
    record_write_fingerprint(&made->text, firewall, &made->fingerprint);
    recipe_write(&made->text, recipe);
    firesieve_status status = record_finish(&made->text, error);
    if (status == FIRESIEVE_OK && !recipe_copy(&made->recipe, recipe)) {
        status = error_set_memory(error, "the plan");
    }
    if (status != FIRESIEVE_OK) {
        firesieve_plan_free(made);
        return status;
    }
    *plan = made;
    return FIRESIEVE_OK;
}

firesieve_status plan_value_check(const firesieve_plan *plan, const firesieve_firewall *firewall, struct go_on go_on,
                                  firesieve_error *error)
{
    struct fingerprint own;
    if (!fingerprint_make(firewall, go_on, &own)) {
        return error_set_stopped(error);
    }
    const bool same = plan->layer_count == firewall->layer_count && plan->fingerprint.words[0] == own.words[0] &&
                      plan->fingerprint.words[1] == own.words[1];
    return same ? FIRESIEVE_OK : error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the plan is one of another firewall");
}

/* As firesieve_plan_parse, for as long as go_on allows. */
static firesieve_status parse(const firesieve_firewall *firewall, const char *text, size_t size, struct go_on go_on,
                              firesieve_plan **plan, firesieve_error *error)
{
    struct record_reader reader;
    struct recipe recipe = {.form = NULL};
    const struct reduced *reduced;
    firewall = form_sieved(firewall, true);
    const bool is_read = record_open(&reader, format, text, size, go_on, error) == FIRESIEVE_OK &&
                         record_firewall(&reader, firewall) && method_read_recipe(&reader, &recipe) &&
                         record_end(&reader);
    firesieve_status status = is_read ? reduced_of(firewall, go_on, &reduced, error) : reader.status;
    if (is_read && status == FIRESIEVE_OK) {
        status = method_of_recipe(&recipe)->check(reduced, &recipe, error);
    }
    if (status == FIRESIEVE_OK) {
        status = plan_value_make(firewall, &recipe, plan, error);
    }
    recipe_free(&recipe);
    return status;
}

firesieve_status firesieve_plan_parse_within(const firesieve_firewall *firewall, const char *text, size_t size,
                                             const firesieve_limits *limits, firesieve_plan **plan,
                                             firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    char *const copy = malloc(size + 1);
    if (copy == NULL) {
        return error_set_memory(error, "the text of a plan");
    }
    if (size > 0) {
        memcpy(copy, text, size);
    }
    const firesieve_status status =
        parse(firewall, copy, record_end_lines(copy, size), limit_watch_go_on(&watch), plan, error);
    free(copy);
    return status;
}

firesieve_status firesieve_plan_parse(const firesieve_firewall *firewall, const char *text, size_t size,
                                      firesieve_plan **plan, firesieve_error *error)
{
    return firesieve_plan_parse_within(firewall, text, size, NULL, plan, error);
}

firesieve_status firesieve_plan_open_within(const firesieve_firewall *firewall, const char *path,
                                            const firesieve_limits *limits, firesieve_plan **plan,
                                            firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    char *text;
    size_t size;
    firesieve_status status = record_load(path, TEXT_SIZE_MAX, &text, &size, NULL, error);
    if (status == FIRESIEVE_OK) {
        status = parse(firewall, text, size, limit_watch_go_on(&watch), plan, error);
        free(text);
    }
    return status;
}

firesieve_status firesieve_plan_open(const firesieve_firewall *firewall, const char *path, firesieve_plan **plan,
                                     firesieve_error *error)
{
    return firesieve_plan_open_within(firewall, path, NULL, plan, error);
}

const char *firesieve_plan_text(const firesieve_plan *plan, size_t *size)
{
    *size = plan->text.size;
    return plan->text.text;
}

firesieve_method firesieve_plan_method(const firesieve_plan *plan)
{
    return method_shown(plan->recipe.form->method);
}

void firesieve_plan_free(firesieve_plan *plan)
{
    if (plan != NULL) {
        recipe_free(&plan->recipe);
        record_writer_free(&plan->text);
        free(plan);
    }
}
