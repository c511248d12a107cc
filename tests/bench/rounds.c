/* Rounds: their order and repeats, and errors. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rounds.h"

/* A contender whose time does not depend on the machine: each repeat takes `cost` seconds. */
struct actor {
    char name;
    double cost;
    long calls_until_error; /* negative: none */
    uint64_t repeats;       /* of the last call */
};

static char order[4096];

static firesieve_status act(void *context, uint64_t repeats, double *seconds, firesieve_error *error)
{
    struct actor *const actor = context;
    const size_t length = strlen(order);
    if (actor->calls_until_error-- == 0) {
        *error = (firesieve_error){.status = FIRESIEVE_ERROR_KERNEL, .message = "it broke"};
        return FIRESIEVE_ERROR_KERNEL;
    }
    if (length + 1 < sizeof order) {
        order[length] = actor->name;
        order[length + 1] = '\0';
    }
    actor->repeats = repeats;
    *seconds = actor->cost * (double)repeats;
    return FIRESIEVE_OK;
}

Test(rounds, alternate_in_direction)
{
    struct actor actors[] = {{'A', 1, -1, 0}, {'B', 2, -1, 0}, {'C', 3, -1, 0}};
    struct contender contenders[] = {
        {.run = act, .context = &actors[0]}, {.run = act, .context = &actors[1]}, {.run = act, .context = &actors[2]}};
    const struct rounds_request request = {.seconds = 18, .least = 1, .most = 50};
    size_t rounds;
    order[0] = '\0';
    cr_assert(rounds_run(contenders, 3, &request, &rounds, NULL) == FIRESIEVE_OK);
    cr_assert(rounds == 3, "%zu", rounds);
    const char *const timed = order + strlen(order) - 9;
    cr_expect_str_eq(timed, "ABCCBAABC");
    for (size_t i = 0; i < 3; ++i) {
        cr_expect(contenders[i].samples[0] == actors[i].cost && contenders[i].samples[2] == actors[i].cost);
        free(contenders[i].samples);
    }
}

static bool go_on_for(void *context, double share)
{
    int *const left = context;
    cr_assert(share >= 0 && share <= 1);
    return --*left >= 0;
}

/* Only whole rounds count. The first three calls of go_on are those of the warm-up. */
Test(rounds, end_when_told_to)
{
    static const struct {
        int questions;
        size_t rounds;
    } cases[] = {{0, 0}, {2, 0}, {3, 0}, {5, 0}, {6, 1}, {8, 1}, {9, 2}, {100, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct actor actors[] = {{'A', 1, -1, 0}, {'B', 2, -1, 0}, {'C', 3, -1, 0}};
        struct contender contenders[] = {{.run = act, .context = &actors[0]},
                                         {.run = act, .context = &actors[1]},
                                         {.run = act, .context = &actors[2]}};
        int left = cases[i].questions;
        const struct rounds_request request = {
            .seconds = 18, .least = 1, .most = 50, .watch = {.go_on = go_on_for, .context = &left}};
        size_t rounds;
        cr_assert(rounds_run(contenders, 3, &request, &rounds, NULL) == FIRESIEVE_OK);
        cr_expect(rounds == cases[i].rounds, "case %zu: %zu", i, rounds);
        for (size_t actor = 0; actor < 3; ++actor) {
            free(contenders[actor].samples);
        }
    }
}

Test(rounds, are_as_many_as_fit_between_the_bounds)
{
    static const struct {
        double seconds;
        double cost;
        size_t rounds;
        uint64_t repeats;
    } cases[] = {
        {100, 30, 5, 1},   /* the minimum */
        {100, 12.4, 8, 1}, /* those that fit */
        {100, 10, 10, 1},
        {100, 1e-3, 10, 10000}, /* the maximum, each a tenth of the time */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct actor actor = {'A', cases[i].cost, -1, 0};
        struct contender contender = {.run = act, .context = &actor};
        const struct rounds_request request = {.seconds = cases[i].seconds, .least = 5, .most = 10};
        size_t rounds;
        cr_assert(rounds_run(&contender, 1, &request, &rounds, NULL) == FIRESIEVE_OK);
        cr_expect(rounds == cases[i].rounds, "case %zu: %zu rounds", i, rounds);
        cr_expect(actor.repeats + 1 >= cases[i].repeats && actor.repeats <= cases[i].repeats, "case %zu: %llu repeats",
                  i, (unsigned long long)actor.repeats);
        free(contender.samples);
    }
}

Test(rounds, keep_given_repeats)
{
    struct actor actor = {'A', 1e-3, -1, 0};
    struct contender contender = {.run = act, .context = &actor, .repeats = 7};
    const struct rounds_request request = {.seconds = 1, .least = 2, .most = 4};
    size_t rounds;
    cr_assert(rounds_run(&contender, 1, &request, &rounds, NULL) == FIRESIEVE_OK);
    cr_expect(rounds == 4 && actor.repeats == 7);
    free(contender.samples);
}

Test(rounds, end_with_the_first_error)
{
    for (long calls = 0; calls < 5; ++calls) {
        struct actor actors[] = {{'A', 1, -1, 0}, {'B', 1, calls, 0}};
        struct contender contenders[] = {{.run = act, .context = &actors[0]}, {.run = act, .context = &actors[1]}};
        const struct rounds_request request = {.seconds = 10, .least = 4, .most = 10};
        size_t rounds;
        firesieve_error error = {.status = FIRESIEVE_OK};
        cr_expect(rounds_run(contenders, 2, &request, &rounds, &error) == FIRESIEVE_ERROR_KERNEL);
        cr_expect_str_eq(error.message, "it broke");
        free(contenders[0].samples);
        free(contenders[1].samples);
    }
}
