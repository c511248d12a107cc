/* Families from number theory: a property modulo each of several primes decides which delays are safe. */
#include <inttypes.h>

#include "base/error.h"
#include "firewall/generate.h"
#include "number/primes.h"

/* ---- erdos-selfridge --------------------------------------------------------------------------------------------- */

enum { ERDOS_SELFRIDGE_K_MAX = 5000 }; /* 6.7 million layers: up to k per prime, mostly twice */

firesieve_status erdos_selfridge_check(const firesieve_generate_options *options, firesieve_error *error)
{
    if (options->k < 2 || options->k > ERDOS_SELFRIDGE_K_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected k from 2 to %d, found %" PRIu64,
                         ERDOS_SELFRIDGE_K_MAX, options->k);
    }
    return FIRESIEVE_OK;
}

/*
 * A prime does not divide C(n, k) if in its base no digit of n is less than the same digit of k (Kummer 1852). The delay
 * is n - k - 2, so n > k + 1.
 */
static bool forbid_smaller_digits(struct layer_list *list, uint64_t k, uint64_t prime)
{
    uint64_t residues[ERDOS_SELFRIDGE_K_MAX];
    bool appended = true;
    for (uint64_t power = 1; appended && power <= k; power *= prime) {
        const uint64_t modulus = power * prime;
        const uint64_t shift = modulus - (k + 2) % modulus;
        const size_t count = k / power % prime * power; /* of n mod modulus, those with a smaller digit */
        for (uint64_t n = 0; n < count; ++n) {
            residues[n] = (n + shift) % modulus;
        }
        appended = layer_list_forbid(list, modulus, residues, count);
    }
    return appended;
}

bool erdos_selfridge_append(const firesieve_generate_options *options, struct go_on go_on, struct layer_list *list)
{
    struct primes primes;
    bool appended = primes_make(&primes, options->k + 1, go_on);
    for (uint64_t prime = 2; appended && prime != 0; prime = primes_next(&primes, prime + 1)) {
        appended = go_on_ask(go_on) && forbid_smaller_digits(list, options->k, prime);
    }
    primes_free(&primes);
    return appended;
}

/* ---- pseudosquare and negative-pseudosquare ---------------------------------------------------------------------- */

enum { PSEUDOSQUARE_PRIMES_MAX = 1000, PSEUDOSQUARE_PRIME_MAX = 7927 }; /* the last of them; 3.7 million layers */

firesieve_status pseudosquare_check(const firesieve_generate_options *options, firesieve_error *error)
{
    if (options->primes > PSEUDOSQUARE_PRIMES_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected at most %d primes, found %" PRIu64,
                         PSEUDOSQUARE_PRIMES_MAX, options->primes);
    }
    return FIRESIEVE_OK;
}

/* Forbids all residues mod `prime` except i^2, or -i^2 if negative, for i not 0. */
static bool forbid_non_squares(struct layer_list *list, uint64_t prime, bool negative)
{
    bool allowed[PSEUDOSQUARE_PRIME_MAX] = {false};
    uint64_t residues[PSEUDOSQUARE_PRIME_MAX];
    size_t count = 0;
    for (uint64_t i = 1; i <= prime / 2; ++i) {
        const uint64_t square = i * i % prime;
        allowed[negative ? prime - square : square] = true;
    }
    for (uint64_t residue = 0; residue < prime; ++residue) {
        if (!allowed[residue]) {
            residues[count++] = residue;
        }
    }
    return layer_list_forbid(list, prime, residues, count);
}

/* Leaves one odd residue mod 8, by forbidding one residue mod 2, one mod 4 and one mod 8. */
static bool forbid_all_but_one_mod_8(struct layer_list *list, uint64_t residue)
{
    bool appended = true;
    for (uint64_t modulus = 2; appended && modulus <= 8; modulus *= 2) {
        uint64_t other = (residue + modulus / 2) % modulus;
        appended = layer_list_forbid(list, modulus, &other, 1);
    }
    return appended;
}

