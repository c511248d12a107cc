#include "certificate/residues_left.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/sort.h"
#include "firewall/firewall.h"

enum { FACTORS_MAX = 126, PARTS_MAX = 15 /* the different primes of a number below 2^64 */ };

uint64_t residues_common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        const uint64_t remainder = a % b;
        a = b;
        b = remainder;
    }
    return a;
}

/* ---- Lowered classes -------------------------------------------------------------------------------------- */

static int compare_classes(const void *a, const void *b)
{
    const struct forbidden *const left = a;
    const struct forbidden *const right = b;
    return left->modulus != right->modulus ? (left->modulus > right->modulus) - (left->modulus < right->modulus)
                                           : (left->residue > right->residue) - (left->residue < right->residue);
}

size_t lowered_run_end(const struct lowered *lowered, size_t first)
{
    size_t end = first;
    while (end < lowered->count && lowered->classes[end].modulus == lowered->classes[first].modulus) {
        ++end;
    }
    return end;
}

size_t lowered_run(const struct lowered *lowered, uint64_t modulus)
{
    size_t low = 0;
    size_t high = lowered->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (lowered->classes[middle].modulus < modulus) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool lowered_has(const struct lowered *lowered, uint64_t modulus, uint64_t residue)
{
    const struct forbidden wanted = {modulus, residue};
    return bsearch(&wanted, lowered->classes, lowered->count, sizeof wanted, compare_classes) != NULL;
}

/* Whether ascending residues modulo m are those of m / parts, `parts` times. */
static bool repeats(const struct forbidden *classes, size_t count, uint64_t modulus, size_t parts)
{
    const size_t part = count / parts;
    for (size_t i = part; i < count; ++i) {
        if (classes[i].residue != classes[i - part].residue + modulus / parts) {
            return false;
        }
    }
    return true;
}

/*
 * The smallest number above 1 of equal parts, or 1. It is a prime, since equal parts can be joined: their number can be
 * reduced to each of its factors. Trying every number up to the number of classes is little work beside sorting them.
 */
static size_t parts_of(const struct forbidden *classes, size_t count, uint64_t modulus)
{
    for (size_t parts = 2; parts <= count; ++parts) {
        if (count % parts == 0 && modulus % parts == 0 && repeats(classes, count, modulus, parts)) {
            return parts;
        }
    }
    return 1;
}

/* Lowers the classes of one modulus. Returns how many are left, at the front. */
static size_t lower_run(struct forbidden *classes, size_t count)
{
    uint64_t modulus = classes[0].modulus;
    for (size_t parts = parts_of(classes, count, modulus); parts > 1; parts = parts_of(classes, count, modulus)) {
        count /= parts;
        modulus /= parts;
    }
    for (size_t i = 0; i < count; ++i) {
        classes[i].modulus = modulus;
    }
    return count;
}

/* Sorts and drops duplicates. False: go_on said no; so below. */
static bool put_together(struct lowered *lowered, struct go_on go_on)
{
    if (!sort_items_while(lowered->classes, lowered->count, sizeof *lowered->classes, compare_classes, go_on)) {
        return false;
    }
    size_t kept = 0;
    for (size_t i = 0; i < lowered->count; ++i) {
        if (kept == 0 || compare_classes(&lowered->classes[i], &lowered->classes[kept - 1]) != 0) {
            lowered->classes[kept++] = lowered->classes[i];
        }
    }
    lowered->count = kept;
    return true;
}

/* Lowers each modulus by itself. *changed: some was. */
static bool lower_runs(struct lowered *lowered, struct go_on go_on, bool *changed)
{
    size_t kept = 0;
    *changed = false;
    for (size_t first = 0; first < lowered->count;) {
        struct forbidden *const run = &lowered->classes[first];
        const uint64_t modulus = run->modulus;
        const size_t end = lowered_run_end(lowered, first);
        const size_t left = lower_run(run, end - first);
        *changed |= run->modulus != modulus;
        for (size_t i = 0; i < left; ++i) {
            lowered->classes[kept++] = run[i];
        }
        first = end;
        if (!go_on_ask(go_on)) {
            return false;
        }
    }
    lowered->count = kept;
    return true;
}

static bool lower(struct lowered *lowered, struct go_on go_on)
{
    bool changed = true;
    while (changed) {
        if (!put_together(lowered, go_on) || !lower_runs(lowered, go_on, &changed)) {
            return false;
        }
    }
    return true;
}

firesieve_status lowered_make(struct lowered *lowered, const firesieve_firewall *firewall, struct go_on go_on,
                              firesieve_error *error)
{
    const size_t count = firesieve_firewall_layer_count(firewall);
    *lowered = (struct lowered){.classes = reallocarray(NULL, count + 1, sizeof *lowered->classes), .count = count};
    if (lowered->classes == NULL) {
        return error_set_memory(error, "the classes of a certificate");
    }
    for (size_t i = 0; i < count; ++i) {
        const struct residue_class class = firewall_class(firewall, i);
        lowered->classes[i] = (struct forbidden){class.modulus, class.residue};
    }
    return lower(lowered, go_on) ? FIRESIEVE_OK : error_set_stopped(error);
}

void lowered_free(struct lowered *lowered)
{
    free(lowered->classes);
    *lowered = (struct lowered){.classes = NULL};
}

/* ---- Work ------------------------------------------------------------------------------------------------- */

/* False: there is too little work left, or go_on said no. */
static bool work_on(struct work *work, uint64_t items, enum counting *outcome)
{
    enum { ITEMS_A_LOOK = 1 << 16 };
    if (items > work->left) {
        *outcome = COUNTING_TOO_LONG;
        return false;
    }
    work->left -= items;
    work->since_asked += items;
    if (work->since_asked >= ITEMS_A_LOOK) {
        work->since_asked = 0;
        if (!go_on_ask(work->go_on)) {
            *outcome = COUNTING_STOPPED;
            return false;
        }
    }
    return true;
}

/* ---- Residues modulo a cycle ------------------------------------------------------------------------------ */

/*
 * A residue modulo a cycle is one number for each factor p^h, which in turn is h digits to base p, lowest first; all of
 * them can be chosen freely. A class modulo a product of powers p^e fixes the lowest e digits of each such factor. So
 * we choose one digit after another. Classes with another digit drop out; a class all of whose digits have been chosen
 * contains everything that is left; a digit that no class mentions multiplies the count; classes that mention different
 * factors are counted separately, and the counts multiplied.
 */

/* A set of factors. */
typedef firesieve_delay factor_set;

/* How many of the lowest digits of a factor a class fixes. */
struct part {
    uint8_t factor;
    uint8_t digits;
};

struct spoken {
    uint64_t residue; /* whose lowest digits to each base are those of the residue modulo a power of the base */
    uint8_t part_count;
    struct part parts[PARTS_MAX];
};

struct counter {
    struct spoken *classes;
    const struct cycle_factor *factors;
    size_t factor_count;
    uint8_t chosen[FACTORS_MAX]; /* the digits of a factor that have been chosen, from the lowest on */
    struct work *work;
    enum counting outcome;
};

/* Some of the classes, by their numbers. */
struct some {
    uint32_t *items;
    size_t count;
};

static factor_set set_of(size_t factor)
{
    return (factor_set)1 << factor;
}

/* The factors of which a class fixes more digits than have been chosen. */
static factor_set speaks_of(const struct counter *counter, uint32_t number)
{
    const struct spoken *const class = &counter->classes[number];
    factor_set set = 0;
    for (size_t i = 0; i < class->part_count; ++i) {
        const struct part part = class->parts[i];
        set |= part.digits > counter->chosen[part.factor] ? set_of(part.factor) : 0;
    }
    return set;
}

/* In how many ways the other digits of these factors can be chosen if no class matters. */
static firesieve_delay ways(const struct counter *counter, factor_set factors)
{
    firesieve_delay product = 1;
    for (size_t i = 0; i < counter->factor_count; ++i) {
        for (unsigned digit = counter->chosen[i]; digit < counter->factors[i].height && (factors >> i & 1); ++digit) {
            product *= counter->factors[i].base;
        }
    }
    return product;
}

/*
 * The factors that are tied to those of the first class by classes that mention several. Moves the classes that mention
 * any of these to the front, *count of them.
 */
static factor_set tied_to_first(const struct counter *counter, struct some some, size_t *count)
{
    factor_set tied = speaks_of(counter, some.items[0]);
    *count = 1;
    for (bool grown = true; grown;) {
        grown = false;
        for (size_t i = *count; i < some.count; ++i) {
            const factor_set set = speaks_of(counter, some.items[i]);
            if ((set & tied) != 0) {
                grown |= (set & ~tied) != 0;
                tied |= set;
                const uint32_t number = some.items[i];
                some.items[i] = some.items[*count];
                some.items[(*count)++] = number;
            }
        }
    }
    return tied;
}

/*
 * The factor whose next digit is chosen: the one in most classes that mention others as well, so that the rest falls
 * apart soon; among equals, the one with the smallest base.
 */
static size_t choose_factor(const struct counter *counter, struct some some, factor_set factors)
{
    size_t ties[FACTORS_MAX] = {0};
    for (size_t i = 0; i < some.count; ++i) {
        const factor_set set = speaks_of(counter, some.items[i]);
        const bool several = (set & (set - 1)) != 0;
        const struct spoken *const class = &counter->classes[some.items[i]];
        for (size_t j = 0; j < class->part_count && several; ++j) {
            ties[class->parts[j].factor] += set >> class->parts[j].factor & 1;
        }
    }
    size_t best = FACTORS_MAX;
    for (size_t i = 0; i < counter->factor_count; ++i) {
        if ((factors >> i & 1) && (best == FACTORS_MAX || ties[i] > ties[best] ||
                                   (ties[i] == ties[best] && counter->factors[i].base < counter->factors[best].base))) {
            best = i;
        }
    }
    return best;
}

/* A class that fixes the digit that is being chosen, and which digit it fixes. */
struct wish {
    uint64_t digit;
    uint32_t number;
};

static int compare_wishes(const void *a, const void *b)
{
    const struct wish *const left = a;
    const struct wish *const right = b;
    return (left->digit > right->digit) - (left->digit < right->digit);
}

static bool count_left(struct counter *counter, struct some some, factor_set factors, firesieve_delay *left);

/*
 * Takes the wishes for one digit, which come first, and appends their classes to the group. Returns how many there are;
 * *blocked: one of them contains everything with that digit.
 */
static size_t take_digit(const struct counter *counter, const struct wish *wishes, size_t wish_count,
                         struct some *group, bool *blocked)
{
    size_t taken = 0;
    *blocked = false;
    for (; taken < wish_count && wishes[taken].digit == wishes[0].digit; ++taken) {
        *blocked |= speaks_of(counter, wishes[taken].number) == 0;
        group->items[group->count++] = wishes[taken].number;
    }
    return taken;
}

/*
 * Adds up what the classes leave for each digit. `rest` are those that do not fix it, and `room` has room for all
 * classes, since counting changes their order.
 */
static bool count_by_digit(struct counter *counter, struct some rest, uint32_t *room, const struct wish *wishes,
                           size_t wish_count, uint64_t base, factor_set factors, firesieve_delay *left)
{
    uint64_t others = base; /* digits that no class fixes */
    firesieve_delay counted = 0;
    *left = 0;
    for (size_t i = 0; i < wish_count; --others) {
        struct some group = {room, rest.count};
        bool blocked;
        i += take_digit(counter, wishes + i, wish_count - i, &group, &blocked);
        if (blocked) {
            continue;
        }
        memcpy(room, rest.items, rest.count * sizeof *room);
        if (!count_left(counter, group, factors, &counted)) {
            return false;
        }
        *left += counted;
    }
    if (others > 0 && !count_left(counter, rest, factors, &counted)) {
        return false;
    }
    *left += others > 0 ? others * counted : 0;
    return true;
}

/* Goes through all values of the next digit of a factor. */
static bool choose_digit(struct counter *counter, struct some some, factor_set factors, firesieve_delay *left)
{
    const size_t factor = choose_factor(counter, some, factors);
    const uint64_t base = counter->factors[factor].base;
    struct wish *const wishes = calloc(some.count, sizeof *wishes);
    struct some rest = {.items = calloc(some.count, 2 * sizeof *rest.items)}; /* and room for as many */
    size_t wish_count = 0;
    uint64_t step = 1; /* base to the number of digits that have been chosen; some class fixes the next one */
    bool done = wishes != NULL && rest.items != NULL;
    for (unsigned i = 0; i < counter->chosen[factor]; ++i) {
        step *= base;
    }
    for (size_t i = 0; i < some.count && done; ++i) {
        const uint32_t number = some.items[i];
        if (speaks_of(counter, number) >> factor & 1) {
            wishes[wish_count++] = (struct wish){counter->classes[number].residue / step % base, number};
        } else {
            rest.items[rest.count++] = number;
        }
    }
    if (done) {
        qsort(wishes, wish_count, sizeof *wishes, compare_wishes);
        ++counter->chosen[factor];
        done = count_by_digit(counter, rest, rest.items + some.count, wishes, wish_count, base, factors, left);
        --counter->chosen[factor];
    } else {
        counter->outcome = COUNTING_NO_MEMORY;
    }
    free(wishes);
    free(rest.items);
    return done;
}

/* In how many ways the digits of these factors can still be chosen. Changes the order of the classes. */
static bool count_left(struct counter *counter, struct some some, factor_set factors, firesieve_delay *left)
{
    if (!work_on(counter->work, some.count + 1, &counter->outcome)) {
        return false;
    }
    factor_set spoken_of = 0;
    for (size_t i = 0; i < some.count; ++i) {
        const factor_set set = speaks_of(counter, some.items[i]);
        if (set == 0) {
            *left = 0;
            return true;
        }
        spoken_of |= set;
    }
    *left = ways(counter, factors & ~spoken_of);
    while (some.count > 0 && *left > 0) {
        size_t count;
        firesieve_delay counted;
        const factor_set tied = tied_to_first(counter, some, &count);
        if (!choose_digit(counter, (struct some){some.items, count}, tied, &counted)) {
            return false;
        }
        *left *= counted;
        some = (struct some){some.items + count, some.count - count};
    }
    return true;
}

static void speak(struct spoken *spoken, struct forbidden class, const struct cycle_factor *factors, size_t count)
{
    *spoken = (struct spoken){.residue = class.residue};
    for (size_t i = 0; i < count && spoken->part_count < PARTS_MAX; ++i) {
        struct part part = {.factor = (uint8_t)i};
        for (; class.modulus % factors[i].base == 0; class.modulus /= factors[i].base) {
            ++part.digits;
        }
        if (part.digits > 0) {
            spoken->parts[spoken->part_count++] = part;
        }
    }
}

enum counting residues_left(const struct forbidden *classes, size_t class_count, const struct cycle_factor *factors,
                            size_t factor_count, struct work *work, firesieve_delay *left)
{
    struct counter counter = {
        .classes = calloc(class_count + 1, sizeof *counter.classes),
        .factors = factors,
        .factor_count = factor_count,
        .work = work,
        .outcome = COUNTING_DONE,
    };
    struct some all = {.items = calloc(class_count + 1, sizeof *all.items), .count = class_count};
    if (counter.classes == NULL || all.items == NULL || class_count > UINT32_MAX) {
        counter.outcome = COUNTING_NO_MEMORY;
    } else {
        for (size_t i = 0; i < class_count; ++i) {
            speak(&counter.classes[i], classes[i], factors, factor_count);
            all.items[i] = (uint32_t)i;
        }
        count_left(&counter, all, set_of(factor_count) - 1, left);
    }
    free(counter.classes);
    free(all.items);
    return counter.outcome;
}

/* ---- Delays of a range ------------------------------------------------------------------------------------ */

/* The delays first, first + step, ... below `end`. At least one. */
struct progression {
    firesieve_delay first;
    firesieve_delay step;
};

struct excluder {
    const struct lowered *lowered;
    firesieve_delay end; /* at most 2^127, so that sums of two numbers below it fit */
    struct work *work;
    enum counting outcome;
};

/* value^-1 modulo modulus, which have no common factor; 0 for modulus 1. */
static uint64_t inverse(uint64_t value, uint64_t modulus)
{
    int64_t before = 0; /* all of these are below the modulus in size, as Euclid's algorithm ensures */
    int64_t now = 1;
    uint64_t dividend = modulus;
    uint64_t divisor = value % modulus;
    while (divisor > 1) {
        const uint64_t quotient = dividend / divisor;
        const uint64_t remainder = dividend % divisor;
        const int64_t next = before - (int64_t)quotient * now;
        dividend = divisor;
        divisor = remainder;
        before = now;
        now = next;
    }
    return modulus == 1 ? 0 : now < 0 ? modulus - (uint64_t)-now : (uint64_t)now;
}

/* The delays of the progression in the class. False: there are none. */
static bool meet(const struct excluder *excluder, struct progression all, struct forbidden class,
                 struct progression *met)
{
    const uint64_t step = (uint64_t)(all.step % class.modulus);
    const uint64_t first = (uint64_t)(all.first % class.modulus);
    const uint64_t missing = class.residue >= first ? class.residue - first : class.residue + class.modulus - first;
    const uint64_t divisor = residues_common_divisor(class.modulus, step);
    if (missing % divisor != 0) {
        return false;
    }
    /* first + i * step is in the class for i = times, and every `modulus` further on. */
    const uint64_t modulus = class.modulus / divisor;
    const uint64_t times =
        (uint64_t)((firesieve_delay)(missing / divisor) * inverse(step / divisor % modulus, modulus) % modulus);
    if (times > (excluder->end - 1 - all.first) / all.step) {
        return false;
    }
    met->first = all.first + times * all.step;
    met->step = all.step > excluder->end / modulus ? excluder->end : all.step * modulus;
    return true;
}

/*
 * How many delays of the progression are in none of the first `count` classes: all of them, without those in class i
 * and in none before it, for each i. Each level at least doubles the step, or ends.
 */
static bool count_outside(struct excluder *excluder, struct progression all, size_t count, firesieve_delay *outside)
{
    *outside = (excluder->end - 1 - all.first) / all.step + 1;
    if (!work_on(excluder->work, count + 1, &excluder->outcome)) {
        return false;
    }
    for (size_t i = 0; i < count; ++i) {
        struct progression met;
        firesieve_delay inside;
        if (!meet(excluder, all, excluder->lowered->classes[i], &met)) {
            continue;
        }
        if (met.first == all.first && met.step == all.step) {
            *outside = 0; /* it contains them all */
            return true;
        }
        if (!count_outside(excluder, met, i, &inside)) {
            return false;
        }
        *outside -= inside;
    }
    return true;
}

enum counting delays_left(const struct lowered *lowered, firesieve_delay from, firesieve_delay to, struct work *work,
                          firesieve_delay *left)
{
    struct excluder excluder = {.lowered = lowered, .end = to, .work = work, .outcome = COUNTING_DONE};
    *left = 0;
    if (from < to) {
        count_outside(&excluder, (struct progression){from, 1}, lowered->count, left);
    }
    return excluder.outcome;
}
