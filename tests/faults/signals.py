"""signals.py PROGRAM DIRECTORY: signals that end programs, in every phase of every command. The program must die of the
signal, and soon: an idle machine needs a tenth of a second; a loaded one, or a sanitizer, may need most of the time
allowed here."""
import os
import subprocess
import time

from faults import SIGNALS, Checks, catches, describe, generate, start, wait_until, work_directory

ALLOWED_S = 8
CAUGHT = "caught"  # while the program has a handler for the signal: it is searching, and reports its progress

program = work_directory()
checks = Checks()

# Layers that take a second or two to plan for; that keep a search busy; that block everything in a way that is hard to
# see.
generate(program, "many", "uniform", "--layers", "3000000", "--min-range", "3000", "--max-range", "90000")
generate(program, "endless", "uniform", "--layers", "75000", "--min-range", "500", "--max-range", "1000")
generate(program, "wheel", "negative-pseudosquare", "--primes", "70")
generate(program, "focus", "erdos-selfridge", "--k", "379")
generate(program, "hidden", "blocked", "--layers", "300000")
generate(program, "proved", "uniform", "--layers", "1000000", "--min-range", "2", "--max-range", "1000000")
generate(program, "tuplet", "tuplet", "--offsets", "0,2,6,8", "--start", "1000000000", "--sieve-to", "32000")
os.mkfifo("fifo")

# Name, arguments, and when the signal comes: this many seconds after CAUGHT, or after the start.
phases = [
    ("waiting for input: " + command, [command, "fifo"], None, 0.1)
    for command in ("solve", "count", "list", "severity", "trace", "explain")
]
phases += [
    ("waiting for input: verify", ["verify", "--kernel", "scalar", "--cases", "1", "fifo"], None, 0.5),
    ("waiting for input: bench", ["bench", "fifo"], None, 0.1),
    ("reading", ["severity", "many"], None, 0.02),
    ("waiting for standard input", ["severity", "/dev/stdin"], None, 0.2),
    ("planning at once", ["solve", "many"], CAUGHT, 0),
    ("planning", ["solve", "many"], CAUGHT, 0.1),
    ("planning to count", ["count", "many"], CAUGHT, 0.2),
    ("reducing", ["solve", "hidden"], CAUGHT, 0.05),
    ("a certificate of a million layers", ["solve", "--to", "20", "--certificate", "made", "proved"], CAUGHT, 0.5),
    ("listing to no reader", ["list", "tuplet"], CAUGHT, 0.5),
    ("starting the simulation", ["solve", "--method", "simulate", "many"], CAUGHT, 0.05),
    ("simulating", ["solve", "--method", "simulate", "endless"], CAUGHT, 0.3),
    ("closed form", ["solve", "--method", "closed-form", "endless"], CAUGHT, 0.3),
    ("scanning", ["solve", "--method", "scan", "endless"], CAUGHT, 0.3),
    ("wheel", ["solve", "--method", "wheel", "wheel"], CAUGHT, 0.3),
    ("making lists", ["solve", "--method", "focus", "focus"], CAUGHT, 0.1),
    ("focus", ["solve", "--method", "focus", "focus"], CAUGHT, 0.7),
    ("counting", ["count", "endless"], CAUGHT, 0.3),
    ("listing", ["list", "endless"], CAUGHT, 0.3),
    ("searching for what to draw", ["trace", "endless"], CAUGHT, 0.3),
    ("profiling", ["solve", "--profile", "folded", "endless"], CAUGHT, 0.3),
    ("explaining", ["explain", "many"], None, 0.4),
    ("looking for what blocks", ["explain", "hidden"], None, 0.3),
    ("writing a formula", ["explain", "--cnf", "formula", "proved"], None, 0.6),
    ("verifying kernels", ["verify", "--cases", "1000000000"], None, 0.3),
    ("verifying a file", ["verify", "--kernel", "scalar", "--cases", "1", "endless"], CAUGHT, 0.2),
    ("benchmarking", ["bench"], None, 0.5),
    ("benchmarking a file", ["bench", "--json", "endless"], None, 0.5),
    ("generating to no reader", ["generate", "uniform", "--layers", "3000000"], None, 0.3),
]

slowest = 0.0


def begin(arguments, number, when, seconds):
    """Starts the program and lets it reach the phase. If the program was so fast that it has already ended, tries again
    with a shorter time. Returns the process, and what holds the FIFO open."""
    while True:
        # A FIFO that is opened for reading and writing never ends; nor does standard input, a pipe that nobody writes
        # to.
        hold = os.open("fifo", os.O_RDWR)
        process = start(program, arguments, stderr=subprocess.DEVNULL)
        if when is CAUGHT:
            checks.expect(wait_until(lambda: process.poll() is not None or catches(process.pid, number)),
                          f"{arguments}: begins")
        time.sleep(seconds)
        if process.poll() is None or process.returncode < 0 or seconds < 1e-3:
            return process, hold
        end(process, hold)
        seconds /= 2


def end(process, hold):
    process.stdin.close()
    process.stdout.close()
    os.close(hold)


def await_end(process, seconds):
    """How long it took to end."""
    began = time.monotonic()
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return time.monotonic() - began


for index, (name, arguments, when, seconds) in enumerate(phases):
    number = SIGNALS[index % len(SIGNALS)]
    process, hold = begin(arguments, number, when, seconds)
    process.send_signal(number)
    took = await_end(process, ALLOWED_S)
    slowest = max(slowest, took)
    print(f"{name}: {describe(process.returncode)} after {took:.3f} s", flush=True)
    checks.expect(process.returncode == -number, f"{name}: {describe(process.returncode)} instead of {number.name}")
    end(process, hold)

# Name and arguments of runs that take longer than the limit, and so end at it with status 3. The target `lateness`
# measures how late that is on an idle machine.
limited = [
    ("waiting for input", ["solve", "fifo"]),
    ("waiting for standard input", ["count", "-"]),
    ("planning", ["solve", "many"]),
    ("reducing", ["count", "hidden"]),
    ("a certificate of a million layers", ["solve", "--to", "20", "--certificate", "made", "proved"]),
    ("scanning", ["solve", "--method", "scan", "endless"]),
    ("listing to no reader", ["list", "tuplet"]),
    ("searching for what to draw", ["trace", "endless"]),
]
for name, arguments in limited:
    for limit_s in (0.3, 0.1, 0.03, 0.01):  # a fast machine may be done before the longer ones
        hold = os.open("fifo", os.O_RDWR)
        process = start(program, arguments + ["--time-limit", str(limit_s)], stderr=subprocess.DEVNULL)
        took = await_end(process, limit_s + ALLOWED_S)
        end(process, hold)
        if process.returncode not in (0, 1):
            break
    print(f"limit of {limit_s} s, {name}: {describe(process.returncode)} after {took:.3f} s", flush=True)
    checks.expect(process.returncode == 3, f"limit, {name}: {describe(process.returncode)} instead of status 3")

print(f"slowest: {slowest:.3f} s")
checks.finish()
