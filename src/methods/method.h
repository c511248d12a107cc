/*
 * A method of searching as a row of operations: how it is chosen, what it builds, how it cuts windows into tasks, and
 * what a thread does with one. Only the table in methods.c tells methods apart.
 *
 * The two oracles are methods that do not sieve: they have no operations, and search/oracle.c asks them.
 */
#ifndef FIRESIEVE_METHODS_METHOD_H
#define FIRESIEVE_METHODS_METHOD_H

#include "kernel.h"
#include "pass/finds.h"
#include "pass/tables.h"
#include "planner/forecast.h"
#include "planner/recipe.h"

/* ---- Windows ---------------------------------------------------------------------------------------------- */

/*
 * A window of delays, and how it is cut into tasks. Checkpoints keep it, so the same tables must cut it the same way.
 */
struct window_shape {
    firesieve_delay begin; /* delays in [begin, end) are wanted */
    firesieve_delay end;
    uint64_t columns; /* scan and wheel: of each offset; otherwise 0 */
    uint32_t block_columns;
    uint64_t tasks; /* at least 1; numbered from 0, and best taken in this order */
};

/* What a window is wanted for. */
struct window_request {
    firesieve_delay begin;
    firesieve_delay to; /* above begin; the window ends there or before */
    enum search_goal goal;
    unsigned threads; /* that share it */
    uint64_t listed;  /* LIST: delays in the window before */
    uint64_t size;    /* what the method keeps from one window to the next; 0 at first */
};

/* An open window: immutable, shared by threads. */
struct open_window {
    struct window_shape shape;
    void *state; /* of the method; or NULL */
};

/* ---- Threads ---------------------------------------------------------------------------------------------- */

/* What a thread is given. */
struct worker_setup {
    const struct kernel_operations *kernel;
    struct go_on go_on;
    struct finds *finds; /* what to look for, and where finds go */
    struct tally *tally; /* or NULL */
    void (*share)(
        void *context); /* to be called now and then: shares a find with others, and lowers finds->end to theirs */
    void *context;
};

/* ---- Profiles --------------------------------------------------------------------------------------------- */

/* A constraint (or the classes that are in none) in a group: constraints that candidates meet together. */
struct method_link {
    enum firesieve_means means;
    size_t group;   /* a row or a check, as the tally counts them; for LANES, the constraint's index */
    size_t index;   /* of the constraint, or their number for classes in no constraint */
    double bits;    /* its weight in the group: -log2 of the share that it leaves */
    double dropped; /* LANES: candidates that its tests dropped */
};

/* Links while they are collected: constraints without a link at the end belong to the lists. */
struct method_links {
    struct method_link *items; /* room for two for each constraint, and two for classes in none */
    size_t count;
    bool *linked; /* by index of the constraint */
};

struct method {
    firesieve_method id;
    const struct recipe_form *form; /* NULL: it does not sieve, and has none of the operations below */

    /*
     * Fills in a started recipe and its forecast. *can is false if the method cannot search this firewall or cannot be
     * the cheapest; a method that was asked for is then refused with ARGUMENT. Errors: MEMORY, ARGUMENT.
     */
    firesieve_status (*choose)(const struct purpose *purpose, struct recipe *recipe, struct forecast *forecast,
                               bool *can, firesieve_error *error);

    /* Whether a recipe that was read fits the firewall. Errors: RECORD with a place, or ARGUMENT. */
    firesieve_status (*check)(const struct reduced *reduced, const struct recipe *recipe, firesieve_error *error);

    /* An estimate of the bytes that building its tables takes, to check memory beforehand. */
    double (*bytes)(const struct reduced *reduced, const struct recipe *recipe);

    /* Builds the tables of a recipe. Errors: MEMORY; free *tables even so, unless it is NULL. */
    firesieve_status (*build)(const struct reduced *reduced, const struct recipe *recipe, struct go_on go_on,
                              struct tally *tally, void **tables, enum built *outcome, firesieve_error *error);
    void (*free)(void *tables); /* not NULL */

    /* The most bytes that a thread takes beside the tables. */
    uint64_t (*thread_bytes)(const void *tables);

    /* Cuts the next window; sets request->size for the one after it. */
    void (*shape)(const void *tables, struct window_request *request, struct window_shape *shape);

    /* Whether these tables would cut a window into a shape that was read. */
    bool (*takes)(const void *tables, const struct window_shape *shape);

    /* Open and close the state of a window. NULL: windows have none. False: no memory; close it even so. */
    bool (*open)(const void *tables, struct open_window *window);
    void (*close)(struct open_window *window);

    /* Makes what a thread needs for windows of these tables. NULL: no memory. */
    void *(*start)(const void *tables, const struct worker_setup *setup);
    void (*stop)(void *worker);

    /* Searches one task. */
    enum sieve_outcome (*run)(void *worker, const struct open_window *window, uint64_t task);

    /* What tallies count, and what became of each constraint; `tally` is the sum of all threads. */
    struct tally_shape (*tally_shape)(const void *tables);
    void (*link)(const void *tables, const struct tally *tally, struct method_links *links);

    /* Fills in what an explanation says about the tables. */
    void (*explain)(const void *tables, firesieve_explanation *explanation);
};

/* ---- The table -------------------------------------------------------------------------------------------- */

/* A wheel whose residues are sieved by primes; chosen for lines that ask for prime tuplets, shown as a wheel. */
#define METHOD_TUPLET ((firesieve_method)FIRESIEVE_METHOD_COUNT)

static inline firesieve_method method_shown(firesieve_method id)
{
    return id == METHOD_TUPLET ? FIRESIEVE_METHOD_WHEEL : id;
}

/* The method with this number, or NULL for AUTO and numbers of no method. */
const struct method *method_of(firesieve_method id);

/* Whether it is a method that does not sieve. */
bool method_is_oracle(firesieve_method id);

/* Reads the lines of a recipe of any method, as recipe_read. */
bool method_read_recipe(struct record_reader *reader, struct recipe *recipe);

/* The method of a recipe. */
static inline const struct method *method_of_recipe(const struct recipe *recipe)
{
    return method_of(recipe->form->method);
}

/*
 * Chooses the quickest recipe, of the method asked for or (AUTO) of all. Errors: as `choose`. Always free the recipe.
 */
firesieve_status methods_choose(firesieve_method asked, const struct purpose *purpose, struct recipe *recipe,
                                struct forecast *forecast, firesieve_error *error);

/* Adds a link, with `bits` from the share that the constraint forbids. */
void method_link_add(struct method_links *links, const struct reduced *reduced, enum firesieve_means means,
                     size_t group, size_t index);

/* Adds a link for classes in no constraint; `shares` is the sum of their shares. */
void method_link_add_sparse(struct method_links *links, const struct reduced *reduced, enum firesieve_means means,
                            size_t group, double shares);

#endif
