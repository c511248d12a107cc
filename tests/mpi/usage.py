#!/usr/bin/env python3
"""usage.py FIRESIEVE_MPI: the messages for bad usage and bad input, which appear once and not from each rank."""
import os
import re
import shlex
import sys
import tempfile

import mpi

EXAMPLE = "0: 3\n1: 2\n4: 4\n6: 4\n"
HINT = "\nTry 'firesieve-mpi solve --help'.\n"

# Arguments, standard input, exit status, standard output, and standard error.
ROWS = [
    (["solve"], "0: 3\n1: 2\n4 - 4\n", 2, "", "<stdin>:3:3: error: expected ':' and a range after the depth, found '-'\n"),
    (["solve", "nosuch"], "", 2, "", "nosuch:1:1: error: cannot open: No such file or directory\n"),
    (["solve", "a", "b"], "", 2, "",
     "firesieve-mpi solve: error: expected at most one FILE, found 'b' as well" + HINT),
    (["solve", "--method", "simulate"], "", 2, "",
     "firesieve-mpi solve: error: --method: expected a method that ranks can share (auto, scan, wheel or focus), found "
     "'simulate'" + HINT),
    (["solve", "--threads", "0"], "", 2, "",
     "firesieve-mpi solve: error: --threads: expected a whole number from 1 to 4096, found '0'" + HINT),
    (["sort"], "", 2, "", "firesieve-mpi: error: expected a command, found 'sort'\nTry 'firesieve-mpi --help'.\n"),
    (["--version", "now"], "", 2, "",
     "firesieve-mpi: error: expected nothing after '--version', found 'now'\nTry 'firesieve-mpi --help'.\n"),
    (["solve"], EXAMPLE, 0, "10\n", ""),
    (["solve", "--from", "11", "--to", "20"], EXAMPLE, 1, "none\n", ""),
    (["count", "--to", "23"], EXAMPLE, 0, "2\n", ""),
]


# Different arguments for rank 0 and rank 1.
MIXED = [
    (["solve", "a"], ["solve", "b"], "'solve a' for rank 0 and 'solve b' for rank 1"),
    (["solve", "a"], ["count", "a"], "'solve a' for rank 0 and 'count a' for rank 1"),
    (["count", "--to", "10", "a"], ["count", "--to", "20", "a"],
     "'count --to 10 a' for rank 0 and 'count --to 20 a' for rank 1"),
    (["--version"], [], "'--version' for rank 0 and '' for rank 1"),
]


def ours(text):
    """The text without mpirun's messages, between dashes, about ranks that exit with a status, and its hwloc's about
    /sys."""
    text = re.sub(r"(?ms)^-{40,}\n.*?^-{40,}\n\0?", "", text)  # Ubuntu 26.04 ends it with a NUL
    lines = text.splitlines(True)
    return "".join(line for line in lines if not line.startswith(("-----", "[hwloc")) and "mpirun" not in line)


def main():
    firesieve_mpi = os.path.abspath(sys.argv[1])
    os.chdir(tempfile.mkdtemp())
    for arguments, text, status, output, error in ROWS:
        done = mpi.run(firesieve_mpi, 2, *arguments, text=text)
        mpi.expect(done.returncode == status and done.stdout == output and ours(done.stderr) == error,
                   f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    for first, second, found in MIXED:
        # Not as two programs with ':' between them, which crashes mpirun of Open MPI 5.0.7.
        by_rank = [shlex.join([firesieve_mpi, *arguments]) for arguments in (first, second)]
        done = mpi.run("sh", 2, "-c", f'case $OMPI_COMM_WORLD_RANK in 0) exec {by_rank[0]} ;; *) exec {by_rank[1]} ;; esac')
        error = f"firesieve-mpi: error: expected the same command, options and FILE for all ranks, found {found}\n"
        mpi.expect(done.returncode == 2 and not done.stdout and ours(done.stderr) == error,
                   f"{first} and {second}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    with open("a", "w", encoding="ascii") as file:
        file.write(EXAMPLE)
    done = mpi.run(firesieve_mpi, 2, "solve", "--checkpoint", "nowhere/kept", "a")
    mpi.expect(done.returncode == 2 and not done.stdout and
               ours(done.stderr) == "nowhere/kept: error: cannot write: expected a folder 'nowhere'\n", done.stderr)
    done = mpi.run(firesieve_mpi, 2, "count", "--help")
    mpi.expect(done.returncode == 0 and done.stdout.startswith("firesieve-mpi count: print how many delays"), done.stdout)
    mpi.expect(done.stdout.count("--checkpoint-interval") == 1, "the help is printed by more than one rank")
    done = mpi.run(firesieve_mpi, 2, "--version")
    mpi.expect(done.stdout.startswith("firesieve-mpi ") and done.stdout.count("\n") == 1, done.stdout)
    done = mpi.run(firesieve_mpi, 2, "--build-info")
    mpi.expect(done.stdout.startswith("firesieve-mpi ") and done.stdout.count("\nMPI: ") == 1, done.stdout)
    print(f"{len(ROWS) + 3} command lines")


main()
