"""outputs.py PROGRAM DIRECTORY: output that goes nowhere. An answer that cannot be written is an error, reported once,
with exit status 2; a message that cannot be written is not."""
import os
import signal
import subprocess
import sys

from faults import Checks, default_signals, describe, generate, run, start, work_directory

program = work_directory()
checks = Checks()
generate(program, "firewall", "puzzle", "--seed", "7")
generate(program, "many", "uniform", "--layers", "2000", "--min-range", "900", "--max-range", "9000")
REPORT = ["bench", "--json", "--time", "0.01", "--time-limit", "9", "--threads", "1", "--method", "scan",
          "--kernel", "scalar"]
with open("report", "wb") as file:
    subprocess.run([program, *REPORT, "firewall"], stdout=file, stderr=subprocess.DEVNULL, check=True)

commands = [
    ["--help"],
    ["--version"],
    ["solve", "firewall"],
    ["solve", "--json", "firewall"],
    ["solve", "firewall", "firewall"],
    ["solve", "--profile", "folded", "-q", "firewall"],
    ["count", "--to", "100000000", "firewall"],
    ["list", "--to", "1000000000", "firewall"],
    ["list", "--to", "1000000000", "--json", "firewall"],
    ["severity", "firewall"],
    ["trace", "firewall"],
    ["trace", "--moments", "many"],
    ["trace", "--json", "--delay", "1", "many"],
    ["explain", "firewall"],
    ["explain", "--json", "firewall"],
    ["generate", "uniform", "--layers", "100000"],
    ["verify", "--cases", "1", "--kernel", "scalar"],
    ["verify", "--cases", "1", "--kernel", "scalar", "--json", "firewall"],
    ["bench", "--compare", "report"],
    ["bench", "--compare", "report", "report"],
    ["bench", "--compare", "--json", "report", "report"],
    [*REPORT, "firewall"],
    ["cpu"],
    ["cpu", "--json"],
]


def ignore_broken_pipes():
    default_signals()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def to_closed_pipe(arguments, preexec):
    reader, writer = os.pipe()
    os.close(reader)
    process = start(program, arguments, stdout=writer, preexec_fn=preexec)
    os.close(writer)
    _, errors = process.communicate(timeout=100)
    return process.returncode, errors


def one_error(errors, text):
    lines = [line for line in errors.splitlines() if b": warning: " not in line]
    return len(lines) == 1 and lines[0].endswith(text)


for arguments in commands:
    name = " ".join(arguments)
    status, errors = to_closed_pipe(arguments, default_signals)
    checks.expect(status == -signal.SIGPIPE, f"{name}, no reader: {describe(status)} {errors[:200]}")
    status, errors = to_closed_pipe(arguments, ignore_broken_pipes)
    checks.expect(status == 2 and one_error(errors, b": Broken pipe"),
                  f"{name}, no reader and SIGPIPE ignored: {describe(status)} {errors[:200]}")
    with open("/dev/full", "wb") as full:
        status, _, errors = run(program, arguments, stdout=full)
        checks.expect(status == 2 and one_error(errors, b": No space left on device"),
                      f"{name}, full device: {describe(status)} {errors[:200]}")
        # Messages beside the answer may get lost; the answer must not.
        expected = run(program, arguments)
        status, out, _ = run(program, arguments, stderr=full)
        checks.expect(status == expected[0] == 0 and bool(out),
                      f"{name}, messages to a full device: {describe(status)}")
    if sys.platform == "linux":
        status, _, errors = run(program, arguments, stdout=None, preexec_fn=lambda: (default_signals(), os.close(1)))
        checks.expect(status == 2 and one_error(errors, b": Bad file descriptor"),
                      f"{name}, standard output closed: {describe(status)} {errors[:200]}")

# Output files other than standard output.
os.symlink("/dev/full", "full.json")
for path in ("/dev/full", "full.json"):
    status, out, errors = run(program, ["solve", "-q", "--profile", path, "firewall"])
    checks.expect(status == 2 and out and one_error(errors, b": No space left on device"),
                  f"profile in {path}: {errors[:200]}")
checks.finish()
