#include "residue/classes.h"

#include <stdlib.h>

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
