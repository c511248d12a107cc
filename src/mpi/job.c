#include "mpi/job.h"

#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cpu/cpu.h"

/* ---- Ranks ------------------------------------------------------------------------------------------------ */

/* The ranks on this machine, and how many of them may use the very same CPUs as this one. */
struct neighbours {
    int count;
    int on_same_cpus;
};

static MPI_Comm split_by_machine(int *count)
{
    MPI_Comm machine;
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, count);
    return machine;
}

unsigned ranks_on_machine(void)
{
    int count = 1;
    MPI_Comm machine = split_by_machine(&count);
    MPI_Comm_free(&machine);
    return (unsigned)count;
}

static struct neighbours find_neighbours(void)
{
    struct neighbours neighbours = {1, 1};
    cpu_set_t mine;
    CPU_ZERO(&mine);
    sched_getaffinity(0, sizeof mine, &mine);
    MPI_Comm machine = split_by_machine(&neighbours.count);
    cpu_set_t *const all = calloc((size_t)neighbours.count, sizeof *all);
    if (all == NULL) {
        job_abort("not enough memory");
        return neighbours;
    }
    MPI_Allgather(&mine, (int)sizeof mine, MPI_BYTE, all, (int)sizeof mine, MPI_BYTE, machine);
    neighbours.on_same_cpus = 0;
    for (int i = 0; i < neighbours.count; ++i) {
        neighbours.on_same_cpus += CPU_EQUAL(&mine, &all[i]) != 0;
    }
    free(all);
    MPI_Comm_free(&machine);
    return neighbours;
}

static unsigned threads_of(const struct job *job, const struct neighbours *neighbours)
{
    /* This rank is one of them. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
    const unsigned share = cpu_count_affine() / (unsigned)neighbours->on_same_cpus;
    const double time = cpu_time_allowed() / neighbours->count; /* a quota is for all of them together */
    return job->threads != 0 ? job->threads : cpu_count_within(share == 0 ? 1 : share, time);
}

void ranks_meet(struct ranks *ranks, const struct job *job)
{
    const struct neighbours neighbours = find_neighbours();
    *ranks = (struct ranks){.threads = threads_of(job, &neighbours)};
    MPI_Comm_rank(MPI_COMM_WORLD, &ranks->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks->size);
    MPI_Allreduce(&ranks->threads, &ranks->most_threads, 1, MPI_UNSIGNED, MPI_MAX, MPI_COMM_WORLD);
    MPI_Allreduce(&ranks->threads, &ranks->all_threads, 1, MPI_UNSIGNED, MPI_SUM, MPI_COMM_WORLD);
    const uint64_t mine = memory_for_search((unsigned)neighbours.count);
    uint64_t least;
    MPI_Allreduce(&mine, &least, 1, MPI_UINT64_T, MPI_MIN, MPI_COMM_WORLD);
    ranks->memory = job->memory != 0 ? job->memory : least;
}

void job_abort(const char *message)
{
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    fprintf(stderr, "firesieve-mpi: error: rank %d: %s\n", rank, message);
    MPI_Abort(MPI_COMM_WORLD, 2);
}

/* ---- Jobs ------------------------------------------------------------------------------------------------- */

/* Receives bytes that rank 0 sends to all, in pieces that an int can count. */
static void hear(void *bytes, size_t size)
{
    enum { PIECE = 1 << 26 };
    char *at = bytes;
    for (size_t left = size; left > 0;) {
        const int piece = left < PIECE ? (int)left : PIECE;
        MPI_Bcast(at, piece, MPI_BYTE, 0, MPI_COMM_WORLD);
        at += piece;
        left -= (size_t)piece;
    }
}

/* Sends them. MPI only reads what rank 0 gives it, but does not declare that. */
static void tell(const void *bytes, size_t size)
{
    const union {
        const void *given;
        void *taken;
    } pointer = {.given = bytes};
    hear(pointer.taken, size);
}

/* What is sent first; it has the same size in every version. */
struct greeting {
    char version[32];
    uint64_t job_size;
};

