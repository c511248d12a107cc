#include "focus/pass.h"

#include <stdlib.h>

#include "base/delay.h"
#include "base/large.h"
#include "focus/products.h"

enum {
    SURVIVORS = 1 << 12,
    KEYS = 1 << 11,    /* offsets that are sieved together: their keys stay in the first-level cache */
    KEYS_FEW = 1 << 8, /* less room than this is not worth picking into */
    WORK_BETWEEN_LOOKS = 1 << 18,
    BATCHES_A_SAMPLE = 61
};

bool focus_pass_start(struct focus_pass *pass, const struct focus *focus, const struct kernel_operations *kernel,
                      struct go_on go_on, struct finds *finds, struct tally *tally)
{
    enum { ROWS_BYTES = KERNEL_TILE_LIMBS * 8, ROOM = KEYS + KERNEL_PICK_SPARE };
    *pass = (struct focus_pass){
        .kernel = kernel,
        .go_on = go_on,
        .finds = finds,
        .tally = tally,
        .work_to_look = WORK_BETWEEN_LOOKS,
        .rows = large_aligned_alloc(KERNEL_WORD_BYTES, ROWS_BYTES),
        .keys = calloc(ROOM, sizeof *pass->keys),
        .places = calloc(ROOM, sizeof *pass->places),
        .hits = calloc(KEYS, sizeof *pass->hits),
        .survivors = calloc(SURVIVORS, sizeof *pass->survivors),
    };
    return pass->rows != NULL && pass->keys != NULL && pass->places != NULL && pass->hits != NULL &&
           pass->survivors != NULL && offset_order_start(&pass->offset_order, &focus->rows);
}

uint64_t focus_pass_bytes(const struct focus *focus)
{
    enum {
        FIXED_BYTES = KERNEL_TILE_LIMBS * 8 + KEYS * (12 + sizeof(struct kernel_hit)) + SURVIVORS * 8,
        RUN_BYTES = sizeof(uint64_t) + sizeof(struct residues),
        GROWN_RUN_BYTES = RUN_BYTES + RUN_BYTES / 2, /* runs grow by a half, orders by an eighth */
        COLUMN_BYTES = GROWN_RUN_BYTES + (sizeof(uint32_t) + KERNEL_MODULI + 2 * sizeof(uint64_t)) * 9 / 8,
        OFFSET_BYTES = GROWN_RUN_BYTES + (sizeof(uint64_t) + 1 + sizeof(struct residues) + sizeof(uint32_t)) * 9 / 8
    };
    return FIXED_BYTES + offset_order_bytes(&focus->rows) + (uint64_t)COLUMN_BYTES * focus->task_columns +
           (uint64_t)OFFSET_BYTES * focus->task_offsets;
}

struct tally_shape focus_tally_shape(const struct focus *focus)
{
    return (struct tally_shape){.rows = focus->rows.count, .checks = focus->check_count};
}

void focus_pass_free(struct focus_pass *pass)
{
    sum_run_free(&pass->columns);
    sum_run_free(&pass->offsets);
    column_order_free(&pass->column_order);
    offset_order_free(&pass->offset_order);
    free(pass->rows);
    free(pass->keys);
    free(pass->places);
    free(pass->hits);
    free(pass->survivors);
    *pass = (struct focus_pass){.window = NULL};
}

static bool look(struct focus_pass *pass, uint64_t work)
{
    if (pass->work_to_look > work) {
        pass->work_to_look -= work;
        return true;
    }
    pass->work_to_look = WORK_BETWEEN_LOOKS;
    return go_on_ask(pass->go_on);
}

/* ---- Survivors -------------------------------------------------------------------------------------------- */

