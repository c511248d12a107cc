/* All primes up to a number below 2^32, eight bits per 30 numbers. */
#ifndef FIRESIEVE_NUMBER_PRIMES_H
#define FIRESIEVE_NUMBER_PRIMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/go_on.h"

/* Bit b of byte i: 30 * i + {1, 7, 11, 13, 17, 19, 23, 29}[b] is prime; 2, 3 and 5 have no bit. */
struct primes {
    uint8_t *bytes; /* owned */
    size_t byte_count;
    uint64_t end; /* primes are below it */
};

/*
 * Sieves the primes below `end`, at most 2^32. Cost: about a nanosecond per number; end / 30 bytes. False: no
 * memory, or cancelled. Free with primes_free in any case.
 */
bool primes_make(struct primes *primes, uint64_t end, struct go_on go_on);

void primes_free(struct primes *primes);

/*
 * Lists primes from *from (7 or more) up to `to` into `out`, which has room for `room`; returns their number. *from
 * becomes the number to continue from, or 0 at the end. Cost: some nanoseconds per prime.
 */
size_t primes_list(const struct primes *primes, uint64_t *from, uint64_t to, uint32_t *out, size_t room);

/* The smallest prime that is at least `from`, or 0 if there is none below the end. */
uint64_t primes_next(const struct primes *primes, uint64_t from);

#endif
