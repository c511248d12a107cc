#include "number/near.h"
#include <stdlib.h>
#include "number/prime_test.h"
struct near_numbers { firesieve_delay reference; };
struct near_numbers *near_numbers_make(firesieve_delay reference, uint64_t span)
{
    struct near_numbers *const near = malloc(sizeof *near);
    (void)span;
    if (near != NULL) near->reference = reference;
    return near;
}
size_t near_tuples(const struct near_numbers *near, const struct kernel_operations *kernel, uint64_t first, uint32_t step, uint32_t *columns, size_t count, const uint32_t *shifts, uint32_t shift_count)
{
    size_t kept = 0;
    (void)kernel;
    for (size_t i = 0; i < count; ++i) {
        bool prime = true;
        for (uint32_t s = 0; s < shift_count && prime; ++s) prime = number_is_prime(near->reference + first + (uint64_t)step * columns[i] + shifts[s]);
        columns[kept] = columns[i];
        kept += prime;
    }
    return kept;
}
