#!/usr/bin/env python3
"""terms.py PROGRAM [--seconds N] [--no-limits]: a search in the middle of a window resumes with other options, and in
less memory, or says why not. Whatever it does, its checkpoint never has less than before, and a return to the first
command finds everything that was done.

With --seconds the first run takes N seconds of erdos-selfridge --k 323, and each other run one second; work was once
lost in that case. Without it, runs are short and end when their checkpoint says that something is done. --no-limits:
without `ulimit -v`, under which sanitizers do not run.
"""
import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time

from frontier import Frontier

FOR_EVER_S = 600

# Options, KiB of address space (0: no limit), and the expected outcome.
TERMS = [
    (["--memory", "10M"], 0, "either"),
    (["--memory", "64K"], 0, "refused"),
    (["--method", "focus"], 0, "on"),
    (["--method", "wheel"], 0, "refused"),
    (["--method", "scan"], 0, "refused"),
    (["--method", "closed-form"], 0, "refused"),
    (["--threads", "4"], 0, "on"),
    (["--kernel", "scalar", "--memory", "1G"], 0, "on"),
    ([], 100000, "on"),
    ([], 30000, "either"),
    ([], 20000, "either"),
    ([], 12000, "either"),
]


def work_of(text):
    """Everything except the time, which a run that is refused after an interval of the checkpoint has added to."""
    return [line for line in text.splitlines() if line.split(" ")[0] not in ("elapsed", "checksum")]


class Search:
    def __init__(self, program, folder, seconds):
        self.program, self.seconds = program, seconds
        self.firewall, self.checkpoint = os.path.join(folder, "firewall"), os.path.join(folder, "checkpoint")
        with open(self.firewall, "wb") as output:
            subprocess.run([program, "generate", "erdos-selfridge", "--k", "323" if seconds else "300"], stdout=output,
                           check=True)

    def stop_when_something_is_done(self, process):
        """When time does not count: stops the process once it has got farther, if it does not end before."""
        before = Frontier.read(self.checkpoint)
        began = time.monotonic()
        while process.poll() is None:
            now = Frontier.read(self.checkpoint)
            is_same = now.plan == before.plan or before.tasks == 0
            if is_same and not now.looks() and now.done() > before.done() + 3:
                process.send_signal(signal.SIGTERM)
                break
            if time.monotonic() > began + FOR_EVER_S:
                sys.exit(f"nothing was done for {FOR_EVER_S} s")
            time.sleep(0.01)

    def run(self, options, address_space, seconds):
        """The exit status, or -15, and standard error."""
        def limit():
            if address_space:
                resource.setrlimit(resource.RLIMIT_AS, (1024 * address_space, 1024 * address_space))
        command = [self.program, "solve", "--checkpoint", self.checkpoint, self.firewall]
        command += ["--threads", "1"] if "--threads" not in options else []
        command += ["--time-limit", str(seconds)] if self.seconds else ["--checkpoint-interval", "0.1"]
        process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                   preexec_fn=limit)
        if not self.seconds:
            self.stop_when_something_is_done(process)
        errors = process.communicate(timeout=FOR_EVER_S)[1]
        return process.returncode, errors

    def go_on(self, options, address_space, expected, seconds):
        before = Frontier.read(self.checkpoint)
        status, errors = self.run(options, address_space, seconds)
        after = Frontier.read(self.checkpoint)
        what = " ".join(options) + (f"ulimit -v {address_space}" if address_space else "")
        outcome = "on" if status in (0, 3, -signal.SIGTERM) else "refused"
        came = after.done() - before.done()
        print(f"{what or 'the first command'}: exit status {status}, {came} more tasks, {after.done()} of {after.tasks}",
              flush=True)
        if after.lacks(before):
            sys.exit(f"{what}: the checkpoint has less than before: {after.lacks(before)}\n{errors}")
        if expected not in (outcome, "either"):
            sys.exit(f"{what}: expected '{expected}': {errors}")
        if outcome == "refused" and (status != 2 or "error: " not in errors or
                                     work_of(after.text) != work_of(before.text)):
            sys.exit(f"{what}: exit status {status}, or no message, or the checkpoint changed: {errors}")
        if outcome == "on" and "in the middle of a window" not in errors:
            sys.exit(f"{what}: does not resume in the middle of the window: {errors}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--no-limits", action="store_true")
    settings = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        search = Search(os.path.abspath(settings.program), folder, settings.seconds)
        status, errors = search.run([], 0, settings.seconds)
        first = Frontier.read(search.checkpoint)
        if first.done() == 0:
            sys.exit(f"expected a search in the middle of a window, exit status {status}: {errors}")
        print(f"{first.done()} tasks of {first.tasks} are done")
        for options, address_space, expected in TERMS:
            if address_space == 0 or not settings.no_limits:
                search.go_on(options, address_space, expected, 1)
        search.go_on([], 0, "on", 1)


main()
