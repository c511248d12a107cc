/*
 * The first oracle: the puzzle as it is told. Scanners step, the packet moves, and a caught packet tries again later.
 */
#include "firewall/oracle.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/sort.h"

struct scanner {
    uint64_t depth; /* first, to be sorted by */
    uint64_t range;
    uint64_t position; /* 0 is the top */
    bool upwards;
};

struct simulation {
    struct scanner *fresh;   /* when the packet could start */
    struct scanner *attempt; /* a copy that steps while the packet moves */
    size_t count;            /* scanners, ascending by depth */
    uint64_t steps_to_look;  /* scanner steps until the next check for cancellation */
    bool stopped;            /* cancelled before the first attempt */
};

enum crossing { CAUGHT, SAFE, STOPPED };

/* A cancellation callback for the time before the search of the range begins. */
static bool ask_at_begin(void *context)
{
    const struct oracle_question *const question = context;
    return oracle_may_go_on(question, question->from);
}

/* False: no memory. Call simulation_end in any case. */
static bool simulation_start(struct simulation *simulation, const firesieve_firewall *firewall,
                             const struct oracle_question *question)
{
    struct oracle_question asked = *question;
    *simulation = (struct simulation){.count = firewall->layer_count};
    simulation->fresh = calloc(firewall->layer_count, sizeof *simulation->fresh);
    simulation->attempt = calloc(firewall->layer_count, sizeof *simulation->attempt);
    if (simulation->fresh == NULL || simulation->attempt == NULL) {
        return false;
    }
    const struct go_on go_on = {ask_at_begin, &asked};
    for (size_t i = 0; i < firewall->layer_count && !simulation->stopped; ++i) {
        simulation->stopped = !go_on_at(go_on, i);
        simulation->fresh[i] = (struct scanner){.depth = firewall->layers[i].depth, .range = firewall->layers[i].range};
    }
    simulation->stopped = simulation->stopped || !sort_items_while(simulation->fresh, simulation->count,
                                                                   sizeof *simulation->fresh, sort_compare_u64, go_on);
    return true;
}

static void simulation_end(struct simulation *simulation)
{
    free(simulation->fresh);
    free(simulation->attempt);
}

static void step(struct scanner *scanner)
{
    if (scanner->range == 1) {
        return;
    }
    if (scanner->position == 0) {
        scanner->upwards = false;
    } else if (scanner->position == scanner->range - 1) {
        scanner->upwards = true;
    }
    scanner->position += scanner->upwards ? UINT64_MAX : 1;
}

static void step_all(struct scanner *scanners, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        step(&scanners[i]);
    }
}

/* False: cancelled; checks once every million steps. */
static bool look(struct simulation *simulation, const struct oracle_question *question, firesieve_delay delay)
{
    const uint64_t steps_between_looks = 1 << 20;
    if (simulation->steps_to_look > simulation->count) {
        simulation->steps_to_look -= simulation->count;
        return true;
    }
    simulation->steps_to_look = steps_between_looks;
    return oracle_may_go_on(question, delay < question->from ? question->from : delay);
}

/* The packet enters the layer at depth 0 at once, and moves one layer further every picosecond. */
static enum crossing cross(struct simulation *simulation, const struct oracle_question *question, firesieve_delay delay)
{
    enum { PIECE = 1 << 16 };
    for (size_t begin = 0; begin < simulation->count; begin += PIECE) {
        const size_t left = simulation->count - begin;
        if (begin > 0 && !oracle_may_go_on(question, delay)) {
            return STOPPED;
        }
        memcpy(simulation->attempt + begin, simulation->fresh + begin,
               (left < PIECE ? left : PIECE) * sizeof *simulation->fresh);
    }
    size_t next = 0;
    for (uint64_t packet = 0;; ++packet) {
        if (simulation->attempt[next].depth == packet) {
            if (simulation->attempt[next].position == 0) {
                return CAUGHT;
            }
            if (++next == simulation->count) {
                return SAFE;
            }
        }
        step_all(simulation->attempt, simulation->count);
        if (!look(simulation, question, delay)) {
            return STOPPED;
        }
    }
}

static struct oracle_answer search(struct simulation *simulation, const struct oracle_question *question)
{
    for (firesieve_delay delay = 0; delay < question->to; ++delay) {
        if (!look(simulation, question, delay)) {
            return (struct oracle_answer){
                .outcome = ORACLE_STOPPED,
                .delay = delay < question->from ? question->from : delay,
            };
        }
        const enum crossing end = delay < question->from ? CAUGHT : cross(simulation, question, delay);
        if (end != CAUGHT) {
            return (struct oracle_answer){.outcome = end == SAFE ? ORACLE_FOUND : ORACLE_STOPPED, .delay = delay};
        }
        step_all(simulation->fresh, simulation->count);
    }
    return (struct oracle_answer){.outcome = ORACLE_NONE, .delay = question->to};
}

firesieve_status oracle_simulate(const firesieve_firewall *firewall, const struct oracle_question *question,
                                 struct oracle_answer *answer, firesieve_error *error)
{
    struct simulation simulation;
    firesieve_status status = FIRESIEVE_OK;
    const bool started = simulation_start(&simulation, firewall, question);
    if (started && simulation.stopped) {
        *answer = (struct oracle_answer){.outcome = ORACLE_STOPPED, .delay = question->from};
    } else if (started) {
        *answer = search(&simulation, question);
    } else {
        status = error_set_memory(error, "the scanners");
    }
    simulation_end(&simulation);
    return status;
}
