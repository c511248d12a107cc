#!/usr/bin/env python3
"""amidst.py PROGRAM KILLS [--mpi PROGRAM] [--seed N]: kills searches in the middle of a window of a focus, and resumes
them in other ways.

A window of a focus is nearly the whole search. Each resumed run draws one of the kernels of this CPU, 1 or 4 threads,
all of the memory or a quarter, and with --mpi either ranks or a single process; it is killed at a random moment, by
SIGKILL, until there have been KILLS kills and a search has come to its end. With less than 50 kills the search is a
short one. Fails if

- a checkpoint has less than an earlier one: tasks of the window that were done would be done again,
- it is older than its interval when its process dies, or lacks what progress showed as done longer ago than that,
- a run does not resume from it, or starts a window over,
- a run that cannot resume (too little memory, another method) changes it, or does not say why, or
- an answer is wrong.
"""
import argparse
import collections
import fcntl
import os
import pathlib
import pty
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

from frontier import Frontier

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "mpi"))
import mpi  # noqa: E402

INTERVAL_S = 0.2
SLACK_S = 0.4  # for writing it, for showing progress and for the machine's other work
CLOCK_S = 0.02  # by which file times may be late
LONG_FROM = 50  # kills; short trials run beside other tests, when everything is slow
QUICK_SLACK_S = 30
QUICK = [("260", "905278792606803752093287")]
LONG = [("270", "1701260056856388505285326"), ("280", "7087478896734595790603327")]
SHARED = [("270", "1701260056856388505285326")]
MEMORY = {"all": "128M", "quarter": "32M"}
TOO_LITTLE = "1M"
POLL_S = 0.005
FOR_EVER_S = 600
MPIRUN_S = 5  # time to end once it has no ranks left


def kill(number):
    try:
        os.kill(number, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Deck:
    """Draws at random, but everything once before anything comes again, so that a few runs see all of it."""

    def __init__(self, *cards):
        self.cards, self.left = cards, []

    def draw(self):
        if not self.left:
            self.left = random.sample(self.cards, len(self.cards))
        return self.left.pop()


class Screen:
    """A terminal, because output to a terminal is written at once; records when it showed how much of a window is
    done."""

    def __init__(self):
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 200, 0, 0))
        self.text = ""
        self.shares = []  # (when it was read, share)

    def read(self, seconds):
        while select.select([self.master], [], [], seconds)[0]:
            try:
                read = os.read(self.master, 65536).decode(errors="replace")
            except OSError:
                return
            if not read:
                return
            self.text += read
            self.shares += [(time.monotonic(), float(share) / 100) for share in re.findall(r"window (\d+\.\d) %", read)]
            seconds = 0

    def close(self):
        os.close(self.master)
        os.close(self.slave)


