"""regret.py PROGRAM [--kernels NAMES] [--only REGEX] [--repeat N] [--json FILE] [--baseline OTHER]: what `auto` loses.

Regret is the time of `solve --method auto` over the smallest time of auto, scan, wheel and focus, on one thread:
medians of N (5) samples, taken in turn, or of 2 if one takes more than 2 s, or 3 times the best. A run that takes
longer than 10 times the best so far, and than 1 s, is cut short. A cell has the regret, the milliseconds of auto, the
best method, and after `not` the method that auto chose.

Prediction: with T the answer, the time that `explain --to T` predicts for the whole range, which has no safe delay,
over the time that `solve --to T` takes; `-` if there is no such range. With --baseline, the other program is `before`,
and both are measured in turn (A B B A). Status 1: two answers to one firewall differ, or regret is above --median or
--worst (or above ALLOWED for an instance whose answer is not where it is expected). What has not begun --within that
many seconds is left out.
"""
import argparse
import json
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

METHODS = ("auto", "scan", "wheel", "focus")
LONGEST_S = 60
LONG_S = 2
LEAST_CUT_S = 1
CUT = 10
FAR_FROM_BEST = 3
READ_BYTES_A_S = 5e7
PREDICTED_WELL = 0.67, 1.5

# ---- Instances -------------------------------------------------------------------------------------------------------


