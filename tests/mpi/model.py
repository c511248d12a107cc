#!/usr/bin/env python3
"""
model.py [--check MEMBER.C]: simulates a search on up to a thousand ranks, event by event, by the rules of
src/mpi/member.c.

The model includes: ranks of one thread that take runs of tasks from one counter; rank 0, which serves them and reads
their reports one after another; tasks of different lengths; and the end of the search, when the last task of the
answer's window is done and reported and all ranks are told. All ranks plan at the same time.

It does not include: machines of different speeds; that rank 0 also searches on the same core (with a thousand ranks
that costs it about a sixth of its time: a sixth of one rank in a thousand); opening a window, which takes each rank
tens of microseconds per window; and a network that is slow for other reasons.

TAKE_S, PLAN_S and TASK_S are measured: `firesieve-mpi solve -v` reports how long it takes to take a run, and how many
tasks there were. SERVE_S, READ_S and TELL_S, what an MPI message costs the process that receives or sends it, are
assumed.
"""
import heapq
import random
import re
import sys

PLAN_S = 0.28  # erdos-selfridge --k 376; less for nearer answers
TASK_S = 0.0144  # the mean of that search; 0.006 for --k 323
TASK_LEAST_S = 0.002  # the variation is assumed, generously
TASK_MOST_S = 0.1
TAKE_S = 200e-6  # to take a run, over Ethernet, until rank 0 looks
SERVE_S = 2e-6  # the part of it during which rank 0 is busy
READ_S = 5e-6  # per report
TELL_S = 2e-6  # per rank, that it is over

# As in member.c.
RUN_S = 0.05
RANK_S = 50e-6
LONG_TASK_S = 0.01
REPORT_S = 0.005


def run_tasks(ranks, done):
    """The number of tasks that a rank takes at once."""
    if done == 0:
        return 1
    return max(1, int(min(max(RUN_S, RANK_S * ranks) / TASK_S, 2 * done + 1)))


def task_seconds(rng):
    return min(TASK_MOST_S, TASK_LEAST_S + rng.expovariate(1 / (TASK_S - TASK_LEAST_S)))


def simulate(ranks, tasks, seed=1):
    """Returns seconds, runs taken, the share of time that rank 0 is busy with others, and the idle seconds of a
    rank."""
    rng = random.Random(seed)
    report_every_s = max(REPORT_S, RANK_S * ranks)
    reading = ranks / report_every_s * READ_S  # the share of rank 0's time for reading reports
    serve_s = SERVE_S / (1 - reading)
    ready = [(0.0, rank) for rank in range(ranks)]
    done = [0] * ranks
    ends = [0.0] * ranks
    counter_free = 0.0
    taken = runs = 0
    while taken < tasks:
        now, rank = heapq.heappop(ready)
        counter_free = max(now + TAKE_S / 2, counter_free) + serve_s
        count = min(run_tasks(ranks, done[rank]), tasks - taken)
        taken += count
        runs += 1
        done[rank] += count
        ends[rank] = counter_free + TAKE_S / 2 + sum(task_seconds(rng) for _ in range(count))
        heapq.heappush(ready, (ends[rank], rank))
    seconds = max(ends) + report_every_s + (READ_S + TELL_S) * ranks  # the last reports
    idle = sum(seconds - end for end in ends) / ranks
    return PLAN_S + seconds, runs, runs * SERVE_S / seconds + reading, idle


def table(work_s):
    print(f"\nwork of {work_s:.0f} s on one rank, {work_s / TASK_S:.0f} tasks of {1000 * TASK_S:.0f} ms")
    print(f"{'ranks':>6} {'seconds':>10} {'speed-up':>9} {'of ideal':>8} {'takes/s':>9} {'rank 0':>8} {'idle s':>7}")
    alone = PLAN_S + work_s
    for ranks in (1, 2, 10, 100, 1000):
        seconds, runs, busy, idle = simulate(ranks, round(work_s / TASK_S))
        print(f"{ranks:>6} {seconds:>10.2f} {alone / seconds:>9.1f} {alone / seconds / ranks:>8.3f} "
              f"{runs / seconds:>9.0f} {100 * busy:>6.2f} % {idle:>7.3f}")


def check(path):
    """The constants are those in the code; little is lost while there is plenty of work, and no speed-up exceeds the
    ranks."""
    with open(path, encoding="utf-8") as file:
        code = file.read()
    numbers = [float(number) for number in re.findall(r"static const double \w+_s = ([0-9.e-]+);", code)]
    assert numbers == [RUN_S, RANK_S, LONG_TASK_S, REPORT_S, RANK_S], f"the code has other constants: {numbers}"
    for ranks in (1, 2, 4, 100, 1000):
        seconds, _, busy, _ = simulate(ranks, 200 * ranks)
        ideal = PLAN_S + 200 * TASK_S
        print(f"{ranks} ranks: {seconds:.2f} s, ideal {ideal:.2f} s; rank 0 busy for {100 * busy:.1f} %")
        assert ideal * 0.95 < seconds < ideal * 1.25 and busy < 0.25, "too far from it"


if len(sys.argv) == 3 and sys.argv[1] == "--check":
    check(sys.argv[2])
else:
    for work in (100.0, 10000.0, 100000.0):
        table(work)
