#!/usr/bin/env python3
"""
measure.py FIRESIEVE FIRESIEVE_MPI: how much faster two ranks of one thread are than one, on a search of half a minute.
Runs alternate in rounds, in both orders. MEASURE_MPI_K and MEASURE_MPI_ROUNDS choose the search and the rounds.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile

import mpi


def main():
    firesieve, firesieve_mpi = map(os.path.abspath, sys.argv[1:])
    k = os.environ.get("MEASURE_MPI_K", "323")
    rounds = int(os.environ.get("MEASURE_MPI_ROUNDS", "2"))
    times = {1: [], 2: []}
    answers = set()
    os.chdir(tempfile.mkdtemp())
    with open("far", "w", encoding="ascii") as file:
        subprocess.run([firesieve, "generate", "erdos-selfridge", "--k", k], stdout=file, check=True)
    for number in range(2 * rounds):
        for ranks in (1, 2) if number % 2 == 0 else (2, 1):
            done = mpi.run(firesieve_mpi, ranks, "solve", "--threads", "1", "--json", "far", timeout=3600)
            result = json.loads(done.stdout)
            times[ranks].append(result["elapsed_s"])
            answers.add(result["delay"])
            print(f"erdos-selfridge --k {k}, {ranks} rank{'s' * (ranks > 1)}: {result['elapsed_s']:.2f} s", flush=True)
    ratios = [one / two for one, two in zip(times[1], times[2])]
    mpi.expect(len(answers) == 1, f"different answers: {answers}")
    print(f"answer {answers.pop()}; 1 rank {statistics.median(times[1]):.2f} s, 2 ranks "
          f"{statistics.median(times[2]):.2f} s; ratio of the same round {statistics.median(ratios):.2f} "
          f"({min(ratios):.2f} to {max(ratios):.2f})")


main()
