/*
 * Trees of certificates. Most are proofs by residue/cover.h, written down while they are made. These leave out primes
 * above 311; so single moduli are tried as well: if the layers whose periods divide one cover all its residues, it is
 * split prime by prime until one layer covers all that is left.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/gcd.h"
#include "certificate/make.h"
#include "certificate/witness.h"
#include "firewall/firewall.h"
#include "residue/cover.h"

/* ---- Proofs written down ---------------------------------------------------------------------------------- */

static const uint64_t longest_proof = 400000000; /* units of cover_decide: some ten seconds */
static const uint64_t short_proof = 40000000;
enum { PROOF_FIXED_MEMORY = 170 << 10, CLASS_MEMORY = 32 + sizeof(struct residue_class) + 1 };

/* The most bytes of a text. */
static uint64_t text_max(const struct certificate_order *order)
{
    const uint64_t share = order->memory / 4;
    return share < FIRESIEVE_CERTIFICATE_SIZE_MAX ? share : FIRESIEVE_CERTIFICATE_SIZE_MAX;
}

/* A tree that is being written. */
struct tree_writer {
    struct certificate_order *order;
    const size_t *layers; /* of each class; NULL: the same index */
    struct record_writer text;
    uint64_t text_max;
    bool written; /* otherwise the tree is only searched for */
    unsigned nodes;
};

/* Whether another node may follow. */
static bool go_on(struct tree_writer *tree)
{
    enum { NODES_A_LOOK = 256 };
    if (tree->nodes++ % NODES_A_LOOK == 0 && !watch_go_on(tree->order->watch, tree->order->head.from)) {
        tree->order->stopped = true;
        return false;
    }
    return true;
}

/* Whether there is room for more. */
static bool has_room(const struct tree_writer *tree)
{
    return tree->text.size <= tree->text_max && !tree->text.no_memory;
}

static bool tell_split(void *context, uint32_t prime)
{
    struct tree_writer *const tree = context;
    if (!go_on(tree)) {
        return false;
    }
    if (tree->written) {
        record_write(&tree->text, "split %" PRIu32 "\n", prime);
    }
    return has_room(tree);
}

static bool tell_leaf(void *context, size_t index)
{
    struct tree_writer *const tree = context;
    const firesieve_firewall *const firewall = tree->order->firewall;
    const size_t layer = tree->layers == NULL ? index : tree->layers[index];
    if (!go_on(tree)) {
        return false;
    }
    if (tree->written && firewall->layers != NULL) {
        record_write(&tree->text, "leaf %" PRIu64 "\n", firewall->layers[layer].depth);
    } else if (tree->written) {
        record_write(&tree->text, "leaf %" PRIu64 " %" PRIu64 "\n", firewall->classes[layer].modulus,
                     firewall->classes[layer].residue);
    }
    return has_room(tree);
}

/*
 * A tree shows that no delay is safe. But for small x, classes of residues are not everything: if lines accept one of
 * them, the tree shows that none is in the range, or the answer is wrong. Errors: ARGUMENT, STOPPED.
 */
static firesieve_status choose_claim(const struct certificate_order *order, struct certificate_head *head,
                                     struct certificate_part *part, firesieve_error *error)
{
    struct part_answers answers;
    char text[FIRESIEVE_DELAY_TEXT_SIZE];
    for (int i = 0; i < 2; ++i) {
        *head = order->head;
        if (i == 0) {
            head->claim = FIRESIEVE_CLAIM_NEVER;
            head->from = 0;
            head->to = FIRESIEVE_DELAY_END;
        }
        *part = part_of(order->firewall, head);
        if (!part_ask(order->firewall, part, order->watch, &answers)) {
            return error_set_stopped(error);
        }
        if (!part_contradicts(head, part, &answers)) {
            return FIRESIEVE_OK;
        }
    }
    return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "the result is contradicted: x = %s satisfies all lines",
                     firesieve_delay_format(answers.first, text));
}

static firesieve_status start_text(struct tree_writer *tree, firesieve_error *error)
{
    struct certificate_head head;
    struct certificate_part part;
    const firesieve_status status = choose_claim(tree->order, &head, &part, error);
    if (status == FIRESIEVE_OK) {
        certificate_write_head(&tree->text, tree->order->firewall, &head);
        part_write(&tree->text, &part);
        tree->written = true;
    }
    return status;
}

