/* firesieve-mpi: the program for clusters. Rank 0 runs the command, and the others do what it tells them. */
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "cli/build_info.h"
#include "cli/command.h"
#include "cli/complete.h"
#include "cli/deadline.h"
#include "cli/progress.h"
#include "firesieve_revision.h"
#include "mpi/commands.h"
#include "mpi/job.h"

static void print_help(FILE *stream)
{
    fprintf(stream, "firesieve-mpi searches a firewall on all ranks of an MPI job.\n\n"
                    "Usage: mpirun [-n RANKS] firesieve-mpi COMMAND [OPTION]... [FILE]\n\nCommands:\n");
    for (size_t i = 0; mpi_commands[i] != NULL; ++i) {
        fprintf(stream, "  %-10s %s\n", mpi_commands[i]->name, mpi_commands[i]->summary);
    }
    fprintf(stream, "\n  firesieve-mpi COMMAND --help   print the options of a command, with an example\n");
    for (size_t i = 0; mpi_program_options[i].name != NULL; ++i) {
        fprintf(stream, "  firesieve-mpi %-16s %s\n", mpi_program_options[i].name, mpi_program_options[i].help);
    }
    fprintf(stream, "\nInput, output and exit status are those of firesieve; see 'firesieve --help'.\n"
                    "\nExample:\n  mpirun -n 2 firesieve-mpi solve --checkpoint far.checkpoint far.firewall\n");
}

static void print_build_info(void)
{
    char mpi[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;
    build_info_print("firesieve-mpi", FIRESIEVE_REVISION);
    MPI_Get_library_version(mpi, &length);
    printf("MPI:          %.*s\n", (int)strcspn(mpi, ",\n"), mpi);
}

static void print_version(void)
{
    puts("firesieve-mpi " FIRESIEVE_VERSION);
}

static void print_help_asked_for(void)
{
    print_help(stdout);
}

/* What rank 0 does. */
static int lead(int argc, const char **argv)
{
    static const struct {
        const char *option;
        void (*print)(void);
    } texts[] = {{"--help", print_help_asked_for}, {"-h", print_help_asked_for},
                 {"--version", print_version},     {"-V", print_version},
                 {"version", print_version},       {"--build-info", print_build_info}};
    if (argc < 2) {
        print_help(stderr);
        return EXIT_BAD;
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; ++i) {
        if (strcmp(argv[1], texts[i].option) == 0) {
            if (!stands_alone("firesieve-mpi", argc, argv, 1)) {
                return EXIT_BAD;
            }
            texts[i].print();
            return EXIT_FOUND;
        }
    }
    const struct command *const command = command_find(mpi_commands, argv[1]);
    return command == NULL ? command_unknown("firesieve-mpi", mpi_commands, argv[1])
                           : command->run(command, argc - 1, argv + 1);
}

/* The arguments of a rank without the program's name, which may differ between machines. */
struct command_line {
    uint64_t hash;
    char text[512]; /* as much as fits */
};

static struct command_line command_line_of(int argc, char **argv)
{
    struct command_line line = {.hash = (uint64_t)argc};
    size_t used = 0;
    for (int i = 1; i < argc; ++i) {
        line.hash = hash_bytes(argv[i], strlen(argv[i]) + 1, line.hash);
        if (used < sizeof line.text) {
            const int length = snprintf(line.text + used, sizeof line.text - used, "%s%s", i > 1 ? " " : "", argv[i]);
            used += length > 0 ? (size_t)length : 0;
        }
    }
    return line;
}

/*
 * Whether all ranks were given the same arguments, of which only those of rank 0 count: a user who starts ranks with
 * different files, ranges or commands expects other answers. Rank 0 says what is wrong.
 */
static bool agree_on_command_line(int rank, int argc, char **argv)
{
    const struct command_line mine = command_line_of(argc, argv);
    struct command_line first = mine;
    int size;
    int differing;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Bcast(&first, (int)sizeof first, MPI_BYTE, 0, MPI_COMM_WORLD);
    const int own = mine.hash == first.hash ? size : rank;
    MPI_Allreduce(&own, &differing, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (differing == size) {
        return true;
    }
    if (rank == differing) {
        MPI_Send(&mine, (int)sizeof mine, MPI_BYTE, 0, 0, MPI_COMM_WORLD);
    } else if (rank == 0) {
        struct command_line other;
        MPI_Recv(&other, (int)sizeof other, MPI_BYTE, differing, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        fprintf(stderr,
                "firesieve-mpi: error: expected the same command, options and FILE for all ranks, found '%s' for rank "
                "0 and '%s' for rank %d\n",
                first.text, other.text, differing);
    }
    return false;
}

int main(int argc, char **argv)
{
    static const struct complete_program program = {mpi_commands, mpi_program_options, false};
    int provided;
    int rank;
    deadline_start();
    int status = EXIT_FOUND;
    if (argc > 1 && strcmp(argv[1], COMPLETE_REQUEST) == 0) {
        return finish_output(complete_program(&program, argc, (const char **)(void *)argv));
    }
    /*
     * Over plain Ethernet, the only one-sided operations that Open MPI has are those of its component pt2pt, which
     * Debian's settings exclude. This lets it choose among all but the one that only counts; other MPIs ignore it.
     */
    setenv("OMPI_MCA_osc", "^monitoring", 0);
    errors_instead_of_signals();
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    if (provided < MPI_THREAD_FUNNELED) {
        fputs("firesieve-mpi: error: expected an MPI that a program with threads may use\n", stderr);
        MPI_Abort(MPI_COMM_WORLD, EXIT_BAD);
    }
    bound_memory(ranks_on_machine());
    if (!agree_on_command_line(rank, argc, argv)) {
        status = rank == 0 ? EXIT_BAD : EXIT_FOUND;
    } else if (rank == 0) {
        status = lead(argc, (const char **)(void *)argv);
        job_tell(&(struct job){.kind = JOB_END}, NULL);
        status = finish_output(status);
    } else {
        follow_jobs();
    }
    MPI_Finalize();
    signals_die();
    return status;
}
