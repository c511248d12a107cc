/*
 * The question whether any delay is safe, as a formula.
 *
 * A variable says that the delay has a certain residue modulo a power of a prime: there is one for each residue that a
 * layer names modulo a power that exactly divides its period, and for those that it implies modulo lower powers. So
 * they are the nodes of trees, one per prime, whose root is all delays.
 *
 * Layers: the packet is caught if the delay has the layer's residue modulo all prime powers of its period; a clause
 * says that one of these variables is false.
 *
 * Splits: if all p residues modulo the next power of p below a node have variables, a clause says that one of them is
 * true unless the node's is false. If one is missing, nothing has to be true.
 *
 * Satisfiable means that a delay is safe. A safe delay makes true what is true of it. Conversely, a model gives a path
 * from each root: from a node to a child that is true, or else to one without a variable, which exists if no clause
 * forces one of them. Take a delay with the residues of these paths. A layer's clause has a variable that is false, and
 * paths avoid those: the delay has another residue, and the layer does not catch it. That siblings may both be true
 * does no harm, since layers only require things to be false; so no clause forbids it.
 *
 * Primes above the number n of layers are not needed, nor the layers whose periods they divide. Let L be the product of
 * the moduli in the formula, and t a delay that it allows. So are t + k * L, for k = 0 to the number of layers left
 * out, which is n at most. A layer left out, with a prime p > n in its period, catches at most one of these, since L is
 * coprime to p, and they have different residues modulo p. So there is one that no layer catches.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/large.h"
#include "base/limits.h"
#include "base/search.h"
#include "base/sort.h"
#include "cnf/nodes.h"
#include "firewall/firewall.h"
#include "number/factor.h"

struct formula {
    const firesieve_firewall *firewall;
    struct go_on go_on;
    size_t layer_count; /* of range 2 and more; the others are empty clauses */
    uint64_t *periods;  /* theirs, ascending, each once */
    size_t period_count;

    /* Prime powers of period i: powers[begins[i]] to powers[begins[i + 1]]; none if its layers are left out. */
    struct prime_power *powers;
    size_t power_count;
    size_t power_capacity;
    size_t *begins;

    struct prime_power *moduli; /* the largest power of each prime, ascending by prime */
    size_t modulus_count;
    struct node_set nodes; /* variable v is node v - 1 */
    size_t left_out;       /* layers */
};

/* ---- From layers to nodes ----------------------------------------------------------------------------- */

static firesieve_status collect_periods(struct formula *formula, firesieve_error *error)
{
    const firesieve_firewall *const firewall = formula->firewall;
    formula->periods = large_reallocarray(NULL, firewall->layer_count, sizeof *formula->periods);
    if (formula->periods == NULL) {
        return error_set_memory(error, "the periods");
    }
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (!go_on_at(formula->go_on, i)) {
            return error_set_stopped(error);
        }
        if (firewall_period(firewall, i) != 0) {
            formula->periods[formula->layer_count++] = firewall_period(firewall, i);
        }
    }
    if (!sort_u64_while(formula->periods, formula->layer_count, formula->go_on)) {
        return error_set_stopped(error);
    }
    for (size_t i = 0; i < formula->layer_count; ++i) {
        if (i == 0 || formula->periods[i] != formula->periods[i - 1]) {
            formula->periods[formula->period_count++] = formula->periods[i];
        }
    }
    return FIRESIEVE_OK;
}

static bool append_power(struct formula *formula, uint64_t prime, unsigned exponent)
{
    enum { FIRST_CAPACITY = 1024 };
    if (formula->power_count == formula->power_capacity) {
        const size_t capacity = formula->power_capacity == 0 ? FIRST_CAPACITY : 2 * formula->power_capacity;
        struct prime_power *const powers = reallocarray(formula->powers, capacity, sizeof *powers);
        if (powers == NULL) {
            return false;
        }
        formula->powers = powers;
        formula->power_capacity = capacity;
    }
    struct prime_power power = {.prime = prime, .power = 1};
    for (; exponent > 0; --exponent) {
        power.power *= prime;
    }
    formula->powers[formula->power_count++] = power;
    return true;
}

