/*
 * A firewall in the residue form: what its lines say. Its classes are those that the lines forbid, so far as they are
 * few enough to be listed; what is left are filters, which a search asks about survivors.
 */
#ifndef FIRESIEVE_LANGUAGE_FORM_H
#define FIRESIEVE_LANGUAGE_FORM_H

#include "firewall/firewall.h"
#include "language/line.h"
#include "language/pool.h"
#include "number/factor.h"
#include "number/primes.h"

/* From class `first` on, class i is that of line `number` + (i - first), `x mod M != A`. */
struct simple_run {
    size_t first;
    uint64_t number;
    uint32_t source;
};

/* What a search has to ask about a survivor: whether a line holds, where its classes do not say so already. */
struct filter {
    size_t line;              /* its index */
    uint64_t from_p;          /* of a loop: for p from there on */
    struct interval *allowed; /* RESIDUES and VALUES: ascending, apart from each other; owned; otherwise NULL */
    size_t allowed_count;
    struct prime_factors factors; /* of the modulus of SQUARE and NONSQUARE, without a loop */
};

/* x is base + step * y, for y from 0 on: what lines `x mod M = A` of large moduli come to. */
struct progression {
    firesieve_delay base; /* below step */
    firesieve_delay step; /* at most FIRESIEVE_DELAY_END */
};

/* The least y whose x is not below `x`. */
static inline firesieve_delay progression_from(struct progression progression, firesieve_delay x)
{
    return x <= progression.base ? 0 : (x - progression.base - 1) / progression.step + 1;
}

struct residue_form {
    char **sources; /* owned, as all below: what messages call the texts */
    size_t source_count;
    struct simple_run *runs; /* of the first simple_count classes */
    size_t run_count;
    size_t simple_count;
    struct line *lines; /* all others, as they were written; those of one source follow each other */
    size_t line_count;
    size_t bound_count; /* of them, those that are FROM or TO */
    struct pool pool;   /* what lines of `pooled` own */

    firesieve_delay asked_from; /* by lines FROM, 0 without one, */
    firesieve_delay asked_to;   /* and TO, FIRESIEVE_NO_END without one: options of a search may say otherwise */
    firesieve_delay from;       /* no x below it holds, by VALUES and PRIME; */
    firesieve_delay to;         /* none from there on; FIRESIEVE_NO_END: nobody says so */
    firesieve_delay
        direct_end; /* x below it are to be asked about one by one: some of PRIME is a prime that classes forbid */
    struct interval *listed; /* x is in one of them, ascending and apart: they hold few numbers. NULL: anywhere */
    size_t listed_count;
    bool beyond; /* numbers from 2^127 on are not among those, but may hold */
    struct filter *filters;
    size_t filter_count;
    struct primes primes; /* those that filters of loops ask about */

    /*
     * Lines for prime tuplets, as far as they belong to one: a firewall of what the other lines forbid, with that tuplet.
     * NULL: there are none, or the others forbid too much for it to be sieved so.
     */
    firesieve_firewall *tuplets;
    struct progression *branches; /* x is in one of them, all of the same step; NULL: there are none */
    firesieve_firewall **inner;   /* for each, what its y must avoid; NULL: nothing is left of it */
    size_t branch_count;
};

static inline const struct residue_form *form_of(const firesieve_firewall *firewall)
{
    return firewall->form;
}

/*
 * What of a firewall is sieved in one search: what the multiples of the step of its only progression avoid, or the firewall
 * of its tuplets, where these may be taken, or itself.
 */
static inline const firesieve_firewall *form_sieved(const firesieve_firewall *firewall, bool tuplets)
{
    const struct residue_form *const form = firewall->form;
    if (form == NULL) {
        return firewall;
    }
    return form->branch_count == 1 ? form->inner[0] : tuplets && form->tuplets != NULL ? form->tuplets : firewall;
}

/*
 * Whether classes say all of it: nothing is asked of survivors, and x is bound to no range and no set. Only then does what
 * is left repeat, and is counted by cycles.
 */
static inline bool form_is_of_classes(const struct residue_form *form)
{
    return form == NULL || (form->filter_count == 0 && form->from == 0 && form->to == FIRESIEVE_NO_END &&
                            form->listed == NULL && form->branches == NULL);
}

/* Writes `x mod M != A`, as simple lines are, into `text` of FIRESIEVE_LINE_ROOM bytes. */
void line_write_simple(uint64_t modulus, uint64_t residue, char *text);

/* Whether a line without a loop holds for x; one with a loop, for that p alone. */
bool line_holds(const struct line *line, firesieve_delay x);
bool line_holds_at(const struct line *line, uint64_t p, firesieve_delay x);

/* Whether all lines hold for x, one after the other as they are written: the oracle, which shares nothing with classes. */
bool form_holds(const firesieve_firewall *firewall, firesieve_delay x);

/* Whether x, which no class of the firewall contains, passes all filters. Any thread may ask. */
bool form_accepts(const struct residue_form *form, firesieve_delay x);

/* The same of all filters but those of the tuplet's lines. */
bool form_accepts_beside_tuplet(const struct residue_form *form, firesieve_delay x);

#endif
