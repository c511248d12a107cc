"""address_space.py PROGRAM DIRECTORY: runs with less and less address space, as `ulimit -v` limits it. Every run must
give the right answer, or report that memory is short and exit with status 2."""
import json
import resource

from faults import Checks, default_signals, describe, generate, run, work_directory

MIB = 1 << 20
STEPS = 24
LARGEST = 600 * MIB

program = work_directory()
checks = Checks()
generate(program, "erdos", "erdos-selfridge", "--k", "140")
generate(program, "many", "uniform", "--layers", "200000", "--min-range", "300", "--max-range", "9000")


def limited(size):
    def limit():
        default_signals()
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    return limit


def starts(size):
    """Whether the loader has enough memory for the program itself; with less, it is not the program that fails."""
    try:
        return run(program, ["--version"], preexec_fn=limited(size))[0] == 0
    except OSError:
        return False


def essence(arguments, out):
    """The output that must not depend on the memory, so without predictions."""
    if "--json" in arguments:
        return json.loads(out)["delay"]
    return out[:out.index(b"search:")] if arguments[0] == "explain" else out


least = 2 * MIB
while not starts(least):
    least += MIB // 2
print(f"the program starts in {least / MIB} MiB")

commands = [
    ["solve", "-q", "erdos"],
    ["solve", "-q", "--threads", "2", "--method", "focus", "erdos"],
    ["solve", "-q", "--threads", "4096", "erdos"],
    ["solve", "-q", "--json", "erdos"],
    ["count", "-q", "--to", "1000000", "many"],
    ["list", "-q", "--to", "100000000", "many"],
    ["severity", "many"],
    ["explain", "erdos"],
    ["generate", "uniform", "--layers", "200000"],
]
for arguments in commands:
    status, right, errors = run(program, arguments)
    checks.expect(status in (0, 1), f"{arguments}: {describe(status)} without a limit: {errors}")
    answers = 0
    refusals = 0
    for step in range(STEPS):
        size = int(least * (LARGEST / least) ** (step / (STEPS - 1)))
        got, out, errors = run(program, arguments, preexec_fn=limited(size))
        refused = got == 2 and b"not enough memory" in errors
        same = got == status and essence(arguments, out) == essence(arguments, right)
        answers += same
        refusals += refused
        checks.expect(same or refused, f"{arguments} in {size / MIB:.1f} MiB: {describe(got)}: {errors[:300]}")
    print(f"{' '.join(arguments)}: {answers} answers, {refusals} refusals", flush=True)
    checks.expect(answers > 0, f"{arguments}: no run had enough")
# More memory never fails when less was enough.
MONOTONE_STEP = 1 * MIB
MONOTONE_STEPS = 24
generate(program, "far", "erdos-selfridge", "--k", "200")
for threads in ("1", "2", "5"):
    arguments = ["solve", "-q", "--threads", threads, "far"]
    enough = None
    for step in range(MONOTONE_STEPS):
        size = least + step * MONOTONE_STEP
        got, out, errors = run(program, arguments, preexec_fn=limited(size))
        if got == 0:
            enough = enough or size
        checks.expect(enough is None or got == 0,
                      f"{arguments} in {size / MIB:.1f} MiB: {describe(got)}, while {(enough or 0) / MIB:.1f} are enough: "
                      f"{errors[:300]}")
    checks.expect(enough is not None, f"{arguments}: no run had enough")
checks.finish()
