#include "number/primes.h"

#include <stdlib.h>
#include <string.h>

#include "base/large.h"

enum {
    NUMBERS_A_BYTE = 30,
    BITS = 8,
    SEGMENT = 1 << 15, /* bytes; fits into the first-level cache */
    ROOT_MAX = 1 << 16 /* of 2^32 */
};

static const uint8_t residues[BITS] = {1, 7, 11, 13, 17, 19, 23, 29};

/* A prime p that crosses off its multiples p * q: those with q in one class modulo 30 are p bytes apart, in one bit. */
struct crossing {
    uint32_t prime;
    uint32_t next[BITS]; /* bytes from the beginning of the segment */
    uint8_t keep[BITS];  /* all bits except that one */
};

static int bit_of(uint64_t number)
{
    int bit = 0;
    while (residues[bit] != number % NUMBERS_A_BYTE) {
        ++bit;
    }
    return bit;
}

/* Starts at the square: smaller multiples have a smaller divisor. */
static void start_crossing(struct crossing *crossing, uint32_t prime)
{
    crossing->prime = prime;
    for (int i = 0; i < BITS; ++i) {
        uint64_t factor = prime / NUMBERS_A_BYTE * NUMBERS_A_BYTE + residues[i];
        factor += factor < prime ? NUMBERS_A_BYTE : 0;
        const uint64_t multiple = prime * factor;
        crossing->next[i] = (uint32_t)(multiple / NUMBERS_A_BYTE);
        crossing->keep[i] = (uint8_t) ~(1U << bit_of(multiple));
    }
}

static void cross_off(struct crossing *crossing, uint8_t *bytes, uint32_t count)
{
    for (int i = 0; i < BITS; ++i) {
        uint32_t at = crossing->next[i];
        for (; at < count; at += crossing->prime) {
            bytes[at] &= crossing->keep[i];
        }
        crossing->next[i] = at - count;
    }
}

/* The primes from 7 to the root of `end`, by trial division; returns their number. */
static size_t list_roots(uint64_t end, struct crossing *crossings)
{
    static const uint8_t first = 7;
    size_t count = 0;
    for (uint32_t number = first; number < ROOT_MAX && (uint64_t)number * number < end; number += 2) {
        bool prime = number % 3 != 0 && number % 5 != 0;
        for (size_t i = 0; i < count && prime && crossings[i].prime * crossings[i].prime <= number; ++i) {
            prime = number % crossings[i].prime != 0;
        }
        if (prime) {
            start_crossing(&crossings[count++], number);
        }
    }
    return count;
}

static bool sieve(struct primes *primes, struct crossing *crossings, struct go_on go_on)
{
    const size_t count = list_roots(primes->end, crossings);
    bool more = true;
    for (size_t begin = 0; begin < primes->byte_count && more; begin += SEGMENT) {
        const size_t left = primes->byte_count - begin;
        const uint32_t bytes = (uint32_t)(left < SEGMENT ? left : SEGMENT);
        memset(primes->bytes + begin, UINT8_MAX, bytes);
        for (size_t i = 0; i < count; ++i) {
            cross_off(&crossings[i], primes->bytes + begin, bytes);
        }
        more = go_on_ask(go_on);
    }
    if (primes->byte_count > 0) {
        primes->bytes[0] &= (uint8_t)~1U; /* 1 is not prime */
    }
    return more;
}

bool primes_make(struct primes *primes, uint64_t end, struct go_on go_on)
{
    enum { ROOTS_MAX = 6542 };
    primes->end = end;
    primes->byte_count = (size_t)((end + NUMBERS_A_BYTE - 1) / NUMBERS_A_BYTE);
    primes->bytes = large_reallocarray(NULL, primes->byte_count + 1, 1);
    struct crossing *const crossings = reallocarray(NULL, ROOTS_MAX, sizeof *crossings);
    const bool made = primes->bytes != NULL && crossings != NULL && sieve(primes, crossings, go_on);
    free(crossings);
    return made;
}

void primes_free(struct primes *primes)
{
    free(primes->bytes);
    *primes = (struct primes){.bytes = NULL};
}

size_t primes_list(const struct primes *primes, uint64_t *from, uint64_t to, uint32_t *out, size_t room)
{
    const uint64_t last = to < primes->end ? to : primes->end - 1;
    size_t byte = (size_t)(*from / NUMBERS_A_BYTE);
    uint64_t least = *from;
    size_t count = 0;
    for (; byte < primes->byte_count && byte * NUMBERS_A_BYTE <= last && room - count >= BITS; ++byte) {
        for (unsigned bits = primes->bytes[byte]; bits != 0; bits &= bits - 1) {
            const uint64_t prime = byte * NUMBERS_A_BYTE + residues[__builtin_ctz(bits)];
            out[count] = (uint32_t)prime;
            count += prime >= least && prime <= last;
        }
        least = 0; /* only the first byte has smaller ones */
    }
    *from = byte < primes->byte_count && byte * NUMBERS_A_BYTE <= last ? byte * NUMBERS_A_BYTE : 0;
    return count;
}

uint64_t primes_next(const struct primes *primes, uint64_t from)
{
    static const uint8_t small[] = {2, 3, 5};
    for (size_t i = 0; i < sizeof small; ++i) {
        if (from <= small[i]) {
            return small[i] < primes->end ? small[i] : 0;
        }
    }
    size_t byte = (size_t)(from / NUMBERS_A_BYTE);
    unsigned skipped = 0;
    while (skipped < BITS && residues[skipped] < from % NUMBERS_A_BYTE) {
        ++skipped;
    }
    for (unsigned bits = UINT8_MAX << skipped & UINT8_MAX; byte < primes->byte_count; ++byte, bits = UINT8_MAX) {
        bits &= primes->bytes[byte];
        if (bits != 0) {
            const uint64_t prime = (uint64_t)byte * NUMBERS_A_BYTE + residues[__builtin_ctz(bits)];
            return prime < primes->end ? prime : 0;
        }
    }
    return 0;
}
