"""Starts firesieve-mpi for the tests: several ranks on this machine, as root or not, however few CPUs it has."""
import functools
import os
import re
import signal
import subprocess
import sys
import time

SKIPPED = 77


def environment():
    settings = {
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
        "OMPI_MCA_hwloc_base_binding_policy": "none",
        "OMPI_MCA_osc": "^ucx",  # nothing uses it, and it may complain about hardware that a machine lacks
        "OMPI_MCA_pml": "^ucx",
        # Ranks on one machine use shared memory. TCP complains about unusual interfaces, and libfabric of Open MPI 4.1
        # may deadlock while interfaces come and go.
        "OMPI_MCA_btl": "^tcp,ofi",
        "OMPI_MCA_mpi_yield_when_idle": "1",
        "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
        "PRTE_ALLOW_RUN_AS_ROOT": "1",
        "PRTE_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        # Open MPI 5 starts ranks through PRRTE, which has its own settings.
        "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
        "PRTE_MCA_hwloc_default_binding_policy": "none",
    }
    # Messages are expected in English; and sanitizers find memory leaks of MPI that are not ours.
    return {**os.environ, **settings, "LC_ALL": "C", "ASAN_OPTIONS": "detect_leaks=0"}


@functools.lru_cache(maxsize=None)
def open_mpi_version():
    said = subprocess.run(["mpirun", "--version"], text=True, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    found = re.search(r"Open MPI\S* v?(\d+)", said.stdout)
    return int(found[1]) if found else 0


def command(program, ranks, *arguments):
    # Newer versions do not have this option, and the one of Ubuntu 26.04 does not find the text of its version message.
    quiet = ["--quiet"] if 0 < open_mpi_version() < 5 else []
    return ["mpirun", *quiet, "-n", str(ranks), program, *arguments]


def run(program, ranks, *arguments, text=None, timeout=300):
    """Runs to the end and returns the finished process; its standard output has only the answer."""
    given = {"input": text} if text else {"stdin": subprocess.DEVNULL}
    return subprocess.run(command(program, ranks, *arguments), env=environment(), text=True, capture_output=True,
                          timeout=timeout, check=False, **given)


def start(program, ranks, *arguments):
    return subprocess.Popen(command(program, ranks, *arguments), env=environment(), text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ranks_of(process):
    """The process IDs of the ranks, by rank."""
    found = {}
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:
                variables = dict(part.split(b"=", 1) for part in file.read().split(b"\0") if b"=" in part)
            with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
        if parent == process.pid and b"OMPI_COMM_WORLD_RANK" in variables:
            found[int(variables[b"OMPI_COMM_WORLD_RANK"])] = int(entry)
    return found


def fail(message):
    print(message)
    sys.exit(1)


def expect(condition, message):
    if not condition:
        fail(message)


def wait_for(condition, seconds, what):
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > seconds:
            fail(f"{what} has not happened within {seconds} s")
        time.sleep(0.02)


__all__ = ["SKIPPED", "command", "environment", "expect", "fail", "ranks_of", "run", "signal", "start", "wait_for"]
