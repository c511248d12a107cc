/* All primes up to a number below 2^32, eight bits for every 30 numbers. */
#ifndef FIRESIEVE_NUMBER_PRIMES_H
#define FIRESIEVE_NUMBER_PRIMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/go_on.h"

/* Bit b of byte i: 30 * i + {1, 7, 11, 13, 17, 19, 23, 29}[b] is prime; 2, 3 and 5 are in no byte. */
struct primes {
    uint8_t *bytes; /* owned */
    size_t byte_count;
    uint64_t end; /* primes are below it */
};

/*
 * Sieves the primes below `end`, at most 2^32. Cost: about a nanosecond a number; end / 30 bytes. False: no memory, or
 * go_on said no. Free with primes_free in any case.
 */
bool primes_make(struct primes *primes, uint64_t end, struct go_on go_on);

void primes_free(struct primes *primes);

/*
 * Lists primes from *from on (7 or more) up to `to`, into `out`, which has room for `room`; returns how many. *from
 * becomes where to go on; 0 is the end. Cost: some nanoseconds a prime.
 */
size_t primes_list(const struct primes *primes, uint64_t *from, uint64_t to, uint32_t *out, size_t room);

/* The smallest prime that is at least `from`, or 0 where there is none below the end. */
uint64_t primes_next(const struct primes *primes, uint64_t from);

#endif
