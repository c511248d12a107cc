#include "focus/products.h"

struct product {
    firesieve_delay high;
    firesieve_delay low;
};

/* By the four products of halves; the middle ones carry at most 2. */
static struct product product_of(firesieve_delay a, firesieve_delay b)
{
    const firesieve_delay mask = UINT64_MAX;
    const firesieve_delay low = (a & mask) * (b & mask);
    const firesieve_delay cross = (a >> 64) * (b & mask);
    const firesieve_delay other = (a & mask) * (b >> 64);
    const firesieve_delay middle = (low >> 64) + (cross & mask) + (other & mask);
    return (struct product){
        .high = (a >> 64) * (b >> 64) + (cross >> 64) + (other >> 64) + (middle >> 64),
        .low = middle << 64 | (low & mask),
    };
}

bool difference_of_products(firesieve_delay a, firesieve_delay b, firesieve_delay c, firesieve_delay d,
                            firesieve_delay *difference)
{
    const struct product left = product_of(a, b);
    const struct product right = product_of(c, d);
    *difference = left.low - right.low;
    return left.high - right.high == (left.low < right.low) && *difference < FIRESIEVE_DELAY_END;
}

double difference_rounded(firesieve_delay a, firesieve_delay b, firesieve_delay c, firesieve_delay d)
{
    const struct product left = product_of(a, b);
    const struct product right = product_of(c, d);
    const bool negative = left.high < right.high || (left.high == right.high && left.low < right.low);
    const struct product more = negative ? right : left;
    const struct product less = negative ? left : right;
    const firesieve_delay high = more.high - less.high - (more.low < less.low);
    const double rounded = (double)high * 0x1p128 + (double)(more.low - less.low);
    return negative ? -rounded : rounded;
}

/* As by hand, in binary: the rest stays below c, and so below 2^127. */
firesieve_delay quotient_of_product(firesieve_delay a, firesieve_delay b, firesieve_delay c)
{
    enum { HALF_BITS = 128 };
    const struct product product = product_of(a, b);
    firesieve_delay rest = product.high % c;
    firesieve_delay quotient = 0;
    if (product.high / c != 0) {
        return FIRESIEVE_DELAY_END;
    }
    for (int bit = HALF_BITS; bit-- > 0;) {
        rest = rest << 1 | (product.low >> bit & 1);
        quotient <<= 1;
        if (rest >= c) {
            rest -= c;
            quotient |= 1;
        }
    }
    return quotient < FIRESIEVE_DELAY_END ? quotient : FIRESIEVE_DELAY_END;
}
