"""signalled.py SIGNAL WHEN COMMAND...: see lib.sh."""
import os
import signal
import subprocess
import sys
import time

ALLOWED_S = 40  # of a machine that has much else to do

number = signal.Signals[sys.argv[1]]
when, command = sys.argv[2], sys.argv[3:]


def default_signals():
    # A shell starts background jobs with SIGINT ignored, nohup does so with SIGHUP, and that is inherited.
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, number):
        signal.signal(stop, signal.SIG_DFL)


def catches(pid):
    """Whether the process has a handler for the signal."""
    with open(f"/proc/{pid}/status") as status:
        caught = next(line for line in status if line.startswith("SigCgt:")).split()[1]
    return int(caught, 16) >> (number - 1) & 1 == 1


def wait_until(holds, what):
    deadline = time.monotonic() + ALLOWED_S
    while not holds():
        if time.monotonic() > deadline or process.poll() is not None:
            process.kill()
            sys.exit(f"ended, or ran for {ALLOWED_S} s, without {what}")
        time.sleep(0.01)


process = subprocess.Popen(command, stderr=subprocess.PIPE, preexec_fn=default_signals)
if when.startswith("progress"):
    wanted = when.partition(":")[2].encode()
    line = b"\n"
    while line and (line == b"\n" or wanted not in line):
        line = process.stderr.readline()
        sys.stderr.buffer.write(line)
else:
    before = os.fstat(1).st_size
    wait_until(lambda: when[0] != "+" or catches(process.pid), "a handler for the signal")
    wait_until(lambda: when != "written" or os.fstat(1).st_size > before, "something on standard output")
    time.sleep(0 if when == "written" else float(when))
process.send_signal(number)
try:
    sys.stderr.buffer.write(process.communicate(timeout=ALLOWED_S)[1])
except subprocess.TimeoutExpired:
    process.kill()
    sys.exit(f"still running {ALLOWED_S} s after {number.name}")
code = process.returncode
print(f"died of {signal.Signals(-code).name}" if code < 0 else f"exit status {code}")
