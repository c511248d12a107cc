#!/usr/bin/env python3
"""kill.py PROGRAM CYCLES [SEED]: kills searches at random moments (SIGKILL), resumes them in other ways, and compares
answers.

Each instance is first searched without a checkpoint. Then it is searched with one, by processes with a random number of
threads, a random kernel, and sometimes other memory or the oracle, that are killed after a random time, until one comes
to its end; and so on, until there have been CYCLES kills in all. With less than 50 the instances are short ones. Fails
if an answer differs, if a run does not resume, if a checkpoint has less than it had, or is older than its interval when
its process dies (that much work would be lost), and if a run that is refused changes it.
"""
import os
import random
import subprocess
import sys
import tempfile
import time

from frontier import Frontier

INTERVAL_S = 0.1
SLACK_S = 0.4  # for writing it and for the machine's other work
CLOCK_S = 0.02  # by which file times may be late
LONG_FROM = 50  # kills; short trials run beside other tests, when everything is slow
QUICK_SLACK_S = 20
REFUSALS = [b"which method closed-form would have to start again", b"bytes of memory, and only"]

# Generator, and options of the search, for long trials and for short ones: every kind of method, counts of less and of
# more than a cycle, and no answer.
LONG = [
    ("focus", "erdos-selfridge --k 260", "solve"),
    ("focus that counts", "erdos-selfridge --k 200", "count --from 1 --to 400000000000000000000000"),
    ("wheel", "negative-pseudosquare --primes 42", "solve --method wheel"),
    ("scan of many layers", "uniform --layers 1000000 --min-range 3000 --max-range 90000 --seed 1", "solve"),
    ("count by scan", "tuplet --offsets 0,2 --start 0 --sieve-to 31622",
     "count --from 31623 --to 2000000000 --method scan"),
    ("count of more than a cycle", "tuplet --offsets 0,2,6 --start 0 --sieve-to 29",
     "count --to 20000000000 --method scan"),
    ("none in the range", "erdos-selfridge --k 260", "solve --from 1000 --to 900000000000000000000000"),
    ("oracle that counts", "puzzle --seed 1", "count --to 60000000 --method closed-form"),
]
QUICK = [
    ("focus", "erdos-selfridge --k 240", "solve"),
    ("wheel that counts", "negative-pseudosquare --primes 30", "count --method wheel --to 100000000000000"),
    ("count by scan", "tuplet --offsets 0,2 --start 0 --sieve-to 10000",
     "count --from 10001 --to 100000000 --method scan"),
]


