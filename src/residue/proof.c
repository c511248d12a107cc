#include "residue/proof.h"

#include <math.h>
#include <stdlib.h>

#include "base/large.h"
#include "base/error.h"
#include "residue/cover.h"

const char proof_reason[] = "every branch of a tree of residue classes ends in a layer that catches all of it";

static const double work_unit_s = 25e-9;  /* of cover_decide */
static const uint64_t units_a_class = 16; /* with fewer there is hardly a proof to be found */

firesieve_status proof_find(const struct reduced *reduced, double seconds, struct go_on go_on, bool *blocked,
                            firesieve_error *error)
{
    const double most_units = 1e18;
    const uint64_t budget = (uint64_t)fmin(seconds / work_unit_s, most_units);
    const size_t count = reduced_class_count(reduced);
    *blocked = false;
    if (count > budget / units_a_class) {
        return FIRESIEVE_OK;
    }
    struct residue_class *const classes = large_calloc(count, sizeof *classes);
    if (classes == NULL) {
        return error_set_memory(error, "a proof");
    }
    enum cover_outcome outcome = COVER_UNDECIDED;
    for (size_t i = 0; i < count; ++i) {
        classes[i] = class_at(&reduced->classes, i);
    }
    const firesieve_status status = cover_decide(classes, count, budget, go_on, NULL, &outcome, error);
    *blocked = status == FIRESIEVE_OK && outcome == COVER_COMPLETE;
    free(classes);
    return status;
}
