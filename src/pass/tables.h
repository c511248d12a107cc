/* Everything about a firewall that its search by scan or wheel needs; immutable, threads share it. */
#ifndef FIRESIEVE_PASS_TABLES_H
#define FIRESIEVE_PASS_TABLES_H

#include "pass/class_list.h"
#include "pass/layout.h"
#include "pass/rows.h"
#include "pass/tally.h"
#include "residue/reduced.h"
#include "residue/residue_set.h"
#include "residue/wheel.h"

/* What becomes of a constraint. */
enum stage {
    STAGE_WHEEL, /* residues that it forbids are not in the wheel */
    STAGE_ROW,   /* ANDed into every word */
    STAGE_CLASS, /* its classes are crossed off, or survivors tested against them */
    STAGE_CHECK  /* survivors are looked up in it */
};

struct sieve_tables {
    const struct reduced *reduced;
    struct wheel wheel;
    struct columns columns;
    struct row_groups rows;
    struct class_list crossed;  /* cleared column by column in a segment */
    struct class_list tested;   /* by lanes, on the survivors of a block and an offset */
    struct residue_set *checks; /* what is left then is looked up in them; those that forbid most come first */
    size_t check_count;
    uint32_t segment_words; /* of a segment where classes are crossed off */
    bool wide_crossed;      /* wide classes are crossed off (step 1), otherwise they are checks */
    uint64_t wheel_constraints;
    uint64_t row_constraints;
};

/* The columns of a block for a wheel of this modulus. */
struct columns sieve_columns(uint64_t modulus, uint32_t block_words);

/* What becomes of a constraint in a layout whose wheel has this modulus. */
enum stage sieve_stage_of(const struct sieve_layout *layout, uint64_t wheel_modulus,
                          const struct constraint *constraint);

/* What became of making tables. */
enum built {
    BUILT,
    BUILT_BLOCKED, /* a list of residues is empty, so that no delay is safe */
    BUILT_STOPPED  /* as go_on would have it */
};

/*
 * Makes the tables of a layout, which is only needed here. Cost: the wheel's residues, bit by bit the rows, 8 bytes of
 * memory a residue and 64 a word of rows. Errors: MEMORY. Free with sieve_tables_free, also after an error.
 */
firesieve_status sieve_tables_make(struct sieve_tables *tables, const struct reduced *reduced,
                                   const struct sieve_layout *layout, struct go_on go_on, struct tally *tally,
                                   enum built *outcome, firesieve_error *error);

void sieve_tables_free(struct sieve_tables *tables);

#endif
