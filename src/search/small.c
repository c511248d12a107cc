/*
 * The sieve for periods up to 64. Three observations make it fast:
 *
 * - Modulo powers of 2 and modulo 3 everything fits into three words: bit b of word c is the residue that is b mod 64
 *   and c mod 3. Given a residue of these, what is left to avoid are classes modulo 5, 7, 11, ... (or 9, 25, 27), each
 *   modulus by itself: the residues it allows are a mask of at most 31 bits, and if none of the masks is empty, there
 *   is a safe delay (Chinese remainder theorem). The other way around, no residue left proves that there is none.
 * - A wheel takes these moduli in one after the other, as a list of allowed residues modulo their product M. Where few
 *   delays are safe the list stays short; where it does not, the answer is near.
 * - What the wheel has not taken in is a row of 64 columns, the delays residue + M * column: the mask, its bits reordered
 *   from residues to columns, rotated to where the row begins, and repeated by a multiplication.
 *
 * Residues are kept negated, as depth mod modulus: delay t is caught where t + depth = 0.
 */
#include "search/small.h"

#include "base/delay.h"
#include "firewall/firewall.h"

/* value mod modulus for value < 2^59 and modulus < 32 (Lemire, Kaser, Kurz: Faster remainder by direct computation,
 * 2019); reciprocal is 2^64 / modulus, rounded up. */
__extension__ typedef unsigned __int128 wide;

#define RECIPROCAL(modulus) (UINT64_MAX / (modulus) + 1)

static inline uint32_t remainder_of(uint64_t value, uint64_t reciprocal, uint32_t modulus)
{
    return (uint32_t)((wide)(reciprocal * value) * modulus >> 64);
}

/* ---- Layers to masks ---------------------------------------------------------------------------------- */

/*
 * Where the masks of an odd modulus begin, 72 words in all. Of 1 and 3: one for each residue, bits are residues mod 64.
 * Of the others: one for each residue mod 2, then mod 4, mod 8, as far as there are such periods; bits are residues of
 * the odd modulus.
 */
enum {
    SLOT_1 = 0,
    SLOT_3 = 1,
    SLOT_5 = 4,
    SLOT_7 = 18,
    SLOT_9 = 32,
    SLOT_11 = 38,
    SLOT_13 = 44,
    SLOT_15 = 50,
    SLOT_17 = 56,
    SLOT_19 = 58,
    SLOT_21 = 60,
    SLOT_23 = 62,
    SLOT_25 = 64,
    SLOT_27 = 66,
    SLOT_29 = 68,
    SLOT_31 = 70,
    SLOTS = 72
};

/* A period: odd * (two_mask + 1). */
struct period {
    uint64_t reciprocal; /* of odd */
    uint64_t pattern;    /* the bits that a layer sets, at residue 0 */
    uint8_t odd;
    uint8_t two_mask;
    uint8_t slot;
    bool bits_are_twos; /* bits are residues of the power of 2, slots those of odd; otherwise the other way around */
};

/* Bits 0, 2^twos, 2 * 2^twos, ... */
#define EVERY(twos) (UINT64_MAX / (uint64_t)(((wide)1 << (1 << (twos))) - 1))
#define SHORT_PERIOD(odd, twos) \
    { \
        RECIPROCAL(odd), EVERY(twos), odd, (1 << (twos)) - 1, SLOT_##odd, true \
    }
#define PERIOD(odd, twos) \
    { \
        RECIPROCAL(odd), 1, odd, (1 << (twos)) - 1, SLOT_##odd + (1 << (twos)) - 2, false \
    }

