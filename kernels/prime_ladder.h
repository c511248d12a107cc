/*
 * The ladders of prime_lanes.h for one size of number. Define before including it:
 *
 *   LIMBS, BITS   a number is LIMBS limbs of BITS bits, and R is 2^(LIMBS * BITS)
 *   TIGHT         1: numbers are below R / 4, and sums are reduced below 2n; for two limbs only
 *                 0: numbers are below R / 16, and only the multiplication reduces
 *   STRONG_VECTORS, LUCAS_VECTORS
 *                 how many vectors a ladder works on; divisors of KERNEL_NUMBERS / VECTOR_NUMBERS
 *
 * Residues are in Montgomery form, multiplied by R. A product of a and b becomes (a * b + q * n) / R with q < R, which
 * is below a * b / R + n: below 2n both if a, b <= 4n and R > 16n, and if a, b < 2n and R > 4n. Limbs of residues are
 * below 2^(BITS + 1), or 2^BITS if TIGHT, so multiply_low is enough.
 *
 * No column of a product overflows. It adds up at most LIMBS products of two limbs, LIMBS products of q's and n's, and
 * a carry: less than 5 * 2^58 + 5 * 2^56 + 2^36 for BITS = 28. If TIGHT, the highest limb is below 2^30, as 2n < 2^61,
 * and n's below 2^29: the largest column is below 2 * 2^61 + 2^60 + 2^62 + 2^33.
 */
#define SIZED(name) KERNEL_PASTE(name##_, LIMBS)
#define MASK ((UINT64_C(1) << BITS) - 1)
#define RESIDUE SIZED(residue)
#define MODULUS SIZED(modulus)

struct RESIDUE {
    limb_vector limb[LIMBS];
};

struct MODULUS {
    struct RESIDUE n;
    limb_vector inverse; /* -n^-1 mod 2^BITS; higher bits may be anything */
};

/* ---- multiplication ----------------------------------------------------------------------------------- */

ALWAYS_INLINE void SIZED(square)(limb_vector *columns, const limb_vector *a)
{
    KERNEL_UNROLL
    for (int column = 0; column < 2 * LIMBS; ++column) {
        columns[column] = (limb_vector){0};
        KERNEL_UNROLL
        for (int i = 0; i < LIMBS; ++i) { /* each pair once, then doubled */
            if (column - i >= 0 && column - i < i) {
                columns[column] += multiply_low(a[i], a[column - i]);
            }
        }
        columns[column] += columns[column];
        if (column % 2 == 0) {
            columns[column] += multiply_low(a[column / 2], a[column / 2]);
        }
    }
}

ALWAYS_INLINE void SIZED(product)(limb_vector *columns, const limb_vector *a, const limb_vector *b)
{
    KERNEL_UNROLL
    for (int column = 0; column < 2 * LIMBS; ++column) {
        columns[column] = (limb_vector){0};
        KERNEL_UNROLL
        for (int i = 0; i < LIMBS; ++i) {
            if (column - i >= 0 && column - i < LIMBS) {
                columns[column] += multiply_low(a[i], b[column - i]);
            }
        }
    }
}

/* Adds q * n, which makes the lower columns a multiple of R, and carries them into the higher ones. */
ALWAYS_INLINE void SIZED(reduce)(limb_vector *columns, const struct MODULUS *modulus)
{
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        const limb_vector q = multiply_low(columns[i], modulus->inverse) & MASK;
        KERNEL_UNROLL
        for (int j = 0; j < LIMBS; ++j) {
            columns[i + j] += multiply_low(q, modulus->n.limb[j]);
        }
        columns[i + 1] += columns[i] >> BITS;
    }
}

/* The higher columns as limbs. The highest one keeps all its bits. */
ALWAYS_INLINE struct RESIDUE SIZED(settled)(limb_vector *columns)
{
    struct RESIDUE r;
    KERNEL_UNROLL
    for (int i = 0; i + 1 < LIMBS; ++i) {
        r.limb[i] = columns[LIMBS + i] & MASK;
        columns[LIMBS + i + 1] += columns[LIMBS + i] >> BITS;
    }
    r.limb[LIMBS - 1] = columns[2 * LIMBS - 1];
    return r;
}

