"""mutate.py layers|residues FIRESIEVE GOLDEN [EACH]: certificates with false claims, all of which must be refused.

`firesieve solve` and `count` make the certificates. Each is changed line by line and sealed again with a correct
checksum; `firesieve verify` and check.py must then agree: refused (1) or damaged (2). Changes that would leave the
certificate true are not made: each one is false by construction, or some delay shows that it is. Some changes that keep
it true are made as well, and must be accepted.
"""
import math
import os
import random
import re
import subprocess
import sys
import tempfile

import check
import mutate_residues

TREES = (  # name, and the firewall: options of generate, or a golden file
    ("erdos-cover", "erdos-cover.firewall"),
    ("blocked", ["blocked", "--layers", "14", "--seed", "3"]),
    ("range-one", "range-one.firewall"),
    ("one modulus", "".join(f"{depth}: 318\n" for depth in range(634))),
)
WINDOWS = (  # the same, and options of solve
    ("sextuplet", "sextuplet.firewall", []),
    ("negative-pseudosquare", "negative-pseudosquare-8.firewall", []),
    ("erdos-selfridge from 1000 on", "erdos-selfridge-20.firewall", ["--from", "1000"]),
    ("erdos-selfridge, none", "erdos-selfridge-20.firewall", ["--from", "77", "--to", "43174"]),
    ("example", "example.firewall", []),
    ("cycle", ["blocked", "--layers", "14", "--seed", "3"], ["--memory", "1"]),
)
COUNTS = (  # the same, and options of count
    ("count", "example.firewall", ["--to", "1000"]),
    ("count of whole cycles", "example.firewall", ["--from", "5", "--to", "125"]),
    ("count of three components", "0: 4\n1: 4\n4: 6\n6: 8\n13: 8\n9: 12\n", ["--from", "7", "--to", "100000"]),
    ("count without an end", ["uniform", "--layers", "5", "--max-range", "9", "--seed", "4"], []),
    ("count of primes alone", "0: 4\n3: 4\n1: 6\n6: 6\n", ["--to", "20"]),
)
COUNTED_WINDOWS = (
    ("count of windows", "sextuplet.firewall", ["--from", "3", "--to", "9000"]),
    ("count of one window", "example.firewall", ["--to", "11"]),
)
EACH = 3  # mutations of a kind, if there are that many places for it
FLIPS = 24


def seal(lines):
    body = ("\n".join(lines) + "\n").encode()
    return body + f"checksum {check.xxh64(body, 0):016x}\n".encode()


# ---- Trees ------------------------------------------------------------------------------------------------------

def find_end(lines, begin):
    """The index after the subtree that begins at `begin`."""
    missing = 1
    while missing:
        key, value = lines[begin].split(" ")
        missing += int(value) - 1 if key == "split" else -1
        begin += 1
    return begin


def find_leaf(lines, begin, delay):
    """The depth of the leaf for a delay, found from node to node without arithmetic on classes."""
    while lines[begin].startswith("split"):
        prime = int(lines[begin].split(" ")[1])
        begin += 1
        for _ in range(delay % prime):
            begin = find_end(lines, begin)
        delay //= prime
    return int(lines[begin].split(" ")[1])


def is_false(layers, lines, first):
    """Whether some delay has a leaf whose layer does not catch it."""
    for delay in range(3000):
        depth = find_leaf(lines, first, delay)
        if depth not in layers or not check.catches({depth: layers[depth]}, delay):
            return True
    return False


