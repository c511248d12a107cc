/*
 * The families of generated firewalls. Each has a function that checks its options, and one that appends its layers to
 * an empty list and returns false if memory is short or go_on cancels. Random families draw everything from
 * options->seed.
 */
#ifndef FIRESIEVE_FIREWALL_GENERATE_H
#define FIRESIEVE_FIREWALL_GENERATE_H

#include "firewall/firewall.h"

/* Limits the families whose options could ask for more layers than a machine holds: 16 GB. */
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

/* Checks that options->layers is from `least` to `most`. */
firesieve_status check_layer_count(const firesieve_generate_options *options, uint64_t least, uint64_t most,
                                   firesieve_error *error);

/*
 * Appends layers that forbid `count` residues mod `modulus`, which may repeat: one layer per distinct residue if the
 * modulus is even, two if it is odd, since periods are even. Their depths are the first ones above that of the last
 * layer, ascending, so all depths are distinct; they grow by less than the period. Overwrites `residues`, which must be
 * below the modulus. False: no memory.
 */
bool layer_list_forbid(struct layer_list *list, uint64_t modulus, uint64_t *residues, size_t count);

#endif