class Drawing:
    """Residue classes, drawn at random and written as layers."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.depth = -1
        self.lines = []

    def below(self, end):
        # random() alone gives the same numbers in every version of Python.
        return int(self.random.random() * end)

    def residues(self, modulus, count):
        chosen = set()
        while len(chosen) < count:
            chosen.add(self.below(modulus))
        return sorted(chosen)

    def forbid(self, modulus, count):
        for residue in self.residues(modulus, count):
            self.forbid_one(modulus, residue)

    def forbid_one(self, modulus, residue):
        """Periods are even: an odd modulus takes two layers per class. Depths ascend, so that they are distinct."""
        period = modulus * (1 + modulus % 2)
        for repeated in range(residue, period, modulus):
            first = self.depth + 1
            self.depth = first + (-repeated - first) % period
            self.lines.append(f"{self.depth}: {period // 2 + 1}\n")


def primes(first, last):
    return [n for n in range(max(2, first), last + 1) if all(n % d for d in range(2, math.isqrt(n) + 1))]


def few(seed, last):
    """One or two residues of each prime."""
    drawing = Drawing(seed)
    for prime in primes(5, last):
        drawing.forbid(prime, 1 + drawing.below(2))
    return drawing.lines


def thin(seed, last):
    """A tenth of the residues of each prime."""
    drawing = Drawing(seed)
    for prime in primes(5, last):
        drawing.forbid(prime, max(1, prime // 10))
    return drawing.lines


def thick(seed, last):
    """Half of the residues of each prime."""
    drawing = Drawing(seed)
    for prime in primes(3, last):
        drawing.forbid(prime, prime // 2)
    return drawing.lines


def composite(seed, count, last):
    """A third of the residues of products of two or three small primes, which share many of them."""
    drawing = Drawing(seed)
    small = primes(2, last)
    for _ in range(count):
        modulus = math.prod(small[drawing.below(len(small))] for _ in range(2 + drawing.below(2)))
        drawing.forbid(modulus, modulus // 3)
    return drawing.lines


def sparse(seed, large, last):
    """One class each of moduli from 2^10 to 2^40, next to some of small primes."""
    drawing = Drawing(seed)
    for prime in primes(5, last):
        drawing.forbid(prime, prime // 3)
    for _ in range(large):
        drawing.forbid(int(2 ** (10 + 30 * drawing.random.random())), 1)
    return drawing.lines


def powers(seed, share):
    """A share of the residues of powers of small primes."""
    drawing = Drawing(seed)
    for prime, highest in ((2, 9), (3, 6), (5, 4), (7, 3), (11, 2), (13, 2), (17, 2), (19, 2), (23, 1), (29, 1)):
        for exponent in range(1, highest + 1):
            modulus = prime**exponent
            drawing.forbid(modulus, max(1, int(modulus * share)) if modulus > 2 else 0)
    return drawing.lines


def tower(drawing, base, levels, lifts):
    """At each level, keeps this many lifts of each residue, or all until there are a hundred of them."""
    left, power = [0], 1
    for _ in range(levels):
        lifted = []
        for residue in left:
            spared = drawing.residues(base, lifts if len(left) < 100 else 1)
            for digit in range(base):
                if digit in spared:
                    lifted.append(residue + digit * power)
                else:
                    drawing.forbid_one(power * base, residue + digit * power)
        left, power = lifted, power * base


def digits(seed, base, levels, last):
    """One residue of base^levels, and half of those of primes from 13 on."""
    drawing = Drawing(seed)
    tower(drawing, base, levels, 1)
    for prime in primes(13, last):
        drawing.forbid(prime, prime // 2)
    return drawing.lines


def towers(seed, heights, lifts, last):
    """A few residues of powers of some primes, and half of those of primes from 13 on."""
    drawing = Drawing(seed)
    for base, levels in heights:
        tower(drawing, base, levels, lifts)
    for prime in primes(13, last):
        drawing.forbid(prime, prime // 2)
    return drawing.lines


# The arguments of `generate`, or a function of our own with its arguments.
INSTANCES = {
    "negative-pseudosquare 22": "negative-pseudosquare --primes 22",
    "negative-pseudosquare 26": "negative-pseudosquare --primes 26",
    "negative-pseudosquare 30": "negative-pseudosquare --primes 30",
    "negative-pseudosquare 34": "negative-pseudosquare --primes 34",
    "negative-pseudosquare 38": "negative-pseudosquare --primes 38",
    "negative-pseudosquare 42": "negative-pseudosquare --primes 42",
    "pseudosquare 28": "pseudosquare --primes 28",
    "pseudosquare 34": "pseudosquare --primes 34",
    "pseudosquare 40": "pseudosquare --primes 40",
    "erdos-selfridge 100": "erdos-selfridge --k 100",
    "erdos-selfridge 150": "erdos-selfridge --k 150",
    "erdos-selfridge 180": "erdos-selfridge --k 180",
    "erdos-selfridge 200": "erdos-selfridge --k 200",
    "erdos-selfridge 230": "erdos-selfridge --k 230",
    "erdos-selfridge 250": "erdos-selfridge --k 250",
    "uniform 60": "uniform --layers 60 --min-range 2 --max-range 24 --seed 50",
    "uniform 200": "uniform --layers 200 --min-range 8 --max-range 40 --seed 4",
    "uniform 500": "uniform --layers 500 --min-range 10 --max-range 40 --seed 2",
    "uniform 2000": "uniform --layers 2000 --min-range 10 --max-range 200 --seed 3",
    "uniform 5000": "uniform --layers 5000 --min-range 40 --max-range 400 --seed 5",
    "uniform 20000": "uniform --layers 20000 --min-range 70 --max-range 2000 --seed 1",
    "uniform 50000": "uniform --layers 50000 --min-range 500 --max-range 3500 --seed 6",
    "uniform 200000": "uniform --layers 200000 --min-range 2000 --max-range 12000 --seed 7",
    "uniform 500000": "uniform --layers 500000 --min-range 5000 --max-range 30000 --seed 8",
    "uniform 2000000": "uniform --layers 2000000 --min-range 6000 --max-range 200000 --seed 1",
    "planted 300": "planted --layers 300 --min-range 2 --max-range 30 --bits 33 --seed 2",
    "planted 2000": "planted --layers 2000 --min-range 2 --max-range 30 --delay 123456789012 --seed 1",
    "planted 3000": "planted --layers 3000 --min-range 5 --max-range 80 --bits 45 --seed 1",
    "planted 30000": "planted --layers 30000 --min-range 100 --max-range 2000 --bits 27 --seed 3",
    "tuplet 10^6": "tuplet --offsets 0,2,6,8 --start 1000000 --sieve-to 2000",
    "tuplet 10^9": "tuplet --offsets 0,4,6,10,12,16 --start 1000000000 --sieve-to 30000",
    "tuplet 10^10": "tuplet --offsets 0,2,6,8,12,18,20,26 --start 10000000000 --sieve-to 110000",
    "extremal 20": "extremal --layers 20",
    "extremal 24": "extremal --layers 24",
    "puzzle 1": "puzzle --seed 1",
    "puzzle 7": "puzzle --seed 7",
    "few 200": (few, 4, 200),
    "few 2000": (few, 5, 2000),
    "thin 300": (thin, 3, 300),
    "thin 900": (thin, 1, 900),
    "thin 1100": (thin, 2, 1100),
    "thick 80": (thick, 5, 80),
    "thick 100": (thick, 4, 100),
    "thick 115": (thick, 6, 115),
    "thick 130": (thick, 4, 130),
    "thick 145": (thick, 7, 145),
    "thick 160": (thick, 4, 160),
    "thick 200": (thick, 8, 200),
    "composite 20": (composite, 8, 20, 19),
    "composite 32": (composite, 6, 32, 23),
    "composite 40": (composite, 9, 40, 29),
    "composite 50": (composite, 6, 50, 31),
    "composite 60": (composite, 10, 60, 37),
    "sparse 400": (sparse, 8, 400, 200),
    "sparse 4000": (sparse, 7, 4000, 200),
    "sparse 40000": (sparse, 7, 40000, 200),
    "sparse 200000": (sparse, 9, 200000, 170),
    "powers 0.3": (powers, 8, 0.3),
    "powers 0.4": (powers, 9, 0.4),
    "powers 0.42": (powers, 11, 0.42),
    "powers 0.45": (powers, 10, 0.45),
    "digits 2^26": (digits, 1, 2, 26, 2),
    "digits 10^7": (digits, 2, 10, 7, 2),
    "digits 6^9, 30": (digits, 3, 6, 9, 30),
    "digits 11^6, 40": (digits, 4, 11, 6, 40),
    "towers 2 3 5": (towers, 5, ((2, 10), (3, 6), (5, 4)), 1, 30),
    "towers 3 5 7": (towers, 6, ((3, 6), (5, 4), (7, 3)), 2, 50),
    "towers 2 7": (towers, 7, ((2, 14), (7, 5)), 1, 40),
}
# Small squares are safe for a pseudosquare: the search begins where they are rare.
FROM = {"pseudosquare 28": 10**20, "pseudosquare 34": 10**22, "pseudosquare 40": 10**24}
# The regret that is allowed for answers 8.7, 5.7 and 0.23 mean distances away: a plan is made for the expected answer.
ALLOWED = {"negative-pseudosquare 30": 4, "tuplet 10^10": 2.5, "thick 145": 2.5}


def write_instance(program, name, path):
    made = INSTANCES[name]
    with open(path, "w", encoding="ascii") as out:
        if isinstance(made, str):
            subprocess.run([program, "generate", *made.split()], stdout=out, check=True)
        else:
            out.writelines(made[0](*made[1:]))


# ---- Runs ------------------------------------------------------------------------------------------------------------


def run(program, arguments, statuses):
    """The exit status, and the JSON object that was printed, if any."""
    command = [program, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode not in statuses:
        sys.exit(f"regret.py: exit status {done.returncode} of {' '.join(command)}: {done.stderr}")
    return done.returncode, json.loads(done.stdout) if done.stdout else None


def native_kernels(program):
    _, cpu = run(program, ["cpu", "--json"], (0,))
    return [kernel["name"] for kernel in cpu["kernels"] if kernel["runs_here"] and not kernel["emulated"]]


class Answers:
    """The first answer to a firewall, with which all others must agree."""

    def __init__(self):
        self.answer = None
        self.command = None

    def add(self, solved, command):
        answer = solved["delay"] or solved["status"]
        if self.command is None:
            self.answer, self.command = answer, command
        elif answer != self.answer:
            sys.exit(f"regret.py: {answer} is the answer of {command}\nbut {self.answer} that of {self.command}")


class Timing:
    """A method's samples, and why there are no more of them."""

    def __init__(self, method):
        self.method = method
        self.samples = []
        self.took = None
        self.outcome = "timed"

    def seconds(self):
        return statistics.median(self.samples) if self.samples else math.inf

    def wants_more(self, best_s):
        if self.outcome != "timed" or not self.samples:
            return self.outcome == "timed"
        is_long = max(self.samples) > LONG_S
        is_far = self.method != "auto" and min(self.samples) > FAR_FROM_BEST * best_s
        return len(self.samples) < 2 or not (is_long or is_far)

    def sample(self, program, search, read_s, best_s, answers):
        # The limit counts from the start of the program, which first reads. The time of auto is needed in any case.
        limit_s = LONGEST_S if self.method == "auto" else min(LONGEST_S, max(CUT * best_s, LEAST_CUT_S))
        arguments = ["solve", "--method", self.method, *search]
        limit = ["--time-limit", f"{limit_s + read_s:.3f}"]
        status, solved = run(program, arguments + limit, (0, 1, 3) if self.method == "auto" else (0, 1, 2, 3))
        if status == 2:
            self.outcome = "refused"
        elif status == 3:
            self.outcome = "cut"
        else:
            answers.add(solved, " ".join([program, *arguments]))
        if status in (0, 1) or self.method == "auto":
            self.samples.append(solved["elapsed_s"])
            self.took = solved["method"]


