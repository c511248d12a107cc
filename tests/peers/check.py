"""check.py PEER FIRESIEVE BUILD: checks that the peer and firesieve find the same. Exit status 77: it is not
installed."""
import os
import random
import subprocess
import sys
import tempfile

import programs

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden")
# For every peer; for all except the first try; and for those that compile.
SMALL = ("example", "comments", "range-one", "erdos-cover")
MIDDLE = ("negative-pseudosquare-8", "sextuplet")
LARGE = ("talk", "extremal-20", "erdos-selfridge-41")
SEEDS = 8
# All scanners are back after 5040 picoseconds at most: even finding that no delay is safe is quick.
DRAWN = 24
DRAWN_RANGES = 3, 10


def golden(peer):
    names = SMALL
    if peer != "first_try":
        names += MIDDLE
    if peer not in ("first_try", "second_try"):
        names += LARGE
    return [os.path.join(GOLDEN, f"{name}.firewall") for name in names]


def generated(firesieve, directory):
    """Firewalls that firesieve generates."""
    for seed in range(1, SEEDS + 1):
        path = os.path.join(directory, f"generated-seed-{seed}")
        with open(path, "w", encoding="ascii") as file:
            words = ["generate", "uniform", "--layers", "6", "--max-range", "8", "--seed", str(seed)]
            subprocess.run([firesieve, *words], stdout=file, check=True)
        yield path


def drawn(directory):
    """Firewalls with gaps, in any order, made without firesieve."""
    for seed in range(1, DRAWN + 1):
        draw = random.Random(seed)
        depths = draw.sample(range(32), draw.randint(6, 24))
        path = os.path.join(directory, f"drawn-seed-{seed}")
        with open(path, "w", encoding="ascii") as file:
            file.writelines(f"{depth}: {draw.randint(*DRAWN_RANGES)}\n" for depth in depths)
        yield path


def answers(command, paths, statuses):
    run = subprocess.run([*command, *paths], stdout=subprocess.PIPE, text=True, check=False)
    # For several files, firesieve begins each line with the file's name.
    found = [line.rpartition(" ")[2] for line in run.stdout.splitlines()]
    if run.returncode not in statuses or len(found) != len(paths):
        sys.exit(f"{command}: exit status {run.returncode}, {len(found)} answers to {len(paths)} firewalls")
    return found


def main():
    peer, firesieve, build = sys.argv[1:]
    command = programs.command(peer, build)
    if command is None:
        print(f"skipped: {peer} is not installed")
        return 77
    wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        paths = [*golden(peer), *generated(firesieve, directory), *drawn(directory)]
        # 1 is the exit status of `none`.
        ours = answers([firesieve, "solve"], paths, (0, 1))
        theirs = answers(command, paths, (0,))
        for path, our, their in zip(paths, ours, theirs):
            print(f"{os.path.basename(path)}: {our}" + ("" if our == their else f", but {peer} says {their}"))
            if our != their:
                wrong += 1
                with open(path, encoding="latin-1") as file:
                    print(file.read(2000))
    return 1 if wrong else 0


sys.exit(main())
