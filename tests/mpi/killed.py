#!/usr/bin/env python3
"""
killed.py FIRESIEVE FIRESIEVE_MPI: a rank that dies ends the job and leaves the checkpoint intact; so do signals and the
time limit. The next run resumes, with another number of ranks or as a single process.
"""
import os
import signal
import subprocess
import sys
import tempfile

import mpi

# Seconds of work, so that there is something to resume; but the answer is near enough for a loaded machine.
FAR = ["erdos-selfridge", "--k", "270"]
ANSWER = "1701260056856388505285326\n"
KEEP = ["--checkpoint", "checkpoint", "--checkpoint-interval", "0.1", "--memory", "512M", "--kernel", "scalar"]


def has_begun():
    """Whether the checkpoint has begun or finished tasks of a window."""
    try:
        with open("checkpoint", encoding="ascii") as file:
            return any(line.startswith("open ") and not line.endswith(" 0\n") for line in file)
    except OSError:
        return False


def is_whole(firesieve):
    """Whether firesieve accepts the checkpoint as one of this search."""
    done = subprocess.run([firesieve, "solve", *KEEP, "--time-limit", "3", "far"], capture_output=True, text=True, check=False)
    return done.returncode in (0, 3) and "resumes at" in done.stderr


def interrupt(program, ranks, victim, number):
    """Starts the search, and once something is done sends a signal to a rank or to mpirun."""
    process = mpi.start(program, ranks, "solve", *KEEP, "far")
    mpi.wait_for(lambda: len(mpi.ranks_of(process)) == ranks, 120, f"the start of {ranks} ranks")
    before = os.stat("checkpoint").st_mtime_ns if os.path.exists("checkpoint") else 0
    mpi.wait_for(lambda: os.path.exists("checkpoint") and os.stat("checkpoint").st_mtime_ns != before and has_begun(),
                 240, "a checkpoint in the middle of a window")
    os.kill(process.pid if victim is None else mpi.ranks_of(process)[victim], number)
    output, error = process.communicate(timeout=240)
    mpi.expect(output == "" and process.returncode != 0, f"exit {process.returncode}: {output}{error}")
    mpi.expect(has_begun(), "the checkpoint has lost what was done")
    print(f"{ranks} ranks, {signal.Signals(number).name} to {'mpirun' if victim is None else f'rank {victim}'}: "
          f"exit {process.returncode}")
    return error


def main():
    firesieve, firesieve_mpi = map(os.path.abspath, sys.argv[1:])
    os.chdir(tempfile.mkdtemp())
    with open("far", "w", encoding="ascii") as file:
        subprocess.run([firesieve, "generate", *FAR], stdout=file, check=True)
    interrupt(firesieve_mpi, 2, 1, signal.SIGKILL)
    interrupt(firesieve_mpi, 3, 0, signal.SIGKILL)
    error = interrupt(firesieve_mpi, 2, 0, signal.SIGTERM)
    mpi.expect("interrupted after" in error, f"it does not report how far it got:\n{error}")
    interrupt(firesieve_mpi, 2, None, signal.SIGTERM)
    mpi.expect(is_whole(firesieve), "firesieve does not accept the checkpoint of firesieve-mpi")
    limited = mpi.run(firesieve_mpi, 2, "solve", *KEEP, "--time-limit", "0.3", "far")
    mpi.expect(limited.returncode == 3 and "stopped by the time limit" in limited.stderr, limited.stderr)
    at_once = mpi.run(firesieve_mpi, 2, "solve", "--time-limit", "0", "-q", "far")
    mpi.expect(at_once.returncode == 3 and at_once.stdout == "", f"{at_once.stdout}{at_once.stderr}")
    options = [*KEEP[:-2], "far"]
    ended = mpi.run(firesieve_mpi, 4, "solve", *options)
    mpi.expect(ended.stdout == ANSWER and "resumes at" in ended.stderr, f"{ended.stdout}{ended.stderr}")
    again = subprocess.run([firesieve, "solve", *options], capture_output=True, text=True, check=False)
    mpi.expect(again.stdout == ANSWER, f"{again.stdout}{again.stderr}")
    print(f"resumed: {ended.stdout.strip()}")


main()