class Prediction:
    """What explain predicts for a range without a safe delay, and the time of searching it."""

    def __init__(self):
        self.predicted = []
        self.measured = []

    def sample(self, program, search, to):
        _, explained = run(program, ["explain", "--to", to, *search], (0,))
        if explained["reason"] is not None or explained["short_path"]:
            return
        _, solved = run(program, ["solve", "--to", to, *search], (1,))
        self.predicted.append(explained["predicted_range_s"])
        self.measured.append(solved["elapsed_s"])

    def ratio(self):
        return statistics.median(self.predicted) / statistics.median(self.measured) if self.measured else None

    def wants_more(self):
        return len(self.measured) < 2 or max(self.measured) <= LONG_S


class Cell:
    """A program on a kernel and an instance."""

    def __init__(self, when, program, instance, kernel):
        self.when = when
        self.program = program
        self.instance = instance
        self.kernel = kernel
        self.timings = {method: Timing(method) for method in METHODS}
        self.prediction = Prediction()

    def best(self):
        return min(self.timings.values(), key=Timing.seconds)

    def regret(self):
        return self.timings["auto"].seconds() / self.best().seconds()

    def text(self):
        auto = self.timings["auto"]
        best = self.best().took
        over = ">" if auto.outcome == "cut" else ""
        other = "" if best == auto.took else f" not {auto.took}"
        return f"{over}{self.regret():.2f} ({1e3 * auto.seconds():.4g}, {best}{other})"

    def prediction_text(self):
        return "-" if self.prediction.ratio() is None else f"{self.prediction.ratio():.2f}"

    def json(self):
        return {
            "instance": self.instance, "kernel": self.kernel, "program": self.when, "regret": self.regret(),
            "best": self.best().method, "prediction": self.prediction.ratio(),
            "methods": {method: {"outcome": timing.outcome, "took": timing.took, "samples_s": timing.samples}
                        for method, timing in self.timings.items()},
            "predicted_s": self.prediction.predicted, "measured_s": self.prediction.measured,
        }


