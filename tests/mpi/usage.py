#!/usr/bin/env python3
"""usage.py FIRESIEVE_MPI: what is said to bad usage and bad input, once and not by each rank."""
import os
import re
import sys
import tempfile

import mpi

EXAMPLE = "0: 3\n1: 2\n4: 4\n6: 4\n"
HINT = "\nTry 'firesieve-mpi solve --help'.\n"

# Arguments, standard input, exit status, and what the output has to be.
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
     "firesieve-mpi: error: expected nothing behind '--version', found 'now'\nTry 'firesieve-mpi --help'.\n"),
    (["solve"], EXAMPLE, 0, "10\n", ""),
    (["solve", "--from", "11", "--to", "20"], EXAMPLE, 1, "none\n", ""),
    (["count", "--to", "23"], EXAMPLE, 0, "2\n", ""),
]


def ours(text):
    """Without what mpirun says, between dashes, of ranks that exit with a status, and its hwloc of a tree without /sys."""
    text = re.sub(r"(?ms)^-{40,}\n.*?^-{40,}\n", "", text)
    lines = text.splitlines(True)
    return "".join(line for line in lines if not line.startswith(("-----", "[hwloc")) and "mpirun" not in line)


def main():
    firesieve_mpi = os.path.abspath(sys.argv[1])
    os.chdir(tempfile.mkdtemp())
    for arguments, text, status, output, error in ROWS:
        done = mpi.run(firesieve_mpi, 2, *arguments, text=text)
        mpi.expect(done.returncode == status and done.stdout == output and ours(done.stderr) == error,
                   f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    done = mpi.run(firesieve_mpi, 2, "count", "--help")
    mpi.expect(done.returncode == 0 and done.stdout.startswith("firesieve-mpi count: print how many delays"), done.stdout)
    mpi.expect(done.stdout.count("--checkpoint-interval") == 1, "the help is printed by more than one rank")
    done = mpi.run(firesieve_mpi, 2, "--version")
    mpi.expect(done.stdout.startswith("firesieve-mpi ") and done.stdout.count("\n") == 1, done.stdout)
    done = mpi.run(firesieve_mpi, 2, "--build-info")
    mpi.expect(done.stdout.startswith("firesieve-mpi ") and done.stdout.count("\nMPI: ") == 1, done.stdout)
    print(f"{len(ROWS) + 3} command lines")


main()
