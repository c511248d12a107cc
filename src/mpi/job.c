#include "mpi/job.h"

#include <mpi.h>
#include <stdlib.h>

#include "base/error.h"

/* Sends bytes from rank 0 to all, or receives them, in pieces that an int can count. NULL: they are thrown away. */
static void broadcast(void *bytes, size_t size)
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

void job_tell(const struct job *job, const firesieve_firewall *firewall)
{
    struct job told = *job;
    told.begin.window.begun = NULL;
    broadcast(&told, sizeof told);
    if (job->kind == JOB_SEARCH) {
        const firesieve_layer *const layers = firesieve_firewall_layers(firewall);
        const struct window_frontier *const window = &job->begin.window;
        broadcast((void *)(uintptr_t)layers, job->layer_count * sizeof *layers);
        broadcast(window->begun, window->begun_count * sizeof *window->begun);
    }
}

firesieve_status job_hear(struct job *job, uint64_t *begun, firesieve_firewall **firewall, firesieve_error *error)
{
    broadcast(job, sizeof *job);
    if (job->kind != JOB_SEARCH) {
        return FIRESIEVE_OK;
    }
    firesieve_layer *const layers = calloc(job->layer_count, sizeof *layers);
    if (layers == NULL) {
        return error_set_memory(error, "the firewall");
    }
    broadcast(layers, job->layer_count * sizeof *layers);
    struct window_frontier *const window = &job->begin.window;
    window->begun = begun;
    broadcast(begun, window->begun_count * sizeof *begun);
    const firesieve_status status = firesieve_firewall_build(layers, job->layer_count, firewall, error);
    free(layers);
    return status;
}
