"""check.py FIREWALL CERTIFICATE [LIMIT]: checks a certificate with nothing but Python's standard library.

It shares nothing with firesieve but the description of the format, in src/certificate/certificate.h. Trees are checked
completely. Windows are sieved again where the range has at most LIMIT delays (10^7 unless given).

Exit status: 0 accepted; 1 refused: what it claims is not so, or not shown; 2 it is damaged, or not of this firewall; 3 all
that was looked at is so, but the windows were not sieved again.
"""
import math
import re
import sys

DELAY_END = 2**127
DEPTH_MAX = 2**63 - 1
RANGE_MAX = 2**62
WORDS = {
    "method": ("simulate", "closed-form", "scan", "wheel", "focus"),
    "kernel": ("none", "scalar", "sse4.1", "avx2", "avx512", "neon"),
}
SPLITS_MAX = 1024
MASK = 2**64 - 1


class Damaged(Exception):
    """The text is not a certificate of this firewall."""


class Refused(Exception):
    """The certificate does not show what it claims."""


class Unchecked(Exception):
    """The range is too long to be sieved here."""


# ---- XXH64 (xxhash.com; the constants are primes of its author) -------------------------------------------------

P1, P2, P3, P4, P5 = (11400714785074694791, 14029467366897019727, 1609587929392839161, 9650029242287828579,
                      2870177450012600261)


def rotate(value, bits):
    return (value << bits | value >> 64 - bits) & MASK


def one_round(lane, word):
    return rotate((lane + word * P2) & MASK, 31) * P1 & MASK


