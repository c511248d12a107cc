/* Answers that must agree. */
#include "answers/answers.h"

#include <criterion/criterion.h>

/* Safe at 10, 22 and 34. */
static firesieve_firewall *example(void)
{
    static const firesieve_layer layers[] = {{0, 3}, {1, 2}, {4, 4}, {6, 4}};
    firesieve_firewall *firewall;
    cr_assert(firesieve_firewall_build(layers, 4, &firewall, NULL) == FIRESIEVE_OK);
    return firewall;
}

static firesieve_search_result found(firesieve_delay delay)
{
    return (firesieve_search_result){.outcome = FIRESIEVE_FOUND, .delay = delay};
}

static firesieve_search_result stopped_at(firesieve_delay reached)
{
    return (firesieve_search_result){.outcome = FIRESIEVE_LIMIT, .reached = reached};
}

static const firesieve_search_result none = {.outcome = FIRESIEVE_NONE};

Test(answers, agree_with_the_first_one_and_with_the_layers)
{
    firesieve_firewall *const firewall = example();
    const struct {
        firesieve_search_result first;
        firesieve_search_result second;
        bool agree[2];
    } cases[] = {
        {found(10), found(10), {true, true}},       {found(10), found(22), {true, false}},
        {found(9), found(9), {false, false}}, /* caught */
        {found(10), none, {true, false}},           {none, none, {true, true}},
        {none, found(10), {true, false}},           {found(10), stopped_at(10), {true, true}},
        {found(10), stopped_at(11), {true, false}}, /* it passed the answer */
        {stopped_at(5), found(10), {true, true}},   {none, stopped_at(1000), {true, true}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct answers answers = {.firewall = firewall};
        cr_expect(answers_agree(&answers, &cases[i].first) == cases[i].agree[0], "case %zu", i);
        cr_expect(answers_agree(&answers, &cases[i].second) == cases[i].agree[1], "case %zu", i);
    }
    firesieve_firewall_free(firewall);
}
