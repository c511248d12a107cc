/*
 * The sieve for periods up to 64.
 *
 * - The residues that layers of one period forbid are the bits of one word. A period is a power of 2 times an odd
 *   number; only 30, 42 and 60 have two odd primes, one of them 3. Given a delay modulo the power of 2 and modulo 3,
 *   every other word folds into a mask of residues modulo 5, 7, 11, ..., 31 (or 9, 25, 27), each modulus by itself. By
 *   the Chinese remainder theorem some delay is safe unless a mask is full. These delays modulo a power of 2 and 3 are
 *   the branches, rarely more than a few.
 * - A wheel takes one modulus after the other, as a list of the allowed residues modulo their product. If few delays
 *   are safe the list stays short; otherwise the answer is near.
 * - Each other modulus is a row of 64 columns, the delays residue + wheel * column: its mask, with bits in the order of
 *   columns instead of residues, rotated to where the row begins, and repeated by a multiplication.
 *
 * Residues in masks are negated, depth mod modulus: the layer catches delay t if t + residue = 0.
 */
#include "methods/small.h"

#include <string.h>

#include "base/delay.h"
#include "firewall/firewall.h"

/* ---- Layers to masks ---------------------------------------------------------------------------------- */

__extension__ typedef unsigned __int128 wide;

#define RECIPROCAL(modulus) (UINT64_MAX / (modulus) + 1)

/*
 * value mod modulus, for value below 2^58, modulus up to 64 and reciprocal = 2^64 / modulus rounded up (Lemire, Kaser
 * and Kurz, "Faster remainder by direct computation", 2019).
 */
static inline uint32_t remainder_of(uint64_t value, uint64_t reciprocal, uint32_t modulus)
{
    return (uint32_t)((wide)(reciprocal * value) * modulus >> 64);
}

/* By half of each period. */
#define HALF(half) RECIPROCAL(UINT64_C(2) * (half))
static const uint64_t reciprocals[SMALL_RANGE_MAX] = {
    0,        HALF(1),  HALF(2),  HALF(3),  HALF(4),  HALF(5),  HALF(6),  HALF(7),  HALF(8),  HALF(9),  HALF(10),
    HALF(11), HALF(12), HALF(13), HALF(14), HALF(15), HALF(16), HALF(17), HALF(18), HALF(19), HALF(20), HALF(21),
    HALF(22), HALF(23), HALF(24), HALF(25), HALF(26), HALF(27), HALF(28), HALF(29), HALF(30), HALF(31), HALF(32),
};

/* The lcm of all these periods, below 2^49: safe delays repeat with it. */
static const uint64_t cycle = UINT64_C(64) * 27 * 25 * 7 * 11 * 13 * 17 * 19 * 23 * 29 * 31;

/* What the layers forbid, by half the period. */
struct forbidden {
    uint64_t residues[SMALL_RANGE_MAX]; /* bit r: residue r */
    uint64_t halves;                    /* bit h: there is such a period */
};

/*
 * Sorts layers by period, delays counted from `from` < cycle. Returns the index of the first that is too long, or
 * count.
 */
static size_t collect_layers(const firesieve_firewall *firewall, uint64_t from, struct forbidden *forbidden)
{
    uint64_t halves = 0;
    size_t i = 0;
    for (; i < firewall->layer_count; ++i) {
        const firesieve_layer layer = firewall->layers[i];
        const uint64_t half = layer.range - 1;
        if (half - 1 >= SMALL_RANGE_MAX - 1) {
            break;
        }
        uint64_t value = layer.depth + from;
        if (value >= cycle) {
            value %= cycle;
        }
        halves |= UINT64_C(1) << half;
        forbidden->residues[half] |= UINT64_C(1) << remainder_of(value, reciprocals[half], 2 * (uint32_t)half);
    }
    forbidden->halves = halves;
    return i;
}

/* Half the period of a class: an odd modulus counts as one twice as long that forbids two residues. */
static inline uint64_t half_of(uint64_t modulus)
{
    return modulus % 2 == 0 ? modulus / 2 : modulus;
}

