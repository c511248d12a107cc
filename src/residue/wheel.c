#include "residue/wheel.h"

#include <stdlib.h>

#include "base/large.h"
#include "base/error.h"
#include "residue/residue_set.h"

firesieve_status wheel_start(struct wheel *wheel, firesieve_error *error)
{
    *wheel = (struct wheel){.modulus = 1, .residues = calloc(1, sizeof *wheel->residues), .count = 1};
    return wheel->residues != NULL ? FIRESIEVE_OK : error_set_memory(error, "the wheel");
}

void wheel_free(struct wheel *wheel)
{
    free(wheel->residues);
    *wheel = (struct wheel){0};
}

/* Drops what `forbidden` holds from the residues; returns how many are left. */
static size_t drop_forbidden(const struct residue_set *forbidden, uint64_t *residues, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        const bool drop = residue_set_has(forbidden, divisor_remainder(forbidden->modulus, residues[i]));
        residues[kept] = residues[i];
        kept += !drop;
    }
    return kept;
}

/* A growing list of residues. */
struct residue_list {
    uint64_t *residues;
    size_t count;
    size_t capacity;
};

static bool reserve(struct residue_list *list, size_t more)
{
    if (list->capacity - list->count >= more) {
        return true;
    }
    const size_t doubled = 2 * list->capacity;
    const size_t capacity = doubled > list->count + more ? doubled : list->count + more;
    uint64_t *const residues = large_reallocarray(list->residues, capacity, sizeof *residues);
    if (residues == NULL) {
        return false;
    }
    list->residues = residues;
    list->capacity = capacity;
    return true;
}

/*
 * Appends the residues that lie `turn` old moduli above the old ones, without the forbidden ones: with ascending turns
 * the list ascends. Works in pieces that fit in a cache, and asks go_on between them; *stopped: it said no.
 * False: no memory.
 */
static bool lift(struct residue_list *list, const struct wheel *old, uint64_t turn, const struct residue_set *forbidden,
                 size_t forbidden_count, struct go_on go_on, bool *stopped)
{
    enum { PIECE = 1 << 14 };
    if (!reserve(list, old->count)) {
        return false;
    }
    for (size_t begin = 0; begin < old->count && !*stopped; begin += PIECE) {
        uint64_t *const lifted = list->residues + list->count;
        size_t count = old->count - begin < PIECE ? old->count - begin : PIECE;
        for (size_t i = 0; i < count; ++i) {
            lifted[i] = old->residues[begin + i] + turn * old->modulus;
        }
        for (size_t i = 0; i < forbidden_count; ++i) {
            count = drop_forbidden(&forbidden[i], lifted, count);
        }
        list->count += count;
        *stopped = !go_on_ask(go_on);
    }
    return true;
}

firesieve_status wheel_extend(struct wheel *wheel, uint64_t factor, const struct class_set *set,
                              const struct constraint *const *added, size_t added_count, struct go_on go_on,
                              bool *stopped, firesieve_error *error)
{
    struct residue_set *const forbidden = residue_sets_make(set, added, added_count);
    struct residue_list list = {0};
    bool done = forbidden != NULL;
    *stopped = false;
    for (uint64_t turn = 0; turn < factor && wheel->count > 0 && done && !*stopped; ++turn) {
        done = lift(&list, wheel, turn, forbidden, added_count, go_on, stopped);
    }
    free(forbidden);
    if (!done || *stopped) {
        free(list.residues);
        return done ? FIRESIEVE_OK : error_set_memory(error, "the wheel");
    }
    free(wheel->residues);
    wheel->residues = list.residues;
    wheel->count = list.count;
    wheel->modulus *= factor;
    return FIRESIEVE_OK;
}
