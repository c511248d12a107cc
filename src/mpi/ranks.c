#include "mpi/ranks.h"

#include <mpi.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu.h"

/* The ranks on this machine, and how many of them may use the very same CPUs as this one. */
struct neighbours {
    int count;
    int on_same_cpus;
};

static struct neighbours find_neighbours(void)
{
    MPI_Comm machine;
    struct neighbours neighbours = {1, 1};
    cpu_set_t mine;
    CPU_ZERO(&mine);
    sched_getaffinity(0, sizeof mine, &mine);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
    MPI_Comm_size(machine, &neighbours.count);
    cpu_set_t *const all = calloc((size_t)neighbours.count, sizeof *all);
    if (all == NULL) {
        fputs("firesieve-mpi: error: not enough memory\n", stderr);
        MPI_Abort(MPI_COMM_WORLD, 2);
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
    const double time = cpu_time_allowed() / neighbours->count; /* a quota is that of all */
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
