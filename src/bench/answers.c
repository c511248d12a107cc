#include "bench/answers.h"

bool answers_agree(struct answers *answers, const firesieve_search_result *result)
{
    if (result->outcome == FIRESIEVE_LIMIT || result->outcome == FIRESIEVE_CANCELLED) {
        return !answers->answered || answers->outcome == FIRESIEVE_NONE || result->reached <= answers->delay;
    }
    if (!answers->answered) {
        answers->answered = true;
        answers->outcome = result->outcome;
        answers->delay = result->delay;
    }
    return answers->outcome == result->outcome &&
           (result->outcome != FIRESIEVE_FOUND ||
            (answers->delay == result->delay && !firesieve_firewall_catches(answers->firewall, result->delay)));
}
