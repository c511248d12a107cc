/* The firewall as the user gave it: layers, or the classes that lines of residues forbid, in their order. */
#ifndef FIRESIEVE_FIREWALL_FIREWALL_H
#define FIRESIEVE_FIREWALL_FIREWALL_H

#include <firesieve/firesieve.h>
#include <stdatomic.h>

#include "base/go_on.h"
#include "firewall/tuplet.h"

/* What rooms above make of a firewall once, and keep with it: the first member of a struct of theirs. */
struct firewall_derived {
    void (*free)(struct firewall_derived *derived);
};

/* A forbidden class. */
struct residue_class {
    uint64_t modulus;
    uint64_t residue; /* < modulus */
};

/* What lines of residues say besides classes; its owner is a room above (language/problem.h). */
struct residue_form;

struct firesieve_firewall {
    firesieve_layer *layers;       /* owned; depths are distinct. NULL in the residue form, which has */
    struct residue_class *classes; /* owned; as many; repeats are allowed. Otherwise NULL */
    size_t layer_count;            /* at least 1; in the residue form any */
    struct residue_form *form;     /* owned; NULL but in the residue form */
    bool (*holds)(const firesieve_firewall *firewall,
                  firesieve_delay x);             /* where there is one: whether all lines do, */
    void (*free_form)(struct residue_form *form); /* and what frees it */
    struct tuplet *tuplet;           /* owned; what else its numbers must fulfil, beside the classes, or NULL */
    size_t given_classes;            /* in the residue form: the first so many say all of their lines */
    uint64_t salt[2];                /* of its fingerprint: what the others, and other lines, come from */
    const firesieve_firewall *outer; /* of what the multiples of a step avoid: whose lines these are; otherwise NULL */
    struct firewall_derived *_Atomic own_derived; /* owned, or NULL; set once, by whichever thread is first */
    struct firewall_derived *_Atomic *derived;    /* own_derived, to be set where the firewall is constant */
    firesieve_layer own[];                        /* where `layers` points to if it is no allocation of its own */
};

/* A growing list of layers on its way to a firewall. Start with all members zero, or with borrowed storage. */
struct layer_list {
    firesieve_layer *layers;
    size_t count;
    size_t capacity;
    bool borrowed; /* `layers` is the caller's; the list moves out when it grows */
};

/* Makes room for `capacity` layers in all. Returns false when memory is short; the list stays as it was. */
bool layer_list_reserve(struct layer_list *list, size_t capacity);

/* Gives back what of an allocation of its own the list does not use. */
void layer_list_trim(struct layer_list *list);

/* Makes room for at least one more layer. Returns false when memory is short; the list stays as it was. */
bool layer_list_grow(struct layer_list *list);

/* Appends a layer. Returns false when memory is short; the list stays as it was. */
static inline bool layer_list_append(struct layer_list *list, uint64_t depth, uint64_t range)
{
    if (list->count == list->capacity && !layer_list_grow(list)) {
        return false;
    }
    list->layers[list->count++] = (firesieve_layer){.depth = depth, .range = range};
    return true;
}

void layer_list_free(struct layer_list *list);

/*
 * The smallest index of a layer whose depth an earlier layer has too, or list->count when depths are distinct.
 * *earlier is the index of that earlier layer. Cost: one pass when depths ascend, else a sort of a copy of them.
 * Errors: MEMORY, STOPPED.
 */
firesieve_status layer_list_find_repeat(const struct layer_list *list, struct go_on go_on, size_t *repeat,
                                        size_t *earlier, firesieve_error *error);

/* Turns a list whose depths are distinct into a firewall, which then owns the layers; the list is left empty. */
firesieve_status layer_list_finish(struct layer_list *list, firesieve_firewall **firewall, firesieve_error *error);

/* A firewall in the residue form of these classes, which it takes over, also where it is NULL: no memory. */
firesieve_firewall *firewall_of_classes(struct residue_class *classes, size_t count);

/* What is kept with the firewall, or NULL. */
static inline struct firewall_derived *firewall_derived_of(const firesieve_firewall *firewall)
{
    return atomic_load_explicit(firewall->derived, memory_order_acquire);
}

/* Keeps it, and returns what is kept: what another thread gave, where that was first. */
struct firewall_derived *firewall_keep_derived(const firesieve_firewall *firewall, struct firewall_derived *derived);

/* 2 * (range - 1): the picoseconds between two moments at which the scanner is at the top; 0 if it never leaves. */
static inline uint64_t layer_period(firesieve_layer layer)
{
    return 2 * (layer.range - 1);
}

/* The class that a layer forbids; a scanner of range 1 forbids 0 mod 1. */
static inline struct residue_class class_of_layer(firesieve_layer layer)
{
    const uint64_t period = layer_period(layer);
    const uint64_t modulus = period == 0 ? 1 : period;
    const uint64_t remainder = layer.depth % modulus;
    return (struct residue_class){.modulus = modulus, .residue = remainder == 0 ? 0 : modulus - remainder};
}

/* Class `i` of a firewall, whichever form it has. */
static inline struct residue_class firewall_class(const firesieve_firewall *firewall, size_t i)
{
    return firewall->layers == NULL ? firewall->classes[i] : class_of_layer(firewall->layers[i]);
}

/* Whether one of the classes of a firewall that has no layers contains the number. */
static inline bool firewall_class_contains(const firesieve_firewall *firewall, firesieve_delay number)
{
    bool contains = false;
    for (size_t i = 0; i < firewall->layer_count && !contains; ++i) {
        contains = number % firewall->classes[i].modulus == firewall->classes[i].residue;
    }
    return contains;
}

/* Its modulus: the period of the layer; 0 where it forbids everything. */
static inline uint64_t firewall_period(const firesieve_firewall *firewall, size_t i)
{
    if (firewall->layers == NULL) {
        return firewall->classes[i].modulus == 1 ? 0 : firewall->classes[i].modulus;
    }
    return layer_period(firewall->layers[i]);
}

/* Whether the layer catches a packet that waits `delay` (at most 2^127): at delay + depth its scanner is at the top. */
static inline bool layer_catches(firesieve_layer layer, firesieve_delay delay)
{
    const uint64_t period = layer_period(layer);
    return period == 0 || (delay + layer.depth) % period == 0;
}

#endif