/* The same for classes. */
static size_t collect_classes(const firesieve_firewall *firewall, uint64_t from, struct forbidden *forbidden)
{
    uint64_t halves = 0;
    size_t i = 0;
    for (; i < firewall->layer_count; ++i) {
        const struct residue_class class = firewall->classes[i];
        const uint64_t half = half_of(class.modulus);
        if (half >= SMALL_RANGE_MAX) {
            break;
        }
        const uint64_t value = from + class.modulus - class.residue;
        const uint32_t place = remainder_of(value, reciprocals[half], 2 * (uint32_t)half);
        const uint64_t twice = class.modulus == half ? UINT64_C(1) << (place < half ? place + half : place - half) : 0;
        halves |= UINT64_C(1) << half;
        forbidden->residues[half] |= UINT64_C(1) << place | twice;
    }
    forbidden->halves = halves;
    return i;
}

/* Bits 0, distance, 2 * distance, ..., for distances up to 64. */
#define EVERY(distance) \
    (uint64_t)((((wide)1 << (63 / (distance) + 1) * (distance)) - 1) / (((wide)1 << (distance)) - 1))

/* Of residues modulo 2^powers * odd, those that are `twos` modulo 2^powers; as residues modulo odd. */
static inline uint64_t fold_twos(uint64_t residues, unsigned odd, unsigned powers, uint32_t twos)
{
    static const uint64_t every[] = {0, EVERY(2), EVERY(4), EVERY(8)};
    residues &= every[powers] << (twos & ((1U << powers) - 1));
    for (unsigned power = powers; power-- > 0;) {
        residues |= residues >> (odd << power);
    }
    return residues & ((UINT64_C(1) << odd) - 1);
}

/* Of residues modulo 3 * modulus, those that are `third` mod 3; as residues modulo `modulus`. */
static inline uint64_t fold_three(uint64_t residues, unsigned modulus, uint32_t third)
{
    residues &= EVERY(3) << third;
    return (residues | residues >> modulus | residues >> 2 * modulus) & ((UINT64_C(1) << modulus) - 1);
}

/* The residues modulo `odd` that periods up to 2^powers * odd forbid to delays that are `twos` modulo powers of 2. */
static inline uint32_t forbidden_odd(const struct forbidden *forbidden, unsigned odd, unsigned powers, uint32_t twos)
{
    uint64_t residues = 0;
    for (unsigned power = 1; power <= powers; ++power) {
        residues |= fold_twos(forbidden->residues[odd << (power - 1)], odd, power, twos);
    }
    return (uint32_t)residues;
}

/* The residues modulo 64 that periods 2^n forbid. */
static uint64_t forbidden_twos(const struct forbidden *forbidden)
{
    const uint64_t *const of = forbidden->residues;
    return of[1] * EVERY(2) | of[2] * EVERY(4) | of[4] * EVERY(8) | of[8] * EVERY(16) | of[16] * EVERY(32) | of[32];
}

/* The same for periods 3 * 2^n, for delays that are `third` mod 3. */
static uint64_t forbidden_third(const struct forbidden *forbidden, uint32_t third)
{
    const uint64_t *const of = forbidden->residues;
    return fold_three(of[3], 2, third) * EVERY(2) | fold_three(of[6], 4, third) * EVERY(4) |
           fold_three(of[12], 8, third) * EVERY(8) | fold_three(of[24], 16, third) * EVERY(16);
}

/* The largest power of 2 that divides a period; 2 if there is none. */
static uint32_t power_of_two(uint64_t halves)
{
    static const uint64_t multiples[] = {EVERY(1), EVERY(2), EVERY(4), EVERY(8), EVERY(16), EVERY(32)};
    unsigned power = 5;
    while (power > 0 && (halves & multiples[power]) == 0) {
        --power;
    }
    return UINT32_C(2) << power;
}

/* ---- Moduli ------------------------------------------------------------------------------------------- */

enum { MODULUS_MAX = 31 };

