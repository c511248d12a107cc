"""containers.py PROGRAM DIRECTORY [MPI_PROGRAM]: runs in control groups with little memory and little CPU time. Every
run must give an answer, stop at its time limit, or report one error and exit with status 2; the kernel must kill none.
Skips if no control group can be made."""
import atexit
import json
import os
import subprocess
import sys

from faults import Checks, default_signals, describe, generate, work_directory

MIB = 1 << 20
SKIPPED = 77
SECONDS = "1"


class Group:
    """A new control group at the top of the mounted hierarchy, of version 1 or 2."""

    def __init__(self, controller):
        self.path = None
        for line in open("/proc/self/mountinfo", encoding="utf-8"):
            fields, _, rest = line.rstrip("\n").partition(" - ")
            point = fields.split(" ")[4]
            kind, _, options = rest.split(" ", 2)
            if kind == "cgroup" and controller in options.split(","):
                self.version = 1
            elif kind == "cgroup2" and controller in self.read(f"{point}/cgroup.subtree_control").split():
                self.version = 2
            else:
                continue
            path = f"{point}/firesieve-test-{os.getpid()}"
            os.mkdir(path)
            self.path = path
            atexit.register(os.rmdir, path)
            return
        raise OSError(f"no {controller} controller is mounted")

    @staticmethod
    def read(path):
        with open(path, encoding="ascii") as file:
            return file.read()

    def write(self, name, value):
        with open(f"{self.path}/{name}", "w", encoding="ascii") as file:
            file.write(str(value))

    def limit_memory(self, size):
        self.write("memory.limit_in_bytes" if self.version == 1 else "memory.max", size)

    def limit_cpu(self, quota):
        if self.version == 2:
            self.write("cpu.max", f"{quota} 100000")
        else:
            self.write("cpu.cfs_period_us", 100000)
            self.write("cpu.cfs_quota_us", quota)

    def enter(self):
        default_signals()
        self.write("cgroup.procs", os.getpid())


mpi_program = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
if mpi_program is not None:
    sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mpi"))
    import mpi
program = work_directory()
checks = Checks()
try:
    memory = Group("memory")
    memory.limit_memory(64 * MIB)
    subprocess.run(["true"], preexec_fn=memory.enter, check=True)
    cpu = Group("cpu")
    cpu.limit_cpu(50000)
    subprocess.run(["true"], preexec_fn=cpu.enter, check=True)
except (OSError, subprocess.SubprocessError, FileNotFoundError) as error:
    print(f"skipped: no control group can be made here: {error}")
    sys.exit(SKIPPED)

generate(program, "pseudo60", "negative-pseudosquare", "--primes", "60")
generate(program, "pseudo66", "negative-pseudosquare", "--primes", "66")
generate(program, "million", "uniform", "--layers", "1000000", "--min-range", "3000", "--max-range", "90000", "--seed", "1")
generate(program, "dense", "uniform", "--layers", "1000000", "--min-range", "2", "--max-range", "1000000",
         "--seed", "1")
generate(program, "erdos", "erdos-selfridge", "--k", "200")
generate(program, "blocked", "blocked", "--layers", "3000")
generate(program, "endless", "uniform", "--layers", "75000", "--min-range", "500", "--max-range", "1000")
generate(program, "puzzle", "puzzle", "--seed", "7")
LIMIT = ["--time-limit", SECONDS]
MILLION = ["uniform", "--layers", "1000000", "--min-range", "3000", "--max-range", "90000", "--seed", "1"]


def run(arguments, group, environment=None):
    process = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             preexec_fn=group.enter, env=environment, timeout=250)
    return process.returncode, process.stdout, process.stderr


commands = [
    ["cpu"],
    ["solve", *LIMIT, "pseudo60"],
    ["solve", *LIMIT, "pseudo66"],
    ["solve", *LIMIT, "--threads", "16", "pseudo66"],
    ["solve", *LIMIT, "--method", "focus", "pseudo66"],
    ["solve", *LIMIT, "--memory", "4G", "pseudo66"],
    ["explain", "pseudo66"],
    ["list", "--limit", "1", *LIMIT, "pseudo60"],
    ["generate", *MILLION],
    ["solve", *LIMIT, "million"],
    ["count", *LIMIT, "--to", "1000000", "million"],
    ["severity", "million"],
    ["explain", "million"],
    ["solve", *LIMIT, "--certificate", "proof", "erdos"],
    ["solve", *LIMIT, "--certificate", "proof", "blocked"],
    ["solve", *LIMIT, "--to", "20", "--certificate", "proof", "dense"],
    ["explain", "blocked"],
    ["verify", "--cases", "2", "puzzle"],
]
for size in (64, 256):
    memory.limit_memory(size * MIB)
    for arguments in commands:
        name = f"{' '.join(arguments)} in {size} MiB"
        status, out, errors = run([program, *arguments], memory)
        lines = errors.decode(errors="replace").splitlines()
        refused = status == 2 and sum("error: " in line for line in lines) == 1
        checks.expect(status in (0, 1, 3) or refused, f"{name}: {describe(status)}: {errors[-300:]}")
        print(f"{name}: {describe(status)}{': ' + lines[-1] if refused else ''}", flush=True)
    status, out, _ = run([program, "cpu", "--json"], memory)
    found = json.loads(out)
    checks.expect(found["memory_by"] == "control group" and found["memory_limit_bytes"] == size * MIB
                  and 0 < found["memory_bytes"] < size * MIB, f"cpu --json in {size} MiB: {out[:300]}")
    if mpi_program is not None:
        for arguments in (["solve", *LIMIT, "pseudo66"], ["solve", *LIMIT, "million"]):
            status, out, errors = run(mpi.command(mpi_program, 2, *arguments), memory, mpi.environment())
            checks.expect(0 <= status < 4, f"2 ranks, {arguments} in {size} MiB: {describe(status)}: {errors[-400:]}")
            print(f"2 ranks, {' '.join(arguments)} in {size} MiB: {describe(status)}", flush=True)

available = len(os.sched_getaffinity(0))
for quota, threads in ((50000, 1), (100000, 1), (150000, min(2, available)), (6400000, available)):
    cpu.limit_cpu(quota)
    found = json.loads(run([program, "cpu", "--json"], cpu)[1])
    status, out, errors = run([program, "solve", "--json", "--time-limit", SECONDS, "endless"], cpu)
    chosen = json.loads(out)["threads"]
    checks.expect(found["cpus"] == threads and chosen == threads, f"quota of {quota} us: {found['cpus']}, {chosen} threads")
    checks.expect(found["cpu_time"] == quota / 100000, f"quota of {quota} us: {found['cpu_time']}")
    print(f"quota of {quota / 100000} CPUs, {available} available: threads: {chosen}")
checks.finish()
