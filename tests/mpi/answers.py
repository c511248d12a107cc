#!/usr/bin/env python3
"""answers.py FIRESIEVE FIRESIEVE_MPI: any number of ranks and threads gives the answer and exit status of one
process."""
import os
import subprocess
import sys
import tempfile

import mpi

SHAPES = [(1, 1), (2, 1), (4, 1), (2, 2), (3, 2)]

# The options of generate, and the command.
INSTANCES = [
    (["puzzle", "--seed", "7"], ["solve"]),
    (["erdos-selfridge", "--k", "150"], ["solve", "--method", "focus"]),
    (["erdos-selfridge", "--k", "61"], ["solve", "--method", "scan"]),
    (["negative-pseudosquare", "--primes", "30"], ["solve", "--from", "1000000", "--method", "wheel"]),
    (["planted", "--layers", "3000", "--bits", "36"], ["solve", "--json"]),
    (["blocked", "--layers", "40"], ["solve"]),
    (["extremal", "--layers", "40"], ["solve", "--to", "1000000000"]),
    (["tuplet", "--offsets", "0,2", "--start", "0", "--sieve-to", "10000"], ["count", "--to", "1000000000"]),
    (["puzzle", "--seed", "3"], ["count"]),
    (["erdos-selfridge", "--k", "100"], ["count", "--to", "100000000000"]),
]


def answer(text):
    """The part that is the same for any number of ranks: of JSON, the members with the answer."""
    keep = ('"status"', '"delay"', '"method"', '"reason"', '"candidates"')
    if not text.startswith("{"):
        return text
    return "".join(line for line in text.splitlines(True) if line.strip().startswith(keep))


def finished_count(firesieve, firesieve_mpi):
    """A finished count gives its answer again, whichever program made the checkpoint."""
    with tempfile.TemporaryDirectory() as folder:
        keep = ["--to", "1000000", "--checkpoint", f"{folder}/checkpoint", f"{folder}/twins"]
        with open(f"{folder}/twins", "w", encoding="ascii") as file:
            subprocess.run([firesieve, "generate", *INSTANCES[7][0]], stdout=file, check=True)
        alone = subprocess.run([firesieve, "count", *keep], capture_output=True, text=True, check=True).stdout
        for _ in range(2):
            done = mpi.run(firesieve_mpi, 2, "count", *keep)
            mpi.expect(done.stdout == alone, f"finished count: {done.stdout}{done.stderr}, alone {alone}")


def planned(firesieve, firesieve_mpi):
    """All ranks search by a given plan, which one process has written; its method must be the one asked for."""
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/firewall", "w", encoding="ascii") as file:
            subprocess.run([firesieve, "generate", "erdos-selfridge", "--k", "100"], stdout=file, check=True)
        plan = ["--plan", f"{folder}/plan", f"{folder}/firewall"]
        subprocess.run([firesieve, "explain", "--method", "focus", *plan], capture_output=True, check=True)
        done = mpi.run(firesieve_mpi, 2, "solve", "-v", *plan)
        mpi.expect(done.stdout == "3935600384\n" and "method focus" in done.stderr, f"by a plan: {done.stdout}{done.stderr}")
        done = mpi.run(firesieve_mpi, 2, "solve", "--method", "wheel", *plan)
        mpi.expect(done.returncode == 2 and "the plan is one of method focus" in done.stderr,
                   f"a plan of another method: exit {done.returncode}\n{done.stdout}{done.stderr}")


def main():
    firesieve, firesieve_mpi = map(os.path.abspath, sys.argv[1:])
    os.chdir(tempfile.mkdtemp())
    for number, (generate, ask) in enumerate(INSTANCES):
        with open("firewall", "w", encoding="ascii") as file:  # mpirun may take seconds to pass standard input on
            subprocess.run([firesieve, "generate", *generate], stdout=file, check=True)
        alone = subprocess.run([firesieve, *ask, "firewall"], capture_output=True, text=True, check=False)
        for ranks, threads in (SHAPES[number % len(SHAPES)], SHAPES[(number + 2) % len(SHAPES)]):
            together = mpi.run(firesieve_mpi, ranks, *ask, "--threads", str(threads), "firewall")
            what = f"{' '.join(generate)} | {' '.join(ask)}, {ranks} ranks of {threads} threads"
            mpi.expect(answer(together.stdout) == answer(alone.stdout) and together.returncode == alone.returncode,
                       f"{what}:\n{together.stdout}{together.stderr}exit {together.returncode}; alone:\n{alone.stdout}"
                       f"exit {alone.returncode}")
            print(f"{what}: {together.stdout.split(chr(10))[0]}")
    finished_count(firesieve, firesieve_mpi)
    planned(firesieve, firesieve_mpi)


main()