#define ALL(modulus) ((UINT32_C(1) << (modulus)) - 1)

/* A modulus of wheel or rows. */
struct modulus {
    uint64_t reciprocal;
    uint64_t every; /* bits 0, value, 2 * value, ...: what repeats a mask, and the halves of periods it divides */
    uint32_t value;
    uint8_t inverse[MODULUS_MAX]; /* of each residue that has one */
};

#define MODULUS(value, ...)                     \
    {                                           \
        RECIPROCAL(value), EVERY(value), value, \
        {                                       \
            0, 1, __VA_ARGS__                   \
        }                                       \
    }

static const struct modulus modulus_3 = MODULUS(3, 2);
static const struct modulus modulus_9 = MODULUS(9, 5, 0, 7, 2, 0, 4, 8);
static const struct modulus modulus_27 =
    MODULUS(27, 14, 0, 7, 11, 0, 4, 17, 0, 19, 5, 0, 25, 2, 0, 22, 8, 0, 10, 23, 0, 16, 20, 0, 13, 26);
static const struct modulus modulus_25 =
    MODULUS(25, 13, 17, 19, 0, 21, 18, 22, 14, 0, 16, 23, 2, 9, 0, 11, 3, 7, 4, 0, 6, 8, 12, 24);

/* The moduli of wheel and rows, in the order in which they are tried; 25 replaces 5 if there is such a period. */
enum { PLACE_5, PLACE_7, PLACE_11, PLACE_13, PLACE_17, PLACE_19, PLACE_23, PLACE_29, PLACE_31, PLACES };
static const struct modulus moduli[PLACES] = {
    MODULUS(5, 3, 2, 4),
    MODULUS(7, 4, 5, 2, 3, 6),
    MODULUS(11, 6, 4, 3, 9, 2, 8, 7, 5, 10),
    MODULUS(13, 7, 9, 10, 8, 11, 2, 5, 3, 4, 6, 12),
    MODULUS(17, 9, 6, 13, 7, 3, 5, 15, 2, 12, 14, 10, 4, 11, 8, 16),
    MODULUS(19, 10, 13, 5, 4, 16, 11, 12, 17, 2, 7, 8, 3, 15, 14, 6, 9, 18),
    MODULUS(23, 12, 8, 6, 14, 4, 10, 3, 18, 7, 21, 2, 16, 5, 20, 13, 19, 9, 17, 15, 11, 22),
    MODULUS(29, 15, 10, 22, 6, 5, 25, 11, 13, 3, 8, 17, 9, 27, 2, 20, 12, 21, 26, 16, 18, 4, 24, 23, 7, 19, 14, 28),
    MODULUS(31, 16, 21, 8, 25, 26, 9, 4, 7, 28, 17, 13, 12, 20, 29, 2, 11, 19, 18, 14, 3, 24, 27, 22, 5, 6, 23, 10, 15,
            30),
};

static inline uint32_t residue_of(uint64_t value, const struct modulus *modulus)
{
    return remainder_of(value, modulus->reciprocal, modulus->value);
}

static inline uint32_t all_residues(const struct modulus *modulus)
{
    return ALL(modulus->value);
}

static inline uint32_t minus_inverse(const struct modulus *modulus, uint64_t of)
{
    return modulus->value - modulus->inverse[residue_of(of, modulus)];
}

/* ---- The sieve ---------------------------------------------------------------------------------------- */

enum { BRANCHES_MAX = 64 * 3, CANDIDATES_MAX = 2048, WORK_MAX = 8192 };

/*
 * Room that usually suffices, and little enough for the stack to have it already: touching a page for the first time is
 * a fault, which may take longer than the whole search.
 */
enum { FEW_BRANCHES = 16, FEW_CANDIDATES = 128 };

/* A residue that the wheel allows << 8 | its branch. */
typedef uint64_t candidate_key;

static inline candidate_key candidate_of(uint64_t residue, uint32_t branch)
{
    return residue << 8 | branch;
}