/* base + x * B - y * A, where 0 <= y < B, may lie on either side of the window. */
static bool delay_of(const struct focus_pass *pass, struct focus_survivor survivor, firesieve_delay *delay)
{
    const struct focus_window *const window = pass->window;
    const struct focus *const focus = window->focus;
    firesieve_delay x;
    firesieve_delay y;
    firesieve_delay shifted;
    if (!sum_run_value(&pass->columns, &window->columns, survivor.column, &x) ||
        !sum_run_value(&pass->offsets, &window->offsets, survivor.offset, &y) || y >= focus->b ||
        !difference_of_products(x, focus->b, y, focus->a, &shifted)) {
        return false;
    }
    *delay = window->base + shifted;
    return shifted < window->length;
}

static bool passes_checks(const struct focus_pass *pass, firesieve_delay delay)
{
    const struct focus *const focus = pass->window->focus;
    size_t check = 0; /* the one that drops it, or their number */
    while (check < focus->check_count &&
           !residue_set_has(&focus->checks[check], divisor_remainder_wide(focus->checks[check].modulus, delay))) {
        ++check;
    }
    if (pass->tally != NULL) {
        ++pass->tally->checked;
        ++pass->tally->check_dropped[check];
    }
    return check == focus->check_count;
}

/* Drops pairs that are not near the window, without branches: positions are read from far memory, side by side. */
static void drop_far_pairs(struct focus_pass *pass)
{
    const struct focus_window *const window = pass->window;
    const double length = (double)(pass->finds->end - window->base);
    size_t kept = 0;
    for (size_t i = 0; i < pass->survivor_count; ++i) {
        const struct focus_survivor pair = pass->survivors[i];
        pass->survivors[kept] = pair;
        kept += focus_window_may_have(window, &pass->origin, pass->columns.positions[pair.column],
                                      pass->offsets.positions[pair.offset], length);
    }
    pass->survivor_count = kept;
}

/* Takes the delays of the batch that are safe and wanted, and empties it. */
static enum sieve_outcome finish_survivors(struct focus_pass *pass)
{
    struct finds *const finds = pass->finds;
    const enum firesieve_stage before = tally_enter(pass->tally, FIRESIEVE_STAGE_SURVIVORS);
    drop_far_pairs(pass);
    for (size_t i = 0; i < pass->survivor_count; ++i) {
        firesieve_delay delay;
        if (delay_of(pass, pass->survivors[i], &delay) && delay >= finds->low && delay < finds->end &&
            passes_checks(pass, delay) && !finds_take(finds, delay)) {
            return SIEVE_NO_MEMORY;
        }
    }
    pass->survivor_count = 0;
    tally_enter(pass->tally, before);
    return go_on_ask(pass->go_on) ? SIEVE_DONE : SIEVE_STOPPED;
}

/* Keeps the columns that an offset leaves. */
static enum sieve_outcome keep_columns(struct focus_pass *pass, const struct kernel_hit *hit)
{
    const struct column_order *const order = &pass->column_order;
    const uint32_t offset = pass->offset_order.numbers[hit->number];
    enum sieve_outcome outcome = SIEVE_DONE;
    for (uint32_t limb = 0; limb < KERNEL_WORD_LIMBS; ++limb) {
        for (uint64_t bits = hit->word[limb]; bits != 0 && outcome == SIEVE_DONE; bits &= bits - 1) {
            const size_t place = pass->word * KERNEL_WORD_COLUMNS + limb * 64 + (uint32_t)__builtin_ctzll(bits);
            if (place < order->count) {
                pass->survivors[pass->survivor_count++] = (struct focus_survivor){order->numbers[place], offset};
                outcome = pass->survivor_count == SURVIVORS ? finish_survivors(pass) : SIEVE_DONE;
            }
        }
    }
    return outcome;
}

/* ---- Keys ------------------------------------------------------------------------------------------------- */