/* By range, from 2 on. */
static const struct period periods[SMALL_RANGE_MAX - 1] = {
    SHORT_PERIOD(1, 1), SHORT_PERIOD(1, 2), SHORT_PERIOD(3, 1), SHORT_PERIOD(1, 3), PERIOD(5, 1),  SHORT_PERIOD(3, 2),
    PERIOD(7, 1),       SHORT_PERIOD(1, 4), PERIOD(9, 1),       PERIOD(5, 2),       PERIOD(11, 1), SHORT_PERIOD(3, 3),
    PERIOD(13, 1),      PERIOD(7, 2),       PERIOD(15, 1),      SHORT_PERIOD(1, 5), PERIOD(17, 1), PERIOD(9, 2),
    PERIOD(19, 1),      PERIOD(5, 3),       PERIOD(21, 1),      PERIOD(11, 2),      PERIOD(23, 1), SHORT_PERIOD(3, 4),
    PERIOD(25, 1),      PERIOD(13, 2),      PERIOD(27, 1),      PERIOD(7, 3),       PERIOD(29, 1), PERIOD(15, 2),
    PERIOD(31, 1),      SHORT_PERIOD(1, 6),
};

/* The lcm of all these periods: safe delays repeat with it. */
static const uint64_t cycle = UINT64_C(64) * 27 * 25 * 7 * 11 * 13 * 17 * 19 * 23 * 29 * 31;

/* What the layers forbid. */
struct forbidden {
    uint64_t slots[SLOTS];
    uint32_t odds;     /* bit m: some period has the odd part m */
    uint32_t two_mask; /* the largest power of 2 that divides a period, less 1 */
};

/* Sorts the layers into slots; delays count from `from` on, which is below `cycle`. Returns the index of the first layer
 * of another range, or the number of layers. */
static size_t collect(const firesieve_firewall *firewall, uint64_t from, struct forbidden *forbidden)
{
    const size_t count = firewall->layer_count;
    uint32_t odds = 0;
    uint32_t two_mask = 0;
    for (size_t i = 0; i < count; ++i) {
        const firesieve_layer layer = firewall->layers[i];
        if (layer.range - 2 > SMALL_RANGE_MAX - 2) {
            return i;
        }
        const struct period *const period = &periods[layer.range - 2];
        uint64_t value = layer.depth + from; /* below 2^63 + 2^49 */
        if (value >> 59 != 0) {
            value %= cycle;
        }
        const uint32_t odd_residue = remainder_of(value, period->reciprocal, period->odd);
        const uint32_t index = period->bits_are_twos ? odd_residue : (uint32_t)value & period->two_mask;
        const uint32_t shift = period->bits_are_twos ? (uint32_t)value & 63 : odd_residue;
        forbidden->slots[period->slot + index] |= period->pattern << shift | period->pattern >> (-shift & 63);
        odds |= UINT32_C(1) << period->odd;
        two_mask |= period->two_mask;
    }
    forbidden->odds = odds;
    forbidden->two_mask = two_mask;
    return count;
}

/* ---- Moduli ------------------------------------------------------------------------------------------- */

enum { MODULUS_MAX = 31 };

/* A modulus of wheel or rows. */
struct modulus {
    uint64_t reciprocal;
    uint64_t repeat; /* bits 0, value, 2 * value, ... */
    uint32_t value;
    uint8_t inverse[MODULUS_MAX]; /* of each residue that has one */
};

#define REPEAT(value) (uint64_t)((((wide)1 << (63 / (value) + 1) * (value)) - 1) / ((1U << (value)) - 1))
#define MODULUS(value, ...) \
    { \
        RECIPROCAL(value), REPEAT(value), value, \
        { \
            0, 1, __VA_ARGS__ \
        } \
    }

static const struct modulus modulus_3 = MODULUS(3, 2);
static const struct modulus modulus_9 = MODULUS(9, 5, 0, 7, 2, 0, 4, 8);
static const struct modulus modulus_27 =
    MODULUS(27, 14, 0, 7, 11, 0, 4, 17, 0, 19, 5, 0, 25, 2, 0, 22, 8, 0, 10, 23, 0, 16, 20, 0, 13, 26);