static firesieve_status factor_periods(struct formula *formula, firesieve_error *error)
{
    formula->begins = calloc(formula->period_count + 1, sizeof *formula->begins);
    bool enough = formula->begins != NULL;
    for (size_t i = 0; i < formula->period_count && enough; ++i) {
        if (!go_on_ask(formula->go_on)) {
            return error_set_stopped(error);
        }
        const struct prime_factors factors = number_factor(formula->periods[i]);
        const bool needed = factors.primes[factors.count - 1] <= formula->layer_count; /* above 1: it has a prime */
        for (size_t j = 0; j < factors.count && needed && enough; ++j) {
            enough = append_power(formula, factors.primes[j], factors.exponents[j]);
        }
        formula->begins[i + 1] = formula->power_count;
    }
    return enough ? FIRESIEVE_OK : error_set_memory(error, "the factors of periods");
}

static int compare_powers(const void *left, const void *right)
{
    const struct prime_power *const a = left;
    const struct prime_power *const b = right;
    if (a->prime != b->prime) {
        return a->prime < b->prime ? -1 : 1;
    }
    return (a->power > b->power) - (a->power < b->power);
}

static firesieve_status collect_moduli(struct formula *formula, firesieve_error *error)
{
    const size_t count = formula->power_count;
    struct prime_power *const moduli = calloc(count + 1, sizeof *moduli);
    if (moduli == NULL) {
        return error_set_memory(error, "the factors of periods");
    }
    formula->moduli = moduli;
    if (count == 0) {
        return FIRESIEVE_OK;
    }
    memcpy(moduli, formula->powers, count * sizeof *moduli);
    if (!sort_items_while(moduli, count, sizeof *moduli, compare_powers, formula->go_on)) {
        return error_set_stopped(error);
    }
    for (size_t i = 0; i < count; ++i) {
        if (i + 1 == count || moduli[i].prime != moduli[i + 1].prime) {
            moduli[formula->modulus_count++] = moduli[i];
        }
    }
    return FIRESIEVE_OK;
}

/* The prime powers of a class's modulus. Returns their number: 0 if the class is left out, or the modulus is 1. */
static size_t powers_of(const struct formula *formula, struct residue_class class, const struct prime_power **powers)
{
    if (class.modulus == 1) {
        return 0;
    }
    const size_t i = search_at_least(formula->periods, formula->period_count, sizeof *formula->periods, class.modulus);
    const size_t count = formula->begins[i + 1] - formula->begins[i];
    *powers = count == 0 ? NULL : formula->powers + formula->begins[i];
    return count;
}

static firesieve_status collect_nodes(struct formula *formula, firesieve_error *error)
{
    for (size_t i = 0; i < formula->firewall->layer_count; ++i) {
        const struct residue_class class = firewall_class(formula->firewall, i);
        const struct prime_power *powers = NULL;
        const size_t count = powers_of(formula, class, &powers);
        formula->left_out += count == 0 && class.modulus != 1;
        if (!go_on_at(formula->go_on, i)) {
            return error_set_stopped(error);
        }
        for (size_t j = 0; j < count; ++j) { /* NULL only if there are none */
            /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
            if (!node_set_add(&formula->nodes, powers[j], class.residue % powers[j].power)) {
                return go_on_ask(formula->go_on) ? error_set_memory(error, "the variables of a formula")
                                                 : error_set_stopped(error);
            }
        }
    }
    if (!node_set_pack(&formula->nodes)) {
        return error_set_stopped(error);
    }
    if (formula->nodes.count > INT32_MAX) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "expected at most %d variables, found %zu", INT32_MAX,
                         formula->nodes.count);
    }
    return FIRESIEVE_OK;
}

/* ---- Writing ------------------------------------------------------------------------------------------ */

struct output {
    FILE *stream; /* NULL: nothing is written */
    int failure;  /* an errno, or 0 */
    struct go_on go_on;
    size_t steps;
    bool stopped; /* go_on has said no */
};