/* Counts the columns of the keys and, for keys in the sample, what rows leave of them at one of these. */
static void tally_keys(const struct focus_pass *pass)
{
    struct tally *const tally = pass->tally;
    tally->columns += (uint64_t)pass->key_count * KERNEL_WORD_COLUMNS;
    if (!tally_is_due(tally, BATCHES_A_SAMPLE)) {
        return;
    }
    const struct residues *const residues = &pass->offset_order.residues[pass->places[tally->calls % pass->key_count]];
    const void *rows[FOCUS_ROWS_MAX];
    const enum firesieve_stage before = tally_change(tally, FIRESIEVE_STAGE_SAMPLING);
    for (uint32_t i = 0; i < pass->window->focus->rows.count; ++i) {
        rows[i] = pass->rows + ((size_t)i * KERNEL_TILE_STRIDE + residues->of[i]) * KERNEL_WORD_LIMBS;
    }
    tally_sample_rows(tally, rows, KERNEL_WORD_LIMBS);
    tally_change(tally, before);
}

/* Sieves the word at the offsets that have been picked. */
static enum sieve_outcome sieve_keys(struct focus_pass *pass)
{
    const struct row_set *const set = &pass->window->focus->rows;
    const struct kernel_tile tile = {
        .rows = pass->rows,
        .modulus_count = set->slots,
        .key_first = set->classes,
        .residues = (const uint8_t *)pass->offset_order.residues,
    };
    if (pass->key_count == 0) {
        return SIEVE_DONE;
    }
    if (pass->tally != NULL) {
        tally_keys(pass);
    }
    const size_t hits = pass->kernel->sieve(&tile, pass->keys, pass->places, pass->key_count, pass->hits);
    const bool go_on = look(pass, pass->key_count);
    pass->key_count = 0;
    enum sieve_outcome outcome = go_on ? SIEVE_DONE : SIEVE_STOPPED;
    for (size_t i = 0; i < hits && outcome == SIEVE_DONE; ++i) {
        outcome = keep_columns(pass, &pass->hits[i]);
    }
    return outcome;
}

/* Picks the offsets at places [from, to) whose row of the third class is alive, and sieves once there are many. */
static enum sieve_outcome pick(struct focus_pass *pass, size_t from, size_t to)
{
    const struct offset_order *const order = &pass->offset_order;
    const uint8_t *const alive = pass->alive[FOCUS_CLASSES_MAX - 1];
    enum sieve_outcome outcome = SIEVE_DONE;
    while (from < to && outcome == SIEVE_DONE) {
        const size_t room = KEYS - pass->key_count;
        const size_t count = to - from < room ? to - from : room;
        pass->key_count += pass->kernel->pick(order->thirds + from, order->keys + from, (uint32_t)from, count, alive,
                                              pass->keys + pass->key_count, pass->places + pass->key_count);
        from += count;
        if (pass->key_count > KEYS - KEYS_FEW) {
            outcome = sieve_keys(pass);
        }
    }
    return outcome;
}

/* ---- Words ------------------------------------------------------------------------------------------------ */

static void find_runs(struct focus_pass *pass)
{
    const uint8_t *const alive = pass->alive[1];
    const uint32_t modulus = pass->offset_order.second;
    pass->run_count = 0;
    for (uint32_t residue = 0; residue < modulus; ++residue) {
        if (alive[residue] != 0 && (residue == 0 || alive[residue - 1] == 0)) {
            pass->runs[pass->run_count++].first = (uint16_t)residue;
        }
        if (alive[residue] != 0) {
            pass->runs[pass->run_count - 1].end = (uint16_t)(residue + 1);
        }
    }
}

/* Builds the rows of a word, and finds which residues of offsets are alive; all are alive for an absent class. */
static void build_word(struct focus_pass *pass, size_t word)
{
    const struct row_set *const set = &pass->window->focus->rows;
    const struct class_range *const range = &pass->column_order.ranges[word];
    pass->word = word;
    for (uint32_t i = 0; i < set->slots; ++i) {
        pass->kernel->build(&set->patterns[i], column_order_residues(&pass->column_order, word, i),
                            pass->rows + (size_t)i * KERNEL_TILE_STRIDE * KERNEL_WORD_LIMBS);
    }
    for (uint32_t class = 0; class < FOCUS_CLASSES_MAX; ++class) {
        if (class < set->classes) {
            row_set_alive(set, class, range->low[class], range->high[class], pass->alive[class]);
        } else {
            pass->alive[class][0] = 0xff;
        }
    }
    find_runs(pass);
}