class Trial:
    """Searches for one answer after another, by runs that are killed."""

    def __init__(self, settings, folder, kernels, slack_s):
        self.settings, self.slack_s = settings, slack_s
        self.kernels, self.threads, self.memory = Deck(*kernels), Deck("1", "4"), Deck(*MEMORY)
        self.ranks, self.writes = Deck(1, 2, 3), Deck(0, 1, 1, 2, 3)
        self.terms = Deck((["--memory", TOO_LITTLE], "bytes of memory, and only"),
                          (["--method", "wheel"], "in the middle of a window of method focus"),
                          (["--method", "scan"], "in the middle of a window of method focus"))
        self.program = os.path.abspath(settings.program)
        self.checkpoint = os.path.join(folder, "checkpoint")
        self.firewall = os.path.join(folder, "firewall")
        self.answer = None
        self.alone = True
        self.kills = self.in_windows = self.refused = self.searches = 0
        self.oldest_s = self.lost_s = 0.0
        self.lost_tasks = (0, 0)  # by one run, and how many its window has
        self.again = 0  # tasks that progress had shown as done and that were done again, in all runs
        self.runs = collections.Counter()  # runs that resumed in the middle of a window, by what they drew

    def begin(self, instance):
        k, self.answer = instance
        with open(self.firewall, "wb") as output:
            subprocess.run([self.program, "generate", "erdos-selfridge", "--k", k], stdout=output, check=True)
        if os.path.exists(self.checkpoint):
            os.unlink(self.checkpoint)
        self.searches += 1

    def fail(self, message, screen=None):
        sys.exit(f"{message}\n{screen.text if screen else ''}")

    def draw(self):
        """The properties of the next run: names, and options for them."""
        kernel, threads, memory = self.kernels.draw(), self.threads.draw(), self.memory.draw()
        self.alone = not self.settings.mpi or not self.alone
        ranks = 0 if self.alone else self.ranks.draw()
        names = [f"kernel {kernel}", f"threads {threads}", f"memory {memory}"]
        if self.settings.mpi:
            names.append(f"ranks {ranks}" if ranks else "a process alone")
        options = ["--kernel", kernel, "--threads", threads, "--memory", MEMORY[memory]]
        if random.randrange(3) == 0:
            options += ["--method", random.choice(["auto", "focus"])]
        return names, ranks, options

    def command(self, ranks, options):
        search = ["solve", "--checkpoint", self.checkpoint, "--checkpoint-interval", str(INTERVAL_S), *options,
                  "--progress", "always", self.firewall]
        return mpi.command(self.settings.mpi, ranks, *search) if ranks else [self.program, *search]

    # ---- Refusals ----------------------------------------------------------------------------------------------------

    def refuse(self):
        """A run that cannot resume in the middle of a window says so, and leaves the file unchanged."""
        before = Frontier.read(self.checkpoint)
        if before.tasks == 0:
            return
        _, ranks, options = self.draw()
        what, words = self.terms.draw()
        done = subprocess.run(self.command(ranks, options + what), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, text=True, check=False, env=mpi.environment())
        if done.returncode != 2 or words not in done.stderr or done.stdout:
            self.fail(f"{what}: expected exit status 2 and '{words}', found {done.returncode}: {done.stderr}")
        if Frontier.read(self.checkpoint).text != before.text:
            self.fail(f"{what}: was refused, and the checkpoint has changed")
        self.refused += 1

    # ---- Kills -------------------------------------------------------------------------------------------------------

    def kill(self, process, ranks, screen):
        """Kills all processes at once, or only rank 0, which keeps the checkpoint and takes the others with it."""
        victims = list(mpi.ranks_of(process).items()) if ranks else [(0, process.pid)]
        killed_at = time.time()
        if ranks and random.randrange(2) == 0:
            victims = [(rank, number) for rank, number in victims if rank == 0]
        if not victims:
            victims = [(0, process.pid)]  # mpirun, before there are any ranks
        for _, number in victims:
            kill(number)
        began = time.monotonic()
        while process.poll() is None:
            screen.read(POLL_S)
            if ranks and time.monotonic() > began + MPIRUN_S and not mpi.ranks_of(process):
                process.kill()  # mpirun of Open MPI 4.1 may wait for ever for a rank that died while it started
            if time.monotonic() > began + FOR_EVER_S:
                self.fail(f"it was killed, and has not ended within {FOR_EVER_S} s", screen)
        return killed_at

    def account(self, screen, before, began, killed):
        """Accounts for what a killed run had done and its checkpoint does not have."""
        after = Frontier.read(self.checkpoint)
        written = os.stat(self.checkpoint).st_mtime
        if written > began - CLOCK_S:  # a checkpoint is written when the search begins, before anything is done
            self.oldest_s = max(self.oldest_s, killed - written)
        if after.tasks == 0 or after.plan != before.plan:
            return  # progress is that of a window that the search may have left
        kept = (after.done() + 0.5) / after.tasks + 0.0006  # progress is shown rounded
        lost = [(when, share) for when, share in screen.shares if share > kept]
        if lost:
            tasks = round(lost[-1][1] * after.tasks) - after.done()
            self.again += tasks
            self.lost_s = max(self.lost_s, time.monotonic() - (time.time() - killed) - lost[0][0])
            self.lost_tasks = max(self.lost_tasks, (tasks, after.tasks))

    def follow(self, process, screen, before):
        """Watches the checkpoint until it is time to kill; returns whether the process has ended before."""
        writes = self.writes.draw()  # to wait for, and then some more time
        pause_s = random.uniform(0, 2 * INTERVAL_S)
        began = time.monotonic()
        last, planned = before, before.plan != []
        while writes > 0 or time.monotonic() < began + pause_s:
            screen.read(POLL_S)
            if process.poll() is not None:
                return True
            now = Frontier.read(self.checkpoint)
            if now.text == last.text:
                if time.monotonic() > began + FOR_EVER_S:
                    self.fail(f"nothing was written for {FOR_EVER_S} s", screen)
                continue
            lacks = now.lacks(last)
            # A process that made the plan may find, by its first tasks, that another plan is worth starting over for.
            if lacks and (planned or now.plan == last.plan):
                self.fail(f"the checkpoint has less than before: {lacks}", screen)
            if writes > 0 and (now.reached, now.done()) != (last.reached, last.done()):
                writes -= 1
                began = time.monotonic()
            last = now
        return False

    def run(self, kill=True):
        """One run that is killed or ends by itself; returns whether it ended."""
        before = Frontier.read(self.checkpoint)
        names, ranks, options = self.draw()
        screen = Screen()
        began = time.time()
        process = subprocess.Popen(self.command(ranks, options), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=screen.slave, env=mpi.environment() if ranks else None)
        ended = self.follow(process, screen, before) if kill else False
        if kill and not ended:
            killed = self.kill(process, ranks, screen)
            screen.read(0)
        else:
            while process.poll() is None:
                screen.read(POLL_S)
            output = process.stdout.read().decode().strip()
            screen.read(0)
            if process.returncode != 0 or output != self.answer:
                self.fail(f"expected {self.answer}, found {output!r}, exit status {process.returncode}", screen)
            ended = True
        after = Frontier.read(self.checkpoint)
        lacks = after.lacks(before) if before.text else ""
        if lacks:
            self.fail(f"the checkpoint has less than when the run began: {lacks}", screen)
        goes_on = "in the middle of a window" in screen.text
        if ended and before.tasks > 0 and not goes_on:
            self.fail("the run did not resume in the middle of its window", screen)
        if goes_on and after.lacks(before) == "" and (ended or after.done() > before.done()):
            self.runs.update(names)
        if not ended:
            self.kills += 1
            self.in_windows += before.tasks > 0
            if after.text:
                self.account(screen, before, began, killed)
        process.stdout.close()
        screen.close()
        return ended

    def report(self):
        print(f"{self.kills} kills, {self.in_windows} of runs that were to resume in the middle of a window, in "
              f"{self.searches} searches with the right answer; {self.refused} refusals, which changed nothing")
        print("runs that resumed there and got farther: " +
              ", ".join(f"{name}: {count}" for name, count in sorted(self.runs.items())))
        print(f"oldest checkpoint at a kill: {self.oldest_s:.3f} s, interval {INTERVAL_S} s")
        print(f"lost by a run at most: {self.lost_tasks[0]} tasks of {self.lost_tasks[1]}, which progress had shown as "
              f"done for {self.lost_s:.3f} s; by all runs: {self.again} tasks")
        if max(self.oldest_s, self.lost_s) > INTERVAL_S + self.slack_s:
            self.fail("more than an interval was lost")


