#include "structure/range_count.h"

#include "number/modular.h"
#include "structure/candidates.h"
#include "structure/inclusion.h"

/*
 * Counts the delays in [from, to) that are `residue` modulo the candidates' cycle and that the other classes leave.
 * With t = first + cycle * j these are classes of j, since the cycle is coprime to their moduli.
 */
static firesieve_status count_progression(const struct candidates *candidates, firesieve_delay residue,
                                          firesieve_delay from, firesieve_delay to, struct work *work, bool *counted,
                                          firesieve_delay *count, firesieve_error *error)
{
    struct residue_class classes[INCLUSION_CLASSES_MAX];
    const firesieve_delay cycle = candidates->residues.cycle;
    const firesieve_delay at = from % cycle;
    const firesieve_delay first = residue >= at ? from + (residue - at) : from + (cycle - at) + residue;
    *counted = true;
    *count = 0;
    if (first >= to) {
        return FIRESIEVE_OK;
    }
    for (size_t i = 0; i < candidates->other_count; ++i) {
        const struct residue_class class = candidates->others[i];
        const uint64_t inverse = inverse_modulo((uint64_t)(cycle % class.modulus), class.modulus);
        const uint64_t distance = residue_from(class.residue, first, class.modulus);
        classes[i] = (struct residue_class){class.modulus, multiply_modulo(distance, inverse, class.modulus)};
    }
    const firesieve_delay length = (to - 1 - first) / cycle + 1;
    return inclusion_count(classes, candidates->other_count, length, work, counted, count, error);
}

/* Counts [from, to), which is no longer than a cycle. */
static firesieve_status count_rest(struct range_count *count, const struct candidates *candidates, firesieve_delay from,
                                   firesieve_delay to, struct work *work, firesieve_error *error)
{
    firesieve_status status = FIRESIEVE_OK;
    firesieve_delay sum = 0;
    if (candidates->other_count == 0) {
        count->rest_count = candidates_between(candidates, from, to);
        count->rest_counted = true;
        return status;
    }
    /* If the cycle passes all delays, candidates are not a progression. */
    if (candidates->other_count > INCLUSION_CLASSES_MAX || candidates->residues.cycle == FIRESIEVE_DELAY_END) {
        return status;
    }
    bool counted = true;
    for (size_t i = 0; i < candidates->residues.count && counted && status == FIRESIEVE_OK; ++i) {
        firesieve_delay part;
        status =
            count_progression(candidates, candidates->residues.residues[i], from, to, work, &counted, &part, error);
        sum += part;
    }
    count->rest_counted = status == FIRESIEVE_OK && counted;
    count->rest_count = sum;
    return status;
}

firesieve_status range_count_make(struct range_count *count, const struct structure *structure, firesieve_delay from,
                                  firesieve_delay to, struct work *work, firesieve_error *error)
{
    enum { LISTED_MAX = 1 << 16 };
    const struct structure_total total = structure_total(structure);
    const firesieve_delay cycle = total.cycle;
    const firesieve_delay length = to - from;
    const bool repeats = cycle < FIRESIEVE_DELAY_END; /* the longest range is as long as that */
    *count = (struct range_count){.whole = repeats ? length / cycle * total.count : 0,
                                  .rest = repeats ? length % cycle : length};
    if (count->rest == 0) {
        count->rest_counted = true;
        return FIRESIEVE_OK;
    }
    struct candidates candidates;
    bool made;
    const bool few = repeats && total.count <= LISTED_MAX;
    firesieve_status status = candidates_make(&candidates, structure, few ? CANDIDATES_OF_ALL : CANDIDATES_OF_FEW,
                                              LISTED_MAX, work, &made, error);
    if (status == FIRESIEVE_OK && made) {
        status = count_rest(count, &candidates, from, from + count->rest, work, error);
        candidates_free(&candidates);
    }
    return status;
}
