"""Shared by the scripts of this directory, which run the program while something around it goes wrong."""
import os
import resource
import signal
import subprocess
import sys
import time

# Signals that people, terminals, batch systems and time limits send, and that end a program that does not handle them.
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGXCPU,
           signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGPWR)


class Checks:
    """Collects failures, so that a script reports all of them."""

    def __init__(self):
        self.passed = 0
        self.failures = []

    def expect(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failures.append(what)
            print(f"FAILED: {what}", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {len(self.failures)} failed")
        sys.exit(1 if self.failures or self.passed == 0 else 0)


def default_signals():
    # A shell starts background jobs with SIGINT ignored, and Python ignores two other signals; a child inherits all
    # that.
    for number in (*SIGNALS, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # SIGQUIT and SIGXCPU would dump core


def start(program, arguments, **streams):
    """Starts the program; streams that are not given become pipes."""
    for name in ("stdin", "stdout", "stderr"):
        streams.setdefault(name, subprocess.PIPE)
    streams.setdefault("preexec_fn", default_signals)
    # ThreadSanitizer would write a temporary file before main, and die if files are not allowed to grow.
    streams.setdefault("env", {**os.environ, "TMPDIR": "/nowhere"})
    return subprocess.Popen([program, *arguments], **streams)


def run(program, arguments, text=b"", **streams):
    """Runs the program to its end; returns exit status, standard output and standard error."""
    process = start(program, arguments, **streams)
    out, errors = process.communicate(text, timeout=250)
    return process.returncode, out, errors


def generate(program, path, *arguments):
    with open(path, "wb") as file:
        subprocess.run([program, "generate", *arguments], stdout=file, check=True)
    return path


def catches(pid, number):
    """Whether the process has a handler for the signal."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        caught = next(line for line in status if line.startswith("SigCgt:")).split()[1]
    return int(caught, 16) >> (number - 1) & 1 == 1


def wait_until(holds, seconds=120):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def describe(returncode):
    return f"died of {signal.Signals(-returncode).name}" if returncode < 0 else f"exit status {returncode}"


def work_directory():
    """The program as an absolute path; the script continues in an empty directory of its own."""
    program = os.path.abspath(sys.argv[1])
    os.makedirs(sys.argv[2], exist_ok=True)
    os.chdir(sys.argv[2])
    for name in os.listdir():
        os.unlink(name)
    return program
