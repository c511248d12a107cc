"""animated.py [--size ROWSxCOLUMNS] [--at FRAME ACTION]... COMMAND...: runs a command on a terminal of its own (24x80),
and prints what it drew there, frame by frame, as an animation's user would have seen it:

    before:    what came outside of the alternate screen before it was entered, if anything
    frames: N  how often one was drawn
    last:      the lines of the last one
    after:     what came when the alternate screen had been left
    restored   or what was not: alternate screen, cursor, wrapping of lines
    exit status N, or died of SIGNAL

ACTION, when so many frames have been drawn: a signal's name, or resize:ROWSxCOLUMNS. With --raw, what came out is
printed as it is, with the escape character as `^`."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

HOME = b"\033[H"
ALLOWED_S = 20


def winsize(text):
    rows, columns = (int(number) for number in text.split("x"))
    return struct.pack("HHHH", rows, columns, 0, 0)


def parse():
    arguments = sys.argv[1:]
    options = {"size": "24x80", "actions": [], "raw": False}
    while arguments[0].startswith("--"):
        option = arguments.pop(0)
        if option == "--raw":
            options["raw"] = True
        elif option == "--size":
            options["size"] = arguments.pop(0)
        else:
            options["actions"].append((int(arguments.pop(0)), arguments.pop(0)))
    return options, arguments


def start(command, size):
    pid, master = pty.fork()
    if pid == 0:
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGTSTP, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(stop, signal.SIG_DFL)
        # The size has to be there before the command asks for it.
        fcntl.ioctl(1, termios.TIOCSWINSZ, winsize(size))
        os.execvp(command[0], command)
    return pid, master


def act(pid, master, action):
    if action.startswith("resize:"):
        fcntl.ioctl(master, termios.TIOCSWINSZ, winsize(action.removeprefix("resize:")))
    else:
        os.kill(pid, signal.Signals[action])


def play(pid, master, actions):
    output = b""
    deadline = time.monotonic() + ALLOWED_S
    while time.monotonic() < deadline:
        ready, _, _ = select.select([master], [], [], 0.1)
        try:
            part = os.read(master, 65536) if ready else None
        except OSError:  # the terminal's other end is closed
            return output
        if part == b"":
            return output
        output += part or b""
        while actions and output.count(HOME) >= actions[0][0]:
            act(pid, master, actions.pop(0)[1])
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    sys.exit(f"still running after {ALLOWED_S} s; it wrote {output[-500:]!r}")


def lines(output):
    text = re.sub(rb"\033\[[?0-9;]*[a-zA-Z]", b"", output).replace(b"\r\n", b"\n").decode()
    return [f"    {line}".rstrip() for line in text.split("\n") if line]


def describe(output):
    modes = {"alternate screen": (b"\033[?1049h", b"\033[?1049l"), "cursor": (b"\033[?25l", b"\033[?25h"),
             "wrapping": (b"\033[?7l", b"\033[?7h")}
    enter, leave = modes["alternate screen"]
    if enter not in output:
        return [*lines(output), "no animation"]
    before, inside = output.split(enter, 1)
    inside, _, after = inside.rpartition(leave)
    wrong = [name for name, (change, restore) in modes.items()
             if output.count(change) != output.count(restore) or output.rfind(change) > output.rfind(restore)]
    said = ["before:", *lines(before)] if before else []
    said += [f"frames: {inside.count(HOME)}", "last:", *lines(inside.split(HOME)[-1])]
    return [*said, "after:", *lines(after), *([f"not restored: {name}" for name in wrong] or ["restored"])]


options, command = parse()
pid, master = start(command, options["size"])
output = play(pid, master, options["actions"])
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
if options["raw"]:
    print(output.replace(b"\033", b"^").replace(b"\r\n", b"\n").decode(), end="")
else:
    print("\n".join(describe(output)))
print(f"died of {signal.Signals(-code).name}" if code < 0 else f"exit status {code}")