static inline uint64_t candidate_residue(candidate_key candidate)
{
    return candidate >> 8;
}

static inline uint32_t candidate_branch(candidate_key candidate)
{
    return (uint32_t)(candidate & 0xff);
}

struct small_sieve {
    const struct modulus *moduli[PLACES]; /* those that matter, in the order in which the wheel takes them */
    uint8_t places[PLACES];               /* of each of them */
    unsigned modulus_count;
    unsigned taken;   /* the number of moduli in the wheel; the others are rows */
    uint64_t wheel;   /* its modulus */
    uint64_t work;    /* rows so far */
    uint64_t end;     /* of the range */
    uint64_t best;    /* the smallest safe delay seen, or `end` */
    uint64_t reached; /* all delays below are searched, unless the wheel has grown since */
    bool grows;       /* before each block */
    bool is_full;     /* the wheel did not grow, but would with CANDIDATES_MAX places */
    size_t candidate_count;
    candidate_key *candidates; /* one of the two lists */
    candidate_key *lists[2];
    size_t room;                 /* the places of each list: FEW_CANDIDATES or CANDIDATES_MAX */
    uint32_t (*allowed)[PLACES]; /* masks, by branch and by place, whatever the order of `moduli` */
};

/* The same for multiples of 3 * odd, forbidden to delays that are also `third` mod 3. */
static uint32_t forbidden_multiple(const struct forbidden *forbidden, unsigned odd, unsigned powers, uint32_t twos,
                                   uint32_t third)
{
    return (uint32_t)fold_three(forbidden_odd(forbidden, 3 * odd, powers, twos), odd, third);
}

/* What a branch allows modulo each of the moduli. Returns whether that leaves a delay. */
static bool start_branch(const struct forbidden *forbidden, uint32_t twos, uint32_t third, uint32_t allowed[PLACES])
{
    const uint32_t masks[PLACES] = {
        [PLACE_5] = forbidden_odd(forbidden, 5, 3, twos) | forbidden_multiple(forbidden, 5, 2, twos, third),
        [PLACE_7] = forbidden_odd(forbidden, 7, 3, twos) | forbidden_multiple(forbidden, 7, 1, twos, third),
        [PLACE_11] = forbidden_odd(forbidden, 11, 2, twos),
        [PLACE_13] = forbidden_odd(forbidden, 13, 2, twos),
        [PLACE_17] = forbidden_odd(forbidden, 17, 1, twos),
        [PLACE_19] = forbidden_odd(forbidden, 19, 1, twos),
        [PLACE_23] = forbidden_odd(forbidden, 23, 1, twos),
        [PLACE_29] = forbidden_odd(forbidden, 29, 1, twos),
        [PLACE_31] = forbidden_odd(forbidden, 31, 1, twos),
    };
    bool alive = true;
    for (unsigned place = 0; place < PLACES; ++place) {
        allowed[place] = masks[place] ^ all_residues(&moduli[place]);
        alive &= allowed[place] != 0;
    }
    if (forbidden->residues[25] != 0) {
        allowed[PLACE_5] = allowed[PLACE_5] * (uint32_t)(EVERY(5) & ALL(25)) & ~forbidden_odd(forbidden, 25, 1, twos);
        alive &= allowed[PLACE_5] != 0;
    }
    return alive;
}

/* The residues modulo the power of 3 that a branch allows. */
static uint32_t allowed_threes(const struct forbidden *forbidden, const struct modulus *threes, uint32_t twos,
                               uint32_t third)
{
    const uint32_t mask =
        forbidden_odd(forbidden, 9, 2, twos) * (uint32_t)(EVERY(9) & ALL(27)) | forbidden_odd(forbidden, 27, 1, twos);
    return (uint32_t)(EVERY(3) << third) & all_residues(threes) & ~mask;
}

static const struct modulus *power_of_three(uint64_t halves)
{
    if ((halves & modulus_27.every) != 0) {
        return &modulus_27;
    }
    if ((halves & modulus_9.every) != 0) {
        return &modulus_9;
    }
    return (halves & modulus_3.every) != 0 ? &modulus_3 : NULL;
}

