#include "search/proof.h"

#include <math.h>
#include <stdlib.h>

#include "base/large.h"
#include "base/error.h"
#include "firewall/firewall.h"
#include "residue/collect.h"
#include "residue/cover.h"

const char proof_reason[] = "every branch of a tree of residue classes ends in a layer that catches all of it";

static const double work_unit_s = 25e-9;  /* of cover_decide */
static const uint64_t units_a_layer = 16; /* with fewer there is hardly a proof to be found */

firesieve_status proof_find(const firesieve_firewall *firewall, double seconds, struct go_on go_on, bool *blocked,
                            firesieve_error *error)
{
    const double most_units = 1e18;
    const uint64_t budget = (uint64_t)fmin(seconds / work_unit_s, most_units);
    *blocked = false;
    if (firewall->layer_count > budget / units_a_layer) {
        return FIRESIEVE_OK;
    }
    struct residue_class *const classes = large_calloc(firewall->layer_count, sizeof *classes);
    if (classes == NULL) {
        return error_set_memory(error, "a proof");
    }
    bool more = true;
    for (size_t i = 0; i < firewall->layer_count && more; ++i) {
        classes[i] = class_of_layer(firewall->layers[i]);
        more = go_on_at(go_on, i);
    }
    enum cover_outcome outcome = COVER_UNDECIDED;
    const firesieve_status status =
        more ? cover_decide(classes, firewall->layer_count, budget, go_on, NULL, &outcome, error)
             : error_set_stopped(error);
    *blocked = status == FIRESIEVE_OK && outcome == COVER_COMPLETE;
    free(classes);
    return status;
}
