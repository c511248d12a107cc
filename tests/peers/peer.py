"""What the Python peers share: reading a firewall, and their command line.

    PEER.py [--time] [--end DELAY] FILE...

prints a line for each file: the smallest safe delay below the end, or `none`; with --time also the seconds that finding
it took, without reading the file: the median of the calls after the first, which may compile something, or the first
where it is long.

Few modules are imported, for the time that whole processes take.
"""
import math
import sys
import time

# Calls that are timed: so many, or as many as fit.
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
    """The picoseconds after which a scanner of that range is at the top again."""
    return max(1, 2 * (size - 1))


def cycle(layers):
    """The picoseconds after which everything repeats: where none of as many delays is safe, none is at all."""
    return math.lcm(*(period(size) for _, size in layers))


def forbidden(layers):
    """Pairs of depth, as far as it matters, and period; short periods first, because those are likelier to catch."""
    return sorted(((depth % period(size), period(size)) for depth, size in layers), key=lambda pair: pair[1])


def timed(solve, layers, end):
    begun = time.perf_counter()
    answer = solve(layers, end)
    return time.perf_counter() - begun, answer


def median_s(solve, layers, end):
    """The seconds of some more calls."""
    seconds = []
    while len(seconds) < CALLS and sum(seconds) < CALLS_S:
        seconds.append(timed(solve, layers, end)[0])
    return sorted(seconds)[len(seconds) // 2]


def solved(solve, path, highest, limit, telling):
    """The line to print about a file."""
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
    """The command line of a peer: solve(layers, end) returns a delay below the end, or None. A peer of machine integers
    looks at delays below `highest` only."""
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
