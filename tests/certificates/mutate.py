"""mutate.py FIRESIEVE GOLDEN: certificates that say what is not so, all of which have to be refused.

Certificates are made by `firesieve solve`, changed line by line and sealed again with a right checksum, and then checked
by `firesieve verify` and by check.py, which have to say the same: refused (1) or damaged (2). A change after which the
certificate would be as true as before is not made: each is false by how it is made, or is shown to be false by a delay.
Some that stay true are made as well, and have to be accepted.
"""
import os
import random
import re
import subprocess
import sys
import tempfile

import check

TREES = (  # name, what makes the firewall: options of generate, or a golden file
    ("erdos-cover", "erdos-cover.firewall"),
    ("blocked", ["blocked", "--layers", "14", "--seed", "3"]),
    ("range-one", "range-one.firewall"),
    ("one modulus", "".join(f"{depth}: 318\n" for depth in range(634))),
)
WINDOWS = (  # and options of solve
    ("sextuplet", "sextuplet.firewall", []),
    ("negative-pseudosquare", "negative-pseudosquare-8.firewall", []),
    ("erdos-selfridge from 1000 on", "erdos-selfridge-20.firewall", ["--from", "1000"]),
    ("erdos-selfridge, none", "erdos-selfridge-20.firewall", ["--from", "77", "--to", "43174"]),
    ("example", "example.firewall", []),
    ("cycle", ["blocked", "--layers", "14", "--seed", "3"], ["--memory", "1"]),
)
EACH = 3  # mutations of a kind, where there are so many places for it
FLIPS = 24


def seal(lines):
    body = ("\n".join(lines) + "\n").encode()
    return body + f"checksum {check.xxh64(body, 0):016x}\n".encode()


# ---- Trees ------------------------------------------------------------------------------------------------------

def find_end(lines, begin):
    """Behind the subtree that begins there."""
    missing = 1
    while missing:
        key, value = lines[begin].split(" ")
        missing += int(value) - 1 if key == "split" else -1
        begin += 1
    return begin


def find_leaf(lines, begin, delay):
    """The depth of the leaf that a delay comes to: from node to node, with no arithmetic on classes."""
    while lines[begin].startswith("split"):
        prime = int(lines[begin].split(" ")[1])
        begin += 1
        for _ in range(delay % prime):
            begin = find_end(lines, begin)
        delay //= prime
    return int(lines[begin].split(" ")[1])


def is_false(layers, lines, first):
    """Whether some delay comes to a leaf whose layer does not catch it."""
    for delay in range(3000):
        depth = find_leaf(lines, first, delay)
        if depth not in layers or not check.catches({depth: layers[depth]}, delay):
            return True
    return False


def mutate_tree(layers, lines, draw):
    """Pairs of what was done and lines; all are false."""
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
    yield "a leaf behind the tree", lines + [lines[leaves[0]]]
    yield "a split behind the tree", lines + ["split 2"]
    yield "no tree", lines[:first]
    yield "a window behind the tree", lines + ["window 10 0 0000000000000000"]
    yield "claim none", lines[:first - 1] + ["claim none"] + lines[first:]
    yield "claim found", lines[:first - 1] + ["claim found 3"] + lines[first:]


def vary_tree(lines):
    """Other trees that are as true."""
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
    yield "without behind the windows", parts.lines() + ["without 2"]
    yield "range upside down", parts.lines(range=[parts.range[1], parts.range[0]])
    yield "from behind the first delay listed", parts.lines(range=[parts.listed[0] + 1, parts.range[1]])
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
    yield "from behind the delay", parts.lines(range=[answer + 1, parts.range[1]])
    yield "to before the delay", parts.lines(range=[parts.range[0], answer])


def mutate_none(parts):
    for delay in (parts.range[0], parts.end - 1):
        yield "found", parts.lines(claim=["found", str(delay)])
    yield "none in a longer range", parts.lines(range=[parts.range[0], parts.range[1] + 1])
    if check.last_delay(parts.layers, parts.range[0]) > parts.end:
        yield "none at all", parts.lines(range=[parts.range[0], 2**127])


