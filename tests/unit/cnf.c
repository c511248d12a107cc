/* The parts of a formula; what it says as a whole is checked with a SAT solver in tests/cnf. */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/random.h"
#include "cnf/factors.h"
#include "cnf/nodes.h"
#include "firewalls.h"

static const uint64_t no_limit = UINT64_MAX;

static enum factoring factor(uint64_t number, uint64_t largest, uint64_t divisions, struct factors *factors)
{
    struct prime_table table;
    cr_assert(prime_table_make(&table, largest, number, divisions, NULL) == FIRESIEVE_OK);
    const enum factoring outcome = prime_table_factor(&table, number, factors);
    prime_table_free(&table);
    return outcome;
}

Test(factors, a_number_is_the_product_of_its_prime_powers)
{
    static const struct {
        uint64_t number;
        uint64_t powers[6];
    } rows[] = {
        {1, {0}},
        {2, {2}},
        {3, {3}},
        {9, {9}},
        {12, {4, 3}},
        {30030, {2, 3, 5, 7, 11, 13}},
        {UINT64_C(1) << 63, {UINT64_C(1) << 63}},
        {UINT64_C(4052555153018976267), {UINT64_C(4052555153018976267)}}, /* 3^39 */
        {2 * 999983, {2, 999983}},
        {UINT64_C(999983) * 999983, {UINT64_C(999983) * 999983}},
        {UINT64_C(999979) * 999983 * 2, {2, 999979, 999983}},
    };
    for (size_t row = 0; row < COUNT_OF(rows); ++row) {
        struct factors factors;
        cr_assert(factor(rows[row].number, 1000000, no_limit, &factors) == FACTORED, "row %zu", row);
        for (unsigned i = 0; i < factors.count; ++i) {
            cr_assert(factors.powers[i].power == rows[row].powers[i], "row %zu: %" PRIu64, row,
                      factors.powers[i].power);
            cr_assert(factors.powers[i].power % factors.powers[i].prime == 0, "row %zu", row);
        }
        cr_assert(factors.count == 6 || rows[row].powers[factors.count] == 0, "row %zu: %u", row, factors.count);
    }
}

/* By division by all smaller numbers. */
static uint64_t largest_prime_factor(uint64_t number)
{
    uint64_t largest = 1;
    for (uint64_t p = 2; number > 1; ++p) {
        for (; number % p == 0; number /= p) {
            largest = p;
        }
    }
    return largest;
}

Test(factors, a_prime_above_the_largest_is_noticed)
{
    for (uint64_t number = 1; number <= 400; ++number) {
        for (uint64_t largest = 0; largest <= 30; ++largest) {
            struct factors factors;
            const enum factoring expected =
                largest_prime_factor(number) <= largest || number == 1 ? FACTORED : HAS_LARGER_PRIME;
            cr_assert(factor(number, largest, no_limit, &factors) == expected, "%" PRIu64 ", up to %" PRIu64, number,
                      largest);
        }
    }
}

Test(factors, a_large_prime_is_noticed)
{
    static const uint64_t numbers[] = {2305843009213693951, 4 * UINT64_C(2147483647) * 3, UINT64_C(1000003) * 1000033};
    for (size_t row = 0; row < COUNT_OF(numbers); ++row) {
        struct factors factors;
        cr_assert(factor(numbers[row], 1000000, no_limit, &factors) == HAS_LARGER_PRIME, "row %zu", row);
    }
}

Test(factors, divisions_are_limited)
{
    struct factors factors;
    const uint64_t prime = 1000003; /* 167 odd primes to its root */
    cr_assert(factor(prime, no_limit, 167, &factors) == FACTORED);
    cr_assert(factor(prime, no_limit, 166, &factors) == NO_DIVISIONS_LEFT);
    cr_assert(factor(prime, 20, 7, &factors) == HAS_LARGER_PRIME); /* 3 to 19 */
    cr_assert(factor(prime, 20, 6, &factors) == NO_DIVISIONS_LEFT);
}

Test(nodes, are_each_there_once_with_all_above_them)
{
    static const struct prime_power moduli[] = {{2, 8}, {2, 4}, {3, 81}, {7, 7}, {2, UINT64_C(1) << 62}};
    struct random_state random = {1};
    struct node_set set = {.nodes = NULL};
    for (int i = 0; i < 5000; ++i) {
        const struct prime_power modulus = moduli[random_between(&random, 0, COUNT_OF(moduli) - 1 - (i < 4900))];
        cr_assert(node_set_add(&set, modulus, random_between(&random, 0, modulus.power - 1)));
    }
    node_set_pack(&set);
    const size_t small = 2 + 4 + 8 + 3 + 9 + 27 + 81 + 7;
    cr_assert(set.count > small + 59 && set.count < 5000);
    for (size_t i = 0; i < set.count; ++i) {
        const struct node node = set.nodes[i];
        cr_assert(node_set_find(&set, node.power, node.residue) == i);
        cr_assert(node.power % 2 != 0 || node.power == 2 ||
                  node_set_find(&set, node.power / 2, node.residue % (node.power / 2)) < set.count);
        cr_assert(i == 0 || set.nodes[i - 1].power < node.power ||
                  (set.nodes[i - 1].power == node.power && set.nodes[i - 1].residue < node.residue));
    }
    cr_assert(node_set_find(&set, 5, 0) == set.count && node_set_find(&set, 7, 7) == set.count);
    node_set_free(&set);
}

Test(formula, that_cannot_be_written_is_an_error)
{
    firesieve_firewall *const firewall = open_golden("talk.firewall");
    FILE *const stream = fopen("/dev/full", "w");
    if (stream == NULL) {
        cr_skip_test("no /dev/full");
    }
    firesieve_error error = {0};
    cr_assert(firesieve_cnf_write(firewall, stream, &error) == FIRESIEVE_ERROR_WRITE);
    cr_assert(error.status == FIRESIEVE_ERROR_WRITE);
    cr_assert_str_eq(error.message, "cannot write the formula: No space left on device");
    cr_assert(firesieve_cnf_write(firewall, stream, NULL) == FIRESIEVE_ERROR_WRITE);
    fclose(stream);
    firesieve_firewall_free(firewall);
}
