"""Shared by the Python peers: reading a firewall, and the command line.

    PEER.py [--time] [--end DELAY] FILE...

prints one line per file: the smallest safe delay below the end, or `none`. With --time it adds the seconds that solving
took, without reading the file: the median of the calls after the first, which may compile something, or the first call
if that is long.

Imports few modules, since whole processes are timed as well.
"""
import math
import sys
import time

# The number of calls that are timed, or as many as fit into the time.
CALLS = 9
CALLS_S = 0.5


def read(path):
    """The layers as pairs of depth and range, in the order of the file."""
    layers = []
    with open(path, encoding="latin-1") as lines:
        for line in lines:
            text = line.partition("#")[0].strip()
            if text:
                depth, size = text.split(":")
                layers.append((int(depth), int(size)))
    return layers


def period(size):
    """The picoseconds until a scanner of that range is back at the top."""
    return max(1, 2 * (size - 1))


def cycle(layers):
    """The picoseconds until everything repeats: if none of that many delays is safe, none is at all."""
    return math.lcm(*(period(size) for _, size in layers))


def forbidden(layers):
    """Pairs of depth, modulo the period, and period; short periods first, because they are likelier to catch."""
    return sorted(((depth % period(size), period(size)) for depth, size in layers), key=lambda pair: pair[1])


def timed(solve, layers, end):
    begun = time.perf_counter()
    answer = solve(layers, end)
    return time.perf_counter() - begun, answer


def median_s(solve, layers, end):
    """The median seconds of some more calls."""
    seconds = []
    while len(seconds) < CALLS and sum(seconds) < CALLS_S:
        seconds.append(timed(solve, layers, end)[0])
    return sorted(seconds)[len(seconds) // 2]


def solved(solve, path, highest, limit, telling):
    """The line to print for a file."""
    layers = read(path)
    if highest is not None and any(period(size) > highest for _, size in layers):
        sys.exit("ranges are too large for this peer")
    wanted = cycle(layers) if limit is None else limit
    end = wanted if highest is None else min(wanted, highest)
    seconds, answer = timed(solve, layers, end)
    if answer is None and end < wanted:
        sys.exit(f"no safe delay below {end}, where this peer ends")
    shown = "none" if answer is None else str(answer)
    if telling:
        shown += f" {seconds if seconds > CALLS_S else median_s(solve, layers, end):.9f}"
    return shown


def main(solve, highest=None):
    """The command line of a peer: solve(layers, end) returns a delay below the end, or None. A peer with machine
    integers only tries delays below `highest`."""
    words = sys.argv[1:]
    telling = words[:1] == ["--time"]
    if telling:
        words.pop(0)
    limit = None
    if words[:1] == ["--end"] and len(words) > 1:
        limit = int(words[1])
        del words[:2]
    for path in words:
        print(solved(solve, path, highest, limit, telling))