def vary_windows(parts):
    """Others that are as true."""
    yield "one window", parts.lines(windows=[parts.tally(parts.listed, parts.end)])
    yield "made by others", parts.lines(made=["focus", "neon"])
    middle = parts.listed[len(parts.listed) // 2]
    if middle > parts.range[0]:
        yield "two windows", parts.lines(windows=[
            parts.tally([delay for delay in parts.listed if delay < middle], middle),
            parts.tally([delay for delay in parts.listed if delay >= middle], parts.end)])


# ---- Checking ---------------------------------------------------------------------------------------------------

class Test:
    def __init__(self, firesieve, directory):
        self.firesieve = firesieve
        self.firewall = os.path.join(directory, "firewall")
        self.certificate = os.path.join(directory, "certificate")
        self.refused = self.accepted = 0
        self.names = set()

    def make(self, text, options):
        """The layers, and the lines of the certificate without its checksum."""
        with open(self.firewall, "w", encoding="ascii") as file:
            file.write(text)
        words = [self.firesieve, "solve", "-q", "--certificate", self.certificate, *options, self.firewall]
        run = subprocess.run(words, stdout=subprocess.DEVNULL, check=False)
        if run.returncode not in (0, 1):
            sys.exit(f"{words}: exit status {run.returncode}")
        with open(self.certificate, "rb") as file:
            data = file.read()
        layers = check.read_firewall(text)
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
            sys.exit(f"{name}: it is not said where: {said}")
        self.refused += run.returncode != 0
        self.accepted += run.returncode == 0
        self.names.add(name)

    def run(self, where, mutations, variations, layers):
        for name, lines in mutations:
            self.expect(f"{where}, {name}", layers, seal(lines), (1, 2))
        for name, lines in variations:
            self.expect(f"{where}, {name}", layers, seal(lines), (0,))

    def damage(self, where, layers, lines, draw):
        """Without a new checksum."""
        data = seal(lines)
        for _ in range(FLIPS):
            place = draw.randrange(len(data))
            self.expect(f"{where}, byte {place} changed", layers,
                        data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1:], (2,))
        for _ in range(FLIPS // 3):
            self.expect(f"{where}, cut", layers, data[:draw.randrange(len(data))], (2,))
        self.expect(f"{where}, longer", layers, data + b"\n", (2,))
        count, fingerprint = lines[1].split(" ")[1:]
        for firewall in (f"{int(count) + 1} {fingerprint}", f"{count} {int(fingerprint, 16) ^ 1 << draw.randrange(128):032x}",
                         f"{count} {fingerprint[:-1]}", fingerprint):
            self.expect(f"{where}, another firewall", layers,
                        seal([lines[0], f"firewall {firewall}", *lines[2:]]), (2,))
        self.expect(f"{where}, version 2", layers, seal(["firesieve-certificate 2", *lines[1:]]), (2,))


def text_of(firesieve, golden, source):
    if isinstance(source, list):
        return subprocess.run([firesieve, "generate", *source], stdout=subprocess.PIPE, text=True, check=True).stdout
    if "\n" in source:
        return source
    with open(os.path.join(golden, source), encoding="ascii") as file:
        return file.read()


def main():
    firesieve, golden = sys.argv[1:]
    draw = random.Random(6)
    with tempfile.TemporaryDirectory() as directory:
        test = Test(firesieve, directory)
        for where, source in TREES:
            layers, lines = test.make(text_of(firesieve, golden, source), [])
            test.run(where, mutate_tree(layers, lines, draw), vary_tree(lines), layers)
        test.damage(where, layers, lines, draw)
        for where, source, options in WINDOWS:
            layers, lines = test.make(text_of(firesieve, golden, source), options)
            parts = Windows(layers, lines)
            test.run(where, mutate_windows(parts, draw), vary_windows(parts), layers)
            if where == "sextuplet":
                test.damage(where, layers, lines, draw)
    print(f"{test.refused} false certificates refused by both checkers ({len(test.names)} kinds and places), "
          f"{test.accepted} true ones accepted")
    if test.refused < 100:
        sys.exit("too few")


if __name__ == "__main__":
    main()