def native_kernels(program):
    listed = subprocess.run([program, "cpu"], stdout=subprocess.PIPE, check=True).stdout.decode()
    rows = [row.split() for row in listed[listed.index("\nkernel ") + 1:].splitlines()[1:]]
    return [name for name, emulated, _, runs, *_ in rows if emulated == "no" and runs == "yes"]


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("kills", type=int)
    parser.add_argument("--mpi", metavar="PROGRAM")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    return parser.parse_args()


def main():
    settings = parse()
    is_long = settings.kills >= LONG_FROM
    if settings.mpi:
        if shutil.which("mpirun") is None:
            print("skipped: no mpirun")
            sys.exit(mpi.SKIPPED)
        settings.mpi = os.path.abspath(settings.mpi)
    random.seed(settings.seed)
    kernels = native_kernels(settings.program)
    print(f"seed {settings.seed}; kernels {' '.join(kernels)}", flush=True)
    instances = QUICK if not is_long else SHARED if settings.mpi else LONG
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(settings, folder, kernels, SLACK_S if is_long else QUICK_SLACK_S)
        while trial.kills < settings.kills:
            trial.begin(instances[trial.searches % len(instances)])
            while trial.kills < settings.kills:
                if trial.run():
                    break
                if random.randrange(8) == 0:
                    trial.refuse()
            else:
                trial.run(kill=False)
        trial.report()
        missing = [name for name in [f"kernel {kernel}" for kernel in kernels] + ["threads 1", "threads 4"] +
                   [f"memory {name}" for name in MEMORY] if trial.runs[name] == 0]
        if is_long and missing:
            trial.fail(f"no run resumed with {', '.join(missing)}")


main()