/* Finishes the text if it is complete. */
static firesieve_status finish_text(struct tree_writer *tree, bool complete, firesieve_certificate **certificate,
                                    firesieve_error *error)
{
    if (complete || tree->text.no_memory) {
        return certificate_finish(&tree->text, tree->order->firewall, watch_asked(tree->order->watch), certificate,
                                  error);
    }
    record_writer_free(&tree->text);
    return FIRESIEVE_OK;
}

/* Keeps the classes that are named, and their layers. */
static size_t keep_named(struct residue_class *classes, const uint8_t *roles, size_t count, size_t *layers)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; ++i) {
        if (roles[i] != COVER_UNUSED) {
            layers[kept] = i;
            classes[kept++] = classes[i];
        }
    }
    return kept;
}

/* Looks for a proof, then proves it again with only the classes that it names, which makes a smaller tree. */
static firesieve_status write_proof(struct certificate_order *order, struct residue_class *classes, uint8_t *roles,
                                    firesieve_certificate **certificate, firesieve_error *error)
{
    const size_t count = order->firewall->layer_count;
    const uint64_t budget = order->head.to == FIRESIEVE_DELAY_END ? longest_proof : short_proof;
    struct tree_writer tree = {.order = order, .text_max = text_max(order)};
    const uint64_t entries = order->memory / 4 / 32;
    const struct cover_recorder recorder = {tell_split, tell_leaf, &tree, entries};
    enum cover_outcome outcome;
    firesieve_status status =
        cover_record(classes, count, budget, watch_asked(order->watch), roles, &recorder, &outcome, error);
    if (status != FIRESIEVE_OK || outcome != COVER_COMPLETE) {
        return status;
    }
    size_t *const layers = reallocarray(NULL, count, sizeof *layers);
    if (layers == NULL) {
        return error_set_memory(error, "the layers of a tree");
    }
    const size_t kept = keep_named(classes, roles, count, layers);
    tree.layers = layers;
    status = start_text(&tree, error);
    if (status == FIRESIEVE_OK) {
        status = cover_record(classes, kept, budget, watch_asked(order->watch), NULL, &recorder, &outcome, error);
    }
    if (status == FIRESIEVE_OK) {
        status = finish_text(&tree, outcome == COVER_COMPLETE, certificate, error);
    }
    record_writer_free(&tree.text);
    free(layers);
    return status;
}

static firesieve_status prove(struct certificate_order *order, firesieve_certificate **certificate,
                              firesieve_error *error)
{
    const size_t count = order->firewall->layer_count;
    if (order->memory / 2 < PROOF_FIXED_MEMORY || order->memory / 2 / (CLASS_MEMORY + sizeof(size_t)) < count) {
        return FIRESIEVE_OK;
    }
    struct residue_class *const classes = reallocarray(NULL, count, sizeof *classes);
    uint8_t *const roles = reallocarray(NULL, count, sizeof *roles);
    firesieve_status status = FIRESIEVE_OK;
    if (classes == NULL || roles == NULL) {
        status = error_set_memory(error, "the residue classes");
    } else {
        const struct go_on go_on = watch_asked(order->watch);
        for (size_t i = 0; i < count && go_on_at(go_on, i); ++i) { /* cover_record notices a stop */
            classes[i] = firewall_class(order->firewall, i);
        }
        status = write_proof(order, classes, roles, certificate, error);
    }
    free(classes);
    free(roles);
    return status;
}

/* ---- One modulus ------------------------------------------------------------------------------------------ */

enum {
    MODULUS_MAX = 1 << 24,
    PERIODS_MAX = 4096, /* with more, only moduli that layers of one period cover are found */
    MODULUS_FACTORS_MAX = 24
};

/* A period and its layers. */
struct period_group {
    uint64_t period;
    size_t first; /* its layers, in those of the table */
    size_t count;
};

/* The residues of a modulus, and which layer catches each. */
struct residue_table {
    struct certificate_order *order;
    struct period_group *groups; /* ascending periods */
    size_t group_count;
    size_t *layers;   /* by group */
    size_t *catching; /* 1 + a layer of the shortest period, for each residue; 0: none */
    uint64_t modulus;
    uint64_t modulus_max;
    uint64_t primes[MODULUS_FACTORS_MAX]; /* of the modulus, ascending */
    size_t prime_count;
};

static bool is_part(const struct period_group *group, uint64_t modulus)
{
    return modulus % group->period == 0;
}

/* Whether layers whose periods divide the modulus may be enough to cover it; `own` of them have that period. */
static bool may_cover(const struct residue_table *table, uint64_t modulus, size_t own)
{
    double density = 0;
    if (table->group_count > PERIODS_MAX) {
        return own >= modulus;
    }
    for (size_t i = 0; i < table->group_count; ++i) {
        density +=
            is_part(&table->groups[i], modulus) ? (double)table->groups[i].count / (double)table->groups[i].period : 0;
    }
    return density > 1 - 1e-6;
}

