#include "cli/family_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Numbers that are added to x in a line are at most that. */
static const uint64_t added_max = UINT64_C(1) << 62;

bool family_text_says(firesieve_family family, const firesieve_generate_options *options)
{
    switch (family) {
    case FIRESIEVE_FAMILY_EXTREMAL:
    case FIRESIEVE_FAMILY_PSEUDOSQUARE:
    case FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE:
        return true;
    case FIRESIEVE_FAMILY_TUPLET:
        return options->start <= added_max && options->offsets[options->offset_count - 1] <= added_max - options->start;
    case FIRESIEVE_FAMILY_UNIFORM:
    case FIRESIEVE_FAMILY_PUZZLE:
    case FIRESIEVE_FAMILY_PLANTED:
    case FIRESIEVE_FAMILY_BLOCKED:
    case FIRESIEVE_FAMILY_ERDOS_SELFRIDGE:
        break;
    }
    return false;
}

static unsigned next_prime(unsigned number)
{
    for (unsigned divisor = 2; divisor <= number / divisor; ++divisor) {
        if (number % divisor == 0) {
            ++number;
            divisor = 1;
        }
    }
    return number;
}

/* Layer i forbids 2^(i-1) - 1 mod 2^i. */
static bool write_extremal(const firesieve_generate_options *options, residue_line_function receive, void *context)
{
    char line[FIRESIEVE_LINE_ROOM];
    snprintf(line, sizeof line, "x mod 2^p != 2^(p-1)-1 for p in 1..%" PRIu64, options->layers);
    return receive(line, context);
}

static bool write_pseudosquare(const firesieve_generate_options *options, residue_line_function receive, void *context)
{
    char line[FIRESIEVE_LINE_ROOM];
    unsigned prime = 2;
    for (uint64_t i = 0; i < options->primes; ++i) {
        prime = next_prime(prime + 1);
    }
    snprintf(line, sizeof line, "x mod p square for primes p in 3..%u", prime);
    return receive("x mod 8 = 1", context) && (options->primes == 0 || receive(line, context));
}

/* -x is a square modulo p where x is one, if -1 is one as well, and otherwise where x is none. */
static bool write_negative_pseudosquare(const firesieve_generate_options *options, residue_line_function receive,
                                        void *context)
{
    bool written = receive("x mod 8 = 7", context);
    unsigned prime = 2;
    for (uint64_t i = 0; i < options->primes && written; ++i) {
        char line[FIRESIEVE_LINE_ROOM];
        prime = next_prime(prime + 1);
        snprintf(line, sizeof line, "x mod %u %s", prime, prime % 4 == 1 ? "square" : "nonsquare");
        written = receive(line, context);
    }
    return written;
}

static bool write_tuplet(const firesieve_generate_options *options, residue_line_function receive, void *context)
{
    enum { NUMBER_ROOM = 22 };
    char line[FIRESIEVE_LINE_ROOM + FIRESIEVE_TUPLET_OFFSETS_MAX * NUMBER_ROOM];
    size_t used = (size_t)snprintf(line, sizeof line, "x + {");
    for (size_t i = 0; i < options->offset_count; ++i) {
        used += (size_t)snprintf(line + used, sizeof line - used, "%s%" PRIu64, i == 0 ? "" : ", ",
                                 options->start + options->offsets[i]);
    }
    snprintf(line + used, sizeof line - used, "} coprime to p for primes p in 2..%" PRIu64, options->sieve_to);
    return receive(line, context);
}

bool family_text_write(firesieve_family family, const firesieve_generate_options *options,
                       residue_line_function receive, void *context)
{
    if (!family_text_says(family, options)) {
        return false;
    }
    return family == FIRESIEVE_FAMILY_EXTREMAL       ? write_extremal(options, receive, context)
           : family == FIRESIEVE_FAMILY_PSEUDOSQUARE ? write_pseudosquare(options, receive, context)
           : family == FIRESIEVE_FAMILY_TUPLET       ? write_tuplet(options, receive, context)
                                                     : write_negative_pseudosquare(options, receive, context);
}