static bool append_pseudosquare(uint64_t prime_count, bool negative, struct go_on go_on, struct layer_list *list)
{
    struct primes primes;
    bool appended =
        primes_make(&primes, PSEUDOSQUARE_PRIME_MAX + 1, go_on) && forbid_all_but_one_mod_8(list, negative ? 7 : 1);
    uint64_t prime = 2;
    for (uint64_t i = 0; appended && i < prime_count; ++i) {
        prime = primes_next(&primes, prime + 1);
        appended = go_on_ask(go_on) && forbid_non_squares(list, prime, negative);
    }
    primes_free(&primes);
    return appended;
}

bool pseudosquare_append(const firesieve_generate_options *options, struct go_on go_on, struct layer_list *list)
{
    return append_pseudosquare(options->primes, false, go_on, list);
}

bool negative_pseudosquare_append(const firesieve_generate_options *options, struct go_on go_on,
                                  struct layer_list *list)
{
    return append_pseudosquare(options->primes, true, go_on, list);
}

/* ---- tuplet ------------------------------------------------------------------------------------------------------ */

enum { TUPLET_SIEVE_TO_MAX = 1000000000 }; /* 34 MB of primes; depths, at most its product with the layers, fit */

static firesieve_status check_offsets(const firesieve_generate_options *options, firesieve_error *error)
{
    const size_t count = options->offset_count;
    if (count < 1 || count > FIRESIEVE_TUPLET_OFFSETS_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected from 1 to %d offsets, found %zu",
                         FIRESIEVE_TUPLET_OFFSETS_MAX, count);
    }
    for (size_t i = 1; i < count; ++i) {
        if (options->offsets[i] <= options->offsets[i - 1]) {
            return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                             "expected every offset to be larger than the one before it, found %" PRIu64
                             " after %" PRIu64,
                             options->offsets[i], options->offsets[i - 1]);
        }
    }
    return FIRESIEVE_OK;
}

/* At least the number of primes up to `limit`, which is below 1.26 limit / ln(limit) (Rosser and Schoenfeld 1962). */
static uint64_t bound_prime_count(uint64_t limit)
{
    const unsigned bits = 63 - (unsigned)__builtin_clzll(limit); /* ln(limit) is at least 0.69 bits */
    return 2 * limit / bits;
}

firesieve_status tuplet_check(const firesieve_generate_options *options, firesieve_error *error)
{
    const firesieve_status status = check_offsets(options, error);
    if (status != FIRESIEVE_OK) {
        return status;
    }
    if (options->sieve_to < 2 || options->sieve_to > TUPLET_SIEVE_TO_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "expected to sieve by the primes to a number from 2 to %d, found %" PRIu64,
                         TUPLET_SIEVE_TO_MAX, options->sieve_to);
    }
    const uint64_t layers = 2 * options->offset_count * bound_prime_count(options->sieve_to);
    if (layers > GENERATED_LAYERS_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                         "expected at most %d layers, found %zu offsets and the primes to %" PRIu64
                         ", which could make %" PRIu64,
                         GENERATED_LAYERS_MAX, options->offset_count, options->sieve_to, layers);
    }
    return FIRESIEVE_OK;
}

/* Forbids the delays t for which the prime divides start + t + offset for one of the offsets. */
static bool forbid_multiples(struct layer_list *list, const firesieve_generate_options *options, uint64_t prime)
{
    uint64_t residues[FIRESIEVE_TUPLET_OFFSETS_MAX];
    const uint64_t start = options->start % prime;
    for (size_t i = 0; i < options->offset_count; ++i) {
        residues[i] = (2 * prime - start - options->offsets[i] % prime) % prime;
    }
    return layer_list_forbid(list, prime, residues, options->offset_count);
}

bool tuplet_append(const firesieve_generate_options *options, struct go_on go_on, struct layer_list *list)
{
    struct primes primes;
    bool appended = primes_make(&primes, options->sieve_to + 1, go_on);
    for (uint64_t prime = 2; appended && prime != 0; prime = primes_next(&primes, prime + 1)) {
        appended = go_on_at(go_on, list->count) && forbid_multiples(list, options, prime);
    }
    primes_free(&primes);
    return appended;
}
