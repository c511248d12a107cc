/* The commands of firesieve-mpi; rank 0 runs them. */
#ifndef FIRESIEVE_MPI_COMMANDS_H
#define FIRESIEVE_MPI_COMMANDS_H

#include "cli/command.h"

/* solve and count; ends with NULL. */
extern const struct command *const mpi_commands[];

/* What stands in place of a command, as program_options. */
extern const struct program_option mpi_program_options[];

/* What the other ranks do: they hear of jobs and take part in them, until rank 0 says that there are no more. */
void follow_jobs(void);

#endif
