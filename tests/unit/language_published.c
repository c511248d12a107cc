/* Published values from lines of residues. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firewalls.h"

static firesieve_delay solve_text(const char *text)
{
    firesieve_firewall *const firewall = parse_firewall(text);
    firesieve_search_options options = firesieve_search_defaults();
    options.time_limit_s = 100;
    const firesieve_search_result result = solve(firewall, &options);
    cr_assert(result.outcome == FIRESIEVE_FOUND, "%s: outcome %d", text, result.outcome);
    cr_assert(!firesieve_firewall_catches(firewall, result.delay), "%s: %s", text, SHOW(result.delay));
    firesieve_firewall_free(firewall);
    return result.delay;
}

/* OEIS A002189: nonsquares that are squares modulo 8 and the primes up to p. */
Test(published_residues, pseudosquares)
{
    static const struct {
        unsigned prime;
        uint64_t pseudosquare;
    } rows[] = {{3, 73},
                {5, 241},
                {7, 1009},
                {11, 2641},
                {13, 8089},
                {17, 18001},
                {19, 53881},
                {23, 87481},
                {29, 117049},
                {31, 515761},
                {37, 1083289},
                {41, 3206641},
                {43, 3818929},
                {47, 9257329},
                {53, 22000801},
                {61, 48473881},
                {67, 175244281},
                {73, 427733329},
                {79, 898716289},
                {97, 2805544681},
                {101, 10310263441},
                {103, 23616331489},
                {109, 85157610409},
                {127, 196265095009},
                {139, 2871842842801},
                {151, 26250887023729},
                {167, 112434732901969},
                {179, 178936222537081},
                {191, 696161110209049},
                {193, 2854909648103881}};
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        char text[128];
        snprintf(text, sizeof text, "x mod 8 = 1\nx mod p square for primes p in 3..%u\nx not square\n", rows[i].prime);
        cr_assert(solve_text(text) == rows[i].pseudosquare, "%u: %s", rows[i].prime, SHOW(solve_text(text)));
    }
}

/* OEIS A045535: -x is a square modulo 8 and each of the first odd primes. */
Test(published_residues, negative_pseudosquares)
{
    static const uint64_t answers[] = {7,       23,      71,       311,       479,       1559,      5711,     10559,
                                       18191,   31391,   118271,   366791,    366791,    2155919,   2155919,  2155919,
                                       6077111, 6077111, 98538359, 120293879, 131486759, 131486759, 508095719};
    static const unsigned primes[] = {3,  5,  7,  11, 13, 17, 19, 23, 29, 31, 37,
                                      41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83};
    char text[2048] = "x mod 8 = 7\n";
    for (size_t i = 0; i < COUNT_OF(answers); ++i) {
        cr_assert(solve_text(text) == answers[i], "%zu primes: %s", i, SHOW(solve_text(text)));
        if (i < COUNT_OF(primes)) {
            snprintf(text + strlen(text), sizeof text - strlen(text), "x mod %u %s\n", primes[i],
                     primes[i] % 4 == 1 ? "square" : "nonsquare");
        }
    }
}

/* OEIS A003458: n is above k + 1, and each digit of n in base p is at least that of k (Kummer): one line for each. */
Test(published_residues, erdos_selfridge)
{
    static const struct {
        unsigned k;
        uint64_t g;
    } rows[] = {{20, 43196}, {41, 3017321}, {61, 2237874623}, {83, 797012560343}, {100, 3935600486}};
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        const unsigned k = rows[i].k;
        static char text[1 << 16];
        size_t size = (size_t)snprintf(text, sizeof text, "from %u\n", k + 2);
        for (unsigned p = 2; p <= k; ++p) {
            bool prime = true;
            for (unsigned divisor = 2; divisor * divisor <= p; ++divisor) {
                prime = prime && p % divisor != 0;
            }
            for (unsigned power = 1; prime && power <= k; power *= p) {
                const unsigned digit = k / power % p;
                size += (size_t)snprintf(text + size, sizeof text - size, "x mod %u in {%u..%u}\n", power * p,
                                         digit * power, power * p - 1);
            }
        }
        cr_assert(solve_text(text) == rows[i].g, "%u: %s", k, SHOW(solve_text(text)));
    }
}

Test(published_residues, extremal)
{
    for (unsigned layers = 1; layers <= 62; ++layers) {
        char text[64];
        snprintf(text, sizeof text, "x mod 2^p != 2^(p-1)-1 for p in 1..%u", layers);
        cr_assert(solve_text(text) == (UINT64_C(1) << layers) - 1, "%u: %s", layers, SHOW(solve_text(text)));
    }
}

/* Erdos 1950, with 12 as the largest modulus. */
Test(published_residues, a_cover)
{
    firesieve_firewall *const firewall =
        parse_firewall("x mod 2 != 0\nx mod 3 != 0\nx mod 4 != 1\nx mod 6 != 5\nx mod 12 != 7\n");
    const firesieve_search_result result = solve(firewall, NULL);
    cr_assert(result.outcome == FIRESIEVE_NONE && result.reason != NULL);
    firesieve_firewall_free(firewall);
}

static firesieve_delay count_text(const char *text)
{
    firesieve_firewall *const firewall = parse_firewall(text);
    firesieve_search_result result;
    cr_assert(firesieve_count(firewall, NULL, &result, NULL) == FIRESIEVE_OK);
    firesieve_firewall_free(firewall);
    return result.count;
}

/* Primes and tuplets that begin below 10^7, and the first sextuplet from 10^9 on. */
Test(published_residues, tuplets)
{
    static const struct {
        const char *text;
        uint64_t count;
    } rows[] = {
        {"to 10^7\nx prime", 664579},
        {"to 10^7\nx + {0, 2} prime", 58980},
        {"to 10^7\nx + {0, 2, 6, 8} prime", 899},
        {"to 10^7\nx + {0, 4, 6, 10, 12, 16} prime", 18},
        {"to 10^6\nx prime\nx + 2 prime", 8169},
        {"from 10^9\nto 10^9+10^6\nx prime", 48155},
    };
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        cr_assert(count_text(rows[i].text) == rows[i].count, "%s: %s", rows[i].text, SHOW(count_text(rows[i].text)));
    }
    cr_assert(solve_text("from 10^9\nx + {0, 4, 6, 10, 12, 16} prime") == 1002054787);
    cr_assert(
        solve_text("from 10^9\nx - {-4, -10..-10, 0} prime\nx + {6, 12, 16} coprime to p for primes p in 2..32000") ==
        1002054787);
}

/* A sieve leaves tuplets that begin above its primes; lines that require primes count the others. */
Test(published_residues, counts_of_a_sieve)
{
    static const struct {
        const char *set;
        uint64_t count;
    } rows[] = {{"{0}", 50847534}, {"{0, 2}", 3424506}, {"{0, 2, 6, 8}", 28388}, {"{0, 4, 6, 10, 12, 16}", 317}};
    for (size_t i = 0; i < COUNT_OF(rows); ++i) {
        char sieved[128];
        char small[128];
        snprintf(sieved, sizeof sieved, "from 31628\nto 10^9\nx + %s coprime to p for primes p in 2..31627\n",
                 rows[i].set);
        snprintf(small, sizeof small, "to 31628\nx + %s prime\n", rows[i].set);
        cr_assert(count_text(sieved) + count_text(small) == rows[i].count, "%s: %s + %s", rows[i].set,
                  SHOW(count_text(sieved)), SHOW(count_text(small)));
    }
}
