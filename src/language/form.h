/*
 * A firewall in the residue form: its lines. Its classes are those that the lines forbid, if they are few enough to be
 * listed; other lines become filters, which a search applies to survivors.
 */
#ifndef FIRESIEVE_LANGUAGE_FORM_H
#define FIRESIEVE_LANGUAGE_FORM_H

#include "firewall/firewall.h"
#include "language/line.h"
#include "language/pool.h"
#include "number/factor.h"
#include "number/primes.h"

/* From class `first` on, class i stands for the simple line `number` + (i - first), `x mod M != A`. */
struct simple_run {
    size_t first;
    uint64_t number;
    uint32_t source;
};

/* A test of survivors: whether a line holds that its classes do not cover completely. */
struct filter {
    size_t line;              /* its index */
    uint64_t from_p;          /* of a loop: for p from here on */
    struct interval *allowed; /* owned; RESIDUES and VALUES: united; otherwise NULL */
    size_t allowed_count;
    struct prime_factors factors; /* of the modulus of SQUARE and NONSQUARE, without a loop */
};

/* The numbers base + step * y for y from 0 on, from lines `x mod M = A` with large moduli. */
struct progression {
    firesieve_delay base; /* below step */
    firesieve_delay step; /* at most FIRESIEVE_DELAY_END */
};

/* The least y with base + step * y >= x. */
static inline firesieve_delay progression_from(struct progression progression, firesieve_delay x)
{
    return x <= progression.base ? 0 : (x - progression.base - 1) / progression.step + 1;
}

struct residue_form {
    char **sources; /* owned, like everything below: names of the texts for messages */
    size_t source_count;
    struct simple_run *runs; /* of the first simple_count classes */
    size_t run_count;
    size_t simple_count;
    struct line *lines; /* all others, in the order of the texts */
    size_t line_count;
    size_t bound_count; /* number of FROM and TO lines among them */
    struct pool pool;   /* memory of lines with `pooled` */

    firesieve_delay asked_from; /* by FROM lines, 0 without one, */
    firesieve_delay asked_to;   /* and TO lines, FIRESIEVE_NO_END without one; options of a search can override both */
    firesieve_delay from;       /* no smaller x holds, by VALUES and PRIME lines; */
    firesieve_delay to;         /* none from here on; FIRESIEVE_NO_END: unknown */
    firesieve_delay direct_end; /* smaller x are tested one by one: a PRIME line may have a prime that classes forbid */
    struct interval *listed;    /* united; x must be in one of them, and they hold few numbers. NULL: anywhere */
    size_t listed_count;
    bool beyond; /* numbers from 2^127 on are not listed, but may hold */
    struct filter *filters;
    size_t filter_count;
    struct primes primes; /* those that filters of loops need */

    /*
     * A firewall of the prime tuplet that some lines ask for, and the classes of all other lines. NULL: there is no tuplet,
     * or the other lines forbid too much for that to pay off.
     */
    firesieve_firewall *tuplets;
    struct progression *branches; /* x must be in one of them, all with the same step; NULL: none */
    firesieve_firewall **inner;   /* for each, what its y must avoid; NULL: nothing is left */
    size_t branch_count;
};

static inline const struct residue_form *form_of(const firesieve_firewall *firewall)
{
    return firewall->form;
}

/*
 * The firewall that one search sieves: the one along its only progression, or that of its tuplets, if `tuplets` allows it,
 * or itself.
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
 * Whether classes cover all lines: there are no filters, and x is not restricted to a range or set. Only then survivors
 * repeat, and can be counted by cycles.
 */
static inline bool form_is_of_classes(const struct residue_form *form)
{
    return form == NULL || (form->filter_count == 0 && form->from == 0 && form->to == FIRESIEVE_NO_END &&
                            form->listed == NULL && form->branches == NULL);
}

/* Writes the simple line `x mod M != A` to `text`, of FIRESIEVE_LINE_ROOM bytes. */
void line_write_simple(uint64_t modulus, uint64_t residue, char *text);

/* Whether a line without a loop holds for x; for a line with a loop, for one p. */
bool line_holds(const struct line *line, firesieve_delay x);
bool line_holds_at(const struct line *line, uint64_t p, firesieve_delay x);

/* The oracle: whether all lines hold for x, one after the other as written. Shares nothing with classes. */
bool form_holds(const firesieve_firewall *firewall, firesieve_delay x);

/* Whether x, which no class of the firewall contains, passes all filters. Thread-safe. */
bool form_accepts(const struct residue_form *form, firesieve_delay x);

/* The same for all filters except those of the tuplet's lines. */
bool form_accepts_beside_tuplet(const struct residue_form *form, firesieve_delay x);

/* A search's reason about layers as the same fact about residues, static; `reason` itself if it has none, or is NULL. */
const char *reason_of_residues(const char *reason);

#endif