/* Enters the layers of a group. False: stopped. */
static bool enter_group(struct residue_table *table, const struct period_group *group)
{
    const firesieve_firewall *const firewall = table->order->firewall;
    for (size_t i = group->first; i < group->first + group->count; ++i) {
        const struct residue_class class = firewall_class(firewall, table->layers[i]);
        const size_t before = table->catching[class.residue];
        if (before != 0 && class.modulus % firewall_class(firewall, before - 1).modulus == 0) {
            continue; /* that one contains all of the class */
        }
        if (!watch_go_on(table->order->watch, table->order->head.from)) {
            table->order->stopped = true;
            return false;
        }
        for (uint64_t residue = class.residue; residue < table->modulus; residue += class.modulus) {
            table->catching[residue] = table->catching[residue] == 0 ? table->layers[i] + 1 : table->catching[residue];
        }
    }
    return true;
}

/* Whether all residues of the modulus are caught. */
static bool fill(struct residue_table *table, uint64_t modulus)
{
    table->modulus = modulus;
    for (uint64_t i = 0; i < modulus; ++i) {
        table->catching[i] = 0;
    }
    for (size_t i = 0; i < table->group_count; ++i) {
        if (is_part(&table->groups[i], modulus) && !enter_group(table, &table->groups[i])) {
            return false;
        }
    }
    for (uint64_t i = 0; i < modulus; ++i) {
        if (table->catching[i] == 0) {
            return false;
        }
    }
    return true;
}

static void factor(struct residue_table *table)
{
    uint64_t rest = table->modulus;
    table->prime_count = 0;
    for (uint64_t prime = 2; prime <= rest / prime; ++prime) {
        for (; rest % prime == 0; rest /= prime) {
            table->primes[table->prime_count++] = prime;
        }
    }
    if (rest > 1) {
        table->primes[table->prime_count++] = rest;
    }
}

/* Writes the node residue mod modulus, to be split by primes[depth]. Recursion ends after the primes of the modulus. */
static bool tell_node(struct tree_writer *tree, const struct residue_table *table, uint64_t residue, uint64_t modulus,
                      size_t depth)
{
    const size_t layer = table->catching[residue] - 1;
    /* A period is not 0. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
    if (modulus % firewall_period(tree->order->firewall, layer) == 0) {
        return tell_leaf(tree, layer);
    }
    const uint64_t prime = table->primes[depth];
    bool more = tell_split(tree, (uint32_t)prime);
    for (uint64_t i = 0; i < prime && more; ++i) {
        more = tell_node(tree, table, residue + i * modulus, modulus * prime, depth + 1);
    }
    return more;
}

static firesieve_status write_table(struct residue_table *table, firesieve_certificate **certificate,
                                    firesieve_error *error)
{
    struct tree_writer tree = {.order = table->order, .text_max = text_max(table->order)};
    factor(table);
    const firesieve_status status = start_text(&tree, error);
    return status == FIRESIEVE_OK ? finish_text(&tree, tell_node(&tree, table, 0, 1, 0), certificate, error) : status;
}

/* The lcm of the periods, shorter ones first, without those that would make it too large for a table. */
static uint64_t find_cycle(const struct residue_table *table)
{
    uint64_t cycle = 1;
    for (size_t i = 0; i < table->group_count; ++i) {
        const uint64_t period = table->groups[i].period;
        const uint64_t factor = period / greatest_common_divisor(period, cycle);
        cycle *= factor <= table->modulus_max / cycle ? factor : 1;
    }
    return cycle;
}

static firesieve_status try_modulus(struct residue_table *table, uint64_t modulus, size_t own,
                                    firesieve_certificate **certificate, firesieve_error *error)
{
    if (modulus > table->modulus_max || !may_cover(table, modulus, own)) {
        return FIRESIEVE_OK;
    }
    size_t *const grown = reallocarray(table->catching, modulus, sizeof *grown);
    if (grown == NULL) {
        return error_set_memory(error, "the residues of a tree");
    }
    table->catching = grown;
    return fill(table, modulus) ? write_table(table, certificate, error) : FIRESIEVE_OK;
}

/* Tries each period as the modulus, and the lcm of as many as there is room for. */
static firesieve_status try_moduli(struct residue_table *table, firesieve_certificate **certificate,
                                   firesieve_error *error)
{
    const struct go_on go_on = watch_asked(table->order->watch);
    firesieve_status status = FIRESIEVE_OK;
    for (size_t i = 0; i < table->group_count && status == FIRESIEVE_OK && *certificate == NULL; ++i) {
        const struct period_group *const group = &table->groups[i];
        if (!go_on_ask(go_on)) {
            return error_set_stopped(error);
        }
        status = try_modulus(table, group->period, group->count, certificate, error);
    }
    const uint64_t cycle = table->group_count <= PERIODS_MAX ? find_cycle(table) : 0;
    if (cycle != 0 && status == FIRESIEVE_OK && *certificate == NULL && !table->order->stopped) {
        status = try_modulus(table, cycle, 0, certificate, error);
    }
    return status;
}

/* Sorts the layers into groups. False: stopped. */
static bool group_layers(struct residue_table *table, const uint64_t *periods)
{
    const struct go_on go_on = watch_asked(table->order->watch);
    const firesieve_firewall *const firewall = table->order->firewall;
    for (size_t i = 0; i < table->group_count; ++i) {
        table->groups[i] = (struct period_group){.period = periods[i]};
    }
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        ++table->groups[witness_find_period(periods, table->group_count, firewall_period(firewall, i))].count;
    }
    for (size_t i = 1; i < table->group_count; ++i) {
        table->groups[i].first = table->groups[i - 1].first + table->groups[i - 1].count;
        table->groups[i - 1].count = 0;
    }
    table->groups[table->group_count - 1].count = 0;
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (!go_on_at(go_on, i)) {
            return false;
        }
        struct period_group *const group =
            &table->groups[witness_find_period(periods, table->group_count, firewall_period(firewall, i))];
        table->layers[group->first + group->count++] = i;
    }
    return true;
}