/* False: nothing more needs to be done. */
static bool may_go_on(struct output *output)
{
    enum { STEPS_A_LOOK = 1 << 8 };
    if (!output->stopped && ++output->steps % STEPS_A_LOOK == 0) {
        output->stopped = !go_on_ask(output->go_on);
    }
    return !output->stopped && output->failure == 0;
}

static void put(struct output *output, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct output *output, const char *format, ...)
{
    va_list arguments;
    if (may_go_on(output)) {
        va_start(arguments, format);
        output->failure = vfprintf(output->stream, format, arguments) < 0 ? errno : 0;
        va_end(arguments);
    }
}

/* The variable of a node in the set. */
static size_t variable(const struct formula *formula, uint64_t power, uint64_t residue)
{
    return node_set_find(&formula->nodes, power, residue) + 1;
}

static bool has_all_children(const struct formula *formula, uint64_t prime, struct node node)
{
    for (uint64_t i = 0; i < prime; ++i) {
        if (node_set_find(&formula->nodes, node.power * prime, node.residue + i * node.power) == formula->nodes.count) {
            return false;
        }
    }
    return true;
}

static void put_split(const struct formula *formula, uint64_t prime, struct node node, struct output *output)
{
    if (node.power != 1) {
        put(output, "-%zu ", variable(formula, node.power, node.residue));
    }
    for (uint64_t i = 0; i < prime; ++i) {
        put(output, "%zu ", variable(formula, node.power * prime, node.residue + i * node.power));
    }
    put(output, "0\n");
}

/* Counts the clauses of splits, and writes them if the output has a stream. */
static size_t put_splits(const struct formula *formula, struct output *output)
{
    const struct node_set *const set = &formula->nodes;
    static const struct node whole = {.power = 1, .residue = 0};
    size_t count = 0;
    for (size_t i = 0; i < formula->modulus_count; ++i) {
        const struct prime_power modulus = formula->moduli[i];
        for (uint64_t power = 1; power < modulus.power; power *= modulus.prime) {
            const size_t begin = search_at_least(set->nodes, set->count, sizeof *set->nodes, power);
            const size_t end =
                power == 1 ? begin + 1 : search_at_least(set->nodes, set->count, sizeof *set->nodes, power + 1);
            for (size_t j = begin; j < end && may_go_on(output); ++j) {
                const struct node node = power == 1 ? whole : set->nodes[j];
                const bool is_split = has_all_children(formula, modulus.prime, node);
                count += is_split;
                if (is_split && output->stream != NULL) {
                    put_split(formula, modulus.prime, node, output);
                }
            }
        }
    }
    return count;
}

static void put_layers(const struct formula *formula, struct output *output)
{
    for (size_t i = 0; i < formula->firewall->layer_count && may_go_on(output); ++i) {
        const struct residue_class class = firewall_class(formula->firewall, i);
        const struct prime_power *powers = NULL;
        const size_t count = powers_of(formula, class, &powers);
        if (count == 0 && class.modulus != 1) {
            continue;
        }
        for (size_t j = 0; j < count; ++j) {
            put(output, "-%zu ", variable(formula, powers[j].power, class.residue % powers[j].power));
        }
        put(output, "0\n");
    }
}

