"""signalled.py SIGNAL WHEN COMMAND...: see lib.sh."""
import signal
import subprocess
import sys
import time

number = signal.Signals[sys.argv[1]]
when, command = sys.argv[2], sys.argv[3:]


def default_signals():
    # A shell starts background jobs with SIGINT ignored, and that is inherited.
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(stop, signal.SIG_DFL)


def catches(pid):
    """Whether the process has a handler for the signal."""
    with open(f"/proc/{pid}/status") as status:
        caught = next(line for line in status if line.startswith("SigCgt:")).split()[1]
    return int(caught, 16) >> (number - 1) & 1 == 1


process = subprocess.Popen(command, stderr=subprocess.PIPE, preexec_fn=default_signals)
if when.startswith("progress"):
    wanted = when.partition(":")[2].encode()
    line = b"\n"
    while line and (line == b"\n" or wanted not in line):
        line = process.stderr.readline()
        sys.stderr.buffer.write(line)
else:
    deadline = time.monotonic() + 20
    while when[0] == "+" and not catches(process.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(float(when))
process.send_signal(number)
try:
    sys.stderr.buffer.write(process.communicate(timeout=10)[1])
except subprocess.TimeoutExpired:
    process.kill()
    sys.exit(f"still running 10 s after {number.name}")
code = process.returncode
print(f"died of {signal.Signals(-code).name}" if code < 0 else f"exit status {code}")