static struct greeting own_greeting(void)
{
    struct greeting greeting = {.job_size = sizeof(struct job)};
    snprintf(greeting.version, sizeof greeting.version, "%s", FIRESIEVE_VERSION);
    return greeting;
}

void job_tell(const struct job *job, const firesieve_firewall *firewall)
{
    const struct greeting greeting = own_greeting();
    struct job told = *job;
    told.begin.window.begun = NULL;
    told.begin.recipe = (struct recipe){.form = NULL};
    tell(&greeting, sizeof greeting);
    tell(&told, sizeof told);
    if (job->kind == JOB_SEARCH) {
        const firesieve_layer *const layers = firesieve_firewall_layers(firewall);
        const struct window_frontier *const window = &job->begin.window;
        tell(layers, job->layer_count * sizeof *layers);
        tell(window->begun, window->begun_count * sizeof *window->begun);
    }
}

/* What is sent before the text of a plan. */
struct plan_head {
    uint64_t size; /* of the text; 0: there is no plan */
    bool in_window;
    bool chosen;
    firesieve_delay until;
};

static const struct record_format plan_format = {"plan", 1, true};

static firesieve_status tell_plan(const struct frontier *frontier, bool chosen, firesieve_error *error)
{
    struct record_writer text = {.text = NULL};
    struct plan_head head = {.in_window = frontier->in_window, .chosen = chosen, .until = frontier->until};
    firesieve_status status = FIRESIEVE_OK;
    if (frontier->recipe.form != NULL) {
        record_start(&text, plan_format);
        recipe_write(&text, &frontier->recipe);
        status = record_finish(&text, error);
        head.size = status == FIRESIEVE_OK ? text.size : 0;
    }
    tell(&head, sizeof head);
    tell(text.text, head.size);
    record_writer_free(&text);
    return status;
}

static firesieve_status hear_plan(struct frontier *frontier, bool *chosen, firesieve_error *error)
{
    struct plan_head head;
    struct record_reader reader;
    hear(&head, sizeof head);
    char *const text = malloc(head.size + 1);
    if (text == NULL) {
        return error_set_memory(error, "the plan"); /* the others then wait for this rank, so it must end the job */
    }
    hear(text, head.size);
    frontier->in_window = head.in_window;
    *chosen = head.chosen;
    frontier->until = head.until;
    firesieve_status status = FIRESIEVE_OK;
    if (head.size > 0) {
        status = record_open(&reader, plan_format, text, head.size, (struct go_on){NULL, NULL}, error);
        if (status == FIRESIEVE_OK && method_read_recipe(&reader, &frontier->recipe)) {
            record_end(&reader);
        }
        status = reader.status;
    }
    free(text);
    return status;
}

firesieve_status job_share_plan(int rank, struct frontier *frontier, bool *chosen, firesieve_error *error)
{
    return rank == 0 ? tell_plan(frontier, *chosen, error) : hear_plan(frontier, chosen, error);
}

firesieve_status job_hear(struct job *job, uint64_t *begun, firesieve_firewall **firewall, firesieve_error *error)
{
    const struct greeting own = own_greeting();
    struct greeting greeting;
    hear(&greeting, sizeof greeting);
    if (memcmp(&greeting, &own, sizeof own) != 0) {
        return error_set(error, FIRESIEVE_ERROR_ARGUMENT, "this is firesieve-mpi %s, that of rank 0 is %.31s",
                         own.version, greeting.version);
    }
    hear(job, sizeof *job);
    if (job->kind != JOB_SEARCH) {
        return FIRESIEVE_OK;
    }
    firesieve_layer *const layers = calloc(job->layer_count, sizeof *layers);
    if (layers == NULL) {
        return error_set_memory(error, "the firewall");
    }
    hear(layers, job->layer_count * sizeof *layers);
    struct window_frontier *const window = &job->begin.window;
    window->begun = begun;
    hear(begun, window->begun_count * sizeof *begun);
    const firesieve_status status = firesieve_firewall_build(layers, job->layer_count, firewall, error);
    free(layers);
    return status;
}
