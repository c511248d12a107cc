/* What the pages of firesieve-mpi say besides the tables of its commands. */
#include "mpi/commands.h"
#include "pages/pages.h"

static const struct page_row sections[] = {{0}};

static const struct page_row statuses[] = {
    {"0", "found (count: at least one)"},
    {"1", "none, in the range asked or at all"},
    {"2", "bad usage or bad input"},
    {"3", "stopped by a limit before an answer"},
    {0},
};

static const struct page_row environment[] = {
    {"FIRESIEVE_KERNEL", "the kernel to use where --kernel is not given; one that cannot run here is an error"},
    {"FIRESIEVE_THREADS", "how many threads each rank uses where --threads is not given"},
    {0},
};

static const struct program firesieve_mpi = {
    .name = "firesieve-mpi",
    .summary = "find the smallest delay at which a packet crosses a firewall uncaught, on a cluster",
    .description =
        "firesieve-mpi searches as firesieve does, with all ranks of an MPI job: it is to be started with mpirun or "
        "srun. Rank 0 reads the FILE, prints the answer and keeps the checkpoint. Input and output are those of "
        "firesieve.\n",
    .commands = mpi_commands,
    .options = mpi_program_options,
    .has_help_command = false,
    .sections = sections,
    .statuses = statuses,
    .environment = environment,
    .example = "mpirun -n 2 firesieve-mpi solve --checkpoint far.checkpoint far.firewall\n",
    .see_also = "firesieve(1), mpirun(1)",
};

int main(int argc, char **argv)
{
    return pages_main(&firesieve_mpi, argc, argv);
}