/* Carries, so that all limbs but the highest are in range, also from limbs that were negative. */
ALWAYS_INLINE void SIZED(carry)(struct RESIDUE *r)
{
    KERNEL_UNROLL
    for (int i = 0; i + 1 < LIMBS; ++i) {
        r->limb[i + 1] += (limb_vector)((signed_limb_vector)r->limb[i] >> BITS);
        r->limb[i] &= MASK;
    }
}

#if TIGHT
/* Both limbs as one integer, and back. */
ALWAYS_INLINE limb_vector SIZED(joined)(const struct RESIDUE *a)
{
    return a->limb[0] + (a->limb[1] << BITS);
}

ALWAYS_INLINE struct RESIDUE SIZED(split)(limb_vector whole)
{
    return (struct RESIDUE){{whole & MASK, whole >> BITS}};
}

/* From below 4n to below 2n. */
ALWAYS_INLINE struct RESIDUE SIZED(tightened)(limb_vector whole, const struct MODULUS *modulus)
{
    return SIZED(split)(less_if_not_below(whole, SIZED(joined)(&modulus->n) << 1));
}
#endif

/* Columns modulo n, doubled if the bit is 1; at most 4n, and below 2n if TIGHT. */
ALWAYS_INLINE struct RESIDUE SIZED(reduced_twice_if)(limb_vector *columns, limb_vector bit,
                                                     const struct MODULUS *modulus)
{
    SIZED(reduce)(columns, modulus);
#if TIGHT /* the highest column is 0, and the one before it below 2n */
    return SIZED(tightened)(twice_if(columns[LIMBS], bit), modulus);
#else
    struct RESIDUE r = SIZED(settled)(columns);
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        r.limb[i] = twice_if(r.limb[i], bit);
    }
    return r;
#endif
}

/* Columns modulo n, plus a number below 2n (n if TIGHT); within the same bounds. */
ALWAYS_INLINE struct RESIDUE SIZED(reduced_plus)(limb_vector *columns, const struct RESIDUE *addend,
                                                 const struct MODULUS *modulus)
{
    SIZED(reduce)(columns, modulus);
#if TIGHT
    return SIZED(tightened)(columns[LIMBS] + SIZED(joined)(addend), modulus);
#else
    struct RESIDUE r = SIZED(settled)(columns);
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        r.limb[i] += addend->limb[i];
    }
    return r;
#endif
}

/* a / R, at most n: a <= 4n < R, so (a + q * n) / R is below n + 1. */
ALWAYS_INLINE struct RESIDUE SIZED(plain)(const struct RESIDUE *a, const struct MODULUS *modulus)
{
    limb_vector columns[2 * LIMBS];
    KERNEL_UNROLL
    for (int i = 0; i < 2 * LIMBS; ++i) {
        columns[i] = i < LIMBS ? a->limb[i] : (limb_vector){0};
    }
    SIZED(reduce)(columns, modulus);
    return SIZED(settled)(columns);
}

/* ---- first values ------------------------------------------------------------------------------------- */

ALWAYS_INLINE limb_vector SIZED(limb_of)(kernel_wide value, int i)
{
    return all_lanes((uint64_t)(value >> (i * BITS)) & MASK);
}

ALWAYS_INLINE void SIZED(set_modulus)(struct MODULUS *modulus, kernel_wide reference, limb_vector distance)
{
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        modulus->n.limb[i] = SIZED(limb_of)(reference, i);
    }
    modulus->n.limb[0] += distance & MASK;
    modulus->n.limb[1] += distance >> BITS;
    SIZED(carry)(&modulus->n);
    const limb_vector low = modulus->n.limb[0];
    limb_vector inverse = low; /* right to 3 bits: odd squares are 1 mod 8; each step doubles them */
    for (int bits = 3; bits < BITS; bits *= 2) {
        inverse = multiply_low(inverse, 2 - multiply_low(low, inverse));
    }
    modulus->inverse = 0 - inverse;
}

