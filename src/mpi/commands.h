/* The commands of firesieve-mpi; rank 0 runs them. */
#ifndef FIRESIEVE_MPI_COMMANDS_H
#define FIRESIEVE_MPI_COMMANDS_H

#include "cli/command.h"

/* solve and count, then NULL. */
extern const struct command *const mpi_commands[];

/* Options that stand in place of a command, like program_options. */
extern const struct program_option mpi_program_options[];

/* What the other ranks do: they take part in jobs until rank 0 says that there are no more. */
void follow_jobs(void);

#endif
