/*
 * The tests of one number, written once for words of 64 and of 128 bits. Define before including it:
 *
 *   WORD                  an unsigned type; numbers are odd, at least 5, and below its largest value
 *   NAME(name)            the name of a function
 *   HIGH_PRODUCT(a, b)    the higher half of a * b
 *
 * Residues are in Montgomery form, multiplied by 2^bits.
 */

struct NAME(modulus) {
    WORD value;
    WORD inverse; /* value^-1 mod 2^bits */
    WORD one;     /* 2^bits mod value */
};

static inline WORD NAME(add)(WORD a, WORD b, WORD modulus)
{
    return a >= modulus - b ? a - (modulus - b) : a + b;
}

static inline WORD NAME(subtract)(WORD a, WORD b, WORD modulus)
{
    return a >= b ? a - b : a - b + modulus;
}

static inline struct NAME(modulus) NAME(modulus_of)(WORD value)
{
    WORD inverse = value; /* right to 3 bits: odd squares are 1 mod 8; each step doubles them */
    for (unsigned bits = 3; bits < 8 * sizeof(WORD); bits *= 2) {
        inverse *= 2 - value * inverse;
    }
    return (struct NAME(modulus)){.value = value, .inverse = inverse, .one = (0 - value) % value};
}

/*
 * a * b / 2^bits: with m = a * b * inverse modulo 2^bits, a * b and m * value have the same lower half, and their
 * higher halves, both below the value, differ by the result. Peter Montgomery, "Modular multiplication without trial
 * division", 1985.
 */
static inline WORD NAME(multiply)(WORD a, WORD b, const struct NAME(modulus) * modulus)
{
    const WORD m = a * b * modulus->inverse;
    return NAME(subtract)(HIGH_PRODUCT(a, b), HIGH_PRODUCT(m, modulus->value), modulus->value);
}

static inline bool NAME(bit)(WORD word, unsigned bit)
{
    return (word >> bit & 1) != 0;
}

/* With n - 1 = odd * 2^twos: 2^odd is 1, or one of its squares up to 2^(odd * 2^(twos - 1)) is -1. */
static inline bool NAME(passes_strong_test)(WORD n)
{
    const struct NAME(modulus) modulus = NAME(modulus_of)(n);
    const unsigned twos = NAME(trailing_zeros)(n - 1);
    const WORD minus_one = n - modulus.one;
    const unsigned length = NAME(length)(n);
    unsigned bit = length - 3; /* the three highest bits at once, but none of the twos */
    bit = bit > twos ? bit : twos;
    WORD power = modulus.one;
    for (WORD i = n >> bit; i > 0; --i) {
        power = NAME(add)(power, power, n);
    }
    while (bit-- > twos) {
        power = NAME(multiply)(power, power, &modulus);
        power = NAME(bit)(n, bit) ? NAME(add)(power, power, n) : power;
    }
    bool passes = power == modulus.one || power == minus_one;
    for (unsigned i = 1; i < twos && !passes; ++i) {
        power = NAME(multiply)(power, power, &modulus);
        passes = power == minus_one;
    }
    return passes;
}

/* A small number above 0 as a residue. */
static inline WORD NAME(residue)(uint32_t number, const struct NAME(modulus) * modulus)
{
    WORD residue = 0;
    for (unsigned bit = length_64(number); bit-- > 0;) {
        residue = NAME(add)(residue, residue, modulus->value);
        residue = (number >> bit & 1) != 0 ? NAME(add)(residue, modulus->one, modulus->value) : residue;
    }
    return residue;
}

/*
 * The extra strong Lucas test with P and Q = 1. With n + 1 = odd * 2^twos, V_odd is 2 or -2 and U_odd is 0, or one of
 * V_odd, V_2odd, ..., V_(odd * 2^(twos - 2)) is 0. V_2k is V_k^2 - 2 and V_(2k + 1) is V_k * V_(k + 1) - P; U is not
 * needed: (P^2 - 4) * U_k is 2 * V_(k + 1) - P * V_k.
 */
static inline bool NAME(passes_lucas_test)(WORD n, uint32_t parameter)
{
    const struct NAME(modulus) modulus = NAME(modulus_of)(n);
    const unsigned twos = NAME(trailing_zeros)(n + 1);
    const WORD odd = (n + 1) >> twos;
    const WORD p = NAME(residue)(parameter, &modulus);
    const WORD two = NAME(add)(modulus.one, modulus.one, n);
    WORD v = p; /* V_1 and V_2 */
    WORD next = NAME(subtract)(NAME(multiply)(p, p, &modulus), two, n);
    for (unsigned bit = NAME(length)(odd) - 1; bit-- > 0;) {
        const bool one = NAME(bit)(odd, bit);
        const WORD same = one ? next : v;
        const WORD square = NAME(subtract)(NAME(multiply)(same, same, &modulus), two, n);
        const WORD between = NAME(subtract)(NAME(multiply)(v, next, &modulus), p, n);
        v = one ? between : square;
        next = one ? square : between;
    }
    const bool ends = v == two || v == n - two;
    bool passes = ends && NAME(add)(next, next, n) == NAME(multiply)(p, v, &modulus);
    for (unsigned i = 1; i < twos && !passes; ++i) {
        passes = v == 0;
        v = NAME(subtract)(NAME(multiply)(v, v, &modulus), two, n);
    }
    return passes;
}