/* rest - quotient * distance, plus n if that is negative: see struct kernel_near. */
ALWAYS_INLINE struct RESIDUE SIZED(near_residue)(kernel_wide rest, kernel_wide quotient, limb_vector distance,
                                                 const struct MODULUS *modulus)
{
    const limb_vector low = distance & MASK;
    const limb_vector high = distance >> BITS;
    struct RESIDUE r;
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        r.limb[i] = SIZED(limb_of)(rest, i) - multiply_low(SIZED(limb_of)(quotient, i), low);
        if (i > 0) {
            r.limb[i] -= multiply_low(SIZED(limb_of)(quotient, i - 1), high);
        }
    }
    SIZED(carry)(&r);
    const limb_vector negative = (limb_vector)((signed_limb_vector)r.limb[LIMBS - 1] < 0);
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        r.limb[i] += modulus->n.limb[i] & negative;
    }
    SIZED(carry)(&r);
    return r;
}

ALWAYS_INLINE limb_vector SIZED(bit_at)(const struct RESIDUE *n, int at)
{
    return n->limb[at / BITS] >> (at % BITS) & 1;
}

/* All ones if a, with limbs below 2^BITS, is the small number; and, for is_minus, if it is n minus that. */
ALWAYS_INLINE limb_vector SIZED(is)(const struct RESIDUE *a, limb_vector small)
{
    limb_vector other = a->limb[0] ^ small;
    KERNEL_UNROLL
    for (int i = 1; i < LIMBS; ++i) {
        other |= a->limb[i];
    }
    return (limb_vector)(other == 0);
}

ALWAYS_INLINE limb_vector SIZED(is_minus)(const struct RESIDUE *a, limb_vector small, const struct MODULUS *modulus)
{
    struct RESIDUE r;
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        r.limb[i] = modulus->n.limb[i] - a->limb[i];
    }
    SIZED(carry)(&r);
    return SIZED(is)(&r, small);
}

/* ---- strong ------------------------------------------------------------------------------------------- */

/* 2^(n >> top_shift), which is twice as much for a number whose highest bits are one above the reference's. */
ALWAYS_INLINE struct RESIDUE SIZED(first_power)(const struct kernel_near *near, limb_vector distance,
                                                const struct MODULUS *modulus)
{
    struct RESIDUE power = SIZED(near_residue)(near->start_rest, near->start_quotient, distance, modulus);
    const limb_vector bit = (limb_vector)(distance >= near->next_top) & 1;
#if TIGHT
    return SIZED(split)(twice_if(SIZED(joined)(&power), bit));
#else
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        power.limb[i] = twice_if(power.limb[i], bit);
    }
    return power;
#endif
}

/*
 * With n - 1 = odd * 2^twos, a number passes if 2^(n >> twos) is 1 or -1, or 2^(n >> i) is -1 for an i from 1 to twos -
 * 1. Then 2^(n >> 1) is 1 or -1; if it is 1 and twos is above 1, the power before it decides, and so on.
 */
ALWAYS_INLINE struct lane_verdict SIZED(strong_verdict)(const struct RESIDUE *trail, const struct MODULUS *modulus)
{
    struct lane_verdict verdict = {.open = ~(limb_vector){0}};
    const limb_vector one = all_lanes(1);
    for (int i = 1; i < KERNEL_TRAIL && lane_bits(verdict.open) != 0; ++i) {
        const struct RESIDUE power = SIZED(plain)(&trail[i], modulus);
        const limb_vector last = 0 - (modulus->n.limb[0] >> i & 1);
        const limb_vector plus = SIZED(is)(&power, one);
        const limb_vector minus = SIZED(is_minus)(&power, one, modulus);
        verdict.pass |= verdict.open & (minus | (plus & last));
        verdict.open &= plus & ~last;
    }
    return verdict;
}

