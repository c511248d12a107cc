#!/usr/bin/env python3
"""replanning.py PROGRAM: if the first tasks of a search take far more time than predicted, the rest of the search is
planned again, once; -v reports that, and the answer stays right. PROGRAM has a clock that does not depend on the
machine (clock.c), so all runs on one thread are identical.
"""
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile

AGAIN = re.compile(r"planned again, since the first tasks took ([0-9.e+]+) times what was predicted")
# A window with an early find is not planned again, and which window that is depends on the plan: for each kernel, at
# least one of these has none.
FIREWALLS = [("erdos-selfridge --k 250", "27646926374896920677122"), ("erdos-selfridge --k 240", "17981118138754255924998"),
             ("erdos-selfridge --k 260", "905278792606803752093287")]
COUNT = "count --to 100000000000000000000000"
# How many times as fast CPU time advances, which makes tasks look that much slower. With the smallest, there is too
# little of it to judge by.
NEVER, SLOW, VERY_SLOW = "0.001", "1000", "1000000"


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = os.path.abspath(path), folder
        self.firewall, self.checkpoint, self.plan = (os.path.join(folder, name) for name in ("f", "c", "p"))

    def run(self, *arguments, slow=NEVER):
        environment = {**os.environ, "FIRESIEVE_TEST_SLOW": slow}
        done = subprocess.run([self.path, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False, env=environment)
        if done.returncode != 0:
            sys.exit(f"{' '.join(arguments)}: exit status {done.returncode}: {done.stderr}")
        return done.stdout, done.stderr

    def kernels(self):
        listed = json.loads(self.run("cpu", "--json")[0])["kernels"]
        return [kernel["name"] for kernel in listed if kernel["runs_here"] and not kernel["emulated"]]

    def generate(self, family):
        with open(self.firewall, "w", encoding="ascii") as file:
            file.write(self.run("generate", *family.split())[0])

    def plan_of(self, path):
        """The lines of a plan in a file of its own, or in a checkpoint."""
        with open(path, encoding="ascii") as file:
            lines = file.read().splitlines()
        first = next(i for i, line in enumerate(lines) if line.startswith("method "))
        return list(itertools.takewhile(lambda line: not line.startswith(("open ", "checksum ")), lines[first:]))


class Trial:
    """Runs on one kernel."""

    def __init__(self, program, kernel):
        self.program, self.kernel = program, kernel
        program.run("explain", *self.terms("1"), "--plan", program.plan, program.firewall)
        self.first = program.plan_of(program.plan)

    def terms(self, threads):
        return ["--kernel", self.kernel, "--memory", "256M", "--threads", threads]

    def run(self, search, threads, slow, answer):
        """The ratio of measured to predicted time, if that was the reason to plan again, and whether the plan
        changed."""
        what = f"{self.kernel}, {search}, {threads} thread(s), CPU time times {slow}"
        program = self.program
        if os.path.exists(program.checkpoint):
            os.unlink(program.checkpoint)
        found, said = program.run(*search.split(), *self.terms(threads), "-v", "--checkpoint", program.checkpoint,
                                  program.firewall, slow=slow)
        ratios = [float(ratio) for ratio in AGAIN.findall(said)]
        changed = program.plan_of(program.checkpoint) != self.first
        print(f"{what}: {ratios or 'not planned again'}, {'another plan' if changed else 'the first plan'}", flush=True)
        if found.strip() != (answer or found.strip()):
            sys.exit(f"{what}: expected {answer}, found {found}")
        if len(ratios) > 1 or any(1 / 1.5 <= ratio <= 1.5 for ratio in ratios):
            sys.exit(f"{what}: was planned again for {ratios}")
        return found.strip(), ratios[0] if ratios else 0, changed


def expect(holds, message):
    if not holds:
        sys.exit(message)


def is_planned_again(program, kernel, family, answer):
    program.generate(family)
    trial = Trial(program, kernel)
    _, ratio, changed = trial.run("solve", "1", NEVER, answer)
    expect(ratio == 0 and not changed, "was planned again for nothing")
    trial.run("solve", "4", VERY_SLOW, answer)
    _, ratio, changed = trial.run("solve", "1", SLOW, answer)
    return ratio > 1.5 and changed


def main():
    with tempfile.TemporaryDirectory() as folder:
        program = Program(sys.argv[1], folder)
        for kernel in program.kernels():
            expect(any(is_planned_again(program, kernel, *firewall) for firewall in FIREWALLS), "was not planned again")
        program.generate(FIREWALLS[0][0])
        trial = Trial(program, "scalar")
        count, _, _ = trial.run(COUNT, "1", NEVER, None)
        _, ratio, _ = trial.run(COUNT, "1", SLOW, count)
        expect(ratio > 1.5, "was not planned again")


main()
