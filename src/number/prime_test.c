#include "number/prime_test.h"

#include "number/roots.h"
#include "prime_scalar.h"

/* The Jacobi symbol of a and an odd n below 2^32: by the rule for 2 and by reciprocity. */
static int jacobi(uint32_t a, uint32_t n)
{
    int sign = 1;
    while (a != 0) {
        const int twos = __builtin_ctz(a);
        a >>= twos;
        sign = (twos & 1) != 0 && ((n & 7) == 3 || (n & 7) == 5) ? -sign : sign;
        sign = (a & n & 3) == 3 ? -sign : sign;
        const uint32_t rest = n % a;
        n = a;
        a = rest;
    }
    return n == 1 ? sign : 0;
}

/* The same for a small d above 0 and any odd n: by reciprocity from n modulo the odd part of d. */
static int small_jacobi(uint32_t d, firesieve_delay n)
{
    const int twos = __builtin_ctz(d);
    const uint32_t odd = d >> twos;
    const uint32_t low = (uint32_t)n & 7;
    const uint64_t unit = UINT64_MAX % odd + 1;
    const uint32_t rest = (uint32_t)(((uint64_t)(n >> 64) % odd * unit + (uint64_t)n % odd) % odd);
    int sign = (twos & 1) != 0 && (low == 3 || low == 5) ? -1 : 1;
    sign = (odd & low & 3) == 3 ? -sign : sign;
    return odd == 1 ? sign : sign * jacobi(rest, odd);
}

/* A non-square has a P soon: about every second one works, as the first thousands show. */
uint32_t number_lucas_parameter(firesieve_delay number)
{
    enum { LOOK_FOR_SQUARE = 30 };
    for (uint32_t p = 3; p != LOOK_FOR_SQUARE || !number_is_square(number); ++p) {
        const int symbol = small_jacobi(p * p - 4, number);
        if (symbol <= 0) {
            return symbol < 0 ? p : 0;
        }
    }
    return 0;
}

bool number_passes_strong_test(firesieve_delay number)
{
    return passes_strong_test(number);
}

/* A divisor in common with P^2 - 4 is below the number, unless the number is P + 2; for primes above 37, P is smaller. */
bool number_passes_lucas_test(firesieve_delay number)
{
    const uint32_t parameter = number_lucas_parameter(number);
    return parameter != 0 && passes_lucas_test(number, parameter);
}

bool number_is_prime(firesieve_delay number)
{
    static const uint8_t small[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
    for (size_t i = 0; i < sizeof small; ++i) {
        if (number % small[i] == 0) {
            return number == small[i];
        }
    }
    if (number < 41 * 41) {
        return number > 1;
    }
    return number_passes_strong_test(number) && number_passes_lucas_test(number);
}
