#!/usr/bin/env python3
"""python.py FIREWALL [CORE]: the time that the Python package adds to the library's. CORE prints what the library alone
takes for the same firewall (`measure_core`); without CORE that is left out. Each figure is the best of some rounds; the
machine should be idle."""
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import firesieve

ROUNDS = 7


def best(action):
    """The least seconds that the action took."""
    taken = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def calls(text, times=1000):
    firewall = firesieve.Firewall(text)
    sieve = firesieve.Sieve().allow(7, {1, 2, 4}).forbid(11, {0, 3})

    def solve():
        for _ in range(times):
            firewall.solve()

    def read_and_solve():
        for _ in range(times):
            firesieve.Firewall(text).solve()

    def first():
        for _ in range(times):
            sieve.first()

    print(f"{'puzzle, a call':28} {'us':>10}")
    for name, action in (("solve", solve), ("Firewall(text).solve", read_and_solve), ("first, of a sieve", first)):
        print(f"{name:28} {1e6 * best(action) / times:10.2f}")


def core(program, path):
    lines = subprocess.run([program, path], capture_output=True, text=True, check=True).stdout.splitlines()
    print("the library alone, in ns:")
    print("\n".join(line for line in lines[:8] if line.startswith(("solve", "parse"))))


def streams(count=5_000_000):
    odd = firesieve.Sieve().forbid(2, {0})

    def stream(threads):
        for number in odd.iter(threads=threads):
            if number > 2 * count:
                break

    print(f"{'odd numbers':28} {'M/s':>10}")
    for threads in (1, 0):
        print(f"{f'iter, threads={threads}':28} {count / best(lambda: stream(threads)) / 1e6:10.2f}")
    try:
        print(f"{'array':28} {count / best(lambda: odd.array(0, count)) / 1e6:10.2f}")
    except ImportError as error:
        print(error)


def interrupts():
    late = []
    endless = firesieve.Sieve("x mod p square for primes p in 3..400", "x not square")

    def interrupt():
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    for _ in range(20):
        sent = []
        threading.Timer(0.1, interrupt).start()
        try:
            endless.first()
        except KeyboardInterrupt:
            late.append(time.perf_counter() - sent[0])
    print(f"{'Ctrl-C, 20 times':28} {1e3 * sorted(late)[10]:10.2f} ms, at most {1e3 * max(late):.2f}")


def threads(text, times=2000):
    firewall = firesieve.Firewall(text)

    def solve(_=None):
        for _ in range(times):
            firewall.solve(method="scan", threads=1)

    alone = best(solve)
    with ThreadPoolExecutor(8) as pool:
        together = best(lambda: list(pool.map(solve, range(8))))
    print(f"{'scan, 1 thread of Python':28} {times / alone:10.0f} /s")
    print(f"{'scan, 8 threads of Python':28} {8 * times / together:10.0f} /s, on {firesieve.cpu()['cpus']} CPUs")


def main():
    path = sys.argv[1]
    text = pathlib.Path(path).read_text(encoding="utf-8")
    calls(text)
    if len(sys.argv) > 2:
        core(sys.argv[2], path)
    streams()
    interrupts()
    threads(text)


if __name__ == "__main__":
    main()