static enum sieve_outcome sieve_word(struct focus_pass *pass, size_t word)
{
    const struct row_set *const set = &pass->window->focus->rows;
    const struct offset_order *const order = &pass->offset_order;
    const uint32_t first_modulus = set->classes > 0 ? set->patterns[0].modulus : 1;
    enum sieve_outcome outcome = SIEVE_DONE;
    tally_enter(pass->tally, FIRESIEVE_STAGE_BUILD_ROWS);
    build_word(pass, word);
    tally_enter(pass->tally, FIRESIEVE_STAGE_SIEVE);
    if (!look(pass, KERNEL_WORD_COLUMNS)) {
        return SIEVE_STOPPED;
    }
    for (uint32_t residue = 0; residue < first_modulus && outcome == SIEVE_DONE; ++residue) {
        const uint32_t *const starts = order->starts + (size_t)residue * order->second;
        for (size_t i = 0; i < pass->run_count && pass->alive[0][residue] != 0 && outcome == SIEVE_DONE; ++i) {
            outcome = pick(pass, starts[pass->runs[i].first], starts[pass->runs[i].end]);
        }
    }
    return outcome == SIEVE_DONE ? sieve_keys(pass) : outcome;
}

/* ---- Tasks ------------------------------------------------------------------------------------------------ */

/* Sieves all words with the offsets of a piece. */
static enum sieve_outcome sieve_piece(struct focus_pass *pass, struct focus_stretch piece)
{
    const struct focus_window *const window = pass->window;
    enum sieve_outcome outcome = SIEVE_DONE;
    tally_enter(pass->tally, FIRESIEVE_STAGE_READ_LISTS);
    if (!sums_read(&window->offsets, pass->kernel->add, piece.from, piece.to, &pass->offsets) ||
        !offset_order_make(&pass->offset_order, &window->focus->rows, &pass->offsets)) {
        return SIEVE_NO_MEMORY;
    }
    for (size_t word = 0; word < pass->column_order.word_count && outcome == SIEVE_DONE; ++word) {
        outcome = sieve_word(pass, word);
    }
    return outcome == SIEVE_DONE ? finish_survivors(pass) : outcome;
}

enum sieve_outcome focus_pass_run(struct focus_pass *pass, const struct focus_window *window, uint64_t task)
{
    enum sieve_outcome outcome = SIEVE_DONE;
    pass->window = window;
    pass->key_count = 0;
    pass->survivor_count = 0; /* a task that was stopped may have left some */
    if (pass->finds->end <= window->base) {
        return SIEVE_DONE;
    }
    tally_enter(pass->tally, FIRESIEVE_STAGE_READ_LISTS);
    const struct focus_stretch columns = focus_window_columns(window, task);
    const struct focus_stretch offsets = focus_window_offsets(window, columns, pass->finds->end - window->base);
    pass->origin = focus_window_origin(window, columns, offsets);
    if (!sums_read(&window->columns, pass->kernel->add, columns.from, columns.to, &pass->columns) ||
        !column_order_make(&pass->column_order, &window->focus->rows, &pass->columns)) {
        return SIEVE_NO_MEMORY;
    }
    for (uint64_t from = offsets.from; from < offsets.to && outcome == SIEVE_DONE; from += window->offset_piece) {
        const uint64_t left = offsets.to - from;
        const uint64_t length = left < window->offset_piece ? left : window->offset_piece;
        outcome = sieve_piece(pass, (struct focus_stretch){from, from + length});
    }
    return outcome;
}