static const struct modulus modulus_25 =
    MODULUS(25, 13, 17, 19, 0, 21, 18, 22, 14, 0, 16, 23, 2, 9, 0, 11, 3, 7, 4, 0, 6, 8, 12, 24);

/* Those that are taken in, or become rows, in this order; 25 in place of 5 where there is such a period. */
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
    MODULUS(31, 16, 21, 8, 25, 26, 9, 4, 7, 28, 17, 13, 12, 20, 29, 2, 11, 19, 18, 14, 3, 24, 27, 22, 5, 6, 23, 10,
            15, 30),
};

static inline uint32_t residue_of(uint64_t value, const struct modulus *modulus)
{
    return remainder_of(value, modulus->reciprocal, modulus->value);
}

static inline uint32_t all_residues(const struct modulus *modulus)
{
    return (UINT32_C(1) << modulus->value) - 1;
}

static inline uint32_t minus_inverse(const struct modulus *modulus, uint64_t of)
{
    return modulus->value - modulus->inverse[residue_of(of, modulus)];
}

/* ---- The sieve ---------------------------------------------------------------------------------------- */

enum { BRANCHES_MAX = 64 * 3, CANDIDATES_MAX = 2048, WORK_MAX = 8192 };

/* A residue that the wheel allows, and the branch it belongs to. */
struct candidate {
    uint32_t residue;
    uint32_t branch;
};

/* Branches are the allowed residues modulo the power of 2 and 3, negated like all: each has masks of its own. */
struct sieve {
    const struct modulus *moduli[PLACES]; /* those that matter */
    uint8_t places[PLACES];
    unsigned modulus_count;
    unsigned taken;  /* so many moduli are in the wheel, the others are rows */
    uint64_t wheel;  /* its modulus, below 2^32 */
    uint64_t work;   /* rows so far */
    uint64_t end;    /* of the range */
    uint64_t best;   /* the smallest safe delay seen, or `end` */
    size_t branch_count;
    size_t candidate_count;
    struct candidate *candidates; /* one of the two lists */
    uint32_t allowed[BRANCHES_MAX][PLACES];
    struct candidate lists[2][CANDIDATES_MAX];
};

/* The residues of an odd modulus that are forbidden where delay is `twos` modulo powers of 2. */
static inline uint32_t forbidden_at(const struct forbidden *forbidden, unsigned slot, unsigned powers, uint32_t twos)
{
    uint64_t mask = forbidden->slots[slot + (twos & 1)];
    if (powers >= 2) {
        mask |= forbidden->slots[slot + 2 + (twos & 3)];
    }
    if (powers >= 3) {
        mask |= forbidden->slots[slot + 6 + (twos & 7)];
    }
    return (uint32_t)mask;
}

/* Every third bit, from bit 0 on. */
static const uint32_t every_third = 011111111111;

/* Residues modulo 3 * modulus as residues modulo `modulus`, where delay is `third` mod 3. */
static inline uint32_t fold(uint32_t mask, uint32_t third, unsigned modulus)
{
    mask &= every_third << third;
    return (mask | mask >> modulus | mask >> 2 * modulus) & ((UINT32_C(1) << modulus) - 1);
}

