#!/usr/bin/env python3
"""counted.py OPERATIONS PROGRAM [--only REGEX] [--kernels NAMES]: what `auto` loses against the best method forced, in
counted work.

OPERATIONS prints which basic blocks of the library a search ran, and how many new pages of memory it touched; the
disassembly gives the number of instructions in each block. Nine instructions count as a nanosecond, a division as
twelve instructions and, as in plans, a page as 8 us. That is the time on a server of 2023 within a factor of about two:
data in a cache costs the same as data far beyond it, and so do vectors of every width. The limits allow for that: in
time no cell is to exceed 1.3 (tests/measure/regret.py); here none may exceed 2, and the median 1.1. A planner that
always takes the same method has cells of 6 and more. The firewalls are those whose answers are neither much nearer nor
much farther than expected, since no plan can foresee luck.
"""
import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "measure"))
import regret  # noqa: E402

NAMES = ["negative-pseudosquare 26", "pseudosquare 34", "erdos-selfridge 150", "uniform 2000", "uniform 5000", "tuplet 10^9",
         "few 2000", "thin 900", "thick 130", "composite 32", "composite 40", "sparse 4000", "powers 0.45"]
WORST, MEDIAN = 2, 1.1
METHODS = ("wheel", "focus", "scan", "auto")  # the first is never very slow
INSTRUCTIONS_A_MS = 9e6
DIVISION = 12
PAGE_MS = 0.008
CUT = 10  # times the blocks of the best so far
NO_LIMIT = 1 << 60


def block_lengths(program, objdump):
    """The instructions of each block, by the address after the call in front of it."""
    listing = subprocess.run([objdump, "-d", "--no-show-raw-insn", program], stdout=subprocess.PIPE, text=True, check=True)
    lengths = {}
    block, begins = None, False
    for line in listing.stdout.splitlines():
        fields = line.split("\t")
        if len(fields) < 2:
            block, begins = None, False
            continue
        instruction = fields[1]
        if begins:
            block = int(fields[0].strip().rstrip(":"), 16)
            lengths[block] = 0
        begins = "<__sanitizer_cov_trace_pc>" in line
        if block is not None and not begins and "nop" not in instruction:
            lengths[block] += DIVISION if re.match(r"[iu]?div|sdiv", instruction) else 1
    return lengths


class Counter:
    def __init__(self, operations, objdump):
        self.operations = operations
        self.lengths = block_lengths(operations, objdump)
        if not self.lengths:
            sys.exit("counted.py: no block was found in the disassembly")

    def count(self, method, kernel, start, most, path):
        """The method that was used, the answer, the blocks, and milliseconds; NONE if it cannot search that."""
        command = [self.operations, method, kernel, str(start), str(most), path]
        head, *lines = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
        took, answer, blocks, pages = head.split()
        if took == "-":
            return None
        instructions = 0
        for line in lines:
            address, times = line.split()
            instructions += self.lengths.get(int(address, 16), 0) * int(times)
        return took, answer, int(blocks), instructions / INSTRUCTIONS_A_MS + PAGE_MS * int(pages)


def measure(counter, name, kernel, path):
    """A cell: the regret, and what it consists of, in words."""
    start = regret.FROM.get(name, 0)
    most = NO_LIMIT
    answers, cost, took = set(), {}, None
    for method in METHODS:
        counted = counter.count(method, kernel, start, most, path)
        if counted is None:
            continue
        took, answer, blocks, cost[method] = counted
        answers.add(answer)
        most = min(most, CUT * blocks)
    if len(answers - {"-"}) != 1:
        sys.exit(f"{name}, {kernel}: expected one answer, found {answers}")
    best = min(cost, key=cost.get)
    words = " ".join(f"{method} {ms:.2f}" for method, ms in cost.items())
    return cost["auto"] / cost[best], f"{words}; auto took {took}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("operations")
    parser.add_argument("program")
    parser.add_argument("--objdump", default="objdump")
    parser.add_argument("--kernels", help="names, separated by commas; default: all native ones that run here")
    parser.add_argument("--only", default="", metavar="REGEX", help="only instances whose names match")
    settings = parser.parse_args()
    kernels = settings.kernels.split(",") if settings.kernels else regret.native_kernels(settings.program)
    counter = Counter(settings.operations, settings.objdump)
    cells = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in (name for name in NAMES if re.search(settings.only, name)):
            path = os.path.join(folder, "firewall")
            regret.write_instance(settings.program, name, path)
            for kernel in kernels:
                cells[name, kernel], words = measure(counter, name, kernel, path)
                print(f"{name:24} {kernel:8} {cells[name, kernel]:5.2f}  ({words})", flush=True)
    worst, median = max(cells.values()), statistics.median(cells.values())
    print(f"{len(cells)} cells, median {median:.2f}, worst {worst:.2f}")
    if worst > WORST or median > MEDIAN:
        sys.exit(f"expected a median of at most {MEDIAN}, and none above {WORST}: " +
                 ", ".join(f"{name} on {kernel} {cell:.2f}" for (name, kernel), cell in cells.items() if cell > WORST))


main()
