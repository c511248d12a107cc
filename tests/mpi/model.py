#!/usr/bin/env python3
"""
model.py [--check]: a search on up to a thousand ranks, simulated event by event with the rules of src/mpi/member.c.

What is modelled: ranks of one thread take runs of tasks from one counter, which serves them one after the other; tasks
take different times; what is done is reported to rank 0, which reads one message after the other; the search ends when
the last task of the answer's window has been done and reported. Planning is done by all ranks at once. What is not:
machines of different speed, and a network that is slow for other reasons.

Constants are measured on one machine: `firesieve-mpi solve -v` says how long taking a run takes, and how many tasks
there were in how much time.
"""
import heapq
import random
import sys

PLAN_S = 0.6  # of a focus for erdos-selfridge --k 323 and above
TASK_S = 0.02  # in the mean; tasks of a focus take from 5 to 100 ms
TASK_SPREAD = 0.5  # each takes from 1 - that to 1 + that times as long
TAKE_S = 200e-6  # a run, over Ethernet: until rank 0 looks
SERVE_S = 2e-6  # of it, that the counter is busy for one rank
READ_S = 5e-6  # a report, on rank 0
REPORT_EVERY_S = 0.005

# As in member.c.
RUN_S = 0.05
RANK_S = 50e-6
LONG_TASK_S = 0.01


def run_tasks(ranks, task_s, done):
    """How many tasks a rank takes at once."""
    if done == 0:
        return 1
    return max(1, int(min(max(RUN_S, RANK_S * ranks) / task_s, 2 * done + 1)))


def simulate(ranks, tasks, task_s=TASK_S, seed=1):
    """Returns seconds, runs taken, the share of the time that the counter is busy, and idle seconds of a rank."""
    rng = random.Random(seed)
    ready = [(0.0, rank) for rank in range(ranks)]
    done = [0] * ranks
    counter_free = 0.0
    next_task = 0
    runs = 0
    ends = [0.0] * ranks
    while next_task < tasks:
        now, rank = heapq.heappop(ready)
        served = max(now + TAKE_S / 2, counter_free)
        counter_free = served + SERVE_S
        count = min(run_tasks(ranks, task_s, done[rank]), tasks - next_task)
        next_task += count
        runs += 1
        # The mean of `count` tasks spreads less than one does. Short tasks are asked for before anybody waits.
        spread = TASK_SPREAD / count**0.5
        work_s = count * task_s * rng.uniform(1 - spread, 1 + spread)
        begin = served + SERVE_S + TAKE_S / 2 if task_s >= LONG_TASK_S or done[rank] == 0 else max(now, counter_free)
        done[rank] += count
        ends[rank] = begin + work_s
        heapq.heappush(ready, (ends[rank], rank))
    last = max(ends)
    # Rank 0 reads the last reports of all.
    seconds = last + max(REPORT_EVERY_S, RANK_S * ranks) + READ_S * ranks
    idle = sum(seconds - end for end in ends) / ranks
    return PLAN_S + seconds, runs, runs * SERVE_S / seconds, idle


def table(work_s):
    print(f"\nwork of {work_s:.0f} s on one rank, {work_s / TASK_S:.0f} tasks of {1000 * TASK_S:.0f} ms")
    print(f"{'ranks':>6} {'seconds':>10} {'speed-up':>9} {'of ideal':>8} {'takes/s':>9} {'counter':>8} {'idle s':>7}")
    alone = PLAN_S + work_s
    for ranks in (1, 2, 10, 100, 1000):
        seconds, runs, busy, idle = simulate(ranks, round(work_s / TASK_S))
        print(f"{ranks:>6} {seconds:>10.2f} {alone / seconds:>9.1f} {alone / seconds / ranks:>8.3f} "
              f"{runs / seconds:>9.0f} {100 * busy:>6.2f} % {idle:>7.3f}")


def check():
    """What must hold whatever the constants are: no speed-up beyond the ranks, and little lost while work is plenty."""
    for ranks in (1, 2, 4, 100):
        seconds, _, busy, _ = simulate(ranks, 200 * ranks)
        ideal = PLAN_S + 200 * TASK_S
        if not ideal * 0.9 < seconds < ideal * 1.2 or busy > 0.1:
            print(f"{ranks} ranks: {seconds} s, expected about {ideal}; counter busy for {busy}")
            sys.exit(1)


if sys.argv[1:] == ["--check"]:
    check()
else:
    for work in (100.0, 10000.0, 100000.0):
        table(work)
