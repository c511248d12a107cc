#include "pass/class_list.h"

#include <stdlib.h>

#include "base/gcd.h"
#include "base/large.h"

bool class_list_append(struct class_list *list, struct class_slice slice)
{
    struct class_slice *const last = list->slice_count == 0 ? NULL : &list->slices[list->slice_count - 1];
    list->count += slice.count;
    if (last != NULL && last->classes + last->count == slice.classes) {
        last->count += slice.count;
        return true;
    }
    /* Doubles when the count is a power of 2. */
    if ((list->slice_count & (list->slice_count - 1)) == 0) {
        const size_t room = list->slice_count == 0 ? 1 : 2 * list->slice_count;
        struct class_slice *const slices = reallocarray(list->slices, room, sizeof *slices);
        if (slices == NULL) {
            return false;
        }
        list->slices = slices;
    }
    /* Where there are slices, there is an array of them. NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    list->slices[list->slice_count++] = slice;
    return true;
}

bool class_list_move(struct class_list *to, struct class_list *from, size_t count)
{
    size_t whole = 0; /* slices that are moved as a whole */
    bool moved = true;
    for (; whole < from->slice_count && count >= from->slices[whole].count && moved; ++whole) {
        moved = class_list_append(to, from->slices[whole]);
        count -= from->slices[whole].count;
        from->count -= from->slices[whole].count;
    }
    if (moved && whole < from->slice_count && count > 0) {
        struct class_slice *const slice = &from->slices[whole];
        moved = class_list_append(to, (struct class_slice){slice->classes, count});
        slice->classes += count;
        slice->count -= count;
        from->count -= count;
    }
    from->slice_count -= whole;
    for (size_t i = 0; i < from->slice_count; ++i) {
        from->slices[i] = from->slices[i + whole];
    }
    return moved;
}

static size_t count_moduli(const struct class_list *list)
{
    size_t moduli = 0;
    for (size_t i = 0; i < list->slice_count; ++i) {
        for (size_t j = 0; j < list->slices[i].count; j = class_slice_next(&list->slices[i], j)) {
            ++moduli;
        }
    }
    return moduli;
}

static struct class_run make_run(const class_key *classes, size_t count, uint64_t step)
{
    const uint32_t modulus = class_modulus(classes[0]);
    const uint32_t divisor = (uint32_t)greatest_common_divisor(modulus, step % modulus);
    return (struct class_run){
        .classes = classes,
        .count = count,
        .modulus = divisor_of(modulus),
        .divisor = divisor,
        .length = modulus / divisor,
        .inverse = (uint32_t)inverse_modulo(step % modulus / divisor, modulus / divisor),
    };
}

/* One run for each modulus of a slice; a modulus that is cut between two lists has a run in each. */
static bool make_runs(struct class_list *list, struct class_slice slice, uint64_t step, struct go_on go_on)
{
    size_t end;
    for (size_t first = 0; first < slice.count; first = end) {
        end = class_slice_next(&slice, first);
        if (!go_on_at(go_on, list->run_count)) {
            return false;
        }
        list->runs[list->run_count++] = make_run(slice.classes + first, end - first, step);
    }
    return true;
}

static bool add_up(struct class_list *list, struct go_on go_on)
{
    for (size_t i = 0; i < list->slice_count; ++i) {
        const struct class_slice *const slice = &list->slices[i];
        for (size_t j = 0; j < slice->count; ++j) {
            if (!go_on_at(go_on, j)) {
                return false;
            }
            list->shares += 1.0 / class_modulus(slice->classes[j]);
        }
    }
    return true;
}

bool class_list_prepare(struct class_list *list, uint64_t step, struct go_on go_on)
{
    if (!add_up(list, go_on)) {
        return false;
    }
    if (step == 1) {
        return true;
    }
    list->runs = large_calloc(count_moduli(list) + 1, sizeof *list->runs);
    bool made = list->runs != NULL;
    for (size_t i = 0; i < list->slice_count && made; ++i) {
        made = make_runs(list, list->slices[i], step, go_on);
    }
    return made;
}

void class_list_free(struct class_list *list)
{
    free(list->slices);
    free(list->runs);
    *list = (struct class_list){0};
}