static __attribute__((noinline)) uint32_t SIZED(some_strong)(const struct kernel_near *near, const uint64_t *distances,
                                                             uint32_t *unsure)
{
    struct MODULUS moduli[STRONG_VECTORS];
    struct RESIDUE powers[STRONG_VECTORS];
    struct RESIDUE trail[STRONG_VECTORS][KERNEL_TRAIL]; /* [i]: 2^(n >> i) */
    KERNEL_UNROLL
    for (int u = 0; u < STRONG_VECTORS; ++u) {
        const limb_vector distance = load_distances(distances + u * VECTOR_NUMBERS);
        SIZED(set_modulus)(&moduli[u], near->reference, distance);
        powers[u] = SIZED(first_power)(near, distance, &moduli[u]);
    }
    for (int at = near->top_shift - 1; at > 0; --at) {
        KERNEL_UNROLL
        for (int u = 0; u < STRONG_VECTORS; ++u) {
            limb_vector columns[2 * LIMBS];
            SIZED(square)(columns, powers[u].limb);
            powers[u] = SIZED(reduced_twice_if)(columns, SIZED(bit_at)(&moduli[u].n, at), &moduli[u]);
        }
        if (at < KERNEL_TRAIL) {
            KERNEL_UNROLL
            for (int u = 0; u < STRONG_VECTORS; ++u) {
                trail[u][at] = powers[u];
            }
        }
    }
    uint32_t passes = 0;
    *unsure = 0;
    for (int u = 0; u < STRONG_VECTORS; ++u) {
        const struct lane_verdict verdict = SIZED(strong_verdict)(trail[u], &moduli[u]);
        passes |= lane_bits(verdict.pass) << u * VECTOR_NUMBERS;
        *unsure |= lane_bits(verdict.open) << u * VECTOR_NUMBERS;
    }
    return passes;
}

static uint32_t SIZED(strong)(const struct kernel_near *near, const uint64_t *distances, uint32_t *unsure)
{
    uint32_t passes = 0;
    *unsure = 0;
    for (int first = 0; first < KERNEL_NUMBERS; first += STRONG_VECTORS * VECTOR_NUMBERS) {
        uint32_t open;
        passes |= SIZED(some_strong)(near, distances + first, &open) << first;
        *unsure |= open << first;
    }
    return passes;
}

/* ---- lucas -------------------------------------------------------------------------------------------- */

/* What a vector's ladder adds, and the index whose bits it follows. */
struct SIZED(lucas_terms) {
    struct RESIDUE plus_one; /* n + 1 */
    struct RESIDUE minus_p;
    struct RESIDUE minus_two;
};

/* V of an index and of the next one. */
struct SIZED(lucas_pair) {
    struct RESIDUE v;
    struct RESIDUE next;
};

/* 2 and a small parameter, made from 1, which is below n: below 2n, and below n if TIGHT. */
ALWAYS_INLINE struct RESIDUE SIZED(two)(const struct RESIDUE *one, const struct MODULUS *modulus)
{
#if TIGHT
    return SIZED(split)(less_if_not_below(SIZED(joined)(one) << 1, SIZED(joined)(&modulus->n)));
#else
    struct RESIDUE r;
    (void)modulus;
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        r.limb[i] = one->limb[i] << 1;
    }
    SIZED(carry)(&r);
    return r;
#endif
}

ALWAYS_INLINE struct RESIDUE SIZED(parameter)(limb_vector p, const struct RESIDUE *one, const struct MODULUS *modulus)
{
#if TIGHT /* bit by bit */
    const limb_vector n = SIZED(joined)(&modulus->n);
    const limb_vector added = SIZED(joined)(one);
    limb_vector sum = {0};
    for (int bit = 5; bit >= 0; --bit) {
        sum = less_if_not_below(sum << 1, n);
        sum = less_if_not_below(sum + (added & (0 - (p >> bit & 1))), n);
    }
    return SIZED(split)(sum);
#else /* 63 * n * n / R is below 4n, so the first is below 5n; 5n * n / R is below n / 2, so the second is below 1.5n */
    struct RESIDUE r;
    limb_vector columns[2 * LIMBS];
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        r.limb[i] = multiply_low(one->limb[i], p);
    }
    SIZED(carry)(&r);
    for (int i = 0; i < 2; ++i) {
        SIZED(product)(columns, r.limb, one->limb);
        SIZED(reduce)(columns, modulus);
        r = SIZED(settled)(columns);
    }
    return r;