def mutate_tree(layers, lines, draw):
    """Pairs of a description and lines; all are false."""
    first = next(i for i, line in enumerate(lines) if line.split(" ")[0] in ("split", "leaf"))
    nodes = range(first, len(lines))
    leaves = [i for i in nodes if lines[i].startswith("leaf")]
    splits = [i for i in nodes if lines[i].startswith("split")]
    depths = sorted(layers)

    def changed(place, *new, until=None):
        return lines[:place] + list(new) + lines[until or place + 1:]

    for i in draw.sample(leaves, min(EACH, len(leaves))):
        yield "leaf becomes a split", changed(i, "split 2")
        yield "depth of no layer", changed(i, f"leaf {depths[-1] + 1}")
        yield "leaf dropped", changed(i)
        yield "leaf doubled", changed(i, lines[i], lines[i])
        yield "a leaf in each child of a composite split", changed(i, "split 4", *[lines[i]] * 4)
        yield "a composite of odd primes", changed(i, "split 9", *[lines[i]] * 9)
        yield "split into 0", changed(i, "split 0")
        yield "split into 1", changed(i, "split 1", lines[i])
        yield "a prime too large for the file", changed(i, "split 9223372036854775783", lines[i])
        for depth in draw.sample(depths, min(3, len(depths))):
            if is_false(layers, changed(i, f"leaf {depth}"), first):
                yield "depth of another layer", changed(i, f"leaf {depth}")
    for i in draw.sample(splits, min(EACH, len(splits))):
        prime = int(lines[i].split(" ")[1])
        end = find_end(lines, i)
        child = find_end(lines, i + 1)
        second = find_end(lines, child)
        yield "split becomes a leaf", changed(i, f"leaf {depths[0]}")
        yield "next prime, a child too few", changed(i, f"split {3 if prime == 2 else prime + 2}")
        yield "subtree dropped", changed(i, until=end)
        yield "subtree doubled", changed(i, *lines[i:end], *lines[i:end], until=end)
        yield "first child dropped", changed(i + 1, until=child)
        yield "path of splits without an end", changed(i, *["split 2"] * 1500, *lines[i:end], until=end)
        for name, tree in (
                ("children swapped", changed(i + 1, *lines[child:second], *lines[i + 1:child], until=second)),
                ("first child twice", changed(i + 1, *lines[i + 1:child], *lines[i + 1:child], until=second)),
                ("split into 3", changed(i, "split 3", *lines[i + 1:child] * (3 - prime), *lines[i + 1:end], until=end)),
                ("split into 5", changed(i, "split 5", *lines[i + 1:child] * 5, until=end)),
                ("split into 7", changed(i, "split 7", *lines[i + 1:child] * 7, until=end))):
            if (name != "split into 3" or prime == 2) and is_false(layers, tree, first):
                yield name, tree
    wrong = next((f"leaf {depth}" for depth in depths if is_false(layers, changed(leaves[0], f"leaf {depth}"), first)), None)
    if wrong is not None:
        yield "a modulus of 4500 digits", changed(leaves[0], *["split 99991"] * 900, *[wrong] * 100000)
    deep = lines[:leaves[0]] + ["split 2"] * 1100 + [lines[leaves[0]]] * 1101 + lines[leaves[0] + 1:]
    yield "a leaf below 1100 splits", deep
    yield "a leaf after the tree", lines + [lines[leaves[0]]]
    yield "a split after the tree", lines + ["split 2"]
    yield "no tree", lines[:first]
    yield "a window after the tree", lines + ["window 10 0 0000000000000000"]
    yield "claim none", lines[:first - 1] + ["claim none"] + lines[first:]
    yield "claim found", lines[:first - 1] + ["claim found 3"] + lines[first:]


def vary_tree(lines):
    """Other trees that are true as well."""
    first = next(i for i, line in enumerate(lines) if line.split(" ")[0] in ("split", "leaf"))
    leaf = next(i for i in range(first, len(lines)) if lines[i].startswith("leaf"))
    deep = lines[:leaf] + ["split 2"] * 1000 + [lines[leaf]] * 1001 + lines[leaf + 1:]
    yield "a leaf below 1000 splits", deep
    for prime in (2, 3, 7):
        yield f"a leaf in {prime} parts", lines[:leaf] + [f"split {prime}"] + [lines[leaf]] * prime + lines[leaf + 1:]


