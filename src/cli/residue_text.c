#include "cli/residue_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool residue_text_quote(const firesieve_firewall *firewall, residue_line_function receive, void *context)
{
    const size_t count = firesieve_firewall_line_count(firewall);
    bool received = true;
    for (size_t i = 0; i < count && received; ++i) {
        firesieve_line line;
        firesieve_firewall_line(firewall, i, &line);
        received = receive(line.text, context);
    }
    return received;
}

static void write_excluded(firesieve_class class, char *line)
{
    snprintf(line, FIRESIEVE_LINE_ROOM, "x mod %" PRIu64 " != %" PRIu64, class.modulus, class.residue);
}

bool residue_text_of_layers(const firesieve_firewall *firewall, residue_line_function receive, void *context)
{
    const size_t count = firesieve_firewall_layer_count(firewall);
    char line[FIRESIEVE_LINE_ROOM];
    bool written = true;
    for (size_t i = 0; i < count && written; ++i) {
        write_excluded(firesieve_firewall_class(firewall, i), line);
        written = receive(line, context);
    }
    return written;
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

/* Where sorted residues modulo twice an odd number are those modulo that number, repeated: how many these are, or 0. */
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

/* Writes `x mod M in {...}`, or `not in`, of sorted residues; NULL: no memory. */
static char *write_set(uint64_t modulus, const uint64_t *residues, size_t count, bool excludes)
{
    enum { NUMBER_ROOM = 22 };
    const size_t size = FIRESIEVE_LINE_ROOM + NUMBER_ROOM * count;
    char *const line = malloc(size);
    if (line == NULL) {
        return NULL;
    }
    size_t used = (size_t)snprintf(line, size, "x mod %" PRIu64 " %s{", modulus, excludes ? "not in " : "in ");
    for (size_t i = 0; i < count; ++i) {
        used += (size_t)snprintf(line + used, size - used, "%s%" PRIu64, i == 0 ? "" : ", ", residues[i]);
    }
    snprintf(line + used, size - used, "}");
    return line;
}

/* The residues that sorted ones leave, into `others`, which has room. */
static size_t complement(uint64_t modulus, const uint64_t *residues, size_t count, uint64_t *others)
{
    size_t made = 0;
    size_t next = 0;
    for (uint64_t residue = 0; residue < modulus; ++residue) {
        if (next < count && residues[next] == residue) {
            ++next;
        } else {
            others[made++] = residue;
        }
    }
    return made;
}

/* A line of sorted residues that are forbidden. */
static bool write_run(uint64_t modulus, uint64_t *residues, size_t count, residue_line_function receive, void *context)
{
    const size_t half = halved(residues, count, modulus);
    modulus = half > 0 ? modulus / 2 : modulus;
    count = half > 0 ? half : count;
    if (count == 1) {
        char line[FIRESIEVE_LINE_ROOM];
        write_excluded((firesieve_class){modulus, residues[0]}, line);
        return receive(line, context);
    }
    const bool excludes = 2 * count <= modulus || count == modulus;
    uint64_t *const others = excludes ? NULL : reallocarray(NULL, (size_t)(modulus - count), sizeof *others);
    if (!excludes && others == NULL) {
        return false;
    }
    const size_t other_count = excludes ? 0 : complement(modulus, residues, count, others);
    char *const line = write_set(modulus, excludes ? residues : others, excludes ? count : other_count, excludes);
    const bool written = line != NULL && receive(line, context);
    free(line);
    free(others);
    return written;
}

bool residue_text_of_runs(const firesieve_firewall *firewall, residue_line_function receive, void *context)
{
    const size_t count = firesieve_firewall_layer_count(firewall);
    uint64_t *const residues = reallocarray(NULL, count + 1, sizeof *residues);
    bool written = residues != NULL;
    for (size_t i = 0; i < count && written;) {
        const uint64_t modulus = firesieve_firewall_class(firewall, i).modulus;
        size_t run = 0;
        for (; i < count && firesieve_firewall_class(firewall, i).modulus == modulus; ++i) {
            residues[run++] = firesieve_firewall_class(firewall, i).residue;
        }
        written = write_run(modulus, residues, sort_residues(residues, run), receive, context);
    }
    free(residues);
    return written;
}
