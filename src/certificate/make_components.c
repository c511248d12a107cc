/* Counts as components: what number theory says about the firewall, written down. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "certificate/make.h"
#include "residue/reduced.h"
#include "structure/structure.h"

/* A few seconds for finding and counting components. */
static const uint64_t budget_to_find = UINT64_C(1) << 28;
static const uint64_t budget_to_count = UINT64_C(1) << 30;

/* The components, and what they say about a range. */
struct multiplied {
    const struct certificate_order *order;
    const struct structure *structure;
    firesieve_delay cycle;
    firesieve_delay product; /* of what each leaves */
    firesieve_delay rest_from;
    firesieve_delay rest; /* how many delays from there are safe */
};

/* Whether all components are counted, and the range is at least as long as their cycle. */
static bool multiply(struct multiplied *multiplied)
{
    const struct certificate_head *const head = &multiplied->order->head;
    const struct structure_total total = structure_total(multiplied->structure);
    multiplied->cycle = total.cycle;
    multiplied->product = total.count;
    return total.counted && total.cycle < FIRESIEVE_DELAY_END && total.cycle <= head->to - head->from &&
           multiplied->structure->count > 0;
}

/* Works out what is left for the rest. */
static firesieve_status subtract(struct multiplied *multiplied, firesieve_error *error)
{
    const struct certificate_head *const head = &multiplied->order->head;
    const firesieve_delay whole = (head->to - head->from) / multiplied->cycle;
    const firesieve_delay counted = whole * multiplied->product; /* at most the length */
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    multiplied->rest_from = head->from + whole * multiplied->cycle;
    multiplied->rest = head->count - counted;
    if (head->count < counted || multiplied->rest > head->to - multiplied->rest_from) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         multiplied->order->firewall->layers == NULL
                             ? "the result is contradicted: in whole cycles %s x satisfy all lines"
                             : "the result is contradicted: in whole cycles %s delays are safe",
                         firesieve_delay_format(counted, text));
    }
    return FIRESIEVE_OK;
}

/* The exponent if the modulus is a power of `base`, or 0. */
static unsigned height_of(uint64_t modulus, uint64_t base)
{
    unsigned height = 0;
    for (; modulus % base == 0; modulus /= base) {
        ++height;
    }
    return modulus == 1 ? height : 0;
}

/* Whether a class whose modulus is a lower power of the base contains this one. */
static bool is_contained(const struct component *component, struct residue_class class, uint64_t base)
{
    for (uint64_t power = base; power < class.modulus; power *= base) {
        const struct residue_class wanted = {.modulus = power, .residue = class.residue % power};
        if (bsearch(&wanted, component->classes, component->class_count, sizeof wanted, residue_class_compare) !=
            NULL) {
            return true;
        }
    }
    return false;
}

static void write_tower(struct record_writer *text, const struct component *component, const struct tower *tower)
{
    char number[FIRESIEVE_DELAY_TEXT_SIZE];
    size_t taken[CERTIFICATE_HEIGHT_MAX + 1] = {0}; /* by classes of each power but not of a lower one */
    for (size_t i = 0; i < component->class_count; ++i) {
        const struct residue_class class = component->classes[i];
        const unsigned height = height_of(class.modulus, tower->base);
        taken[height] += height > 0 && !is_contained(component, class, tower->base);
    }
    firesieve_delay left = 1;
    record_write(text, "tower %" PRIu64, tower->base);
    for (unsigned height = 1; height <= tower->exponent; ++height) {
        left = left * tower->base - taken[height];
        record_write(text, " %s", firesieve_delay_format(left, number));
    }
    record_write(text, "\n");
}

static firesieve_status write_components(const struct multiplied *multiplied, firesieve_certificate **certificate,
                                         firesieve_error *error)
{
    const struct certificate_order *const order = multiplied->order;
    char numbers[3][FIRESIEVE_DELAY_TEXT_SIZE];
    struct certificate_head head = order->head;
    struct record_writer text;
    head.method = FIRESIEVE_METHOD_AUTO;
    certificate_write_head(&text, order->firewall, &head);
    for (size_t i = 0; i < multiplied->structure->count; ++i) {
        const struct component *const component = &multiplied->structure->components[i];
        record_write(&text, "component %s %s\n", firesieve_delay_format(component->cycle, numbers[0]),
                     firesieve_delay_format(component->count, numbers[1]));
        for (size_t j = 0; j < component->tower_count; ++j) {
            write_tower(&text, component, &component->towers[j]);
        }
    }
    if (multiplied->rest_from < head.to) {
        record_write(&text, "rest %s %s %s\n", firesieve_delay_format(multiplied->rest_from, numbers[0]),
                     firesieve_delay_format(head.to, numbers[1]), firesieve_delay_format(multiplied->rest, numbers[2]));
        certificate_write_made(&text, order->head.method, order->head.kernel);
    }
    return certificate_finish(&text, order->firewall, watch_asked(order->watch), certificate, error);
}

static firesieve_status make(const struct certificate_order *order, struct structure **structure,
                             firesieve_certificate **certificate, firesieve_error *error)
{
    const struct go_on go_on = watch_asked(order->watch);
    const struct reduced *reduced;
    firesieve_status status = reduced_of(order->firewall, go_on, &reduced, error);
    if (status == FIRESIEVE_OK) {
        status = structure_find(reduced, budget_to_find, go_on, structure, error);
    }
    if (status == FIRESIEVE_OK && *structure != NULL) {
        status = structure_count(*structure, budget_to_count, go_on, error);
    }
    struct multiplied multiplied = {.order = order, .structure = *structure};
    if (status != FIRESIEVE_OK || *structure == NULL || !multiply(&multiplied)) {
        return status;
    }
    status = subtract(&multiplied, error);
    return status == FIRESIEVE_OK ? write_components(&multiplied, certificate, error) : status;
}

firesieve_status certificate_make_components(struct certificate_order *order, firesieve_certificate **certificate,
                                             firesieve_error *error)
{
    struct structure *structure = NULL;
    const firesieve_status status = make(order, &structure, certificate, error);
    structure_free(structure);
    return status;
}