#endif
}

/* n - a for a < n if TIGHT, so that a sum with it stays below 3n; else 2n - a for a <= 2n. */
ALWAYS_INLINE struct RESIDUE SIZED(negative)(const struct RESIDUE *a, const struct MODULUS *modulus)
{
    struct RESIDUE r;
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        r.limb[i] = (modulus->n.limb[i] << (TIGHT ? 0 : 1)) - a->limb[i];
    }
    SIZED(carry)(&r);
    return r;
}

/* V_1 and V_2 if n + 1 is as long as the largest number; else V_0 and V_1, as its highest bit is 0. */
ALWAYS_INLINE struct SIZED(lucas_pair)
    SIZED(begin_lucas)(const struct kernel_near *near, limb_vector distance, limb_vector parameter,
                       const struct MODULUS *modulus, struct SIZED(lucas_terms) * terms)
{
    const struct RESIDUE one = SIZED(near_residue)(near->one_rest, near->one_quotient, distance, modulus);
    const struct RESIDUE two = SIZED(two)(&one, modulus);
    const struct RESIDUE p = SIZED(parameter)(parameter, &one, modulus);
    terms->minus_p = SIZED(negative)(&p, modulus);
    terms->minus_two = SIZED(negative)(&two, modulus);
    terms->plus_one = modulus->n;
    terms->plus_one.limb[0] += 1;
    SIZED(carry)(&terms->plus_one);
    limb_vector columns[2 * LIMBS];
    SIZED(square)(columns, p.limb);
    const struct RESIDUE second = SIZED(reduced_plus)(columns, &terms->minus_two, modulus);
    const limb_vector full = 0 - SIZED(bit_at)(&terms->plus_one, near->length - 1);
    struct SIZED(lucas_pair) pair;
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        pair.v.limb[i] = choose(full, p.limb[i], two.limb[i]);
        pair.next.limb[i] = choose(full, second.limb[i], p.limb[i]);
    }
    return pair;
}

/* From indices k and k + 1 to 2k and 2k + 1, or, if the bit is 1, to 2k + 1 and 2k + 2. */
ALWAYS_INLINE struct SIZED(lucas_pair)
    SIZED(lucas_step)(const struct SIZED(lucas_pair) * pair, limb_vector bit, const struct SIZED(lucas_terms) * terms,
                      const struct MODULUS *modulus)
{
    const limb_vector one = 0 - bit;
    struct RESIDUE same;
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        same.limb[i] = choose(one, pair->next.limb[i], pair->v.limb[i]);
    }
    limb_vector columns[2 * LIMBS];
    SIZED(product)(columns, pair->v.limb, pair->next.limb);
    const struct RESIDUE between = SIZED(reduced_plus)(columns, &terms->minus_p, modulus);
    SIZED(square)(columns, same.limb);
    const struct RESIDUE square = SIZED(reduced_plus)(columns, &terms->minus_two, modulus);
    struct SIZED(lucas_pair) result;
    KERNEL_UNROLL
    for (int i = 0; i < LIMBS; ++i) {
        result.v.limb[i] = choose(one, between.limb[i], square.limb[i]);
        result.next.limb[i] = choose(one, square.limb[i], between.limb[i]);
    }
    return result;
}

/*
 * The trail is V_((n + 1) >> i) and the one after it. A number passes if V_odd is 2 or -2 and U_odd is 0, or if one of
 * those before V_((n + 1) / 2) is 0. As (P^2 - 4) * U_k is 2 * V_(k + 1) - P * V_k, U_odd is 0 if V_(odd + 1) is P or
 * -P when V_odd is 2 or -2. And as V_2k is V_k^2 - 2, a 0 is followed by -2, and then by 2s: anything else ends the
 * test.
 */
