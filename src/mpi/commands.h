/* The commands of firesieve-mpi; rank 0 runs them. */
#ifndef FIRESIEVE_MPI_COMMANDS_H
#define FIRESIEVE_MPI_COMMANDS_H

#include "cli/options.h"

/* solve and count; ends with NULL. */
extern const struct command *const mpi_commands[];

/* What the other ranks do: they hear of jobs and take part in them, until rank 0 says that there are no more. */
void follow_jobs(void);

#endif
