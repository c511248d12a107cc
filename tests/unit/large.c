/*
 * Large allocations ask for their pages at once, or for huge ones, and work the same if the kernel supports neither:
 * the linker replaces madvise with a function of this file, for the library as well.
 */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/large.h"
#include "firewalls.h"
#include "texts.h"

/* The linker's name. NOLINTNEXTLINE(bugprone-reserved-identifier) */
int __wrap_madvise(void *begin, size_t size, int advice);

static size_t calls; /* for huge pages */
static size_t calls_at_once;
static char *advised_begin;
static char *advised_end;

/* Answers like a kernel that supports neither. NOLINTNEXTLINE(bugprone-reserved-identifier) */
int __wrap_madvise(void *begin, size_t size, int advice)
{
    cr_assert((advice == MADV_HUGEPAGE || advice == MADV_POPULATE_WRITE) &&
              (uintptr_t)begin % (size_t)sysconf(_SC_PAGESIZE) == 0);
    calls += advice == MADV_HUGEPAGE;
    calls_at_once += advice == MADV_POPULATE_WRITE;
    advised_begin = begin;
    advised_end = (char *)begin + size;
    return -1;
}

enum { SMALL = 1 << 12, MIDDLE = 1 << 18, HUGE = 1 << 24 };

static void check_advised(const char *block, size_t size, size_t wanted)
{
    cr_assert(block != NULL && calls == wanted, "%zu bytes: %zu calls", size, calls);
    cr_assert(wanted == 0 || (advised_begin <= block && advised_end >= block + size), "not all of %zu bytes", size);
}

Test(large, memory_asks_for_huge_pages)
{
    char *block = large_calloc(SMALL, 1);
    check_advised(block, SMALL, 0);
    for (size_t i = 0; i < SMALL; ++i) {
        cr_assert(block[i] == 0);
        block[i] = (char)i;
    }
    block = large_reallocarray(block, HUGE / 8, 8);
    check_advised(block, HUGE, 1);
    for (size_t i = 0; i < SMALL; ++i) {
        cr_assert(block[i] == (char)i, "%zu", i);
    }
    free(block);
    block = large_calloc(HUGE / 8, 8);
    check_advised(block, HUGE, 2);
    for (size_t i = 0; i < HUGE; i += SMALL / 2) {
        cr_assert(block[i] == 0, "%zu", i);
    }
    free(block);
    block = large_aligned_alloc(1024, HUGE);
    check_advised(block, HUGE, 3);
    cr_assert((uintptr_t)block % 1024 == 0);
    free(block);
}

/* Only the whole pages of a block: memory before and after them is not its own. */
Test(large, memory_of_many_pages_asks_for_them_at_once)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *const small = large_calloc(SMALL, 1);
    cr_assert(small != NULL && calls_at_once == 0);
    char *const block = large_aligned_alloc(64, MIDDLE);
    cr_assert(block != NULL && calls_at_once == 1 && calls == 0);
    cr_assert(advised_begin >= block && advised_begin < block + page);
    cr_assert(advised_end <= block + MIDDLE && advised_end > block + MIDDLE - page);
    free(small);
    free(block);
}

/* Sanitizers have their own allocators, and end a program that asks for too much. */
Test(large, too_much_memory_is_null, .disabled = FIRESIEVE_SANITIZED)
{
    cr_assert(large_calloc(SIZE_MAX, 1) == NULL && large_calloc(SIZE_MAX / 8 + 2, 8) == NULL);
    char *const block = malloc(8);
    cr_assert(block != NULL && large_reallocarray(block, SIZE_MAX / 8 + 2, 8) == NULL);
    free(block);
    cr_assert(large_aligned_alloc(64, SIZE_MAX / 64 * 64) == NULL);
    cr_assert(calls == 0);
}

/* A million lines: the first ones show how many there are, so that their layers are allocated once. */
Test(large, the_layers_of_a_file_are_allocated_once, .disabled = FIRESIEVE_SANITIZED)
{
    enum { LINES = 1000000, LINE_MAX = 16 };
    char *const text = malloc((size_t)LINES * LINE_MAX);
    size_t size = 0;
    cr_assert(text != NULL);
    for (int i = 0; i < LINES; ++i) {
        size += (size_t)sprintf(text + size, "%d: %d\n", i, 3 + i % 90);
    }
    const struct text_outcome file = read_text(text, size, TEXT_IN_FILE);
    cr_assert(file.status == FIRESIEVE_OK && firesieve_firewall_layer_count(file.firewall) == LINES);
    check_advised((const char *)firesieve_firewall_layers(file.firewall), LINES * sizeof(firesieve_layer), 1);
    firesieve_firewall_free(file.firewall);
    const struct text_outcome pipe = read_text(text, size, TEXT_IN_PIPE); /* of unknown size */
    cr_assert(pipe.status == FIRESIEVE_OK && firesieve_firewall_layer_count(pipe.firewall) == LINES && calls > 2);
    firesieve_firewall_free(pipe.firewall);
    free(text);
}

/* Later lines are shorter than the first, or longer, or hold no layers: the guess is wrong but the layers are right. */
Test(large, the_layers_of_a_file_are_right_after_a_wrong_guess)
{
    enum { LINES = 300000, LINE_MAX = 40, SWITCH = 20000 };
    static const char *const around_depth[][2][2] = {
        {{"", ": 4                 "}, {"", ":4"}},
        {{"", ":4"}, {"", ": 4         # four"}},
        {{"", ": 4"}, {"# ", ""}},
        {{"# ", ""}, {"", ": 4"}},
    };
    char *const text = malloc((size_t)LINES * LINE_MAX);
    cr_assert(text != NULL);
    for (size_t kind = 0; kind < COUNT_OF(around_depth); ++kind) {
        size_t size = 0;
        for (int i = 0; i < LINES; ++i) {
            const char *const *const around = around_depth[kind][i >= SWITCH];
            size += (size_t)sprintf(text + size, "%s%d%s\n", around[0], i, around[1]);
        }
        const struct text_outcome file = read_text(text, size, TEXT_IN_FILE);
        const struct text_outcome memory = read_text(text, size, TEXT_IN_MEMORY);
        const size_t count = firesieve_firewall_layer_count(memory.firewall);
        cr_assert(file.status == FIRESIEVE_OK && firesieve_firewall_layer_count(file.firewall) == count, "kind %zu",
                  kind);
        cr_assert(memcmp(firesieve_firewall_layers(file.firewall), firesieve_firewall_layers(memory.firewall),
                         count * sizeof(firesieve_layer)) == 0,
                  "kind %zu", kind);
        firesieve_firewall_free(file.firewall);
        firesieve_firewall_free(memory.firewall);
    }
    free(text);
}
