/*
 * The firewall as number theory: each layer forbids the residue class -depth modulo its period, and the answer is the
 * least integer in none of these classes.
 */
#ifndef FIRESIEVE_RESIDUE_CLASSES_H
#define FIRESIEVE_RESIDUE_CLASSES_H

#include <firesieve/firesieve.h>

/* Moduli below this are narrow: a class is one 64-bit key, and kernels can test for it. */
#define CLASS_NARROW_END (UINT64_C(1) << 31)

/* A forbidden class. */
struct residue_class {
    uint64_t modulus;
    uint64_t residue; /* < modulus */
};

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
    const char *blocked;     /* why no integer avoids all classes, where that is plain to see; otherwise NULL */
    firesieve_delay cycle;   /* the avoided integers repeat with this: lcm of the moduli, at most FIRESIEVE_DELAY_END */
    firesieve_delay stretch; /* this many consecutive forbidden integers prove that all are (see classes_collect) */
};

/*
 * Collects the classes of a firewall and reduces them (reduce.h). Cost: a division a layer and linear sorts, but for wide
 * classes a comparison sort; 8 bytes a layer of narrow period, 16 of a wide one. Errors: MEMORY. Free with classes_free,
 * also after an error.
 *
 * stretch is 2^n for n classes: n classes that cover 2^n consecutive integers cover all of them (Crittenden and Vanden
 * Eynden, "Any n arithmetic progressions covering the first 2^n integers cover all integers", 1970).
 */
firesieve_status classes_collect(struct class_set *set, const firesieve_firewall *firewall, firesieve_error *error);

/* Drops what is there twice from ascending keys; returns how many are left. */
size_t classes_drop_repeated(class_key *keys, size_t count);

void classes_free(struct class_set *set);

/* (value - base) mod modulus, for value < modulus: where a class first falls, counted from `base`. */
static inline uint64_t residue_from(uint64_t value, firesieve_delay base, uint64_t modulus)
{
    /* Bases below 2^64 are the rule, and their division is several times as fast. */
    const uint64_t base_residue = base >> 64 == 0 ? (uint64_t)base % modulus : (uint64_t)(base % modulus);
    return value >= base_residue ? value - base_residue : value + modulus - base_residue;
}

#endif