def measure(cells, path, repeat, answers):
    """All programs on one kernel and instance. Rotates methods and alternates programs, to cancel drifts."""
    start = FROM.get(cells[0].instance, 0)
    search = ["--json", "--threads", "1", "--kernel", cells[0].kernel, "--from", str(start), path]
    read_s = os.path.getsize(path) / READ_BYTES_A_S
    for turn in range(repeat):
        ordered = cells if turn % 2 == 0 else cells[::-1]
        for method in METHODS[turn % len(METHODS):] + METHODS[:turn % len(METHODS)]:
            for cell in ordered:
                best_s = cell.best().seconds()
                if cell.timings[method].wants_more(best_s):
                    cell.timings[method].sample(cell.program, search, read_s, best_s, answers)
        for cell in ordered:
            if answers.answer not in (None, "none", str(start)) and cell.prediction.wants_more():
                cell.prediction.sample(cell.program, search, answers.answer)


# ---- The report ------------------------------------------------------------------------------------------------------


def print_row(fields):
    print("| " + " | ".join(fields) + " |", flush=True)


def print_head(kernels, programs):
    whens = [""] if len(programs) == 1 else [f" {when}" for when in programs]
    columns = [f"{what} {kernel}{when}" for what in ("regret", "predicted") for kernel in kernels for when in whens]
    print_row([f"{'instance':24}", *columns])
    print_row(["-" * 24, *("-" * len(column) for column in columns)])