# ---- Windows ----------------------------------------------------------------------------------------------------

class Windows:
    """A certificate with windows, in parts, and the delays that its witness leaves."""

    def __init__(self, layers, lines):
        self.layers = layers
        self.claim = lines[2].split(" ")[1:]
        self.range = [int(word) for word in lines[3].split(" ")[1:]]
        self.made = lines[4].split(" ")[1:]
        self.empty = "empty" in lines
        self.without = [int(line.split(" ")[1]) for line in lines if line.startswith("without ")]
        self.windows = [line.split(" ")[1:] for line in lines if line.startswith("window ")]
        self.firewall = lines[1]
        self.end = int(self.windows[-1][0])
        self.listed = self.list(self.without, self.end)

    def list(self, without, end):
        witness = {} if self.empty else {
            depth: scanned for depth, scanned in self.layers.items() if check.period_of(scanned) not in without}
        caught = check.sieve(witness, self.range[0], end)
        return [self.range[0] + place for place, byte in enumerate(caught) if not byte]

    def lines(self, **new):
        part = {**self.__dict__, **new}
        return ["firesieve-certificate 1", part["firewall"], "claim " + " ".join(part["claim"]),
                "range {} {}".format(*part["range"]), "made " + " ".join(part["made"]),
                *(["empty"] if part["empty"] else []), *(f"without {period}" for period in part["without"]),
                *("window " + " ".join(window) for window in part["windows"])]

    def tally(self, delays, end):
        value = sum(check.xxh64(delay.to_bytes(16, "little"), 0) for delay in delays) % 2**64
        return [str(end), str(len(delays)), f"{value:016x}"]


def mutate_windows(parts, draw):
    found = parts.claim[0] == "found"
    windows = parts.windows

    def changed(place, *new):
        return parts.lines(windows=windows[:place] + list(new) + windows[place + 1:])

    full = [i for i, window in enumerate(windows) if window[1] != "0"]
    for i in draw.sample(full, min(EACH, len(full))):
        end, count, value = windows[i]
        yield "count + 1", changed(i, [end, str(int(count) + 1), value])
        yield "count - 1", changed(i, [end, str(int(count) - 1), value])
        yield "count of all integers", changed(i, [end, str(2**127), value])
        yield "count of 40 digits", changed(i, [end, "9" * 40, value])
        yield "hash", changed(i, [end, count, f"{int(value, 16) ^ 1 << draw.randrange(64):016x}"])
        yield "hash in capitals", changed(i, [end, count, value.upper() if value.upper() != value else "ABCDEFABCDEFABCD"])
        yield "window dropped", changed(i)
        yield "window doubled", changed(i, windows[i], windows[i])
        start = int(windows[i - 1][0]) if i else parts.range[0]
        inside = [delay for delay in parts.listed if start <= delay < int(end)]
        yield "window of other delays", changed(i, parts.tally([start] * len(inside), int(end)))
        if inside[0] > start:
            yield "window shrunk", changed(i, [str(inside[0]), count, value])
            yield "window shrunk, rightly", changed(i, parts.tally([], inside[0]))
        if i + 1 < len(windows):
            yield "windows swapped", parts.lines(
                windows=windows[:i] + [windows[i + 1], windows[i]] + windows[i + 2:])
            yield "hashes swapped", parts.lines(
                windows=windows[:i] + [windows[i][:2] + windows[i + 1][2:], windows[i + 1][:2] + windows[i][2:]] +
                windows[i + 2:])
    yield "no windows", parts.lines(windows=[])
    yield "last window longer", changed(len(windows) - 1, [str(parts.end + 1), *windows[-1][1:]])
    shorter = [delay for delay in parts.listed if delay < parts.end - 1]
    yield "last delay left out, rightly", parts.lines(windows=[parts.tally(shorter, parts.end - 1)])
    yield "a node", parts.lines() + ["leaf 0"]
    yield "without after the windows", parts.lines() + ["without 2"]
    yield "range upside down", parts.lines(range=[parts.range[1], parts.range[0]])
    yield "from after the first delay listed", parts.lines(range=[parts.listed[0] + 1, parts.range[1]])
    yield "another kernel that there is not", parts.lines(made=[parts.made[0], "avx3"])
    yield "another method that there is not", parts.lines(made=["auto", parts.made[1]])
    yield "claim never", parts.lines(claim=["never"])
    yield from mutate_without(parts, draw)
    yield from mutate_found(parts) if found else mutate_none(parts)


