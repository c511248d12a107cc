/* Families of random firewalls, some with a planted safe delay. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/random.h"
#include "firewall/generate.h"

firesieve_status uniform_check(const firesieve_generate_options *options, firesieve_error *error)
{
    const firesieve_status status = check_layer_count(options, 1, SIZE_MAX / sizeof(firesieve_layer), error);
    if (status == FIRESIEVE_OK && (options->min_range < 2 || options->min_range > options->max_range ||
                                   options->max_range > FIRESIEVE_RANGE_MAX)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "expected ranges with 2 <= smallest <= largest <= 2^62, found %" PRIu64 " and %" PRIu64,
                         options->min_range, options->max_range);
    }
    return status;
}

firesieve_status planted_check(const firesieve_generate_options *options, firesieve_error *error)
{
    const firesieve_status status = uniform_check(options, error);
    if (status == FIRESIEVE_OK && (options->delay >= FIRESIEVE_DELAY_END || options->bits > 127)) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected a planted delay below 2^127");
    }
    return status;
}

static bool catches(uint64_t depth, uint64_t range, firesieve_delay delay)
{
    return layer_catches((firesieve_layer){.depth = depth, .range = range}, delay);
}

bool uniform_append(const firesieve_generate_options *options, struct go_on go_on, struct layer_list *list)
{
    struct random_state random = {options->seed};
    for (uint64_t depth = 0; depth < options->layers; ++depth) {
        if (!go_on_at(go_on, depth) ||
            !layer_list_append(list, depth, random_between(&random, options->min_range, options->max_range))) {
            return false;
        }
    }
    return true;
}

/* A random range whose scanner does not catch `safe` at this depth; 0 if several draws found none. */
static uint64_t draw_sparing_range(struct random_state *random, const firesieve_generate_options *options,
                                   uint64_t depth, firesieve_delay safe)
{
    enum { DRAWS = 64 };
    for (int draw = 0; draw < DRAWS; ++draw) {
        const uint64_t range = random_between(random, options->min_range, options->max_range);
        if (!catches(depth, range, safe)) {
            return range;
        }
    }
    return 0;
}

/* A random number of exactly `bits` bits, from 1 to 127. */
static firesieve_delay random_delay(struct random_state *random, unsigned bits)
{
    const firesieve_delay highest = (firesieve_delay)1 << (bits - 1);
    const firesieve_delay high = random_next(random);
    return highest | ((high << 64 | random_next(random)) & (highest - 1));
}

bool planted_append(const firesieve_generate_options *options, struct go_on go_on, struct layer_list *list)
{
    struct random_state random = {options->seed};
    const firesieve_delay safe = options->bits == 0 ? options->delay : random_delay(&random, options->bits);
    for (uint64_t depth = 0; list->count < options->layers; ++depth) {
        const uint64_t range = draw_sparing_range(&random, options, depth, safe);
        if (!go_on_at(go_on, depth) || (range != 0 && !layer_list_append(list, depth, range))) {
            return false;
        }
    }
    return true;
}

/* ---- puzzle: a planted delay in the millions, and layers that catch every delay below a million ---------- */

enum { PUZZLE_DELAYS = 1000000, PUZZLE_RANGE_MAX = 20, PUZZLE_CHOICES = 24, PUZZLE_SAMPLE = 4096 };

static size_t count_caught(const uint32_t *delays, size_t count, uint64_t depth, uint64_t range)
{
    size_t caught = 0;
    for (size_t i = 0; i < count; ++i) {
        caught += catches(depth, range, delays[i]);
    }
    return caught;
}

static size_t drop_caught(uint32_t *delays, size_t count, uint64_t depth, uint64_t range)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        delays[kept] = delays[i];
        kept += !catches(depth, range, delays[i]);
    }
    return kept;
}

/*
 * Of a few random ranges that do not catch `safe`, the one that catches most of the smallest delays that are left; 0 if
 * none catches any.
 */
static uint64_t choose_range(struct random_state *random, const uint32_t *delays, size_t count, uint64_t depth,
                             firesieve_delay safe)
{
    uint64_t best = 0;
    size_t best_caught = 0;
    for (int choice = 0; choice < PUZZLE_CHOICES; ++choice) {
        const uint64_t range = random_between(random, 2, PUZZLE_RANGE_MAX);
        if (catches(depth, range, safe)) {
            continue;
        }
        const size_t caught = count_caught(delays, count < PUZZLE_SAMPLE ? count : PUZZLE_SAMPLE, depth, range);
        if (caught > best_caught) {
            best = range;
            best_caught = caught;
        }
    }
    return best;
}

bool puzzle_append(const firesieve_generate_options *options, struct go_on go_on, struct layer_list *list)
{
    struct random_state random = {options->seed};
    uint32_t *const delays = malloc(PUZZLE_DELAYS * sizeof *delays);
    if (delays == NULL) {
        return false;
    }
    for (uint32_t delay = 0; delay < PUZZLE_DELAYS; ++delay) {
        delays[delay] = delay;
    }
    const firesieve_delay safe = random_between(&random, PUZZLE_DELAYS, 10 * PUZZLE_DELAYS - 1);
    size_t left = PUZZLE_DELAYS;
    bool appended = true;
    for (uint64_t depth = 0; left > 0 && appended; depth += random_between(&random, 1, 2)) {
        const uint64_t range = choose_range(&random, delays, left, depth, safe);
        if (range != 0) {
            left = drop_caught(delays, left, depth, range);
            appended = layer_list_append(list, depth, range);
        }
        appended = appended && go_on_ask(go_on);
    }
    free(delays);
    return appended;
}
