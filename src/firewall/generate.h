/*
 * The families of generated firewalls: each has a function that checks its options and one that appends its layers to
 * an empty list, which returns false when memory is short, or go_on said no. Families that are random draw everything from options->seed.
 */
#ifndef FIRESIEVE_FIREWALL_GENERATE_H
#define FIRESIEVE_FIREWALL_GENERATE_H

#include "firewall/firewall.h"

/* The most layers of the families whose options could ask for more than a machine holds: 16 GB of them. */
enum { GENERATED_LAYERS_MAX = 1000000000 };

typedef firesieve_status family_check(const firesieve_generate_options *options, firesieve_error *error);
typedef bool family_append(const firesieve_generate_options *options, struct go_on go_on, struct layer_list *list);

/* generate_random.c */
family_check uniform_check;
family_append uniform_append;
family_append puzzle_append;
family_check planted_check;
family_append planted_append;

/* generate_covers.c */
family_check extremal_check;
family_append extremal_append;
family_check blocked_check;
family_append blocked_append;

/* generate_number_theory.c */
family_check erdos_selfridge_check;
family_append erdos_selfridge_append;
family_check pseudosquare_check;
family_append pseudosquare_append;
family_append negative_pseudosquare_append;
family_check tuplet_check;
family_append tuplet_append;

/* Whether options->layers is from `least` to `most`, as a status. */
firesieve_status check_layer_count(const firesieve_generate_options *options, uint64_t least, uint64_t most,
                                   firesieve_error *error);

/*
 * Appends the layers that forbid `count` residues mod `modulus`, a residue given twice counting once: one layer each
 * where the modulus is even, two where it is odd, since periods are even. They get the first depths behind that of the
 * list's last layer, ascending, so that depths are distinct without a look at the others; these grow by less than the
 * period. `residues` (each below the modulus) is overwritten. Returns false when memory is short.
 */
bool layer_list_forbid(struct layer_list *list, uint64_t modulus, uint64_t *residues, size_t count);

#endif
