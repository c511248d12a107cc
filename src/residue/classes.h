/*
 * The firewall as number theory: each layer forbids the residue class -depth modulo its period, and the answer is the
 * least integer in none of these classes.
 */
#ifndef FIRESIEVE_RESIDUE_CLASSES_H
#define FIRESIEVE_RESIDUE_CLASSES_H

#include "base/go_on.h"
#include "firewall/firewall.h"

/* Moduli below this are narrow: a class is one 64-bit key, and kernels can test for it. */
#define CLASS_NARROW_END (UINT64_C(1) << 31)

/* A narrow class, modulus << 32 | residue: keys sort by modulus, then by residue. */
typedef uint64_t class_key;

static inline uint32_t class_modulus(class_key key)
{
    return (uint32_t)(key >> 32);
}

static inline uint32_t class_residue(class_key key)
{
    return (uint32_t)key;
}

/* The classes that a firewall forbids. */
struct class_set {
    class_key *narrow; /* ascending, each once */
    size_t narrow_count;
    struct residue_class *wide; /* ascending by modulus and residue, each once */
    size_t wide_count;
    const char *blocked;     /* why no integer avoids all classes, if that is easy to see; otherwise NULL */
    firesieve_delay cycle;   /* the avoided integers repeat with this: lcm of the moduli, at most FIRESIEVE_DELAY_END */
    firesieve_delay stretch; /* this many consecutive forbidden integers prove that all are (see classes_collect) */
};

/* Class i of all: the narrow ones come first, so that moduli ascend. */
static inline struct residue_class class_at(const struct class_set *set, size_t i)
{
    return i < set->narrow_count ? (struct residue_class){class_modulus(set->narrow[i]), class_residue(set->narrow[i])}
                                 : set->wide[i - set->narrow_count];
}

/* Whether class i is the first of its modulus. */
static inline bool classes_begin_modulus(const struct class_set *set, size_t i)
{
    return i == 0 || class_at(set, i).modulus != class_at(set, i - 1).modulus;
}

/* Whether the class is one of the set. */
bool classes_have(const struct class_set *set, struct residue_class class);

/* Drops duplicates from ascending keys; returns how many are left. */
size_t classes_drop_repeated(class_key *keys, size_t count);

/* By modulus, then by residue, for qsort. */
int residue_class_compare(const void *a, const void *b);

/*
 * Collects the classes of a firewall and reduces them (reduce.h). Cost: a division per layer and linear sorts, but a
 * comparison sort for wide classes; 8 bytes per layer of narrow period, 16 per wide one. Errors: MEMORY, STOPPED. Free
 * with classes_free, also after an error.
 *
 * stretch is 2^n for n classes: n classes that cover 2^n consecutive integers cover all of them (Crittenden and Vanden
 * Eynden, "Any n arithmetic progressions covering the first 2^n integers cover all integers", 1970).
 */
firesieve_status classes_collect(struct class_set *set, const firesieve_firewall *firewall, struct go_on go_on,
                                 firesieve_error *error);

/* Frees what the set owns. */
void classes_free(struct class_set *set);

/* (value - base) mod modulus, for value < modulus: the offset from `base` of the first member of a class. */
static inline uint64_t residue_from(uint64_t value, firesieve_delay base, uint64_t modulus)
{
    /* Most bases are below 2^64, and dividing these is several times as fast. */
    const uint64_t base_residue = base >> 64 == 0 ? (uint64_t)base % modulus : (uint64_t)(base % modulus);
    return value >= base_residue ? value - base_residue : value + modulus - base_residue;
}

#endif
