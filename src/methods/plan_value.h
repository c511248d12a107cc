/* The public plan: a recipe, with its text and the firewall that it is of. */
#ifndef FIRESIEVE_METHODS_PLAN_VALUE_H
#define FIRESIEVE_METHODS_PLAN_VALUE_H

#include "methods/plan.h"

struct firesieve_plan {
    struct recipe recipe;
    struct record_writer text;
    size_t layer_count; /* of the firewall; and */
    struct fingerprint fingerprint;
};

/* Makes a plan of a recipe, which is copied. Errors: MEMORY. */
firesieve_status plan_value_make(const firesieve_firewall *firewall, const struct recipe *recipe, firesieve_plan **plan,
                                 firesieve_error *error);

/* Whether a plan is one of this firewall. Errors: ARGUMENT where it is not, STOPPED. */
firesieve_status plan_value_check(const firesieve_plan *plan, const firesieve_firewall *firewall, struct go_on go_on,
                                  firesieve_error *error);

#endif