def mutate_without(parts, draw):
    periods = sorted({check.period_of(scanned) for scanned in parts.layers.values()})
    if parts.empty:
        yield "a layer left", parts.lines(empty=False, without=periods[1:])
        yield "all layers left", parts.lines(empty=False)
        yield "empty, and without", parts.lines(without=periods)
        return
    if parts.without:
        yield "empty", parts.lines(empty=True, without=[])
        yield "no period left out", parts.lines(without=[])
        yield "a period twice", parts.lines(without=[parts.without[0], *parts.without])
        yield "periods that descend", parts.lines(without=[*parts.without, parts.without[0]])
    yield "a period of no layer", parts.lines(without=sorted({*parts.without, periods[-1] + 2}))
    others = [sorted({*parts.without} ^ {period}) for period in periods]
    for without in draw.sample(others, min(2 * EACH, len(others))):
        if parts.list(without, parts.end) != parts.listed:
            yield "one period more or less", parts.lines(without=without)


def mutate_found(parts):
    answer = int(parts.claim[1])
    for delay in (answer - 1, answer + 1):
        yield "another delay", parts.lines(claim=["found", str(delay)])
        if delay + 1 > parts.range[0]:
            windows = [parts.tally(parts.list(parts.without, delay + 1), delay + 1)]
            yield "another delay, and windows up to it", parts.lines(claim=["found", str(delay)], windows=windows)
    second = next(delay for delay in range(answer + 1, 10**7) if not check.catches(parts.layers, delay))
    windows = [parts.tally(parts.list(parts.without, second + 1), second + 1)]
    yield "the second safe delay", parts.lines(claim=["found", str(second)], windows=windows)
    yield "a delay of 40 digits", parts.lines(claim=["found", "1" * 40])
    yield "a delay with a 0 before", parts.lines(claim=["found", "0" + parts.claim[1]])
    yield "none", parts.lines(claim=["none"])
    yield "none in the range of the windows", parts.lines(claim=["none"], range=[parts.range[0], answer + 1])
    yield "from after the delay", parts.lines(range=[answer + 1, parts.range[1]])
    yield "to before the delay", parts.lines(range=[parts.range[0], answer])


def mutate_none(parts):
    for delay in (parts.range[0], parts.end - 1):
        yield "found", parts.lines(claim=["found", str(delay)])
    yield "none in a longer range", parts.lines(range=[parts.range[0], parts.range[1] + 1])
    if check.last_delay(check.of(parts.layers), parts.range[0]) > parts.end:
        yield "none at all", parts.lines(range=[parts.range[0], 2**127])


