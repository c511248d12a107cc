"""table.py FIRESIEVE BUILD COMPILER FIREWALL: the times of the peers and firesieve on a firewall, as a table in
Markdown.

All programs run in turn in every round, with alternating order; each figure is the median over the rounds.
"""
import json
import os
import statistics
import subprocess
import sys
import time

import programs

ROUNDS = 6
# A program that takes longer only runs in the first two rounds.
SLOW_S = 2
# How often a process is timed in a round, or as often as fits into the time.
RUNS = 100
RUNS_S = 0.5
# The first try would take a minute or more, so it only tries this many delays; its total time is extrapolated.
FIRST_DELAYS = 100000
TALK_MS = {"first_try": 600000, "second_try": 6000, "pypy": 600, "numba": 2, "cython": 1}


def output(words):
    return subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout


def run_s(words, silence):
    """The seconds from before a process starts until it has ended."""
    begun = time.perf_counter()
    process = os.posix_spawn(words[0], words, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, silence, 1)])
    status = os.waitpid(process, 0)[1]
    seconds = time.perf_counter() - begun
    if status != 0:
        sys.exit(f"{words}: wait status {status}")
    return seconds


def median_run_s(words):
    seconds = []
    with open(os.devnull, "wb") as silence:
        while len(seconds) < RUNS and sum(seconds) < RUNS_S:
            seconds.append(run_s(words, silence.fileno()))
    return statistics.median(seconds)


class Row:
    """A program: run() runs its command once and returns the seconds for solving alone and for the whole process, with
    None for unknown ones. The command is None if the program is not installed."""

    def __init__(self, name, run, command, talk_ms=None):
        self.name, self.run, self.command, self.talk_ms = name, run, command, talk_ms
        self.rounds = []

    def measure(self):
        if self.command and (len(self.rounds) < 2 or sum(filter(None, self.rounds[0])) < SLOW_S):
            self.rounds.append(self.run(self.command))

    def medians(self):
        columns = list(zip(*self.rounds)) or [(None,), (None,)]
        return [None if None in column else statistics.median(column) for column in columns]


class Table:
    def __init__(self, firesieve, build, firewall):
        self.firewall = firewall
        self.linked = [f"{build}/peers_library", firewall]
        self.answer = output([firesieve, "solve", firewall]).strip()

        def peer(row_name, run, name):
            return Row(row_name, run, programs.command(name, build), TALK_MS.get(name))

        self.cython = peer("Cython", self.python, "cython")
        self.plain = peer("plain C loop", self.plain_c, "plain_c")
        self.process = Row("`firesieve solve`", self.firesieve, [firesieve, "solve", firewall])
        self.solve = Row("firesieve as a library: solve", lambda command: self.linked_s(1), self.linked)
        self.parse = Row("firesieve as a library: parse, solve, free", lambda command: self.linked_s(2), self.linked)
        self.empty = Row("empty C program", lambda command: (None, median_run_s(command)), [f"{build}/peers_empty"])
        self.rows = [
            peer("first try: scanners that step", self.first_try, "first_try"),
            peer("second try: one remainder a layer", self.python, "second_try"),
            peer("the second try under PyPy", self.python, "pypy"),
            peer("Numba", self.python, "numba"),
            self.cython, self.plain, self.process, self.solve, self.parse, self.empty,
        ]

    def python(self, command):
        """A Python peer times solving by itself."""
        answer, seconds = output([*command, "--time", self.firewall]).split()
        if answer != self.answer:
            sys.exit(f"{command}: {answer} instead of {self.answer}")
        return float(seconds), median_run_s([*command, self.firewall])

    def first_try(self, command):
        begun = time.perf_counter()
        answer, seconds = output([*command, "--time", "--end", str(FIRST_DELAYS), self.firewall]).split()
        around_s = time.perf_counter() - begun - float(seconds)
        if answer != "none":
            sys.exit(f"{command}: {answer} instead of {self.answer}")
        all_s = float(seconds) * (int(self.answer) + 1) / FIRST_DELAYS
        return all_s, all_s + around_s

    def linked_s(self, line):
        """From the output of tests/measure: the plain loop, then the library without and with parsing and freeing."""
        return 1e-9 * float(output(self.linked).splitlines()[1 + line].split()[-2]), None

    def plain_c(self, command):
        return self.linked_s(0)[0], median_run_s([*command, self.firewall])

    def firesieve(self, command):
        return json.loads(output([*command, "--json"]))["elapsed_s"], median_run_s(command)

    def measure(self):
        for number in range(ROUNDS):
            for row in self.rows if number % 2 == 0 else reversed(self.rows):
                row.measure()


def shown(seconds):
    """Three digits and a unit."""
    for unit, scale in (("s", 1), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)):
        if seconds is not None and seconds >= scale:
            return f"{float(f'{seconds / scale:.3g}'):g} {unit}"
    return ""


def times_as_fast(seconds, others):
    return "" if None in (seconds, others) else f"{float(f'{others / seconds:.3g}'):,g}"


def print_table(table):
    print("| program | the talk | solving alone | whole process | times as fast as Cython | as plain C |")
    print("|---|--:|--:|--:|--:|--:|")
    cython_s, plain_s = table.cython.medians()[0], table.plain.medians()[0]
    for row in table.rows:
        solve_s, whole_s = row.medians()
        cells = [row.name, f"{row.talk_ms:,} ms" if row.talk_ms else ""]
        cells += [shown(solve_s) if row.command else "not installed", shown(whole_s)]
        cells += [times_as_fast(solve_s, cython_s), times_as_fast(solve_s, plain_s)]
        print(f"| {' | '.join(cells)} |")
    delays = int(table.answer) + 1
    print(f"\nThe first try is timed over {FIRST_DELAYS:,} delays; its time for all {delays:,} is in proportion.")
    print("The others look at layers of short periods first; all stop at the first layer that catches.")
    print("Cython and Numba compute in 32 bits, unchecked, as the plain C loop does.")


def print_machine(firesieve, build, compiler):
    cpu = json.loads(output([firesieve, "cpu", "--json"]))
    versions = [compiler.replace("GNU", "gcc"), f"CPython {sys.version.split()[0]}"]
    pypy = programs.command("pypy", build)
    if pypy:
        say = "import sys; print('PyPy %d.%d.%d' % sys.pypy_version_info[:3])"
        versions.append(output([pypy[0], "-c", say]).strip())
    if programs.command("numba", build):
        say = "import numba; print('Numba', numba.__version__)"
        versions.append(output([sys.executable, "-c", say]).strip())
    if programs.command("cython", build):
        with open(f"{build}/cython_try.c", encoding="utf-8") as generated:
            versions.append(" ".join(generated.readline().split()[3:5]))
    print(f"{cpu['model']}, {cpu['cpus']} CPUs; {', '.join(versions)}.")


def print_claims(table):
    """The two figures that firesieve must reach."""
    cython_s, solve_s = table.cython.medians()[0], table.solve.medians()[0]
    if cython_s is not None:
        ratio = cython_s / solve_s
        print(f"Solving alone, firesieve is {ratio:,.0f} times as fast as Cython; at least 50,000 are required.")
    more_ms = 1e3 * (table.process.medians()[1] - table.empty.medians()[1])
    print(f"As a process, it takes {more_ms:.2f} ms more than the empty C program; at most 2 are required.")


def main():
    firesieve, build, compiler, firewall = sys.argv[1:]
    table = Table(firesieve, build, firewall)
    table.measure()
    print_table(table)
    print()
    print_machine(firesieve, build, compiler)
    print()
    print_claims(table)


main()
