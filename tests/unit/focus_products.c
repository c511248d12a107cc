/*
 * Products beyond 128 bits, compared with schoolbook multiplication, and wide moduli, tested by their defining
 * equations. If FIRESIEVE_TEST_SEED is set to the seed in a message, that case runs first.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>

#include "base/random.h"
#include "firewalls.h"
#include "focus/products.h"
#include "number/modular.h"
#include "shapes.h"
#include "support/kernels.h"

/* ---- Schoolbook arithmetic -------------------------------------------------------------------------------- */

enum { DIGITS = 9 }; /* of 32 bits, the lowest first; two's complement */

struct number {
    uint32_t digits[DIGITS];
};

static struct number number_of(firesieve_delay value)
{
    struct number number = {{0}};
    for (int i = 0; i < 4; ++i) {
        number.digits[i] = (uint32_t)(value >> 32 * i);
    }
    return number;
}

static struct number multiply(firesieve_delay a, firesieve_delay b)
{
    const struct number left = number_of(a);
    const struct number right = number_of(b);
    struct number product = {{0}};
    for (int i = 0; i < 4; ++i) {
        uint64_t carry = 0;
        for (int j = 0; i + j < DIGITS; ++j) {
            carry += (uint64_t)left.digits[i] * right.digits[j] + product.digits[i + j];
            product.digits[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    return product;
}

static struct number subtract(struct number a, struct number b)
{
    struct number difference;
    int64_t borrow = 0;
    for (int i = 0; i < DIGITS; ++i) {
        borrow += (int64_t)a.digits[i] - b.digits[i];
        difference.digits[i] = (uint32_t)borrow;
        borrow >>= 32;
    }
    return difference;
}

static bool is_negative(struct number number)
{
    return number.digits[DIGITS - 1] >> 31 != 0;
}

/* Returns whether the number is in [0, 2^127); if so, stores it in *value. */
static bool fits(struct number number, firesieve_delay *value)
{
    uint32_t more = number.digits[3] >> 31;
    *value = 0;
    for (int i = 0; i < 4; ++i) {
        *value |= (firesieve_delay)number.digits[i] << 32 * i;
    }
    for (int i = 4; i < DIGITS; ++i) {
        more |= number.digits[i];
    }
    return more == 0;
}

static long double rounded(struct number number)
{
    const struct number zero = {{0}};
    if (is_negative(number)) {
        return -rounded(subtract(zero, number));
    }
    long double value = 0;
    for (int i = DIGITS; i-- > 0;) {
        value = value * 0x1p32L + number.digits[i];
    }
    return value;
}

/* ---- Cases ------------------------------------------------------------------------------------------------ */

/* Numbers of any size, often at the edge of a carry. */
static firesieve_delay draw_factor(struct random_state *random)
{
    static const firesieve_delay ones = UINT64_MAX;
    const firesieve_delay wide = (firesieve_delay)random_next(random) << 64 | random_next(random);
    switch (random_between(random, 0, 6)) {
    case 0:
        return random_between(random, 0, 2);
    case 1:
        return FIRESIEVE_DELAY_END - 1 - random_between(random, 0, 2);
    case 2:
        return (ones << random_between(random, 0, 63)) % FIRESIEVE_DELAY_END;
    case 3:
        return ((firesieve_delay)1 << random_between(random, 0, 126)) - random_between(random, 0, 1);
    case 4:
        return (random_next(random) & 1 ? ones : 0) | (wide >> 65 << 64);
    default:
        return wide >> random_between(random, 1, 127);
    }
}

Test(focus_products, differences_agree_with_schoolbook_multiplication)
{
    enum { CASES = 300000 };
    struct random_state random = {test_seed()};
    unsigned outcomes[3] = {0}; /* fits, too large, negative */
    for (int i = 0; i < CASES; ++i) {
        const firesieve_delay a = draw_factor(&random);
        const firesieve_delay b = draw_factor(&random);
        const bool near = coin(&random, 2); /* so that the difference is small, of either sign */
        const firesieve_delay c = near ? b : draw_factor(&random);
        const firesieve_delay more = a + random_between(&random, 0, 4);
        const firesieve_delay d = near ? (more >= 2 ? more - 2 : 0) % FIRESIEVE_DELAY_END : draw_factor(&random);
        const struct number difference = subtract(multiply(a, b), multiply(c, d));
        firesieve_delay right;
        firesieve_delay found;
        const bool has = fits(difference, &right);
        cr_assert(difference_of_products(a, b, c, d, &found) == has && (!has || found == right),
                  "%s * %s - %s * %s: %s instead of %s", SHOW(a), SHOW(b), SHOW(c), SHOW(d), SHOW(found), SHOW(right));
        const long double exact = rounded(difference);
        const long double error = fabsl(exact - difference_rounded(a, b, c, d));
        cr_assert(error <= fabsl(exact) * 0x1p-50L, "%s * %s - %s * %s: %g instead of %Lg", SHOW(a), SHOW(b), SHOW(c),
                  SHOW(d), difference_rounded(a, b, c, d), exact);
        ++outcomes[has ? 0 : is_negative(difference) ? 2 : 1];
    }
    cr_assert(outcomes[0] > CASES / 20 && outcomes[1] > CASES / 20 && outcomes[2] > CASES / 20, "%u, %u, %u",
              outcomes[0], outcomes[1], outcomes[2]);
}

Test(focus_products, differences_fit_below_2_127_and_not_at_it)
{
    static const firesieve_delay half = (firesieve_delay)1 << 63;
    firesieve_delay found;
    cr_assert(!difference_of_products(half, 2 * half, 0, 0, &found)); /* 2^127 */
    cr_assert(difference_of_products(half, 2 * half, 1, 1, &found) && found == FIRESIEVE_DELAY_END - 1);
    cr_assert(!difference_of_products(2 * half, 2 * half, 1, 1, &found)); /* 2^128 - 1 */
    cr_assert(!difference_of_products(4 * half, 2 * half, 0, 0, &found)); /* 2^129 */
    cr_assert(!difference_of_products(1, 1, 2, 1, &found));
    cr_assert(!difference_of_products(0, 1, 2 * half, 4 * half, &found));
    cr_assert(difference_of_products(7, 11, 11, 7, &found) && found == 0);
}

/* quotient * c <= a * b < (quotient + 1) * c; quotients of 2^127 and more become 2^127. */
static void check_quotient(firesieve_delay a, firesieve_delay b, firesieve_delay c)
{
    const firesieve_delay quotient = quotient_of_product(a, b, c);
    const struct number product = multiply(a, b);
    cr_assert(quotient <= FIRESIEVE_DELAY_END);
    cr_assert(!is_negative(subtract(product, multiply(quotient, c))), "%s * %s / %s: %s", SHOW(a), SHOW(b), SHOW(c),
              SHOW(quotient));
    cr_assert(quotient == FIRESIEVE_DELAY_END || is_negative(subtract(product, multiply(quotient + 1, c))),
              "%s * %s / %s: %s", SHOW(a), SHOW(b), SHOW(c), SHOW(quotient));
}

Test(focus_products, quotients_are_rounded_down)
{
    enum { CASES = 100000 };
    struct random_state random = {test_seed()};
    unsigned large = 0;
    for (int i = 0; i < CASES; ++i) {
        const firesieve_delay a = draw_factor(&random);
        const firesieve_delay b = draw_factor(&random);
        const firesieve_delay drawn = coin(&random, 4) ? b : draw_factor(&random);
        check_quotient(a, b, drawn == 0 ? 1 : drawn);
        large += quotient_of_product(a, b, drawn == 0 ? 1 : drawn) == FIRESIEVE_DELAY_END;
    }
    cr_assert(large > CASES / 20 && large < CASES / 2, "%u", large);
    check_quotient(FIRESIEVE_DELAY_END - 1, FIRESIEVE_DELAY_END - 1, FIRESIEVE_DELAY_END - 1);
    check_quotient(FIRESIEVE_DELAY_END - 1, 1, 1);
    check_quotient((firesieve_delay)1 << 126, 2, 1);
}

/* ---- Wide moduli ------------------------------------------------------------------------------------------ */

static firesieve_delay draw_modulus(struct random_state *random)
{
    static const firesieve_delay end = (firesieve_delay)1 << 126;
    const firesieve_delay drawn = draw_factor(random) % end;
    return drawn == 0 ? 1 : drawn;
}

/* a * b = quotient * modulus + product, with product below the modulus. */
Test(modular, wide_products_leave_the_rest_of_a_division)
{
    enum { CASES = 100000 };
    struct random_state random = {test_seed()};
    for (int i = 0; i < CASES; ++i) {
        const firesieve_delay modulus = draw_modulus(&random);
        const firesieve_delay a = draw_factor(&random) % modulus;
        const firesieve_delay b = draw_factor(&random) % modulus;
        const firesieve_delay product = multiply_modulo_wide(a, b, modulus);
        const struct number whole = subtract(multiply(a, b), multiply(quotient_of_product(a, b, modulus), modulus));
        firesieve_delay right;
        cr_assert(fits(whole, &right) && right == product, "%s * %s mod %s: %s instead of %s", SHOW(a), SHOW(b),
                  SHOW(modulus), SHOW(product), SHOW(right));
    }
}

static firesieve_delay divisor_in_common(firesieve_delay a, firesieve_delay b)
{
    while (b != 0) {
        const firesieve_delay rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

Test(modular, wide_inverses_make_1)
{
    enum { CASES = 20000 };
    struct random_state random = {test_seed()};
    unsigned coprime = 0;
    for (int i = 0; i < CASES; ++i) {
        const firesieve_delay modulus = draw_modulus(&random);
        const firesieve_delay value = draw_factor(&random) % modulus;
        if (divisor_in_common(value, modulus) != 1) {
            continue;
        }
        const firesieve_delay inverse = inverse_modulo_wide(value, modulus);
        cr_assert(inverse < modulus && multiply_modulo_wide(value, inverse, modulus) == 1 % modulus,
                  "1 / %s mod %s: %s", SHOW(value), SHOW(modulus), SHOW(inverse));
        ++coprime;
    }
    cr_assert(coprime > CASES / 4, "%u", coprime);
    cr_assert(inverse_modulo_wide(0, 1) == 0);
}