/* What a branch allows modulo each of the moduli. Returns whether that leaves it a delay. */
static bool start_branch(const struct forbidden *forbidden, uint32_t twos, uint32_t third, uint32_t allowed[PLACES])
{
    uint32_t masks[PLACES];
    masks[PLACE_5] = forbidden_at(forbidden, SLOT_5, 3, twos) | fold(forbidden_at(forbidden, SLOT_15, 2, twos), third, 5);
    masks[PLACE_7] = forbidden_at(forbidden, SLOT_7, 3, twos) | fold(forbidden_at(forbidden, SLOT_21, 1, twos), third, 7);
    masks[PLACE_11] = forbidden_at(forbidden, SLOT_11, 2, twos);
    masks[PLACE_13] = forbidden_at(forbidden, SLOT_13, 2, twos);
    masks[PLACE_17] = forbidden_at(forbidden, SLOT_17, 1, twos);
    masks[PLACE_19] = forbidden_at(forbidden, SLOT_19, 1, twos);
    masks[PLACE_23] = forbidden_at(forbidden, SLOT_23, 1, twos);
    masks[PLACE_29] = forbidden_at(forbidden, SLOT_29, 1, twos);
    masks[PLACE_31] = forbidden_at(forbidden, SLOT_31, 1, twos);
    bool alive = true;
    for (unsigned place = 0; place < PLACES; ++place) {
        allowed[place] = ~masks[place] & all_residues(&moduli[place]);
        alive &= allowed[place] != 0;
    }
    if (forbidden->odds >> 25 & 1) {
        enum { FIVE_TIMES = 0x108421 };
        allowed[PLACE_5] = allowed[PLACE_5] * FIVE_TIMES & ~forbidden_at(forbidden, SLOT_25, 1, twos);
        alive &= allowed[PLACE_5] != 0;
    }
    return alive;
}

/* The residues modulo the power of 3 that a branch allows. */
static uint32_t allowed_threes(const struct forbidden *forbidden, const struct modulus *threes, uint32_t twos,
                               uint32_t third)
{
    enum { THREE_TIMES = 0x40201 };
    const uint32_t nine = forbidden_at(forbidden, SLOT_9, 2, twos) * THREE_TIMES;
    const uint32_t mask = nine | forbidden_at(forbidden, SLOT_27, 1, twos);
    return every_third << third & all_residues(threes) & ~mask;
}

static const struct modulus *power_of_three(uint32_t odds)
{
    if (odds >> 27 & 1) {
        return &modulus_27;
    }
    if (odds >> 9 & 1) {
        return &modulus_9;
    }
    return (odds >> 3 & 1) | (odds >> 15 & 1) | (odds >> 21 & 1) ? &modulus_3 : NULL;
}

/* Notes the moduli that matter. */
static void choose_moduli(struct sieve *sieve, uint32_t odds)
{
    static const uint32_t with[PLACES] = {
        [PLACE_5] = UINT32_C(1) << 5 | UINT32_C(1) << 15 | UINT32_C(1) << 25,
        [PLACE_7] = UINT32_C(1) << 7 | UINT32_C(1) << 21,
        [PLACE_11] = UINT32_C(1) << 11,
        [PLACE_13] = UINT32_C(1) << 13,
        [PLACE_17] = UINT32_C(1) << 17,
        [PLACE_19] = UINT32_C(1) << 19,
        [PLACE_23] = UINT32_C(1) << 23,
        [PLACE_29] = UINT32_C(1) << 29,
        [PLACE_31] = UINT32_C(1) << 31,
    };
    unsigned count = 0;
    for (unsigned place = 0; place < PLACES; ++place) {
        sieve->moduli[count] = &moduli[place];
        sieve->places[count] = (uint8_t)place;
        count += (odds & with[place]) != 0;
    }
    if (odds >> 25 & 1) {
        sieve->moduli[0] = &modulus_25;
    }
    sieve->modulus_count = count;
}

/* Appends the residues modulo wheel * modulus that are `residue` modulo the wheel and in the mask. Returns the new end. */
static inline struct candidate *lift(struct candidate *out, struct candidate candidate, uint64_t wheel,
                                     const struct modulus *modulus, uint32_t minus_inverse_of_wheel, uint32_t mask)
{
    for (; mask != 0; mask &= mask - 1) {
        const uint64_t sum = candidate.residue + (uint64_t)(unsigned)__builtin_ctz(mask);
        const uint32_t turns = residue_of(sum * minus_inverse_of_wheel, modulus);
        *out++ = (struct candidate){candidate.residue + (uint32_t)(turns * wheel), candidate.branch};
    }
    return out;
}

