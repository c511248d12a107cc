#include "residue/residue_set.h"

#include "base/large.h"
#include "base/search.h"

/* A bitset is used if it is small, or no larger than a few times the list. */
static bool wants_bits(const struct constraint *constraint)
{
    enum { ALWAYS = 1 << 12, NEVER = 1 << 22, TIMES_THE_LIST = 8 };
    return constraint->modulus <= ALWAYS ||
           (constraint->modulus <= NEVER && constraint->modulus / 64 <= TIMES_THE_LIST * (uint64_t)constraint->count);
}

static size_t limbs_of(const struct constraint *constraint)
{
    return wants_bits(constraint) ? (size_t)constraint->modulus / 64 + 1 : constraint->count;
}

/* The size of all in bytes, or 0 if that is more than SIZE_MAX. */
static size_t size_of_all(const struct constraint *const *constraints, size_t count)
{
    size_t size = sizeof(struct residue_set); /* one more: none at all is not NULL */
    for (size_t i = 0; i < count; ++i) {
        size_t limbs_size;
        if (__builtin_mul_overflow(limbs_of(constraints[i]), sizeof(uint64_t), &limbs_size) ||
            __builtin_add_overflow(size, sizeof(struct residue_set), &size) ||
            __builtin_add_overflow(size, limbs_size, &size)) {
            return 0;
        }
    }
    return size;
}

/* `limbs` are all 0. */
static struct residue_set copy_residues(const struct class_set *set, const struct constraint *constraint,
                                        uint64_t *limbs)
{
    const bool bits = wants_bits(constraint);
    for (size_t i = 0; i < constraint->count; ++i) {
        const uint64_t residue = constraint_residue(set, constraint, i);
        if (bits) {
            limbs[residue / 64] |= UINT64_C(1) << residue % 64;
        } else {
            limbs[i] = residue;
        }
    }
    return (struct residue_set){
        .modulus = divisor_of(constraint->modulus),
        .bits = bits ? limbs : NULL,
        .list = bits ? NULL : limbs,
        .count = constraint->count,
    };
}

struct residue_set *residue_sets_make(const struct class_set *set, const struct constraint *const *constraints,
                                      size_t count)
{
    _Static_assert(_Alignof(struct residue_set) >= _Alignof(uint64_t), "limbs come behind the sets");
    const size_t size = size_of_all(constraints, count);
    struct residue_set *const made = size == 0 ? NULL : large_calloc(size, 1);
    if (made == NULL) {
        return NULL;
    }
    uint64_t *limbs = (uint64_t *)(void *)(made + count + 1);
    for (size_t i = 0; i < count; ++i) {
        made[i] = copy_residues(set, constraints[i], limbs);
        limbs += limbs_of(constraints[i]);
    }
    return made;
}

bool residue_set_lists(const struct residue_set *residues, uint64_t residue)
{
    const size_t i = search_at_least(residues->list, residues->count, sizeof *residues->list, residue);
    return i < residues->count && residues->list[i] == residue;
}
