/* The planner's predictions beside the measured times of searches, for all families. */
#include <stdlib.h>

#include "measure.h"

enum { ROUNDS = 5 };

struct instance {
    const char *text;
    firesieve_family family;
    firesieve_generate_options options; /* members that are 0 keep the family's default */
};

static const struct instance instances[] = {
    {"uniform", FIRESIEVE_FAMILY_UNIFORM, {0}},
    {"uniform --layers 1000000 --max-range 1000000",
     FIRESIEVE_FAMILY_UNIFORM,
     {.layers = 1000000, .max_range = 1000000}},
    {"planted", FIRESIEVE_FAMILY_PLANTED, {0}},
    {"planted --layers 3000 --bits 36", FIRESIEVE_FAMILY_PLANTED, {.layers = 3000, .bits = 36}},
    {"puzzle", FIRESIEVE_FAMILY_PUZZLE, {0}},
    {"extremal --layers 60", FIRESIEVE_FAMILY_EXTREMAL, {.layers = 60}},
    {"erdos-selfridge --k 61", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, {.k = 61}},
    {"erdos-selfridge --k 100", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, {.k = 100}},
    {"erdos-selfridge --k 120", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, {.k = 120}},
    {"erdos-selfridge --k 150", FIRESIEVE_FAMILY_ERDOS_SELFRIDGE, {.k = 150}},
    {"negative-pseudosquare --primes 20", FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, {.primes = 20}},
    {"negative-pseudosquare --primes 30", FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, {.primes = 30}},
    {"negative-pseudosquare --primes 38", FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE, {.primes = 38}},
    {"tuplet", FIRESIEVE_FAMILY_TUPLET, {0}},
};

static firesieve_generate_options options_of(const struct instance *instance)
{
    firesieve_generate_options options = firesieve_generate_defaults(instance->family);
    options.layers = instance->options.layers != 0 ? instance->options.layers : options.layers;
    options.max_range = instance->options.max_range != 0 ? instance->options.max_range : options.max_range;
    options.bits = instance->options.bits;
    options.k = instance->options.k != 0 ? instance->options.k : options.k;
    options.primes = instance->options.primes != 0 ? instance->options.primes : options.primes;
    return options;
}

/* The median seconds of a search through [0, options->to), or a negative number if it failed. */
static double time_search(const firesieve_firewall *firewall, const firesieve_search_options *options)
{
    double times[ROUNDS];
    for (int i = 0; i < ROUNDS; ++i) {
        firesieve_search_result result;
        if (firesieve_solve(firewall, options, &result, NULL) != FIRESIEVE_OK || result.outcome != FIRESIEVE_FOUND) {
            return -1;
        }
        times[i] = result.elapsed_s;
    }
    return median(times, ROUNDS);
}

/* The median prediction for the same search. It includes planning, with caches as warm or cold as in time_search. */
static double predict_search(const firesieve_firewall *firewall, const firesieve_search_options *options,
                             firesieve_method *method)
{
    double predictions[ROUNDS];
    for (int i = 0; i < ROUNDS; ++i) {
        firesieve_explanation explanation;
        if (firesieve_explain(firewall, options, &explanation, NULL) != FIRESIEVE_OK) {
            return -1;
        }
        predictions[i] = explanation.predicted_range_s;
        *method = explanation.method;
        firesieve_explanation_free(&explanation);
    }
    return median(predictions, ROUNDS);
}

/*
 * The distance of the answer is chance, which no planner can foresee. So the range ends with the answer, and the
 * prediction is for searching all of it.
 */
static bool measure_firewall(const char *text, const firesieve_firewall *firewall)
{
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result;
    options.threads = 1;
    options.kernel = firesieve_kernel_best();
    if (firesieve_solve(firewall, &options, &result, NULL) != FIRESIEVE_OK || result.outcome != FIRESIEVE_FOUND) {
        return false;
    }
    options.to = result.delay + 1;
    firesieve_method method = FIRESIEVE_METHOD_AUTO;
    const double seconds = time_search(firewall, &options);
    const double predicted = predict_search(firewall, &options, &method);
    if (seconds < 0 || predicted < 0) {
        return false;
    }
    char delay[FIRESIEVE_DELAY_TEXT_SIZE];
    printf("%-44s %20s %-5s %12.3f %12.3f %6.2f\n", text, firesieve_delay_format(result.delay, delay),
           firesieve_method_name(method), 1e3 * predicted, 1e3 * seconds, predicted / seconds);
    return true;
}

bool measure_families(void)
{
    printf("%-44s %20s %-5s %12s %12s %6s\n", "generate", "answer", "how", "predicted ms", "measured ms", "ratio");
    for (size_t i = 0; i < sizeof instances / sizeof instances[0]; ++i) {
        const firesieve_generate_options options = options_of(&instances[i]);
        firesieve_firewall *firewall;
        bool done = firesieve_firewall_generate(instances[i].family, &options, &firewall, NULL) == FIRESIEVE_OK;
        if (done) {
            done = measure_firewall(instances[i].text, firewall);
            firesieve_firewall_free(firewall);
        }
        if (!done) {
            fprintf(stderr, "measure: %s failed\n", instances[i].text);
            return false;
        }
    }
    return true;
}