ALWAYS_INLINE struct lane_verdict SIZED(lucas_verdict)(const struct SIZED(lucas_pair) * trail, limb_vector parameter,
                                                       limb_vector plus_one, const struct MODULUS *modulus)
{
    struct lane_verdict verdict = {.open = ~(limb_vector){0}};
    const limb_vector zero = {0};
    const limb_vector two = all_lanes(2);
    for (int i = 1; i < KERNEL_TRAIL && lane_bits(verdict.open) != 0; ++i) {
        const struct RESIDUE v = SIZED(plain)(&trail[i].v, modulus);
        const struct RESIDUE next = SIZED(plain)(&trail[i].next, modulus);
        const limb_vector last = 0 - (plus_one >> i & 1);
        const limb_vector plus = SIZED(is)(&v, two);
        const limb_vector minus = SIZED(is_minus)(&v, two, modulus);
        const limb_vector none = SIZED(is)(&v, zero) | SIZED(is_minus)(&v, zero, modulus);
        const limb_vector ends =
            (plus & SIZED(is)(&next, parameter)) | (minus & SIZED(is_minus)(&next, parameter, modulus));
        verdict.pass |= verdict.open & ((i > 1 ? none : zero) | (last & ends));
        verdict.open &= (plus | minus) & ~last;
    }
    return verdict;
}

static __attribute__((noinline)) uint32_t SIZED(some_lucas)(const struct kernel_near *near, const uint64_t *distances,
                                                            const uint32_t *parameters, uint32_t *unsure)
{
    struct MODULUS moduli[LUCAS_VECTORS];
    struct SIZED(lucas_terms) terms[LUCAS_VECTORS];
    struct SIZED(lucas_pair) pairs[LUCAS_VECTORS];
    struct SIZED(lucas_pair) trail[LUCAS_VECTORS][KERNEL_TRAIL];
    KERNEL_UNROLL
    for (int u = 0; u < LUCAS_VECTORS; ++u) {
        const limb_vector distance = load_distances(distances + u * VECTOR_NUMBERS);
        SIZED(set_modulus)(&moduli[u], near->reference, distance);
        pairs[u] =
            SIZED(begin_lucas)(near, distance, load_parameters(parameters + u * VECTOR_NUMBERS), &moduli[u], &terms[u]);
    }
    for (int at = near->length - 2; at > 0; --at) {
        KERNEL_UNROLL
        for (int u = 0; u < LUCAS_VECTORS; ++u) {
            const limb_vector bit = SIZED(bit_at)(&terms[u].plus_one, at);
            pairs[u] = SIZED(lucas_step)(&pairs[u], bit, &terms[u], &moduli[u]);
        }
        if (at < KERNEL_TRAIL) {
            KERNEL_UNROLL
            for (int u = 0; u < LUCAS_VECTORS; ++u) {
                trail[u][at] = pairs[u];
            }
        }
    }
    uint32_t passes = 0;
    *unsure = 0;
    for (int u = 0; u < LUCAS_VECTORS; ++u) {
        const limb_vector parameter = load_parameters(parameters + u * VECTOR_NUMBERS);
        const struct lane_verdict verdict =
            SIZED(lucas_verdict)(trail[u], parameter, terms[u].plus_one.limb[0], &moduli[u]);
        passes |= lane_bits(verdict.pass) << u * VECTOR_NUMBERS;
        *unsure |= lane_bits(verdict.open) << u * VECTOR_NUMBERS;
    }
    return passes;
}

static uint32_t SIZED(lucas)(const struct kernel_near *near, const uint64_t *distances, const uint32_t *parameters,
                             uint32_t *unsure)
{
    uint32_t passes = 0;
    *unsure = 0;
    for (int first = 0; first < KERNEL_NUMBERS; first += LUCAS_VECTORS * VECTOR_NUMBERS) {
        uint32_t open;
        passes |= SIZED(some_lucas)(near, distances + first, parameters + first, &open) << first;
        *unsure |= open << first;
    }
    return passes;
}

#undef SIZED
#undef MASK
#undef RESIDUE
#undef MODULUS