def vary_windows(parts):
    """Others that are true as well."""
    yield "one window", parts.lines(windows=[parts.tally(parts.listed, parts.end)])
    yield "made by others", parts.lines(made=["focus", "neon"])
    middle = parts.listed[len(parts.listed) // 2]
    if middle > parts.range[0]:
        yield "two windows", parts.lines(windows=[
            parts.tally([delay for delay in parts.listed if delay < middle], middle),
            parts.tally([delay for delay in parts.listed if delay >= middle], parts.end)])


# ---- Counts -----------------------------------------------------------------------------------------------------

class Counted:
    """A certificate with components, in parts. A component is a row of cycle, count and towers, and a tower is a row of
    base and numbers; the rest is a row of bounds and count, or None."""

    def __init__(self, layers, lines):
        self.layers = layers
        self.claim = lines[2].split(" ")[1:]
        self.range = [int(word) for word in lines[3].split(" ")[1:]]
        self.firewall = lines[1]
        self.components = []
        self.rest = self.made = None
        for key, *words in (line.split(" ") for line in lines[4:]):
            if key == "component":
                self.components.append([int(words[0]), int(words[1]), []])
            elif key == "tower":
                self.components[-1][2].append([int(word) for word in words])
            elif key == "rest":
                self.rest = [int(word) for word in words]
            else:
                self.made = words

    def lines(self, **new):
        part = {**self.__dict__, **new}
        rows = ["firesieve-certificate 1", part["firewall"], "claim " + " ".join(str(word) for word in part["claim"]),
                "range {} {}".format(*part["range"])]
        for cycle, count, towers in part["components"]:
            rows += [f"component {cycle} {count}", *("tower " + " ".join(map(str, tower)) for tower in towers)]
        if part["rest"]:
            rows.append("rest {} {} {}".format(*part["rest"]))
        return rows + (["made " + " ".join(part["made"])] if part["made"] else [])

    def adding_up(self, components):
        """The lines with other components, and with a claim and a rest that match them."""
        begin, to = self.range
        whole, part = divmod(to - begin, math.prod(row[0] for row in components))
        rest = [to - part, to, check.of(self.layers).sieve(to - part, to).count(0)] if 0 < part < 10**6 else None
        total = whole * math.prod(row[1] for row in components) + (rest[2] if rest else 0)
        return self.lines(components=components, rest=rest, made=self.made if rest else None, claim=["count", total])


def mutate_components(parts, draw):
    rows = parts.components
    claim = int(parts.claim[1])
    begin, to = parts.range
    for wrong in (claim - 1, claim + 1, 2 * claim, 0, 2**127 + 1, "0" + str(claim)):
        yield "another count", parts.lines(claim=["count", wrong])
    for kind in (["found", claim], ["none"], ["never"], ["count"], ["counts", claim]):
        yield "another claim", parts.lines(claim=kind)
    for i, (cycle, count, towers) in enumerate(rows):
        def changed(*new, at=i):
            return rows[:at] + list(new) + rows[at + 1:]

        for wrong in (count - 1, count + 1):
            if 0 <= wrong <= cycle:
                yield "count of a component", parts.lines(components=changed([cycle, wrong, towers]))
            if 0 < wrong <= cycle:
                yield "count of a component, added up", parts.adding_up(changed([cycle, wrong, towers]))
        yield "count above the cycle", parts.lines(components=changed([cycle, cycle + 1, towers]))
        yield "no towers", parts.lines(components=changed([cycle, count, []]))
        yield "cycle twice as long", parts.lines(components=changed([2 * cycle, 2 * count, towers]))
        yield "cycle of 1", parts.lines(components=changed([1, 1, []]))
        yield "component dropped", parts.lines(components=changed())
        yield "component twice", parts.lines(components=changed(rows[i], rows[i]))
        if len(rows) > 1:
            yield "component dropped, and added up", parts.adding_up(changed())
        if len(towers) > 1:
            yield "component in two", parts.lines(components=changed(
                [towers[0][0] ** (len(towers[0]) - 1), towers[0][-1], towers[:1]],
                [cycle // towers[0][0] ** (len(towers[0]) - 1), count // max(1, towers[0][-1]), towers[1:]]))
            apart = [[tower[0] ** (len(tower) - 1), max(1, tower[-1]), [tower]] for tower in towers]
            yield "component in all its towers, added up", parts.adding_up(changed(*apart))
        for j, tower in enumerate(towers):
            def built(*new, at=j):
                return changed([cycle, count, towers[:at] + list(new) + towers[at + 1:]])

            for place in draw.sample(range(1, len(tower)), min(EACH, len(tower) - 1)):
                for wrong in (tower[place] - 1, tower[place] + 1):
                    if wrong >= 0:
                        yield "number of a tower", parts.lines(
                            components=built([*tower[:place], wrong, *tower[place + 1:]]))
            yield "tower too high", parts.lines(components=built([*tower, tower[-1] * tower[0]]))
            yield "tower without numbers", parts.lines(components=built(tower[:1]))
            yield "tower too low", parts.lines(components=built(tower[:-1]))
            yield "tower of 127 numbers", parts.lines(components=built(tower[:1] + [1] * 127))
            yield "tower twice", parts.lines(components=built(tower, tower))
            yield "tower dropped", parts.lines(components=built())
            yield "base of 1", parts.lines(components=built([1, *tower[1:]]))
    yield from mutate_rest(parts)
    yield "no components", parts.lines(components=[])
    yield "a window", parts.lines() + ["window 10 0 0000000000000000"]
    yield "a period left out", parts.lines()[:4] + ["without 2"] + parts.lines()[4:]
    yield "a component after the rest", parts.lines() + ["component 7 7", "tower 7 7"]
    yield "a range shorter than the cycle", parts.lines(
        range=[begin, begin + math.prod(row[0] for row in rows) - 1], rest=None, made=None)
    yield "a later range", parts.lines(range=[begin + 1, to])
    yield "a longer range", parts.lines(range=[begin, to + 1])
    yield "a range upside down", parts.lines(range=[to, begin])


def mutate_rest(parts):
    if parts.rest is None:
        yield "a rest", parts.lines(rest=[parts.range[1], parts.range[1], 0])
        return
    low, high, count = parts.rest
    for wrong in (count - 1, count + 1):
        if 0 <= wrong <= high - low:
            yield "count of the rest", parts.lines(rest=[low, high, wrong])
            yield "count of the rest, added up", parts.lines(
                rest=[low, high, wrong], claim=["count", int(parts.claim[1]) + wrong - count])
    yield "more than the rest has", parts.lines(rest=[low, high, high - low + 1])
    yield "rest dropped", parts.lines(rest=None)
    yield "rest and its method dropped", parts.lines(rest=None, made=None)
    yield "rest that begins elsewhere", parts.lines(rest=[low - 1, high, count])
    yield "rest that ends elsewhere", parts.lines(rest=[low, high - 1, min(count, high - low - 1)])
    yield "rest upside down", parts.lines(rest=[high, low, 0])
    yield "rest made by nothing", parts.lines(made=["auto", "none"])
    yield "rest made twice", parts.lines() + ["made wheel scalar"]


def vary_components(parts):
    """Others that are true as well."""
    rows = parts.components
    yield "components in another order", parts.lines(components=rows[::-1])
    yield "towers in another order", parts.lines(components=[[*row[:2], row[2][::-1]] for row in rows])
    yield "one component", parts.lines(components=[[
        math.prod(row[0] for row in rows), math.prod(row[1] for row in rows), [tower for row in rows for tower in row[2]]]])
    if parts.rest:
        yield "made by others", parts.lines(made=["focus", "neon"])
        yield "made by nobody knows whom", parts.lines(made=None)


def windows_of_a_cycle(layers, lines):
    """The same count, from windows of one cycle, or None if that takes too long."""
    begin, to = (int(word) for word in lines[3].split(" ")[1:])
    cycle = math.lcm(*(check.period_of(scanned) for scanned in layers.values()))
    part = begin + (to - begin) % cycle
    if not cycle < min(to - begin, 10**5):
        return None
    ends = [(begin, part)] * (part > begin) + [(part, begin + cycle)]
    rows = [[delay for delay in range(*end) if not check.catches(layers, delay)] for end in ends]
    sums = [sum(check.xxh64(delay.to_bytes(16, "little"), 0) for delay in row) % 2**64 for row in rows]
    return lines[:4] + ["made scan scalar"] + [f"window {end[1]} {len(row)} {value:016x}"
                                               for end, row, value in zip(ends, rows, sums)]


def mutate_counted_windows(parts, draw):
    windows = parts.windows
    claim = int(parts.claim[1])

    def changed(place, *new, more=0):
        return parts.lines(windows=windows[:place] + list(new) + windows[place + 1:], claim=["count", str(claim + more)])

    for wrong in (claim - 1, claim + 1, 0, 2**127 + 1):
        yield "another count", parts.lines(claim=["count", str(wrong)])
    for kind in (["none"], ["never"], ["found"]):
        yield "another claim", parts.lines(claim=kind)
    for i in draw.sample(range(len(windows)), min(EACH, len(windows))):
        end, count, value = windows[i]
        for more in (-1, 1):
            if int(count) + more >= 0:
                yield "count of a window", changed(i, [end, str(int(count) + more), value])
                yield "count of a window, added up", changed(i, [end, str(int(count) + more), value], more=more)
        yield "hash", changed(i, [end, count, f"{int(value, 16) ^ 1 << draw.randrange(64):016x}"])
        yield "window that ends where it begins", changed(i, windows[i], windows[i])
        if count != "0" or i + 1 == len(windows):
            yield "window dropped", changed(i)
    last = windows[-1]
    yield "last window longer", changed(len(windows) - 1, [str(int(last[0]) + 1), *last[1:]])
    yield "last window shorter", changed(len(windows) - 1, [str(int(last[0]) - 1), *last[1:]])
    yield "no windows", parts.lines(windows=[])
    yield "a component as well", parts.lines() + ["component 12 1", "tower 2 1 1", "tower 3 3"]
    yield "empty", parts.lines(empty=True)
    yield "a period left out", parts.lines(without=[4])
    if parts.listed[0] == parts.range[0] or parts.end < parts.range[1]:
        yield "a later range", parts.lines(range=[parts.range[0] + 1, parts.range[1]])
    yield "a longer range", parts.lines(range=[parts.range[0], parts.range[1] + 1])


# ---- Checking ---------------------------------------------------------------------------------------------------

class Test:
    def __init__(self, firesieve, directory):
        self.firesieve = firesieve
        self.firewall = os.path.join(directory, "firewall")
        self.certificate = os.path.join(directory, "certificate")
        self.refused = self.accepted = 0
        self.names = set()

    def make(self, text, options, command="solve"):
        """The layers, and the lines of the certificate without its checksum."""
        with open(self.firewall, "w", encoding="ascii") as file:
            file.write(text)
        words = [self.firesieve, command, "-q", "--certificate", self.certificate, *options, self.firewall]
        run = subprocess.run(words, stdout=subprocess.DEVNULL, check=False)
        if run.returncode not in (0, 1):
            sys.exit(f"{words}: exit status {run.returncode}")
        with open(self.certificate, "rb") as file:
            data = file.read()
        layers = check.read(text)
        self.expect("as it was made", layers, data, (0,))
        return layers, data.decode().splitlines()[:-1]

    def own_status(self, layers, data):
        try:
            check.check(layers, data)
        except check.Refused as error:
            return 1, str(error)
        except check.Damaged as error:
            return 2, str(error)
        return 0, "accepted"

    def expect(self, name, layers, data, statuses):
        with open(self.certificate, "wb") as file:
            file.write(data)
        words = [self.firesieve, "verify", "--certificate", self.certificate, "--time-limit", "60", self.firewall]
        run = subprocess.run(words, capture_output=True, check=False)
        own, why = self.own_status(layers, data)
        said = (run.stdout + run.stderr).decode(errors="replace").strip()
        if run.returncode not in statuses or own != run.returncode:
            shown = data[:3000].decode(errors="replace")
            sys.exit(f"{name}: expected status {statuses}, found {run.returncode} ({said}); check.py: {own} ({why})\n"
                     f"{shown}")
        if run.returncode == 1 and not re.match(r"certificate refused: line \d+: ", said):
            sys.exit(f"{name}: the message does not say where: {said}")
        self.refused += run.returncode != 0
        self.accepted += run.returncode == 0
        self.names.add(name)

    def run(self, where, mutations, variations, layers):
        for name, lines in mutations:
            self.expect(f"{where}, {name}", layers, seal(lines), (1, 2))
        for name, lines in variations:
            self.expect(f"{where}, {name}", layers, seal(lines), (0,))

    def damage(self, where, layers, lines, draw):
        """Damages the certificate without a new checksum."""
        data = seal(lines)
        for _ in range(FLIPS):
            place = draw.randrange(len(data))
            self.expect(f"{where}, byte {place} changed", layers,
                        data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1:], (2,))
        for _ in range(FLIPS // 3):
            self.expect(f"{where}, cut", layers, data[:draw.randrange(len(data))], (2,))
        self.expect(f"{where}, longer", layers, data + b"\n", (2,))
        key, count, fingerprint = lines[1].split(" ")
        for firewall in (f"{int(count) + 1} {fingerprint}", f"{count} {int(fingerprint, 16) ^ 1 << draw.randrange(128):032x}",
                         f"{count} {fingerprint[:-1]}", fingerprint):
            self.expect(f"{where}, another firewall", layers,
                        seal([lines[0], f"{key} {firewall}", *lines[2:]]), (2,))
        other = {"firewall": "residues", "residues": "firewall"}[key]
        self.expect(f"{where}, another form", layers,
                    seal([lines[0], f"{other} {count} {fingerprint}", *lines[2:]]), (2,))
        self.expect(f"{where}, version 2", layers, seal(["firesieve-certificate 2", *lines[1:]]), (2,))


def text_of(firesieve, golden, source):
    if isinstance(source, list):
        return subprocess.run([firesieve, "generate", *source], stdout=subprocess.PIPE, text=True, check=True).stdout
    if "\n" in source:
        return source
    with open(os.path.join(golden, source), encoding="ascii") as file:
        return file.read()


def mutate_layers(test, golden, draw):
    for where, source in TREES:
        layers, lines = test.make(text_of(test.firesieve, golden, source), [])
        test.run(where, mutate_tree(layers, lines, draw), vary_tree(lines), layers)
    test.damage(where, layers, lines, draw)
    for where, source, options in WINDOWS:
        layers, lines = test.make(text_of(test.firesieve, golden, source), options)
        parts = Windows(layers, lines)
        test.run(where, mutate_windows(parts, draw), vary_windows(parts), layers)
        if where == "sextuplet":
            test.damage(where, layers, lines, draw)
    for where, source, options in COUNTS:
        layers, lines = test.make(text_of(test.firesieve, golden, source), options, "count")
        parts = Counted(layers, lines)
        test.run(where, mutate_components(parts, draw), vary_components(parts), layers)
        cycle = windows_of_a_cycle(layers, lines)
        if cycle is not None:
            test.run(where, mutate_counted_windows(Windows(layers, cycle), draw), [("windows of a cycle", cycle)], layers)
    test.damage(where, layers, lines, draw)
    for where, source, options in COUNTED_WINDOWS:
        layers, lines = test.make(text_of(test.firesieve, golden, source), options, "count")
        test.run(where, mutate_counted_windows(Windows(layers, lines), draw), [], layers)


def main():
    kind, firesieve, golden = sys.argv[1:4]
    if len(sys.argv) > 4:
        global EACH
        EACH = mutate_residues.EACH = int(sys.argv[4])
    draw = random.Random(6)
    with tempfile.TemporaryDirectory() as directory:
        test = Test(firesieve, directory)
        if kind == "residues":
            mutate_residues.run(test, draw, sys.modules[__name__])
        else:
            mutate_layers(test, golden, draw)
    print(f"{test.refused} false certificates refused by both checkers ({len(test.names)} kinds and places), "
          f"{test.accepted} true ones accepted")
    if test.refused < 100:
        sys.exit("too few")


if __name__ == "__main__":
    main()
