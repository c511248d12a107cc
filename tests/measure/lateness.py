"""lateness.py PROGRAM [MOMENTS]: how quickly the time limit, SIGINT and SIGTERM take effect, in every command and
phase.

Each phase first runs undisturbed, for at most LONGEST_S; then it is ended at random moments of that time, MOMENTS (4)
for each of the three, on one thread and on two. The table shows the worst: seconds until the program ended, and the CPU
seconds that it used until then, which do not grow when the machine is busy with other work. Status 1: a time is above
BOUND_S.
"""
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time

BOUND_S = 0.2
LONGEST_S = 8
LIMIT = "limit"

program = os.path.abspath(sys.argv[1])
moments = int(sys.argv[2]) if len(sys.argv) > 2 else 4
random.seed(15)
os.chdir(tempfile.mkdtemp(prefix="lateness-"))

FIREWALLS = {
    "ten-million": ["uniform", "--layers", "10000000", "--min-range", "2", "--max-range", "100000000"],
    "wide": ["uniform", "--layers", "10000000", "--min-range", "2000000000", "--max-range", "9000000000"],
    "million": ["uniform", "--layers", "1000000", "--min-range", "2", "--max-range", "1000000", "--seed", "1"],
    "blocked": ["blocked", "--layers", "2000000"],
    "endless": ["uniform", "--layers", "75000", "--min-range", "500", "--max-range", "1000"],
    "wheel": ["negative-pseudosquare", "--primes", "70"],
    "focus": ["erdos-selfridge", "--k", "379"],
    "tuplet": ["tuplet", "--offsets", "0,2,6,8", "--start", "1000000000", "--sieve-to", "32000"],
}
for name, arguments in FIREWALLS.items():
    with open(name, "wb") as out:
        subprocess.run([program, "generate", *arguments], stdout=out, check=True)
with open("ten-million", "rb") as given, open("shuffled", "wb") as out:
    lines = given.readlines()
    random.shuffle(lines)
    out.writelines(lines)
    del lines
for name in ("million", "tuplet"):
    subprocess.run([program, "solve", "-q", *(["--to", "20"] if name == "million" else []), "--certificate",
                    name + ".proof", name], stdout=subprocess.DEVNULL, check=False)

# Name, arguments, whether the command has a time limit, whether nobody reads its output.
PHASES = [
    ("solve, 10 M layers", ["solve", "ten-million"], True, False),
    ("solve, 10 M layers shuffled", ["solve", "shuffled"], True, False),
    ("solve, 10 M wide layers", ["solve", "wide"], True, False),
    ("count, 10 M layers", ["count", "ten-million"], True, False),
    ("checkpoint, 10 M layers", ["solve", "--checkpoint", "kept", "ten-million"], True, False),
    ("profile, 10 M layers", ["solve", "--profile", "folded", "ten-million"], True, False),
    ("reduction and proof, blocked", ["solve", "blocked"], True, False),
    ("certificate, 1 M layers", ["solve", "--to", "20", "--certificate", "made", "million"], True, False),
    ("certificate, blocked", ["solve", "--certificate", "made", "blocked"], True, False),
    ("verify --certificate, 1 M", ["verify", "--certificate", "million.proof", "million"], True, False),
    ("scan", ["solve", "--method", "scan", "endless"], True, False),
    ("wheel", ["solve", "--method", "wheel", "wheel"], True, False),
    ("focus", ["solve", "--method", "focus", "focus"], True, False),
    ("simulate", ["solve", "--method", "simulate", "endless"], True, False),
    ("closed-form, 10 M layers", ["solve", "--method", "closed-form", "ten-million"], True, False),
    ("list", ["list", "--to", "20000000", "tuplet"], True, False),
    ("list, nobody reads", ["list", "tuplet"], True, True),
    ("list --json", ["list", "--json", "--to", "100000000", "tuplet"], True, False),
    ("trace", ["trace", "endless"], True, False),
    ("trace, 10 M layers", ["trace", "--moments", "shuffled"], True, False),
    ("a pipe that says nothing", ["solve", "-"], True, False),
    ("severity, 10 M layers", ["severity", "ten-million"], False, False),
    ("explain, 10 M layers", ["explain", "ten-million"], False, False),
    ("explain, blocked", ["explain", "blocked"], False, False),
    ("explain --cnf, 1 M layers", ["explain", "--cnf", "formula", "million"], False, False),
    ("generate, nobody reads", ["generate", "uniform", "--layers", "10000000"], False, True),
    ("verify kernels", ["verify", "--cases", "1000000000"], False, False),
    ("bench", ["bench", "--time", "3"], False, False),
]


def heed_signals():
    # A shell starts background jobs with SIGINT ignored, and children inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(arguments, unread):
    for name in ("kept", "made", "folded", "formula"):
        if os.path.exists(name):
            os.unlink(name)
    return subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            stdout=subprocess.PIPE if unread else subprocess.DEVNULL, preexec_fn=heed_signals)


def end(process):
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def cpu_now(process):
    try:
        return time.clock_gettime((~process.pid << 3) | 2)
    except OSError:
        return None


def spent():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def duration(arguments, unread):
    began = time.monotonic()
    process = start(arguments, unread)
    try:
        process.wait(timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    end(process)
    return time.monotonic() - began


def lateness(arguments, how, moment, unread):
    """Seconds, and CPU seconds, after the moment; None if it had already ended."""
    began = time.monotonic()
    before = spent()
    process = start(arguments + (["--time-limit", f"{moment:.4f}"] if how == LIMIT else []), unread)
    while time.monotonic() < began + moment and process.poll() is None:
        time.sleep(min(0.002, max(0.0, began + moment - time.monotonic())))
    cpu = cpu_now(process)
    if process.poll() is not None or cpu is None:
        late = None
    else:
        if how != LIMIT:
            process.send_signal(how)
        began = time.monotonic()
        process.wait()
        late = (time.monotonic() - began, max(0.0, spent() - before - cpu))
    process.wait()
    end(process)
    return late


def fields(values):
    return "-" if not values else f"{max(wall for wall, _ in values):.3f}/{max(cpu for _, cpu in values):.3f}"


worst = 0.0
print(f"{'seconds late / CPU seconds':34} {'threads':>7} {'limit':>12} {'SIGINT':>12} {'SIGTERM':>12}", flush=True)
for name, arguments, limited, unread in PHASES:
    threads_known = arguments[0] in ("solve", "count", "list", "trace", "verify")
    for threads in (1, 2) if threads_known else (0,):
        given = arguments[:1] + (["--threads", str(threads)] if threads else []) + arguments[1:]
        whole = duration(given, unread)
        columns = []
        for how in (LIMIT, signal.SIGINT, signal.SIGTERM):
            taken = [lateness(given, how, random.uniform(0.01, 0.98) * whole, unread) for _ in range(moments)
                     if limited or how != LIMIT]
            columns.append([late for late in taken if late is not None])
        worst = max([worst] + [wall for column in columns for wall, _ in column])
        print(f"{name:34} {threads or '':>7} " + " ".join(f"{fields(column):>12}" for column in columns), flush=True)
print(f"worst: {worst:.3f} s")
sys.exit(worst > BOUND_S)