static firesieve_status cover_modulus(struct certificate_order *order, const uint64_t *periods, size_t period_count,
                                      firesieve_certificate **certificate, firesieve_error *error)
{
    const uint64_t room = order->memory / 4 / sizeof(size_t);
    struct residue_table table = {
        .order = order, .group_count = period_count, .modulus_max = room < MODULUS_MAX ? room : MODULUS_MAX};
    if (table.modulus_max == 0 || order->memory / 2 / sizeof *table.groups < order->firewall->layer_count) {
        return FIRESIEVE_OK;
    }
    table.groups = reallocarray(NULL, period_count, sizeof *table.groups);
    table.layers = reallocarray(NULL, order->firewall->layer_count, sizeof *table.layers);
    firesieve_status status;
    if (table.groups == NULL || table.layers == NULL) {
        status = error_set_memory(error, "the periods");
    } else {
        status = group_layers(&table, periods) ? try_moduli(&table, certificate, error) : error_set_stopped(error);
    }
    free(table.groups);
    free(table.layers);
    free(table.catching);
    return status;
}

/* A layer that catches everything makes a tree by itself. */
static firesieve_status write_root(struct certificate_order *order, size_t layer, firesieve_certificate **certificate,
                                   firesieve_error *error)
{
    struct tree_writer tree = {.order = order, .text_max = FIRESIEVE_CERTIFICATE_SIZE_MAX};
    const firesieve_status status = start_text(&tree, error);
    return status == FIRESIEVE_OK ? finish_text(&tree, tell_leaf(&tree, layer), certificate, error) : status;
}

/* Whether the layers are dense enough to cover all residues. */
static bool is_dense(const firesieve_firewall *firewall)
{
    double density = 0;
    for (size_t i = 0; i < firewall->layer_count && density < 2; ++i) {
        density += 1 / (double)firewall_period(firewall, i);
    }
    return density > 1 - 1e-6;
}

firesieve_status certificate_make_tree(struct certificate_order *order, firesieve_certificate **certificate,
                                       firesieve_error *error)
{
    const firesieve_firewall *const firewall = order->firewall;
    for (size_t i = 0; i < firewall->layer_count; ++i) {
        if (firewall_period(firewall, i) == 0) {
            return write_root(order, i, certificate, error);
        }
    }
    if (!is_dense(firewall)) {
        return FIRESIEVE_OK;
    }
    firesieve_status status = prove(order, certificate, error);
    if (status != FIRESIEVE_OK || *certificate != NULL || order->stopped) {
        return status;
    }
    uint64_t *periods = NULL;
    size_t period_count = 0;
    status = witness_periods(firewall, watch_asked(order->watch), &periods, &period_count, error);
    if (status == FIRESIEVE_OK) {
        status = cover_modulus(order, periods, period_count, certificate, error);
    }
    free(periods);
    return status;
}
