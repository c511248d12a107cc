"""kept.py PROGRAM DIRECTORY: what remains of a search that is ended from outside. Every signal that a program can
handle is followed by a last checkpoint; a file that is not allowed to grow is an error like any other; and no partly
written file is ever left."""
import os
import resource
import signal

from faults import SIGNALS, Checks, catches, default_signals, describe, generate, run, start, wait_until, work_directory

program = work_directory()
checks = Checks()
generate(program, "endless", "uniform", "--layers", "75000", "--min-range", "500", "--max-range", "1000")
generate(program, "solved", "puzzle", "--seed", "7")
# The interval is so long that only the first and the last checkpoint are written.
SEARCH = ["solve", "--kernel", "scalar", "--threads", "1", "--checkpoint", "kept", "--checkpoint-interval", "600"]
COUNT = ["count", *SEARCH[1:]]


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def begin(arguments, **streams):
    """Starts a search, and returns it with its first checkpoint."""
    if os.path.exists("kept"):
        os.unlink("kept")
    process = start(program, arguments, **streams)
    checks.expect(wait_until(lambda: content("kept") != b"" or process.poll() is not None), f"{arguments}: begins")
    return process, content("kept")


def expect_kept(name, number, process, first):
    _, errors = process.communicate(timeout=60)
    checks.expect(process.returncode == -number, f"{name}: {describe(process.returncode)} instead of {number.name}")
    checks.expect(content("kept") not in (b"", first), f"{name}: no last checkpoint")
    checks.expect(b"resumes from there" in errors, f"{name}: does not say so: {errors[:300]}")
    checks.expect(not os.path.exists("kept.firesieve-new"), f"{name}: leaves a temporary file")


for index, number in enumerate(SIGNALS):
    process, first = begin([*(SEARCH, COUNT)[index % 2], "endless"])
    checks.expect(catches(process.pid, number), f"{number.name}: is not caught")
    process.send_signal(number)
    expect_kept(number.name, number, process, first)


def little_cpu_time():
    default_signals()
    resource.setrlimit(resource.RLIMIT_CPU, (1, 60))


process, first = begin([*SEARCH, "endless"], preexec_fn=little_cpu_time)
expect_kept("ulimit -t", signal.SIGXCPU, process, first)


def without_hangups():
    default_signals()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


process, first = begin([*SEARCH, "endless"], preexec_fn=without_hangups)
process.send_signal(signal.SIGHUP)
checks.expect(not catches(process.pid, signal.SIGHUP), "nohup: the signal is caught")
process.send_signal(signal.SIGUSR1)
expect_kept("nohup", signal.SIGUSR1, process, first)


def short_files(size):
    def limit():
        default_signals()
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    return limit


with open("many", "wb") as file:
    file.write(b"".join(b"%d: 9\n" % depth for depth in range(9)))
for size in (0, 1, 100):
    os.unlink("kept")
    status, out, errors = run(program, [*SEARCH, "solved"], preexec_fn=short_files(size))
    checks.expect(status == 0 and out != b"" and b"File too large" in errors,
                  f"checkpoint of at most {size} bytes: {describe(status)} {errors[:300]}")
    checks.expect(not os.path.exists("kept.firesieve-new"), f"{size} bytes: leaves a temporary file")
    checks.expect(not os.path.exists("kept"), f"{size} bytes: leaves part of a checkpoint")
    status, out, errors = run(program, ["solve", "--certificate", "proof", "solved"], preexec_fn=short_files(size))
    checks.expect(status == 2 and out != b"" and b"File too large" in errors,
                  f"certificate of at most {size} bytes: {describe(status)} {errors[:300]}")
    checks.expect(not os.path.exists("proof.firesieve-new") and not os.path.exists("proof"),
                  f"certificate of {size} bytes: leaves something")
    with open("kept", "wb"):
        pass
for arguments in (["solve", "--help"], ["generate", "uniform"], ["explain", "solved"], ["solve", "--json", "solved"],
                  ["list", "--limit", "1000", "many"], ["explain", "--cnf", "formula", "solved"],
                  ["solve", "-q", "--profile", "folded", "solved"]):
    with open("out", "wb") as out:
        status, _, errors = run(program, arguments, stdout=out, preexec_fn=short_files(10))
    lines = [line for line in errors.splitlines() if b": warning: " not in line]
    checks.expect(status == 2 and len(lines) == 1 and lines[0].endswith(b": File too large"),
                  f"{arguments} into a file of at most 10 bytes: {describe(status)} {errors[:300]}")
checks.finish()
