#include "methods/method.h"

#include <math.h>

#include "base/error.h"

static const struct method method_simulate = {.id = FIRESIEVE_METHOD_SIMULATE};
static const struct method method_closed_form = {.id = FIRESIEVE_METHOD_CLOSED_FORM};
extern const struct method method_scan;
extern const struct method method_wheel;
extern const struct method method_focus;
extern const struct method method_tuplet;

enum { METHODS = FIRESIEVE_METHOD_COUNT + 1 };

/* One line per method, in the order of firesieve_method, in which those that sieve are tried: cheap to plan first. */
static const struct {
    const char *name;
    const struct method *method;
} table[METHODS] = {
    [FIRESIEVE_METHOD_AUTO] = {"auto", NULL},
    [FIRESIEVE_METHOD_SIMULATE] = {"simulate", &method_simulate},
    [FIRESIEVE_METHOD_CLOSED_FORM] = {"closed-form", &method_closed_form},
    [FIRESIEVE_METHOD_SCAN] = {"scan", &method_scan},
    [FIRESIEVE_METHOD_WHEEL] = {"wheel", &method_wheel},
    [FIRESIEVE_METHOD_FOCUS] = {"focus", &method_focus},
    [FIRESIEVE_METHOD_COUNT] = {"tuplet", &method_tuplet}, /* METHOD_TUPLET */
};

const char *firesieve_method_name(firesieve_method method)
{
    return (unsigned)method < FIRESIEVE_METHOD_COUNT ? table[method].name : NULL;
}

const struct method *method_of(firesieve_method id)
{
    return (unsigned)id < METHODS ? table[id].method : NULL;
}

bool method_is_oracle(firesieve_method id)
{
    const struct method *const method = method_of(id);
    return method != NULL && method->form == NULL;
}

bool method_read_recipe(struct record_reader *reader, struct recipe *recipe)
{
    const struct recipe_form *forms[METHODS + 1] = {NULL};
    size_t count = 0;
    for (size_t i = 0; i < METHODS; ++i) {
        if (table[i].method != NULL && table[i].method->form != NULL) {
            forms[count++] = table[i].method->form;
        }
    }
    return recipe_read(reader, forms, recipe);
}

/* ---- Choosing --------------------------------------------------------------------------------------------- */

/* Makes the method's recipe the best one if it is predicted to be quicker. */
static firesieve_status consider(const struct method *method, struct purpose *purpose, struct recipe *best,
                                 struct forecast *forecast, firesieve_error *error)
{
    struct recipe recipe;
    struct forecast own;
    bool can = false;
    recipe = (struct recipe){.form = method->form};
    const firesieve_status status = method->choose(purpose, &recipe, &own, &can, error);
    if (status == FIRESIEVE_OK && can && (best->form == NULL || own.typical_ns < forecast->typical_ns)) {
        recipe_free(best);
        *best = recipe;
        *forecast = own;
        purpose->cheapest_ns = own.typical_ns;
    } else {
        recipe_free(&recipe);
    }
    return status;
}

firesieve_status methods_choose(firesieve_method asked, const struct purpose *purpose, struct recipe *recipe,
                                struct forecast *forecast, firesieve_error *error)
{
    struct purpose own = *purpose;
    firesieve_status status = FIRESIEVE_OK;
    *recipe = (struct recipe){.form = NULL};
    own.forced = asked != FIRESIEVE_METHOD_AUTO;
    own.cheapest_ns = INFINITY;
    for (size_t i = 0; i < METHODS && status == FIRESIEVE_OK; ++i) {
        const struct method *const method = table[i].method;
        if (method != NULL && method->form != NULL && (!own.forced || method->id == asked)) {
            status = consider(method, &own, recipe, forecast, error);
        }
    }
    return status;
}

/* ---- Links ------------------------------------------------------------------------------------------------ */

void method_link_add(struct method_links *links, const struct reduced *reduced, enum firesieve_means means,
                     size_t group, size_t index)
{
    const double bits = -log1p(-reduced->constraints.items[index].forbids) / M_LN2;
    links->items[links->count++] = (struct method_link){.means = means, .group = group, .index = index, .bits = bits};
    links->linked[index] = true;
}

void method_link_add_sparse(struct method_links *links, const struct reduced *reduced, enum firesieve_means means,
                            size_t group, double shares)
{
    links->items[links->count++] = (struct method_link){
        .means = means, .group = group, .index = reduced->constraints.count, .bits = shares / M_LN2};
}
