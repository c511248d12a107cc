#include "cli/residue_text.h"

#include <inttypes.h>
#include <stdlib.h>

static void print_excluded(uint64_t modulus, uint64_t residue)
{
    printf("x mod %" PRIu64 " != %" PRIu64 "\n", modulus, residue);
}

void residue_text_print(const firesieve_firewall *firewall)
{
    const size_t line_count = firesieve_firewall_line_count(firewall);
    const size_t layer_count =
        firesieve_firewall_layers(firewall) == NULL ? 0 : firesieve_firewall_layer_count(firewall);
    for (size_t i = 0; i < line_count && !ferror(stdout); ++i) {
        firesieve_line line;
        firesieve_firewall_line(firewall, i, &line);
        puts(line.text);
    }
    for (size_t i = 0; i < layer_count && !ferror(stdout); ++i) {
        const firesieve_class class = firesieve_firewall_class(firewall, i);
        print_excluded(class.modulus, class.residue);
    }
}

/* ---- Sets --------------------------------------------------------------------------------------------- */

static int compare_numbers(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a;
    const uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* Sorts and drops repeats; returns how many are left. */
static size_t sort_residues(uint64_t *residues, size_t count)
{
    size_t kept = 0;
    qsort(residues, count, sizeof *residues, compare_numbers);
    for (size_t i = 0; i < count; ++i) {
        if (kept == 0 || residues[kept - 1] != residues[i]) {
            residues[kept++] = residues[i];
        }
    }
    return kept;
}

/* If sorted residues modulo twice an odd number are those modulo that number, repeated: how many these are. Or 0. */
static size_t halved(const uint64_t *residues, size_t count, uint64_t modulus)
{
    if (modulus % 4 != 2 || count % 2 != 0) {
        return 0;
    }
    bool repeats = true;
    for (size_t i = 0; i < count / 2 && repeats; ++i) {
        repeats = residues[i + count / 2] == residues[i] + modulus / 2;
    }
    return repeats ? count / 2 : 0;
}

/* Prints `x mod M in {...}` of the residues that sorted ones leave. */
static void print_others(uint64_t modulus, const uint64_t *residues, size_t count)
{
    const char *separator = "";
    size_t next = 0;
    printf("x mod %" PRIu64 " in {", modulus);
    for (uint64_t residue = 0; residue < modulus; ++residue) {
        if (next < count && residues[next] == residue) {
            ++next;
        } else {
            printf("%s%" PRIu64, separator, residue);
            separator = ", ";
        }
    }
    puts("}");
}

/* A line of sorted residues that are forbidden. */
static void print_run(uint64_t modulus, const uint64_t *residues, size_t count)
{
    const size_t half = halved(residues, count, modulus);
    modulus = half > 0 ? modulus / 2 : modulus;
    count = half > 0 ? half : count;
    if (count == 1) {
        print_excluded(modulus, residues[0]);
    } else if (2 * count <= modulus || count == modulus) {
        printf("x mod %" PRIu64 " not in {", modulus);
        for (size_t i = 0; i < count; ++i) {
            printf("%s%" PRIu64, i == 0 ? "" : ", ", residues[i]);
        }
        puts("}");
    } else {
        print_others(modulus, residues, count);
    }
}

bool residue_text_print_runs(const firesieve_firewall *firewall)
{
    const size_t count = firesieve_firewall_layer_count(firewall);
    uint64_t *const residues = reallocarray(NULL, count + 1, sizeof *residues);
    for (size_t i = 0; residues != NULL && i < count && !ferror(stdout);) {
        const uint64_t modulus = firesieve_firewall_class(firewall, i).modulus;
        size_t run = 0;
        for (; i < count && firesieve_firewall_class(firewall, i).modulus == modulus; ++i) {
            residues[run++] = firesieve_firewall_class(firewall, i).residue;
        }
        print_run(modulus, residues, sort_residues(residues, run));
    }
    free(residues);
    return residues != NULL;
}

/* ---- Families ----------------------------------------------------------------------------------------- */

bool residue_text_defines(firesieve_family family, const firesieve_generate_options *options)
{
    static const uint64_t added_max = UINT64_C(1) << 62; /* to x, in a line */
    if (family == FIRESIEVE_FAMILY_TUPLET) {
        return options->start <= added_max && options->offsets[options->offset_count - 1] <= added_max - options->start;
    }
    return family == FIRESIEVE_FAMILY_EXTREMAL || family == FIRESIEVE_FAMILY_PSEUDOSQUARE ||
           family == FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE;
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

static void print_pseudosquare(const firesieve_generate_options *options)
{
    unsigned prime = 2;
    for (uint64_t i = 0; i < options->primes; ++i) {
        prime = next_prime(prime + 1);
    }
    puts("x mod 8 = 1");
    if (options->primes > 0) {
        printf("x mod p square for primes p in 3..%u\n", prime);
    }
}

/* If -1 is a square modulo p, -x is one exactly if x is one; otherwise exactly if x is a nonsquare. */
static void print_negative_pseudosquare(const firesieve_generate_options *options)
{
    unsigned prime = 2;
    puts("x mod 8 = 7");
    for (uint64_t i = 0; i < options->primes; ++i) {
        prime = next_prime(prime + 1);
        printf("x mod %u %s\n", prime, prime % 4 == 1 ? "square" : "nonsquare");
    }
}

static void print_tuplet(const firesieve_generate_options *options)
{
    printf("x + {");
    for (size_t i = 0; i < options->offset_count; ++i) {
        printf("%s%" PRIu64, i == 0 ? "" : ", ", options->start + options->offsets[i]);
    }
    printf("} coprime to p for primes p in 2..%" PRIu64 "\n", options->sieve_to);
}

void residue_text_print_family(firesieve_family family, const firesieve_generate_options *options)
{
    if (family == FIRESIEVE_FAMILY_EXTREMAL) {
        /* layer i forbids 2^(i-1) - 1 mod 2^i */
        printf("x mod 2^p != 2^(p-1)-1 for p in 1..%" PRIu64 "\n", options->layers);
    } else if (family == FIRESIEVE_FAMILY_PSEUDOSQUARE) {
        print_pseudosquare(options);
    } else if (family == FIRESIEVE_FAMILY_NEGATIVE_PSEUDOSQUARE) {
        print_negative_pseudosquare(options);
    } else {
        print_tuplet(options);
    }
}