static void put_comments(const struct formula *formula, struct output *output)
{
    const bool layers = formula->firewall->layers != NULL;
    put(output, "%s",
        layers
            ? "c Is there a delay at which no layer catches the packet? Satisfiable: yes. Unsatisfiable: no.\n"
              "c Modulo each modulus, the delay has the residue of a variable that is true, or else one without a "
              "variable:\n"
              "c it is found from the lowest power of its prime up. Let t have these residues, and L be the moduli's "
              "product.\n"
            : "c Is there an x that no class contains which the lines forbid? Satisfiable: yes. Unsatisfiable: no.\n"
              "c Modulo each modulus, x has the residue of a variable that is true, or else one without a variable: it "
              "is\n"
              "c found from the lowest power of its prime up. Let t have these residues, and L be the moduli's "
              "product.\n");
    put(output, "c %s-left-out %zu\n", layers ? "layers" : "classes", formula->left_out);
    if (formula->left_out != 0) {
        put(output,
            layers
                ? "c Their periods have prime factors above %zu, the number of layers. Of the delays t + k * L, for k "
                  "from 0 to\n"
                  "c the number of layers left out, each of them catches one at most; so one is safe if t is for the "
                  "others.\n"
                : "c Their moduli have prime factors above %zu, the number of classes. Of the integers t + k * L, for "
                  "k from 0\n"
                  "c to the number of classes left out, each of them contains one at most; so one is in none if t is "
                  "in none of\n"
                  "c the others.\n",
            formula->layer_count);
    }
    for (size_t i = 0; i < formula->modulus_count; ++i) {
        put(output, "c modulus %" PRIu64 "\n", formula->moduli[i].power);
    }
    for (size_t i = 0; i < formula->nodes.count && may_go_on(output); ++i) {
        const struct node node = formula->nodes.nodes[i];
        put(output, "c variable %zu: %s = %" PRIu64 " mod %" PRIu64 "\n", i + 1, layers ? "delay" : "x", node.residue,
            node.power);
    }
}

static firesieve_status write_formula(const struct formula *formula, FILE *stream, firesieve_error *error)
{
    struct output counting = {.go_on = formula->go_on};
    struct output output = {.stream = stream, .go_on = formula->go_on};
    const size_t clauses = put_splits(formula, &counting) + formula->firewall->layer_count - formula->left_out;
    output.stopped = counting.stopped;
    put_comments(formula, &output);
    put(&output, "p cnf %zu %zu\n", formula->nodes.count, clauses);
    put_splits(formula, &output);
    put_layers(formula, &output);
    if (output.stopped) {
        return error_set_stopped(error);
    }
    if (output.failure == 0 && fflush(stream) != 0) {
        output.failure = errno;
    }
    if (output.failure != 0) {
        errno = output.failure;
        return error_set_errno(error, FIRESIEVE_ERROR_WRITE, "cannot write the formula");
    }
    return FIRESIEVE_OK;
}

/* ------------------------------------------------------------------------------------------------------- */

static void formula_free(struct formula *formula)
{
    free(formula->periods);
    free(formula->powers);
    free(formula->begins);
    free(formula->moduli);
    node_set_free(&formula->nodes);
}

/* A formula says what classes forbid; if lines said more than that, some of its solutions would be wrong. */
static firesieve_status check_lines(const firesieve_firewall *firewall, firesieve_error *error)
{
    const size_t count = firesieve_firewall_line_count(firewall);
    for (size_t i = 0; i < count; ++i) {
        firesieve_line line;
        firesieve_firewall_line(firewall, i, &line);
        if (!line.whole && !line.range) {
            return error_set(error, FIRESIEVE_ERROR_ARGUMENT,
                             "a formula can express residue classes only, and '%.100s' says more than its classes",
                             line.text);
        }
    }
    return FIRESIEVE_OK;
}

firesieve_status firesieve_cnf_write_within(const firesieve_firewall *firewall, FILE *stream,
                                            const firesieve_limits *limits, firesieve_error *error)
{
    struct limit_watch watch = limit_watch_start(limits);
    const struct go_on go_on = limit_watch_go_on(&watch);
    struct formula formula = {.firewall = firewall, .go_on = go_on, .nodes = {.go_on = go_on}};
    firesieve_status status = check_lines(firewall, error);
    if (status == FIRESIEVE_OK) {
        status = collect_periods(&formula, error);
    }
    if (status == FIRESIEVE_OK) {
        status = factor_periods(&formula, error);
    }
    if (status == FIRESIEVE_OK) {
        status = collect_moduli(&formula, error);
    }
    if (status == FIRESIEVE_OK) {
        status = collect_nodes(&formula, error);
    }
    if (status == FIRESIEVE_OK) {
        status = write_formula(&formula, stream, error);
    }
    formula_free(&formula);
    return status;
}

firesieve_status firesieve_cnf_write(const firesieve_firewall *firewall, FILE *stream, firesieve_error *error)
{
    return firesieve_cnf_write_within(firewall, stream, NULL, error);
}
