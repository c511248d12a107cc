/*
 * The test of Baillie and PSW, written once for words of 64 and of 128 bits. Before it is included:
 *
 *   WORD          an unsigned type; numbers are odd, at least 5 and below its half but for a little (see NAME(add))
 *   NAME(name)    what a function is called
 *   REDUCE        montgomery_reduced(a, b, modulus): a * b / 2^bits modulo `modulus`, see prime_test.c
 *
 * Residues are kept as Montgomery has them, times 2^bits.
 */

struct NAME(modulus)
{
    WORD value;
    WORD inverse; /* -value^-1 mod 2^bits */
    WORD one;     /* 2^bits mod value */
};

static inline WORD NAME(add)(WORD a, WORD b, WORD modulus)
{
    return a >= modulus - b ? a - (modulus - b) : a + b;
}

static inline WORD NAME(subtract)(WORD a, WORD b, WORD modulus)
{
    return a >= b ? a - b : a + (modulus - b);
}

/* a / 2: a or a + modulus is even, and their half is below the modulus. */
static inline WORD NAME(halve)(WORD a, WORD modulus)
{
    return (a >> 1) + ((a & 1) == 0 ? 0 : (modulus >> 1) + 1);
}

static struct NAME(modulus) NAME(modulus_of)(WORD value)
{
    WORD inverse = value; /* right to 3 bits: odd squares are 1 mod 8; each step doubles them */
    for (unsigned bits = 3; bits < 8 * sizeof(WORD); bits *= 2) {
        inverse *= 2 - value * inverse;
    }
    return (struct NAME(modulus)){.value = value, .inverse = 0 - inverse, .one = (0 - value) % value};
}

static inline WORD NAME(multiply)(WORD a, WORD b, const struct NAME(modulus) * modulus)
{
    return REDUCE(a, b, modulus);
}

static inline bool NAME(bit)(WORD word, unsigned bit)
{
    return (word >> bit & 1) != 0;
}

static unsigned NAME(highest_bit)(WORD word)
{
    unsigned bit = 0;
    while (word >>= 1) {
        ++bit;
    }
    return bit;
}

static unsigned NAME(twos)(WORD word)
{
    unsigned twos = 0;
    for (; (word & 1) == 0; word >>= 1) {
        ++twos;
    }
    return twos;
}

/* 2^odd is 1, or one of its squares up to 2^(odd * 2^(twos - 1)) is -1, where odd * 2^twos is modulus - 1. */
static bool NAME(passes_strong_test)(const struct NAME(modulus) * modulus)
{
    const WORD n = modulus->value;
    const unsigned twos = NAME(twos)(n - 1);
    const WORD odd = (n - 1) >> twos;
    WORD power = modulus->one;
    for (unsigned bit = NAME(highest_bit)(odd) + 1; bit-- > 0;) {
        power = NAME(multiply)(power, power, modulus);
        power = NAME(bit)(odd, bit) ? NAME(add)(power, power, n) : power;
    }
    const WORD minus_one = n - modulus->one;
    bool passes = power == modulus->one || power == minus_one;
    for (unsigned i = 1; i < twos && !passes; ++i) {
        power = NAME(multiply)(power, power, modulus);
        passes = power == minus_one;
    }
    return passes;
}

/* The Jacobi symbol of a and an odd n. */
static int NAME(jacobi)(WORD a, WORD n)
{
    int sign = 1;
    a %= n;
    while (a != 0) {
        const unsigned twos = NAME(twos)(a);
        a >>= twos;
        if ((twos & 1) != 0 && ((n & 7) == 3 || (n & 7) == 5)) {
            sign = -sign;
        }
        if ((a & 3) == 3 && (n & 3) == 3) {
            sign = -sign;
        }
        const WORD rest = n % a;
        n = a;
        a = rest;
    }
    return n == 1 ? sign : 0;
}

/* A small number that may be negative, as a residue. */
static WORD NAME(residue)(int number, const struct NAME(modulus) * modulus)
{
    const WORD size = (WORD)(number < 0 ? -number : number);
    WORD residue = 0;
    for (unsigned bit = NAME(highest_bit)(size) + 1; bit-- > 0;) {
        residue = NAME(add)(residue, residue, modulus->value);
        residue = NAME(bit)(size, bit) ? NAME(add)(residue, modulus->one, modulus->value) : residue;
    }
    return number < 0 && residue != 0 ? modulus->value - residue : residue;
}

/*
 * The strong Lucas test with P = 1, Q = (1 - D) / 4: where odd * 2^twos is n + 1, U_odd is 0, or one of V_odd,
 * V_2odd, ..., V_(odd * 2^(twos - 1)) is.
 */
static bool NAME(passes_lucas_test)(const struct NAME(modulus) * modulus, int discriminant)
{
    const WORD n = modulus->value;
    const unsigned twos = NAME(twos)(n + 1);
    const WORD odd = (n + 1) >> twos;
    const WORD d = NAME(residue)(discriminant, modulus);
    const WORD q = NAME(residue)((1 - discriminant) / 4, modulus);
    WORD u = modulus->one; /* of index 1, and V; Q to that */
    WORD v = modulus->one;
    WORD power = q;
    for (unsigned bit = NAME(highest_bit)(odd); bit-- > 0;) {
        u = NAME(multiply)(u, v, modulus);
        v = NAME(subtract)(NAME(multiply)(v, v, modulus), NAME(add)(power, power, n), n);
        power = NAME(multiply)(power, power, modulus);
        if (NAME(bit)(odd, bit)) {
            const WORD next = NAME(halve)(NAME(add)(u, v, n), n);
            v = NAME(halve)(NAME(add)(NAME(multiply)(d, u, modulus), v, n), n);
            u = next;
            power = NAME(multiply)(power, q, modulus);
        }
    }
    bool passes = u == 0 || v == 0;
    for (unsigned i = 1; i < twos && !passes; ++i) {
        v = NAME(subtract)(NAME(multiply)(v, v, modulus), NAME(add)(power, power, n), n);
        power = NAME(multiply)(power, power, modulus);
        passes = v == 0;
    }
    return passes;
}

/* The first of 5, -7, 9, -11, ... whose Jacobi symbol is -1; 0 where one has a divisor in common with the number. */
static int NAME(discriminant)(WORD n)
{
    int d = 5;
    for (;;) {
        const WORD size = (WORD)(d < 0 ? -d : d);
        const int symbol = NAME(jacobi)(d < 0 ? n - size % n : size, n);
        if (symbol < 0) {
            return d;
        }
        if (symbol == 0 && size % n != 0) {
            return 0;
        }
        d = d < 0 ? 2 - d : -2 - d;
    }
}

/* Of a number that is odd, at least 5, and no square. */
static bool NAME(passes_lucas)(const struct NAME(modulus) * modulus)
{
    const int discriminant = NAME(discriminant)(modulus->value);
    return discriminant != 0 && NAME(passes_lucas_test)(modulus, discriminant);
}