class Trial:
    """An instance on its way through runs that are killed."""

    def __init__(self, program, folder, instance, kernels):
        self.program, self.kernels = program, kernels
        self.name, family, search = instance
        self.firewall = os.path.join(folder, "firewall")
        self.checkpoint = os.path.join(folder, "checkpoint")
        with open(self.firewall, "wb") as output:
            subprocess.run([program, "generate", *family.split()], stdout=output, check=True)
        self.search = [program, *search.split(), self.firewall]
        started = time.monotonic()
        self.answer = subprocess.run(self.search, stdout=subprocess.PIPE).stdout
        self.seconds = time.monotonic() - started
        self.kills = self.rounds = self.in_windows = self.refused = 0
        self.latest = 0.0  # the age of a checkpoint when its process was killed
        self.lost = []  # for each killed run, the seconds that its checkpoint does not include

    def run(self):
        """One run that is killed, or comes to its end and returns its answer."""
        options = ["--checkpoint", self.checkpoint, "--checkpoint-interval", str(INTERVAL_S),
                   "--threads", str(random.randint(1, 4)), "--kernel", random.choice(self.kernels)]
        if random.randrange(4) == 0:
            options += ["--memory", random.choice(["100M", "3G"])]
        if "--method" in self.search and random.randrange(8) == 0:
            # Resumes from the sieve's count, and leaves the sieve its own; in the middle of a window it is refused.
            options += ["--method", "closed-form"]
        if "closed-form" in options + self.search:
            options = options[:4] + ["--method", "closed-form"]
        before = Frontier.read(self.checkpoint)
        # Longer and longer, so that even a busy machine comes to the end.
        patience = random.uniform(0.05, max(0.3, self.seconds / 4)) * (1 + self.kills / 40)
        started = time.monotonic()
        process = subprocess.Popen([*self.search, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            answer, messages = process.communicate(timeout=patience)
            if process.returncode == 2 and before.tasks > 0 and any(words in messages for words in REFUSALS):
                if Frontier.read(self.checkpoint).text != before.text:
                    sys.exit(f"{self.name}: refused, and the checkpoint has changed: {messages.decode()}")
                self.refused += 1
                return None
            if process.returncode not in (0, 1):
                sys.exit(f"{self.name}: exit status {process.returncode}: {messages.decode()}")
            if before.text and b"resumes at" not in messages:
                sys.exit(f"{self.name}: expected to resume after {before.elapsed_s} s, found {messages.decode()!r}")
            return answer
        except subprocess.TimeoutExpired:
            process.kill()
        killed_at, ran = time.time(), time.monotonic() - started
        messages = process.communicate()[1].decode()
        self.kills += 1
        self.in_windows += "in the middle of a window" in messages
        after = Frontier.read(self.checkpoint)
        lacks = after.lacks(before) if before.plan else ""  # a first plan may be replaced by a better one
        if lacks:
            sys.exit(f"{self.name}: the checkpoint has less than before: {lacks}")
        written_at = os.stat(self.checkpoint).st_mtime if after.text else 0
        if written_at > killed_at - ran - CLOCK_S:  # one is written at the start, before anything is done
            self.latest = max(self.latest, killed_at - written_at)
            self.lost.append(ran - (after.elapsed_s - before.elapsed_s))
        return None

    def go(self):
        """One search, killed as often as it takes."""
        while True:
            answer = self.run()
            if answer is not None:
                break
        if answer != self.answer:
            sys.exit(f"{self.name}: expected {self.answer!r}, found {answer!r} after {self.kills} kills")
        os.unlink(self.checkpoint)
        self.rounds += 1

    def report(self, slack):
        """Seconds without a checkpoint, completed searches, kills, kills in the middle of a window, runs that were
        refused there, the oldest checkpoint at a kill, and what the median kill lost."""
        lost = sorted(self.lost)
        middle = f"{lost[len(lost) // 2]:.3f}" if lost else "-"
        print(f"{self.name:28} {self.seconds:8.2f} {self.rounds:9} {self.kills:6} {self.in_windows:8} {self.refused:8} "
              f"{self.latest:12.3f} "
              f"{middle:>10}", flush=True)
        if self.latest > INTERVAL_S + slack:
            sys.exit(f"{self.name}: a checkpoint was {self.latest:.3f} s old, its interval is {INTERVAL_S} s")


def main():
    program, cycles = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    random.seed(seed)
    print(f"seed {seed}, interval {INTERVAL_S} s")
    print(f"{'instance':28} {'seconds':>8} {'to end':>9} {'kills':>6} {'windows':>8} {'refused':>8} {'oldest (s)':>12} {'lost (s)':>10}")
    listed = subprocess.run([program, "cpu"], stdout=subprocess.PIPE, check=True).stdout.decode()
    rows = listed[listed.index("\nkernel ") + 1:].splitlines()[1:]
    kernels = [row.split()[0] for row in rows if row.split()[1] == "no" and row.split()[3] == "yes"]
    kills = 0
    instances = LONG if cycles >= LONG_FROM else QUICK
    for number, instance in enumerate(instances):
        share = max(1, -(-(cycles - kills) // (len(instances) - number)))
        with tempfile.TemporaryDirectory() as folder:
            trial = Trial(program, folder, instance, kernels)
            while trial.kills < share and trial.rounds < 20 * share:
                trial.go()
            trial.report(SLACK_S if cycles >= LONG_FROM else QUICK_SLACK_S)
            kills += trial.kills
    print(f"{kills} kills, every answer right")
    if kills == 0:
        sys.exit("no search took long enough to be killed")


main()