def print_summary(cells, label):
    worst = max(cells, key=Cell.regret)
    ratios = [cell.prediction.ratio() for cell in cells if cell.prediction.ratio() is not None]
    well = sum(PREDICTED_WELL[0] <= ratio <= PREDICTED_WELL[1] for ratio in ratios)
    print(f"regret{label}: {len(cells)} cells, median {statistics.median(map(Cell.regret, cells)):.2f}, "
          f"worst {worst.regret():.2f} ({worst.instance}, {worst.kernel})")
    print(f"prediction{label}: within {PREDICTED_WELL[0]} and {PREDICTED_WELL[1]} in {well} of {len(ratios)} cells")


def parse():
    parser = argparse.ArgumentParser(description="How much time auto loses against the best method forced.")
    parser.add_argument("program")
    parser.add_argument("--kernels", help="names, separated by commas; default: all native ones that run here")
    parser.add_argument("--only", default="", metavar="REGEX", help="only instances whose names match")
    parser.add_argument("--repeat", type=int, default=5, metavar="N")
    parser.add_argument("--median", type=float, default=math.inf, metavar="X", help="status 1 if the median is above X")
    parser.add_argument("--worst", type=float, default=math.inf, metavar="X", help="status 1 if any cell is above X")
    parser.add_argument("--within", type=float, default=math.inf, metavar="SECONDS", help="leave out what begins later")
    parser.add_argument("--json", metavar="FILE", help="write all samples to FILE")
    parser.add_argument("--baseline", metavar="OTHER", help="another program, to be measured alternately with this one")
    return parser.parse_args()


def main():
    settings = parse()
    programs = {"after": os.path.abspath(settings.program)}
    if settings.baseline:
        programs = {"before": os.path.abspath(settings.baseline), **programs}
    kernels = settings.kernels.split(",") if settings.kernels else native_kernels(programs["after"])
    names = [name for name in INSTANCES if re.search(settings.only, name)]
    folder = tempfile.mkdtemp(prefix="regret-")
    if not names:
        sys.exit(f"regret.py: no instance's name matches '{settings.only}'")
    cells = []
    print_head(kernels, programs)
    began = time.monotonic()
    for name in names:
        if time.monotonic() - began > settings.within:
            print(f"left out after {settings.within:g} s: {', '.join(names[names.index(name):])}")
            break
        # Kept if answers differ, for running the command line again.
        path = os.path.join(folder, re.sub(r"\W", "-", name))
        write_instance(programs["after"], name, path)
        answers = Answers()
        row = []
        for kernel in kernels:
            measured = [Cell(when, program, name, kernel) for when, program in programs.items()]
            measure(measured, path, settings.repeat, answers)
            row += measured
        print_row([f"{name:24}", *map(Cell.text, row), *map(Cell.prediction_text, row)])
        cells += row
        os.unlink(path)
    shutil.rmtree(folder)
    for when in programs:
        label = " before" if when == "before" else ""
        print_summary([cell for cell in cells if cell.when == when], label)
    if settings.json:
        with open(settings.json, "w", encoding="ascii") as out:
            json.dump([cell.json() for cell in cells], out, indent=1)
    after = [cell for cell in cells if cell.when == "after"]
    bad = [cell for cell in after if cell.regret() > max(settings.worst, ALLOWED.get(cell.instance, 0))]
    if bad or statistics.median(map(Cell.regret, after)) > settings.median:
        for cell in bad:
            print(f"{cell.instance}, {cell.kernel}: {cell.text()}")
        sys.exit(f"regret.py: expected a median of at most {settings.median:g}, and none above {settings.worst:g}")


if __name__ == "__main__":
    main()
