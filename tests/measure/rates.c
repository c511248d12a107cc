/* How many delays are decided per second if the answer is far away. */
#include <stdlib.h>

#include "measure.h"

enum { ROUNDS = 5, PLAIN_DELAYS = 20000000 };

struct times {
    double plain[2 * ROUNDS];
    double solve[2 * ROUNDS];
};

static double time_plain(const struct plain_layer *plain, size_t count)
{
    const double started = now_s();
    return plain_loop(plain, count, PLAIN_DELAYS) == PLAIN_DELAYS ? now_s() - started : -1;
}

static double time_solve(const firesieve_firewall *firewall, firesieve_search_result *result)
{
    firesieve_search_options options = firesieve_search_defaults();
    options.threads = 1;
    const bool solved = firesieve_solve(firewall, &options, result, NULL) == FIRESIEVE_OK;
    return solved && result->outcome == FIRESIEVE_FOUND ? result->elapsed_s : -1;
}

static bool measure_firewall(const firesieve_firewall *firewall, const struct plain_layer *plain)
{
    struct times times;
    firesieve_search_result result = {.delay = 0};
    const size_t count = firesieve_firewall_layer_count(firewall);
    for (size_t slot = 0; slot < 2 * ROUNDS; ++slot) {
        if (slot % 2 == 0) {
            times.plain[slot] = time_plain(plain, count);
            times.solve[slot] = time_solve(firewall, &result);
        } else {
            times.solve[slot] = time_solve(firewall, &result);
            times.plain[slot] = time_plain(plain, count);
        }
        if (times.plain[slot] < 0 || times.solve[slot] < 0) {
            return false;
        }
    }
    char delay[FIRESIEVE_DELAY_TEXT_SIZE];
    const double plain_rate = PLAIN_DELAYS / median(times.plain, 2 * ROUNDS);
    const double solve_s = median(times.solve, 2 * ROUNDS);
    const double solve_rate = (double)result.candidates / solve_s;
    printf("negative-pseudosquare --primes 38: answer %s in %.3f s on one thread\n",
           firesieve_delay_format(result.delay, delay), solve_s);
    printf("%.3g delays decided a second; plain loop %.3g, over the first %.1g delays; ratio %.3g\n", solve_rate,
           plain_rate, (double)PLAIN_DELAYS, solve_rate / plain_rate);
    return true;
}

bool measure_rates(void)
{
    firesieve_generate_options options = firesieve_generate_defaults(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE);
    options.primes = 38;
    firesieve_firewall *firewall;
    if (firesieve_firewall_generate(FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, &options, &firewall, NULL) !=
        FIRESIEVE_OK) {
        return false;
    }
    struct plain_layer *const plain = copy_layers(firewall);
    const bool done = plain != NULL && measure_firewall(firewall, plain);
    free(plain);
    firesieve_firewall_free(firewall);
    return done;
}