/* Notes the moduli that matter. */
static void choose_moduli(struct small_sieve *sieve, uint64_t halves)
{
    unsigned count = 0;
    for (unsigned place = 0; place < PLACES; ++place) {
        sieve->moduli[count] = &moduli[place];
        sieve->places[count] = (uint8_t)place;
        count += (halves & moduli[place].every) != 0;
    }
    if ((halves & modulus_25.every) != 0) {
        sieve->moduli[0] = &modulus_25;
    }
    sieve->modulus_count = count;
}

/* Appends the residues modulo wheel * modulus that come from the candidate and are in the mask. Returns the new end. */
static inline candidate_key *lift(candidate_key *out, candidate_key candidate, uint64_t wheel,
                                  const struct modulus *modulus, uint32_t minus_inverse_of_wheel, uint32_t mask)
{
    for (; mask != 0; mask &= mask - 1) {
        const uint64_t sum = candidate_residue(candidate) + (uint64_t)(unsigned)__builtin_ctz(mask);
        const uint32_t turns = residue_of(sum * minus_inverse_of_wheel, modulus);
        *out++ = candidate + candidate_of(turns * wheel, 0);
    }
    return out;
}

static inline uint32_t bit_count(uint32_t mask)
{
    mask -= mask >> 1 & 0x55555555;
    mask = (mask & 0x33333333) + (mask >> 2 & 0x33333333);
    return ((mask + (mask >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}

/* The wheel of the powers of 2 and 3, and the branches. */
struct beginning {
    const struct modulus *threes; /* or NULL */
    uint32_t wheel;               /* the power of 2 */
    unsigned thirds;              /* 3, or 1 if no period is a multiple of 3 */
    uint64_t free[3]; /* residues modulo the power of 2 that are allowed, for delays that are 0, 1, 2 mod 3 */
};

static void find_branches(struct beginning *beginning, const struct forbidden *forbidden)
{
    beginning->threes = power_of_three(forbidden->halves);
    beginning->wheel = power_of_two(forbidden->halves);
    beginning->thirds = beginning->threes == NULL ? 1 : 3;
    const uint64_t free_twos = ~forbidden_twos(forbidden) & UINT64_MAX >> (64 - beginning->wheel);
    for (uint32_t third = 0; third < beginning->thirds; ++third) {
        beginning->free[third] = free_twos & ~forbidden_third(forbidden, third);
    }
}

/* Whether little room suffices to begin with, whatever the branches allow. */
static bool begins_small(const struct beginning *beginning)
{
    uint64_t fours = 0; /* bits of each 4, of up to three words: at most 12 */
    for (unsigned third = 0; third < beginning->thirds; ++third) {
        const uint64_t twos = beginning->free[third] - (beginning->free[third] >> 1 & EVERY(2));
        fours += (twos & 3 * EVERY(4)) + (twos >> 2 & 3 * EVERY(4));
    }
    const unsigned branches = (unsigned)(((fours & 15 * EVERY(8)) + (fours >> 4 & 15 * EVERY(8))) * EVERY(8) >> 56);
    const unsigned lifted = beginning->threes == NULL ? 1 : beginning->threes->value / 3;
    return branches <= FEW_BRANCHES && branches * lifted <= FEW_CANDIDATES;
}

/* Makes the branches, and the wheel. */
static void start_wheel(struct small_sieve *sieve, const struct beginning *beginning, const struct forbidden *forbidden)
{
    const struct modulus *const threes = beginning->threes;
    const uint32_t wheel = beginning->wheel;
    const uint32_t factor = threes == NULL ? 0 : minus_inverse(threes, wheel);
    candidate_key *end = sieve->lists[0];
    uint32_t branch = 0;
    for (uint32_t third = 0; third < beginning->thirds; ++third) {
        for (uint64_t left = beginning->free[third]; left != 0; left &= left - 1) {
            const uint32_t twos = (uint32_t)__builtin_ctzll(left);
            if (!start_branch(forbidden, twos, third, sieve->allowed[branch])) {
                continue;
            }
            const candidate_key candidate = candidate_of(-twos & (wheel - 1), branch++);
            if (threes == NULL) {
                *end++ = candidate;
            } else {
                end = lift(end, candidate, wheel, threes, factor, allowed_threes(forbidden, threes, twos, third));
            }
        }
    }
    sieve->candidates = sieve->lists[0];
    sieve->candidate_count = (size_t)(end - sieve->lists[0]);
    sieve->wheel = (uint64_t)wheel * (threes == NULL ? 1 : threes->value);
}

/* Takes the next modulus into the wheel, if there is one and the list has room for it. */
static bool grow_wheel(struct small_sieve *sieve)
{
    if (sieve->taken == sieve->modulus_count) {
        return false;
    }
    const struct modulus *const modulus = sieve->moduli[sieve->taken];
    const unsigned place = sieve->places[sieve->taken];
    const uint64_t wheel = sieve->wheel;
    const uint32_t factor = minus_inverse(modulus, wheel);
    const candidate_key *const candidates = sieve->candidates;
    const size_t count = sieve->candidate_count;
    uint32_t(*const allowed)[PLACES] = sieve->allowed;
    candidate_key *const list = sieve->lists[candidates == sieve->lists[0]];
    const candidate_key *const last = list + sieve->room - MODULUS_MAX; /* where a candidate still has room */
    candidate_key *end = list;
    for (size_t i = 0; i < count; ++i) {
        if (end > last) {
            sieve->is_full = sieve->room < CANDIDATES_MAX;
            return false;
        }
        end = lift(end, candidates[i], wheel, modulus, factor, allowed[candidate_branch(candidates[i])][place]);
    }
    sieve->candidates = list;
    sieve->candidate_count = (size_t)(end - list);
    sieve->wheel *= modulus->value;
    ++sieve->taken;
    return true;
}

/* The row of a modulus that is not in the wheel. */
struct row {
    const struct modulus *modulus;
    uint64_t columns; /* those that it allows counting from delay 0: their mask, twice in a row */
    uint32_t inverse; /* of the wheel */
};

/* Reorders the masks of a branch from residues to columns. */
static void fill_rows(const struct small_sieve *sieve, uint32_t branch, struct row *rows)
{
    for (unsigned i = sieve->taken; i < sieve->modulus_count; ++i) {
        const struct modulus *const modulus = rows[i].modulus;
        const uint32_t factor = modulus->value - rows[i].inverse;
        const uint32_t allowed = sieve->allowed[branch][sieve->places[i]];
        const bool mostly = bit_count(allowed) > modulus->value / 2;
        uint64_t columns = 0;
        for (uint32_t left = mostly ? allowed ^ all_residues(modulus) : allowed; left != 0; left &= left - 1) {
            columns |= UINT64_C(1) << residue_of((uint64_t)(unsigned)__builtin_ctz(left) * factor, modulus);
        }
        columns = mostly ? columns ^ all_residues(modulus) : columns;
        rows[i].columns = columns << modulus->value | columns;
    }
}

/* Which of the delays start + wheel * column, column 0 to 63, are safe. */
static inline uint64_t safe_columns(const struct small_sieve *sieve, const struct row *rows, uint64_t start)
{
    uint64_t safe = UINT64_MAX;
    for (unsigned i = sieve->taken; i < sieve->modulus_count; ++i) {
        const struct modulus *const modulus = rows[i].modulus;
        const uint32_t shift = residue_of(start * rows[i].inverse, modulus);
        safe &= (rows[i].columns >> shift & all_residues(modulus)) * modulus->every;
    }
    return safe;
}

/* Searches the delays from `base` to base + 64 * wheel: lowers sieve->best to the smallest safe one. */
static void search_block(struct small_sieve *sieve, uint64_t base)
{
    struct row rows[PLACES];
    for (unsigned i = sieve->taken; i < sieve->modulus_count; ++i) {
        const struct modulus *const modulus = sieve->moduli[i];
        const uint32_t inverse = modulus->inverse[residue_of(sieve->wheel, modulus)];
        rows[i] = (struct row){.modulus = modulus, .inverse = inverse};
    }
    const candidate_key *const candidates = sieve->candidates;
    const size_t count = sieve->candidate_count;
    const uint64_t wheel = sieve->wheel;
    uint64_t best = sieve->best;
    uint32_t branch = UINT32_MAX;
    for (size_t i = 0; i < count; ++i) {
        const candidate_key candidate = candidates[i];
        const uint64_t start = base + candidate_residue(candidate);
        if (start >= best) {
            continue;
        }
        if (candidate_branch(candidate) != branch) {
            branch = candidate_branch(candidate);
            fill_rows(sieve, branch, rows);
        }
        const uint64_t safe = safe_columns(sieve, rows, start);
        if (safe != 0) {
            const uint64_t delay = start + wheel * (uint64_t)__builtin_ctzll(safe);
            best = delay < best ? delay : best;
        }
    }
    sieve->best = best;
    sieve->work += count * (sieve->modulus_count - sieve->taken + 1);
}

/* Grows the wheel by the modulus with the smallest share allowed by the first branch. */
static bool grow_strictly(struct small_sieve *sieve)
{
    unsigned best = sieve->taken;
    uint32_t best_allowed = MODULUS_MAX;
    uint32_t best_value = MODULUS_MAX;
    for (unsigned i = sieve->taken; i < sieve->modulus_count; ++i) {
        const uint32_t allowed = bit_count(sieve->allowed[0][sieve->places[i]]);
        const uint32_t value = sieve->moduli[i]->value;
        if (allowed * best_value < best_allowed * value) {
            best = i;
            best_allowed = allowed;
            best_value = value;
        }
    }
    const unsigned next = sieve->taken;
    if (best > next) {
        const struct modulus *const modulus = sieve->moduli[best];
        const uint8_t place = sieve->places[best];
        sieve->moduli[best] = sieve->moduli[next];
        sieve->places[best] = sieve->places[next];
        sieve->moduli[next] = modulus;
        sieve->places[next] = place;
    }
    return grow_wheel(sieve);
}

/* If the wheel grows, blocks begin again. */
static void grow_for_next_block(struct small_sieve *sieve)
{
    sieve->grows = grow_strictly(sieve);
    sieve->reached = sieve->grows ? 0 : sieve->reached;
}

/*
 * Searches [0, end): grows the wheel while its list is short, then block after block. is_full: it can resume with room.
 */
static enum small_outcome search(struct small_sieve *sieve)
{
    enum { SHORT_LIST = 16, WHEEL_ENOUGH = 20000 };
    if (sieve->candidate_count == 0) {
        return SMALL_NONE;
    }
    while (sieve->candidate_count <= SHORT_LIST && sieve->wheel < WHEEL_ENOUGH && grow_wheel(sieve)) {
    }
    while (sieve->work < WORK_MAX && !sieve->is_full) {
        search_block(sieve, sieve->reached);
        if (sieve->best < sieve->end) {
            return SMALL_FOUND;
        }
        sieve->reached += 64 * sieve->wheel;
        if (sieve->reached >= sieve->end) {
            return SMALL_NONE;
        }
        if (sieve->grows) {
            grow_for_next_block(sieve);
        }
    }
    return SMALL_UNDECIDED;
}

static void give_lists(struct small_sieve *sieve, candidate_key *first, candidate_key *second, size_t room)
{
    sieve->lists[0] = first;
    sieve->lists[1] = second;
    sieve->room = room;
}

/* They are on the stack of a function that returns. */
static void forget_lists(struct small_sieve *sieve)
{
    give_lists(sieve, NULL, NULL, 0);
    sieve->candidates = NULL;
    sieve->allowed = NULL;
}

/* Functions of their own, so that their room on the stack is not taken by their callers. */
#define APART __attribute__((noinline))

/* Resumes a search that is full. Its wheel has far fewer candidates than the new lists hold. */
static APART enum small_outcome search_on(struct small_sieve *sieve)
{
    candidate_key lists[2][CANDIDATES_MAX];
    memcpy(lists[0], sieve->candidates, sieve->candidate_count * sizeof *sieve->candidates);
    give_lists(sieve, lists[0], lists[1], CANDIDATES_MAX);
    sieve->candidates = lists[0];
    sieve->is_full = false;
    if (sieve->reached > 0) { /* the next block was to be searched */
        grow_for_next_block(sieve);
    }
    const enum small_outcome outcome = search(sieve);
    forget_lists(sieve);
    return outcome;
}

static APART enum small_outcome search_in_large(struct small_sieve *sieve, const struct beginning *beginning,
                                                const struct forbidden *forbidden)
{
    uint32_t allowed[BRANCHES_MAX][PLACES];
    candidate_key lists[2][CANDIDATES_MAX];
    give_lists(sieve, lists[0], lists[1], CANDIDATES_MAX);
    sieve->allowed = allowed;
    start_wheel(sieve, beginning, forbidden);
    const enum small_outcome outcome = search(sieve);
    forget_lists(sieve);
    return outcome;
}

static enum small_outcome search_in_small(struct small_sieve *sieve, const struct beginning *beginning,
                                          const struct forbidden *forbidden)
{
    uint32_t allowed[FEW_BRANCHES][PLACES];
    candidate_key lists[2][FEW_CANDIDATES];
    give_lists(sieve, lists[0], lists[1], FEW_CANDIDATES);
    sieve->allowed = allowed;
    start_wheel(sieve, beginning, forbidden);
    enum small_outcome outcome = search(sieve);
    if (sieve->is_full) {
        outcome = search_on(sieve);
    }
    forget_lists(sieve);
    return outcome;
}

bool small_takes(const firesieve_firewall *firewall)
{
    if (firewall->layer_count > SMALL_LAYERS_MAX) {
        return false;
    }
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        const bool fits = firewall->layers != NULL ? firewall->layers[i].range <= SMALL_RANGE_MAX
                                                   : half_of(firewall->classes[i].modulus) < SMALL_RANGE_MAX;
        if (!fits) {
            return false;
        }
    }
    return true;
}

enum small_outcome small_solve(const firesieve_firewall *firewall, firesieve_delay from, firesieve_delay to,
                               firesieve_delay *delay, const char **reason)
{
    if (firewall->layer_count > SMALL_LAYERS_MAX) {
        return SMALL_UNDECIDED;
    }
    struct forbidden forbidden = {0};
    /* Where `from` is below 2^64, as a rule, its division is far cheaper. */
    const uint64_t start = from >> 64 == 0 ? (uint64_t)from % cycle : (uint64_t)(from % cycle);
    const size_t collected = firewall->layers != NULL ? collect_layers(firewall, start, &forbidden)
                                                      : collect_classes(firewall, start, &forbidden);
    if (collected < firewall->layer_count) {
        *reason = "a scanner of range 1 never leaves the top";
        return firewall->layers != NULL && firewall->layers[collected].range == 1 ? SMALL_NONE : SMALL_UNDECIDED;
    }
    struct small_sieve sieve;
    sieve.taken = 0;
    sieve.work = 0;
    sieve.end = (uint64_t)delay_min(to - from, cycle);
    sieve.best = sieve.end;
    sieve.reached = 0;
    sieve.grows = true;
    sieve.is_full = false;
    choose_moduli(&sieve, forbidden.halves);
    struct beginning beginning;
    find_branches(&beginning, &forbidden);
    const enum small_outcome outcome = begins_small(&beginning) ? search_in_small(&sieve, &beginning, &forbidden)
                                                                : search_in_large(&sieve, &beginning, &forbidden);
    static const char covered[] = "the layers cover every residue modulo the least common multiple of their periods";
    *reason = sieve.candidate_count == 0 ? covered : NULL;
    *delay = from + sieve.best;
    return outcome;
}
