#include "residue/classes.h"

#include <stdlib.h>

#include "base/search.h"

size_t classes_drop_repeated(class_key *keys, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        if (kept == 0 || keys[kept - 1] != keys[i]) {
            keys[kept++] = keys[i];
        }
    }
    return kept;
}

void classes_free(struct class_set *set)
{
    free(set->narrow);
    free(set->wide);
    *set = (struct class_set){0};
}

int residue_class_compare(const void *a, const void *b)
{
    const struct residue_class *const left = a;
    const struct residue_class *const right = b;
    return left->modulus != right->modulus ? (left->modulus > right->modulus) - (left->modulus < right->modulus)
                                           : (left->residue > right->residue) - (left->residue < right->residue);
}

bool classes_have(const struct class_set *set, struct residue_class class)
{
    if (class.modulus >= CLASS_NARROW_END) {
        return bsearch(&class, set->wide, set->wide_count, sizeof class, residue_class_compare) != NULL;
    }
    const class_key key = class.modulus << 32 | class.residue;
    const size_t index = search_at_least(set->narrow, set->narrow_count, sizeof key, key);
    return index < set->narrow_count && set->narrow[index] == key;
}