def xxh64(data, seed):
    size, at = len(data), 0
    if size >= 32:
        lanes = [(seed + P1 + P2) & MASK, (seed + P2) & MASK, seed, (seed - P1) & MASK]
        while size - at >= 32:
            for i in range(4):
                lanes[i] = one_round(lanes[i], int.from_bytes(data[at:at + 8], "little"))
                at += 8
        value = sum(rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & MASK
        for lane in lanes:
            value = ((value ^ one_round(0, lane)) * P1 + P4) & MASK
    else:
        value = (seed + P5) & MASK
    value = (value + size) & MASK
    while size - at >= 8:
        value ^= one_round(0, int.from_bytes(data[at:at + 8], "little"))
        value = (rotate(value, 27) * P1 + P4) & MASK
        at += 8
    if size - at >= 4:
        value ^= int.from_bytes(data[at:at + 4], "little") * P1 & MASK
        value = (rotate(value, 23) * P2 + P3) & MASK
        at += 4
    for byte in data[at:]:
        value = rotate(value ^ byte * P5 & MASK, 11) * P1 & MASK
    for shift, prime in ((33, P2), (29, P3), (32, 1)):
        value = (value ^ value >> shift) * prime & MASK
    return value


# ---- Reading ----------------------------------------------------------------------------------------------------

def read_firewall(text):
    """A dictionary of depths and ranges."""
    layers = {}
    for line in text.splitlines():
        line = line.partition("#")[0].strip(" \t\r")
        if line:
            depth, scanned = (int(part) for part in line.split(":"))
            if depth in layers or not 0 <= depth <= DEPTH_MAX or not 1 <= scanned <= RANGE_MAX:
                raise ValueError(f"not a firewall: {line}")
            layers[depth] = scanned
    return layers


def period_of(scanned):
    return 2 * (scanned - 1)


def catches(layers, delay):
    return any(scanned == 1 or (delay + depth) % period_of(scanned) == 0 for depth, scanned in layers.items())


def number(word, low, high):
    if not re.fullmatch("0|[1-9][0-9]{0,38}", word) or not low <= int(word) <= high:
        raise Damaged(f"expected a number from {low} to {high}, found '{word}'")
    return int(word)


def digits(word, count):
    if not re.fullmatch(f"[0-9a-f]{{{count}}}", word):
        raise Damaged(f"expected {count} hexadecimal digits, found '{word}'")
    return int(word, 16)


class Lines:
    """The lines between the first and the last, as lists of words."""

    def __init__(self, data):
        head, newline, rest = data.partition(b"\n")
        if head != b"firesieve-certificate 1" or not newline:
            raise Damaged("expected a certificate of version 1")
        match = re.search(rb"(?:^|\n)checksum ([0-9a-f]{16})\n\Z", rest)
        if match is None:
            raise Damaged("expected a checksum at the end")
        body = data[:len(data) - len(b"checksum \n") - 16]
        if xxh64(body, 0) != int(match[1], 16):
            raise Damaged("the checksum is wrong")
        try:
            self.lines = [line.split(" ") for line in body.decode("ascii").split("\n")[1:-1]]
        except UnicodeDecodeError as error:
            raise Damaged("not ASCII") from error
        self.at = 0

    def number_of_line(self):
        return self.at + 1

    def next_key(self):
        return self.lines[self.at][0] if self.at < len(self.lines) else "the checksum"

    def take(self, key, count):
        """The words behind the key of the next line."""
        if self.next_key() != key:
            raise Damaged(f"line {self.at + 2}: expected '{key}', found {self.next_key()}")
        words = self.lines[self.at][1:]
        self.at += 1
        if len(words) != count:
            raise Damaged(f"line {self.at + 1}: expected {count} words behind '{key}'")
        return words


def read_head(lines, layers):
    count, fingerprint = lines.take("firewall", 2)
    own = [0, 0]
    for depth, scanned in layers.items():
        data = depth.to_bytes(8, "little") + scanned.to_bytes(8, "little")
        own = [(own[seed] + xxh64(data, seed)) & MASK for seed in (0, 1)]
    if number(count, 1, 2**64) != len(layers) or digits(fingerprint, 32) != own[0] << 64 | own[1]:
        raise Damaged("it is of another firewall")
    found = len(lines.lines) > lines.at and lines.lines[lines.at][1:2] == ["found"]
    words = lines.take("claim", 2 if found else 1)
    if words[0] not in ("found", "none", "never"):
        raise Damaged(f"expected a claim, found '{words[0]}'")
    return words[0], number(words[1], 0, DELAY_END - 1) if found else None


# ---- Trees ------------------------------------------------------------------------------------------------------

def is_prime(value):
    return value >= 2 and all(value % divisor for divisor in range(2, math.isqrt(value) + 1))


def read_body(lines):
    """All nodes, or all windows, so that what is damaged is said before what is false."""
    rows = []
    while lines.next_key() in ("split", "leaf"):
        key = lines.next_key()
        low = 2 if key == "split" else 0
        rows.append((lines.number_of_line() + 1, key, number(lines.take(key, 1)[0], low, DEPTH_MAX)))
    if lines.next_key() != "the checksum":
        raise Damaged(f"line {lines.at + 2}: expected a node, found {lines.next_key()}")
    return rows


def check_leaf(layers, depth, residue, modulus):
    if depth not in layers:
        raise Refused(f"there is no layer at depth {depth}")
    if layers[depth] > 1:
        period = period_of(layers[depth])
        if modulus % period or (residue + depth) % period:
            # Residue and modulus may have thousands of digits, more than Python cares to write.
            raise Refused(f"the layer at depth {depth} does not catch all delays of this class")


def check_tree(lines, layers):
    nodes = read_body(lines)
    path = [[0, 1, 1, 0]]  # of nodes with children to come: residue, modulus, how many children, the next one
    splits = leaves = 0
    for place, (line, key, value) in enumerate(nodes):
        if not path:
            raise Refused(f"line {line}: the tree was complete before")
        first, step, children, child = path[-1]
        residue, modulus, depth = first + step * child, step * children, len(path) - 1
        path[-1][3] += 1
        while path and path[-1][2] == path[-1][3] and key == "leaf":
            path.pop()
        try:
            if key == "leaf":
                check_leaf(layers, value, residue, modulus)
                leaves += 1
                continue
            if value > len(nodes) - place:
                raise Refused(f"{value} children do not follow")
            if not is_prime(value):
                raise Refused(f"{value} is not a prime")
            if depth == SPLITS_MAX:
                raise Refused(f"it is below {SPLITS_MAX} others")
        except Refused as error:
            raise Refused(f"line {line}: {error}") from error
        splits += 1
        path.append([residue, modulus, value, 0])
    if path:
        raise Refused("the tree ends before all of its nodes are there")
    return f"no delay is safe: a tree of {splits} splits and {leaves} leaves"


# ---- Windows ----------------------------------------------------------------------------------------------------

def read_left_out(lines, layers):
    periods = sorted({period_of(scanned) for scanned in layers.values()})
    left_out = []
    if lines.next_key() == "empty":
        lines.take("empty", 0)
        return set(periods), []
    while lines.next_key() == "without":
        left_out.append((lines.number_of_line() + 1, number(lines.take("without", 1)[0], 0, 2 * (RANGE_MAX - 1))))
    return {period for _, period in left_out}, left_out


def read_windows(lines):
    windows = []
    while lines.next_key() == "window":
        line = lines.number_of_line() + 1
        end, count, value = lines.take("window", 3)
        windows.append((line, number(end, 0, DELAY_END), number(count, 0, DELAY_END), digits(value, 16)))
    if lines.next_key() != "the checksum":
        raise Damaged(f"line {lines.at + 2}: expected a window, found {lines.next_key()}")
    return windows


def check_left_out(left_out, layers):
    before = -1
    periods = {period_of(scanned) for scanned in layers.values()}
    for line, period in left_out:
        if period not in periods or period <= before:
            raise Refused(f"line {line}: no period of a layer, or not ascending")
        before = period


def check_ends(windows, begin, least, most):
    at = begin
    for line, end, count, _ in windows:
        if end <= at or count > end - at:
            raise Refused(f"line {line}: the window ends before it begins, or has not as many delays")
        at = end
    if not least <= at <= most:
        raise Refused(f"the windows end at {at}, not at {least}")
    return at


def sieve(layers, begin, end):
    """A byte for each delay: 0 where no layer catches it."""
    caught = bytearray(end - begin)
    for depth, scanned in layers.items():
        period = period_of(scanned) or 1
        first = (-depth - begin) % period
        caught[first::period] = b"\1" * len(range(first, end - begin, period))
    return caught


def check_sieved(windows, begin, end, layers, witness, claimed):
    """Whether every window has the delays that the witness leaves, and the other layers all of these but the claimed."""
    caught = sieve(witness, begin, end)
    others = {depth: scanned for depth, scanned in layers.items() if depth not in witness}
    starts = [begin] + [window[1] for window in windows]
    for (line, stop, count, value), start in zip(windows, starts):
        own_count = own_value = 0
        at = caught.find(0, start - begin, stop - begin)
        while at >= 0:
            delay = begin + at
            if delay != claimed and not catches(others, delay):
                raise Refused(f"line {line}: the delay {delay} is safe")
            own_count += 1
            own_value = (own_value + xxh64(delay.to_bytes(16, "little"), 0)) & MASK
            at = caught.find(0, at + 1, stop - begin)
        if (own_count, own_value) != (count, value):
            raise Refused(f"line {line}: {own_count} delays with hash {own_value:016x}")
    if begin < end and not any(count for _, _, count, _ in windows):
        raise Refused("windows without any delay show nothing")


def last_delay(layers, begin):
    cycle = math.lcm(*(period_of(scanned) or 1 for scanned in layers.values()))
    return min(begin + min(cycle, 2**len(layers)), DELAY_END)


def check_windows(lines, layers, claimed, limit):
    low, high = lines.take("range", 2)
    begin = number(low, 0, DELAY_END)
    to = number(high, begin, DELAY_END)
    for word, kind in zip(lines.take("made", 2), ("method", "kernel")):
        if word not in WORDS[kind]:
            raise Damaged(f"no {kind} is called {word}")
    without, left_out = read_left_out(lines, layers)
    windows = read_windows(lines)
    if claimed is not None and (not begin <= claimed < to or catches(layers, claimed)):
        raise Refused(f"the delay {claimed} is not safe, or not in the range")
    check_left_out(left_out, layers)
    if claimed is None:
        end = check_ends(windows, begin, min(to, last_delay(layers, begin)), to)
    else:
        end = check_ends(windows, begin, claimed + 1, claimed + 1)
    if end - begin > limit:
        raise Unchecked(f"{len(windows)} windows of {end - begin} delays were not sieved again")
    witness = {depth: scanned for depth, scanned in layers.items() if period_of(scanned) not in without}
    check_sieved(windows, begin, end, layers, witness, claimed)
    said = f"no delay in [{begin}, {to}) is safe" if claimed is None else f"{claimed} is the smallest safe delay"
    return f"{said}: {len(windows)} windows sieved again"


# -----------------------------------------------------------------------------------------------------------------

def check(layers, data, limit=10**7):
    """What the certificate shows, as a text. Raises Damaged, Refused or Unchecked."""
    lines = Lines(data)
    claim, claimed = read_head(lines, layers)
    return check_tree(lines, layers) if claim == "never" else check_windows(lines, layers, claimed, limit)


def main():
    if len(sys.argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    try:
        with open(sys.argv[1], encoding="utf-8-sig") as file:
            layers = read_firewall(file.read())
        with open(sys.argv[2], "rb") as file:
            data = file.read()
    except (OSError, ValueError) as error:
        print(f"check.py: {error}", file=sys.stderr)
        sys.exit(2)
    status = {Refused: 1, Damaged: 2, Unchecked: 3, MemoryError: 3}
    try:
        print("accepted:", check(layers, data, int(sys.argv[3]) if len(sys.argv) == 4 else 10**7))
    except tuple(status) as error:
        print(f"{type(error).__name__.lower()}: {error}")
        sys.exit(status[type(error)])


if __name__ == "__main__":
    main()
