"""inputs.py PROGRAM DIRECTORY: input that stalls, ends too soon, and changes while it is read. The program reads it
once, from beginning to end: it answers for what it read or reports what is wrong there, and never dies of it."""
import os
import re
import signal
import time

from faults import Checks, describe, run, start, work_directory

LAYERS = 1000000
MANY = b"".join(b"%d: %d\n" % (depth, depth % 90 + 10) for depth in range(LAYERS))
EXAMPLE = b"0: 3\n1: 2\n4: 4\n6: 4\n"
ONE_ERROR = re.compile(rb"[^\n]*:[0-9]+:[0-9]+: error: [^\n]+\n")

program = work_directory()
checks = Checks()


def feed(pieces, pause):
    """The outcome of the program on input that arrives in pieces."""
    process = start(program, ["solve"])
    for piece in pieces:
        process.stdin.write(piece)
        process.stdin.flush()
        time.sleep(pause)
    out, errors = process.communicate(timeout=250)
    return process.returncode, out, errors


# A writer that stalls in the middle of a line, and one that dies anywhere in a line.
checks.expect(feed([EXAMPLE[:8], EXAMPLE[8:]], 0.5) == (0, b"10\n", b""), "a writer that stalls")
for end, column, expected in ((16, 2, b"':' and a range"), (17, 3, b"a range"), (18, 4, b"a range")):
    status, out, errors = feed([EXAMPLE[:end]], 0)
    error = b"<stdin>:4:%d: error: expected %b" % (column, expected)
    checks.expect(status == 2 and out == b"" and errors.startswith(error), f"a writer that dies at {end}: {errors}")


def change_while_reading(change):
    """Stops the program in the middle of a file, changes the file, and lets the program continue."""
    with open("many", "wb") as file:
        file.write(MANY)
    size = len(MANY)
    process = start(program, ["severity", "many"])
    place = 0
    while place == 0 and process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/fdinfo/3", encoding="ascii") as info:
                place = int(info.readline().split()[1])
        except (OSError, IndexError):
            pass
    if process.poll() is None:
        process.send_signal(signal.SIGSTOP)
    change(size)
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
    out, errors = process.communicate(timeout=250)
    return place < size, process.returncode, out, errors


def truncate(size):
    os.truncate("many", size // 2)


def truncate_to_nothing(_):
    os.truncate("many", 0)


def grow(_):
    with open("many", "ab") as file:
        file.write(b"no layer\n")


def spoil(size):
    with open("many", "r+b") as file:
        file.seek(size // 2)
        file.write(b"\0" * 100)


def remove(_):
    os.unlink("many")


for change in (truncate, truncate_to_nothing, grow, spoil, remove):
    in_time = 0
    tries = 0
    while tries < 4 or (in_time == 0 and tries < 40):
        tries += 1
        early, status, out, errors = change_while_reading(change)
        in_time += early
        answered = status == 0 and re.fullmatch(rb"[0-9]+\n", out) and errors == b""
        refused = status == 2 and out == b"" and ONE_ERROR.fullmatch(errors)
        checks.expect(answered or refused, f"{change.__name__}: {describe(status)} {out[:80]} {errors[:200]}")
    print(f"{change.__name__}: {in_time} of {tries} in the middle of reading")
    checks.expect(in_time > 0, f"{change.__name__}: never in the middle of reading")
checks.finish()
