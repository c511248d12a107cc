/* Makes firewalls for tests, or fails the test; shows firewalls in the messages of failing tests. */
#ifndef FIRESIEVE_TESTS_UNIT_FIREWALLS_H
#define FIRESIEVE_TESTS_UNIT_FIREWALLS_H

#include <firesieve/firesieve.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* A delay as text, for one message. */
#define SHOW(delay) firesieve_delay_format(delay, (char[FIRESIEVE_DELAY_TEXT_SIZE]){0})

firesieve_firewall *build_firewall(const firesieve_layer *layers, size_t count);
firesieve_firewall *parse_firewall(const char *text);
firesieve_firewall *open_golden(const char *name);
firesieve_firewall *generate_firewall(firesieve_family family, const firesieve_generate_options *options);

/* The firewall as `firesieve generate` would write it, cut if it is long. Never freed: for failing tests only. */
const char *show_firewall(const firesieve_firewall *firewall);

firesieve_search_result solve(const firesieve_firewall *firewall, const firesieve_search_options *options);

/* The layer of this period that catches `delay`, at the smallest depth. */
firesieve_layer layer_catching(firesieve_delay delay, uint64_t period);

/*
 * A firewall whose safe delays are x + k * cycle for a random x; cycle is the product of all `primes` (distinct, odd)
 * and 2^twos (twos at least 1). All other residues are forbidden. *x is the least safe delay.
 */
firesieve_firewall *lone_residue_firewall(const uint32_t *primes, size_t prime_count, unsigned twos, uint64_t seed,
                                          firesieve_delay *x, firesieve_delay *cycle);

#endif