/* Makes the branches, and the wheel of the powers of 2 and 3. */
static void start_wheel(struct sieve *sieve, const struct forbidden *forbidden)
{
    const struct modulus *const threes = power_of_three(forbidden->odds);
    const uint64_t power_of_two = (uint64_t)forbidden->two_mask + 1;
    const uint32_t factor = threes == NULL ? 0 : minus_inverse(threes, power_of_two);
    struct candidate *end = sieve->lists[0];
    uint32_t branch = 0;
    for (uint32_t third = 0; third < (threes == NULL ? 1 : 3); ++third) {
        const uint64_t caught = forbidden->slots[SLOT_1] | forbidden->slots[SLOT_3 + third];
        for (uint64_t left = ~caught & UINT64_MAX >> (63 - forbidden->two_mask); left != 0; left &= left - 1) {
            const uint32_t twos = (uint32_t)__builtin_ctzll(left);
            if (!start_branch(forbidden, twos, third, sieve->allowed[branch])) {
                continue;
            }
            const struct candidate candidate = {-twos & forbidden->two_mask, branch++};
            if (threes == NULL) {
                *end++ = candidate;
            } else {
                end = lift(end, candidate, power_of_two, threes, factor,
                           allowed_threes(forbidden, threes, twos, third));
            }
        }
    }
    sieve->candidates = sieve->lists[0];
    sieve->candidate_count = (size_t)(end - sieve->lists[0]);
    sieve->wheel = power_of_two * (threes == NULL ? 1 : threes->value);
}

/* Takes the next modulus into the wheel, where there is one and the list and 32 bits have room for it. */
static bool grow_wheel(struct sieve *sieve)
{
    if (sieve->taken == sieve->modulus_count) {
        return false;
    }
    const struct modulus *const modulus = sieve->moduli[sieve->taken];
    const unsigned place = sieve->places[sieve->taken];
    if (sieve->wheel * modulus->value > UINT32_MAX) {
        return false;
    }
    const uint32_t factor = minus_inverse(modulus, sieve->wheel);
    struct candidate *const list = sieve->lists[sieve->candidates == sieve->lists[0]];
    struct candidate *end = list;
    for (size_t i = 0; i < sieve->candidate_count; ++i) {
        if (end > list + CANDIDATES_MAX - MODULUS_MAX) {
            return false;
        }
        const struct candidate candidate = sieve->candidates[i];
        end = lift(end, candidate, sieve->wheel, modulus, factor, sieve->allowed[candidate.branch][place]);
    }
    sieve->candidates = list;
    sieve->candidate_count = (size_t)(end - list);
    sieve->wheel *= modulus->value;
    ++sieve->taken;
    return true;
}

/* A row: twice the mask of the columns that it allows, bit 0 being the column of delay 0; and 1 / wheel. */
struct row {
    const struct modulus *modulus;
    uint64_t columns;
    uint32_t inverse;
};

static void start_rows(const struct sieve *sieve, struct row *rows)
{
    for (unsigned i = sieve->taken; i < sieve->modulus_count; ++i) {
        const struct modulus *const modulus = sieve->moduli[i];
        const uint32_t inverse = modulus->inverse[residue_of(sieve->wheel, modulus)];
        rows[i] = (struct row){.modulus = modulus, .inverse = inverse};
    }
}

/* Reorders the masks of a branch from residues to columns. */
static void fill_rows(const struct sieve *sieve, uint32_t branch, struct row *rows)
{
    for (unsigned i = sieve->taken; i < sieve->modulus_count; ++i) {
        const struct modulus *const modulus = rows[i].modulus;
        const uint32_t factor = modulus->value - rows[i].inverse;
        const uint32_t allowed = sieve->allowed[branch][sieve->places[i]];
        uint64_t columns = 0;
        for (uint32_t left = allowed; left != 0; left &= left - 1) {
            columns |= UINT64_C(1) << residue_of((uint64_t)(unsigned)__builtin_ctz(left) * factor, modulus);
        }
        rows[i].columns = columns << modulus->value | columns;
    }
}

