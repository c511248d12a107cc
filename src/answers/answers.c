#include "answers/answers.h"

/* Whether searches that a limit stopped have not gone past the answer. */
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
