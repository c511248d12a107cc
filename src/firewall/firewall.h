/* The firewall as the user gave it: layers, or the classes that lines of residues forbid, in the given order. */
#ifndef FIRESIEVE_FIREWALL_FIREWALL_H
#define FIRESIEVE_FIREWALL_FIREWALL_H

#include <firesieve/firesieve.h>
#include <stdatomic.h>

#include "base/go_on.h"
#include "firewall/tuplet.h"

/* Data that other folders derive from a firewall once, and store with it: the first member of a struct of theirs. */
struct firewall_derived {
    void (*free)(struct firewall_derived *derived);
};

/* A forbidden class. */
struct residue_class {
    uint64_t modulus;
    uint64_t residue; /* < modulus */
};

/* What lines of residues say besides classes; see language/form.h. */
struct residue_form;

struct firesieve_firewall {
    firesieve_layer *layers;       /* owned; depths are distinct. NULL in the residue form, which has */
    struct residue_class *classes; /* owned; the same number of classes, which may repeat. Otherwise NULL */
    size_t layer_count;            /* at least 1; in the residue form any */
    struct residue_form *form;     /* owned; NULL unless in the residue form */
    bool (*holds)(const firesieve_firewall *firewall, firesieve_delay x); /* whether all lines of the form hold, */
    void (*free_form)(struct residue_form *form); /* and how to free the form; NULL without one */
    struct tuplet *tuplet; /* owned; what its numbers must satisfy besides the classes, or NULL */
    size_t given_classes;  /* in the residue form: number of leading classes that are lines of their own */
    uint64_t salt[2];      /* of its fingerprint: stands for the other classes and lines */
    const firesieve_firewall
        *outer; /* of a firewall along a progression or of tuplets: the one that has the lines; otherwise NULL */
    struct firewall_derived *_Atomic own_derived; /* owned, or NULL; set once, by the first thread */
    struct firewall_derived *_Atomic *derived;    /* own_derived, which can be set through a constant firewall */
    firesieve_layer own[];                        /* `layers` points here unless it has an allocation of its own */
};

/* A growing list of layers that becomes a firewall. Start with all members zero, or with borrowed storage. */
struct layer_list {
    firesieve_layer *layers;
    size_t count;
    size_t capacity;
    bool borrowed; /* `layers` is the caller's; copied when the list grows */
};

/* Makes room for `capacity` layers in total. False: no memory; the list is unchanged. */
bool layer_list_reserve(struct layer_list *list, size_t capacity);

/* Frees unused capacity of an allocation of its own. */
void layer_list_trim(struct layer_list *list);

/* Makes room for at least one more layer. False: no memory; the list is unchanged. */
bool layer_list_grow(struct layer_list *list);

/* Appends a layer. False: no memory; the list is unchanged. */
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
 * The smallest index of a layer with the depth of an earlier layer, or list->count if depths are distinct. *earlier is
 * the index of that earlier layer. Cost: one pass if depths ascend, otherwise a sort of a copy of them.
 * Errors: MEMORY, STOPPED.
 */
firesieve_status layer_list_find_repeat(const struct layer_list *list, struct go_on go_on, size_t *repeat,
                                        size_t *earlier, firesieve_error *error);

/* Turns a list with distinct depths into a firewall, which then owns the layers; the list becomes empty. */
firesieve_status layer_list_finish(struct layer_list *list, firesieve_firewall **firewall, firesieve_error *error);

/* A firewall of these classes, which it takes over even on failure. NULL: no memory. */
firesieve_firewall *firewall_of_classes(struct residue_class *classes, size_t count);

/* The data stored with the firewall, or NULL. */
static inline struct firewall_derived *firewall_derived_of(const firesieve_firewall *firewall)
{
    return atomic_load_explicit(firewall->derived, memory_order_acquire);
}

/* Stores it, unless another thread was first; returns the stored data. */
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

/* Class `i` of a firewall of either form. */
static inline struct residue_class firewall_class(const firesieve_firewall *firewall, size_t i)
{
    return firewall->layers == NULL ? firewall->classes[i] : class_of_layer(firewall->layers[i]);
}

/* Whether a class of a firewall without layers contains the number. */
static inline bool firewall_class_contains(const firesieve_firewall *firewall, firesieve_delay number)
{
    bool contains = false;
    for (size_t i = 0; i < firewall->layer_count && !contains; ++i) {
        contains = number % firewall->classes[i].modulus == firewall->classes[i].residue;
    }
    return contains;
}

/* The modulus of class `i`; 0 if the class contains everything. */
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
