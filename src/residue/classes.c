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