/* Which of the delays start + wheel * column, column 0 to 63, are safe. */
static inline uint64_t safe_columns(const struct sieve *sieve, const struct row *rows, uint64_t start)
{
    uint64_t safe = UINT64_MAX;
    for (unsigned i = sieve->taken; i < sieve->modulus_count; ++i) {
        const struct modulus *const modulus = rows[i].modulus;
        const uint32_t shift = residue_of(start * rows[i].inverse, modulus);
        safe &= (rows[i].columns >> shift & all_residues(modulus)) * modulus->repeat;
    }
    return safe;
}

/* Searches the delays from `base` to base + 64 * wheel: lowers sieve->best to the smallest safe one. */
static void search_block(struct sieve *sieve, uint64_t base)
{
    struct row rows[PLACES];
    start_rows(sieve, rows);
    uint32_t branch = UINT32_MAX;
    for (size_t i = 0; i < sieve->candidate_count; ++i) {
        const struct candidate candidate = sieve->candidates[i];
        const uint64_t start = base + candidate.residue;
        if (start >= sieve->best) {
            continue;
        }
        if (candidate.branch != branch) {
            branch = candidate.branch;
            fill_rows(sieve, branch, rows);
        }
        const uint64_t safe = safe_columns(sieve, rows, start);
        if (safe != 0) {
            const uint64_t delay = start + sieve->wheel * (uint64_t)__builtin_ctzll(safe);
            sieve->best = delay < sieve->best ? delay : sieve->best;
        }
    }
    sieve->work += sieve->candidate_count * (sieve->modulus_count - sieve->taken + 1);
}

/* Searches [0, end): ever larger wheels as long as the list stays short, then block after block. */
static enum small_outcome search(struct sieve *sieve)
{
    enum { SHORT_LIST = 16, WHEEL_ENOUGH = 20000 };
    while (sieve->candidate_count <= SHORT_LIST && sieve->wheel < WHEEL_ENOUGH && grow_wheel(sieve)) {
    }
    uint64_t reached = 0;
    while (sieve->work < WORK_MAX) {
        search_block(sieve, reached);
        if (sieve->best < sieve->end) {
            return SMALL_FOUND;
        }
        reached += 64 * sieve->wheel;
        if (reached >= sieve->end) {
            return SMALL_NONE;
        }
        if (grow_wheel(sieve)) {
            reached = 0;
        }
    }
    return SMALL_UNDECIDED;
}

enum small_outcome small_solve(const firesieve_firewall *firewall, firesieve_delay from, firesieve_delay to,
                               firesieve_delay *delay, const char **reason)
{
    if (firewall->layer_count > SMALL_LAYERS_MAX) {
        return SMALL_UNDECIDED;
    }
    struct forbidden forbidden = {0};
    const size_t taken = collect(firewall, from >> 64 == 0 ? (uint64_t)from % cycle : (uint64_t)(from % cycle), &forbidden);
    if (taken < firewall->layer_count) {
        *reason = "a scanner of range 1 never leaves the top";
        return firewall->layers[taken].range == 1 ? SMALL_NONE : SMALL_UNDECIDED;
    }
    struct sieve sieve;
    sieve.taken = 0;
    sieve.work = 0;
    sieve.end = (uint64_t)delay_min(to - from, cycle);
    sieve.best = sieve.end;
    choose_moduli(&sieve, forbidden.odds);
    start_wheel(&sieve, &forbidden);
    if (sieve.candidate_count == 0) {
        *reason = "the layers cover every residue modulo the least common multiple of their periods";
        return SMALL_NONE;
    }
    const enum small_outcome outcome = search(&sieve);
    *reason = NULL;
    *delay = from + sieve.best;
    return outcome;
}
