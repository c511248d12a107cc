#include "answers/answers.h"

#include <stdio.h>

/* Whether searches that a limit stopped have not passed the answer. */
static bool limits_agree(const struct answers *answers)
{
    return !answers->answered || answers->outcome == FIRESIEVE_NONE || answers->reached <= answers->delay;
}

bool answers_agree(struct answers *answers, const firesieve_search_result *result)
{
    if (result->outcome == FIRESIEVE_LIMIT || result->outcome == FIRESIEVE_CANCELLED) {
        answers->reached = result->reached > answers->reached ? result->reached : answers->reached;
        return limits_agree(answers);
    }
    if (!answers->answered) {
        answers->answered = true;
        answers->outcome = result->outcome;
        answers->delay = result->delay;
    }
    return limits_agree(answers) && answers->outcome == result->outcome &&
           (result->outcome != FIRESIEVE_FOUND ||
            (answers->delay == result->delay && !firesieve_firewall_catches(answers->firewall, result->delay)));
}

bool method_uses_kernels(firesieve_method method)
{
    static const firesieve_layer layer = {.depth = 0, .range = 1000}; /* too long for the short path, which uses none */
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    firesieve_firewall *firewall;
    if (firesieve_firewall_build(&layer, 1, &firewall, NULL) != FIRESIEVE_OK) {
        return true;
    }
    options.method = method;
    options.kernel = firesieve_kernel_at(0);
    options.threads = 1;
    options.to = 1;
    const bool solved = firesieve_solve(firewall, &options, &result, NULL) == FIRESIEVE_OK;
    firesieve_firewall_free(firewall);
    return !solved || result.kernel != NULL;
}

const char *contestant_describe(const struct contestant *contestant, char *text)
{
    const firesieve_kernel *const kernel = contestant->kernel;
    snprintf(text, CONTESTANT_TEXT_SIZE, "method %s%s%s%s", firesieve_method_name(contestant->method),
             kernel == NULL ? "" : " on kernel ", kernel == NULL ? "" : firesieve_kernel_name(kernel),
             kernel != NULL && firesieve_kernel_emulated(kernel) ? " (emulated)" : "");
    return text;
}
