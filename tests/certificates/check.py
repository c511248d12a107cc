"""check.py FIREWALL CERTIFICATE [LIMIT]: checks a certificate with nothing but Python's standard library.

FIREWALL has layers, or lines of residues, which residues.py reads. This program shares nothing with firesieve except
the description of the format in src/certificate/certificate.h. It checks trees completely, and components of counts if
some million steps are enough. It sieves windows, and the rest of a count, again if the range has at most LIMIT delays
(default 10^7).

Exit status: 0 accepted; 1 refused: the claim is false, or not proved; 2 damaged, or of another firewall; 3 everything
that was checked is right, but windows were not sieved again, or components not counted.
"""
import math
import re
import sys

import residues

DELAY_END = 2**127
DEPTH_MAX = 2**63 - 1
RANGE_MAX = 2**62
WORDS = {
    "method": ("simulate", "closed-form", "scan", "wheel", "focus"),
    "kernel": ("none", "scalar", "sse4.1", "avx2", "avx512", "avx512vbmi", "neon", "wasm"),
}
SPLITS_MAX = 1024
MASK = 2**64 - 1


class Damaged(Exception):
    """The text is not a certificate of this firewall."""


class Refused(Exception):
    """The certificate does not show what it claims."""


class Unchecked(Exception):
    """The range is too long to be sieved here, or components are too hard to count."""


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
    """A dictionary from depths to ranges."""
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
        """The words after the key of the next line."""
        if self.next_key() != key:
            raise Damaged(f"line {self.at + 2}: expected '{key}', found {self.next_key()}")
        words = self.lines[self.at][1:]
        self.at += 1
        if len(words) != count:
            raise Damaged(f"line {self.at + 1}: expected {count} words after '{key}'")
        return words


def read_head(lines, firewall):
    count, fingerprint = lines.take("residues" if lines.next_key() == "residues" else "firewall", 2)
    own = [0, 0]
    for data in firewall.prints():
        own = [(own[seed] + xxh64(data, seed)) & MASK for seed in (0, 1)]
    of_other = lines.lines[lines.at - 1][0] != firewall.key
    if number(count, 1, 2**64) != firewall.size or digits(fingerprint, 32) != own[0] << 64 | own[1] or of_other:
        raise Damaged("it belongs to another firewall")
    bounds = {"found": (0, DELAY_END - 1), "count": (1, DELAY_END)}
    claim = lines.lines[lines.at][1] if len(lines.lines) > lines.at and len(lines.lines[lines.at]) > 1 else ""
    words = lines.take("claim", 2 if claim in bounds else 1)
    if words[0] not in ("found", "none", "never", "count"):
        raise Damaged(f"expected a claim, found '{words[0]}'")
    return words[0], number(words[1], *bounds[claim]) if claim in bounds else None


# ---- Firewalls --------------------------------------------------------------------------------------------------

class Layers:
    """What a check needs to know about a firewall of layers."""
    key = "firewall"
    has_filters = False

    def __init__(self, layers):
        self.layers = layers
        self.size = len(layers)

    def prints(self):
        return (depth.to_bytes(8, "little") + scanned.to_bytes(8, "little") for depth, scanned in self.layers.items())

    def is_safe(self, delay):
        return not catches(self.layers, delay)

    def periods(self):
        """The periods that `without` may name."""
        return {period_of(scanned) for scanned in self.layers.values()}

    def is_left_out(self, _delay, _without):
        """Whether something that was left out catches this delay, which is not safe."""
        return True

    def sieve(self, begin, end, without=()):
        """One byte per delay: 0 if nothing catches it, apart from what is left out."""
        return sieve({depth: scanned for depth, scanned in self.layers.items() if period_of(scanned) not in without},
                     begin, end)

    def cycle(self):
        return math.lcm(*(period_of(scanned) or 1 for scanned in self.layers.values()))

    def stretch(self):
        """If this many consecutive delays are caught, all are."""
        return min(self.cycle(), 2**len(self.layers))

    def classes(self):
        """A dictionary from moduli to sets of residues."""
        classes = {}
        for depth, scanned in self.layers.items():
            modulus = period_of(scanned) or 1
            classes.setdefault(modulus, set()).add(-depth % modulus)
        return classes

    def bounds(self):
        return 0, DELAY_END, 0

    def read_leaf(self, lines):
        return number(lines.take("leaf", 1)[0], 0, DEPTH_MAX)

    def check_leaf(self, depth, residue, modulus):
        if depth not in self.layers:
            raise Refused(f"there is no layer at depth {depth}")
        if self.layers[depth] > 1:
            period = period_of(self.layers[depth])
            if modulus % period or (residue + depth) % period:
                # Residue and modulus may have thousands of digits, more than Python agrees to print.
                raise Refused(f"the layer at depth {depth} does not catch all delays of this class")


class Residues:
    """The same for lines of residues, whose x are the delays here."""
    key = "residues"

    def __init__(self, lines):
        self.lines = lines
        self.size = len(lines.lines)
        self.forbidden, self.has_filters = residues.classes(lines)

    def prints(self):
        return residues.prints(self.lines)

    def is_safe(self, x):
        return residues.holds(self.lines, x)

    def periods(self):
        return set(self.forbidden)

    def is_left_out(self, x, without):
        return any(x % modulus in self.forbidden[modulus] for modulus in without)

    def sieve(self, begin, end, without=()):
        caught = bytearray(end - begin)
        for modulus, forbidden in self.forbidden.items():
            for residue in () if modulus in without else forbidden:
                first = (residue - begin) % modulus
                caught[first::modulus] = b"\1" * len(range(first, end - begin, modulus))
        return caught

    def cycle(self):
        return math.lcm(*self.forbidden)

    def stretch(self):
        return min(self.cycle(), 2**sum(len(forbidden) for forbidden in self.forbidden.values()))

    def classes(self):
        return self.forbidden

    def bounds(self):
        return residues.bounds(self.lines)

    def read_leaf(self, lines):
        modulus, residue = lines.take("leaf", 2)
        modulus = number(modulus, 1, DEPTH_MAX)
        return modulus, number(residue, 0, modulus - 1)

    def check_leaf(self, leaf, residue, modulus):
        if leaf[1] not in self.forbidden.get(leaf[0], ()):
            raise Refused(f"no line forbids the class {leaf[1]} mod {leaf[0]}")
        if modulus % leaf[0] or residue % leaf[0] != leaf[1]:
            raise Refused(f"the class {leaf[1]} mod {leaf[0]} does not contain all of this node")


# ---- The part of a range that is in windows ---------------------------------------------------------------------

class Part:
    """The lines `within` and `small`, and the part of the range after them: from `windows` on, below `end`."""

    def __init__(self, lines, firewall, begin, to, found=None):
        self.within = self.small = None
        self.line = lines.number_of_line() + 1
        if firewall.key == "residues" and lines.next_key() == "within":
            self.within = tuple(number(word, 0, DELAY_END) for word in lines.take("within", 2))
        if firewall.key == "residues" and lines.next_key() == "small":
            self.small = number(lines.take("small", 1)[0], 0, DELAY_END)
        low, high, direct = firewall.bounds()
        low, high = min(low, DELAY_END), min(high, DELAY_END)
        self.expected = (low, high) if low > begin or high < to else None
        self.end = min(high, to, DELAY_END if found is None else found + 1)
        self.begin = min(max(begin, low), self.end)
        self.windows = min(max(self.begin, direct), self.end)

    def check(self, firewall):
        """The small x that are safe; refuses lines other than the expected ones."""
        if self.within != self.expected:
            raise Refused(f"line {self.line}: x is within {self.expected}")
        if self.small != (self.windows if self.windows > self.begin else None):
            raise Refused(f"line {self.line}: small x end at {self.windows}")
        return [x for x in range(self.begin, self.windows) if firewall.is_safe(x)]


# ---- Trees ------------------------------------------------------------------------------------------------------

def counted(number, one, many=None):
    """The number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def is_prime(value):
    return value >= 2 and all(value % divisor for divisor in range(2, math.isqrt(value) + 1))


def read_body(lines, firewall):
    """All nodes, or all windows, so that damage is reported before false claims."""
    rows = []
    while lines.next_key() in ("split", "leaf"):
        key = lines.next_key()
        line = lines.number_of_line() + 1
        value = firewall.read_leaf(lines) if key == "leaf" else number(lines.take(key, 1)[0], 2, DEPTH_MAX)
        rows.append((line, key, value))
    if lines.next_key() != "the checksum":
        raise Damaged(f"line {lines.at + 2}: expected a node, found {lines.next_key()}")
    return rows


def check_tree(lines, firewall, begin=0, to=DELAY_END):
    part = Part(lines, firewall, begin, to)
    nodes = read_body(lines, firewall)
    for x in part.check(firewall):
        raise Refused(f"x = {x} satisfies all lines")
    path = [[0, 1, 1, 0]]  # nodes with children to come: residue, modulus, number of children, index of the next one
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
                firewall.check_leaf(value, residue, modulus)
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
    where = "" if to - begin == DELAY_END else f" in [{begin}, {to})"
    return f"no delay{where} is safe: a tree of {counted(splits, 'split')} and {counted(leaves, 'leaf', 'leaves')}"


# ---- Windows ----------------------------------------------------------------------------------------------------

def read_left_out(lines, firewall):
    left_out = []
    if lines.next_key() == "empty":
        lines.take("empty", 0)
        return firewall.periods(), []
    while lines.next_key() == "without":
        left_out.append((lines.number_of_line() + 1, number(lines.take("without", 1)[0], 0, 2 * (RANGE_MAX - 1))))
    return {period for _, period in left_out}, left_out


def read_windows(lines, firewall):
    """Rows of line, end, count, hash, and the x that are dropped."""
    windows = []
    while lines.next_key() == "window":
        line = lines.number_of_line() + 1
        end, count, value = lines.take("window", 3)
        windows.append((line, number(end, 0, DELAY_END), number(count, 0, DELAY_END), digits(value, 16), []))
        while firewall.key == "residues" and lines.next_key() == "dropped":
            windows[-1][4].append(number(lines.take("dropped", 1)[0], 0, DELAY_END - 1))
    if lines.next_key() != "the checksum":
        raise Damaged(f"line {lines.at + 2}: expected a window, found {lines.next_key()}")
    return windows


def check_left_out(left_out, firewall):
    before = -1
    periods = firewall.periods()
    for line, period in left_out:
        if period not in periods or period <= before:
            raise Refused(f"line {line}: not a period of a layer, or not ascending")
        before = period


def check_ends(windows, begin, least, most):
    at = begin
    for line, end, count, _, dropped in windows:
        if end <= at or count > end - at or len(dropped) > count:
            raise Refused(f"line {line}: the window ends before it begins, or does not have that many delays")
        if dropped != sorted(set(dropped)) or any(not at <= x < end for x in dropped):
            raise Refused(f"line {line}: what is dropped in the window does not ascend, or is outside it")
        at = end
    if not least <= at <= most:
        raise Refused(f"the windows end at {at}, not at {least}")
    return at


def sieve(layers, begin, end):
    """One byte per delay: 0 if no layer catches it."""
    caught = bytearray(end - begin)
    for depth, scanned in layers.items():
        period = period_of(scanned) or 1
        first = (-depth - begin) % period
        caught[first::period] = b"\1" * len(range(first, end - begin, period))
    return caught


def check_sieved(windows, begin, end, firewall, without, claimed, small=0):
    """Checks that every window has the delays that the witness leaves, and that what is left out catches all of these
    except the claimed ones (None: all are safe, and nothing is left out) and those that are dropped."""
    caught = firewall.sieve(begin, end, without)
    starts = [begin] + [window[1] for window in windows]
    for (line, stop, count, value, dropped), start in zip(windows, starts):
        own_count = own_value = 0
        own_dropped = []
        at = caught.find(0, start - begin, stop - begin)
        while at >= 0:
            delay = begin + at
            counted = claimed is None and not firewall.has_filters
            if not counted and delay not in (claimed or ()):
                if firewall.is_safe(delay):
                    if claimed is not None:
                        raise Refused(f"line {line}: the delay {delay} is safe")
                elif not firewall.is_left_out(delay, without):
                    own_dropped.append(delay)
            own_count += 1
            own_value = (own_value + xxh64(delay.to_bytes(16, "little"), 0)) & MASK
            at = caught.find(0, at + 1, stop - begin)
        if (own_count, own_value) != (count, value):
            raise Refused(f"line {line}: {own_count} delays with hash {own_value:016x}")
        if own_dropped != dropped:
            raise Refused(f"line {line}: {len(own_dropped)} are dropped, the first is {(own_dropped or [None])[0]}")
    if begin < end and small == 0 and not any(window[2] for window in windows):
        raise Refused("windows without any delay show nothing")


def last_delay(firewall, begin):
    return min(begin + firewall.stretch(), DELAY_END)


def read_range(lines):
    low, high = lines.take("range", 2)
    begin = number(low, 0, DELAY_END)
    return begin, number(high, begin, DELAY_END)


def read_made(lines):
    for word, kind in zip(lines.take("made", 2), ("method", "kernel")):
        if word not in WORDS[kind]:
            raise Damaged(f"no {kind} is called {word}")


def check_windows(lines, firewall, claimed, limit):
    begin, to = read_range(lines)
    if claimed is None and firewall.key == "residues" and lines.next_key() != "made":
        return check_tree(lines, firewall, begin, to)
    read_made(lines)
    part = Part(lines, firewall, begin, to, claimed)
    without, left_out = read_left_out(lines, firewall)
    windows = read_windows(lines, firewall)
    if claimed is not None and (not begin <= claimed < to or not firewall.is_safe(claimed)):
        raise Refused(f"the delay {claimed} is not safe, or not in the range")
    for x in part.check(firewall):
        if x != claimed:
            raise Refused(f"x = {x} satisfies all lines")
    check_left_out(left_out, firewall)
    least = part.end
    if claimed is None and not any(window[4] for window in windows):
        least = min(part.end, last_delay(firewall, part.windows))
    end = check_ends(windows, part.windows, least, part.end)
    if end - part.windows > limit:
        raise Unchecked(f"{len(windows)} windows of {end - part.windows} delays were not sieved again")
    check_sieved(windows, part.windows, end, firewall, without, () if claimed is None else (claimed,))
    said = f"no delay in [{begin}, {to}) is safe" if claimed is None else f"{claimed} is the smallest safe delay"
    return f"{said}: {counted(len(windows), 'window')} sieved again"


# ---- Counts -----------------------------------------------------------------------------------------------------

STEPS_MAX = 3 * 10**6


def lowered(classes):
    """A dictionary from moduli to sets of residues, lowered as the description of the format says."""
    changed = True
    while changed:
        changed = False
        together = {}
        for modulus, residues in classes.items():
            lower = lower_one(modulus, residues)
            changed |= lower != modulus
            together.setdefault(lower, set()).update(residue % lower for residue in residues)
        classes = together
    return classes


def lower_one(modulus, residues):
    """The smallest modulus that can be reached by dividing out primes by which the residues repeat."""
    count = len(residues)
    for prime in (p for p in range(2, count + 1) if count % p == 0 and is_prime(p)):
        while modulus % prime == 0 and {(residue + modulus // prime) % modulus for residue in residues} == residues:
            modulus //= prime
            residues = {residue % modulus for residue in residues}
    return modulus


def read_counted(lines):
    """Components as rows of line, cycle, count, and towers (line, base, numbers); and the rest, or None."""
    components = []
    while lines.next_key() == "component":
        line = lines.number_of_line() + 1
        cycle, count = lines.take("component", 2)
        cycle = number(cycle, 2, DELAY_END - 1)
        towers = []
        components.append((line, cycle, number(count, 0, cycle), towers))
        while lines.next_key() == "tower":
            line = lines.number_of_line() + 1
            size = len(lines.lines[lines.at]) - 1
            if not 2 <= size <= 127:
                raise Damaged(f"line {line}: expected a base and from 1 to 126 numbers")
            words = lines.take("tower", size)
            towers.append((line, number(words[0], 2, DEPTH_MAX), [number(word, 0, DELAY_END) for word in words[1:]]))
    rest = None
    if lines.next_key() == "rest":
        line = lines.number_of_line() + 1
        low, high, count = lines.take("rest", 3)
        low = number(low, 0, DELAY_END)
        high = number(high, low, DELAY_END)
        rest = line, low, high, number(count, 0, high - low)
        if lines.next_key() == "made":
            read_made(lines)
    if lines.next_key() != "the checksum":
        raise Damaged(f"line {lines.at + 2}: expected a component, found {lines.next_key()}")
    return components, rest


def check_sum(components, rest, begin, to, claimed):
    bases = []
    for line, cycle, _, towers in components:
        if math.prod(base**len(numbers) for _, base, numbers in towers) != cycle:
            raise Refused(f"line {line}: the cycle is not the product of its towers")
        bases += [base for _, base, _ in towers]
    if any(math.gcd(base, other) != 1 for i, base in enumerate(bases) for other in bases[:i]):
        raise Refused("two bases have a factor in common")
    cycle = math.prod(row[1] for row in components)
    whole, part = divmod(to - begin, cycle)
    if whole == 0:
        raise Refused("the range is shorter than the cycle")
    if (rest and rest[1:3]) != ((to - part, to) if part else None):
        raise Refused(f"the rest is not [{to - part}, {to})")
    total = whole * math.prod(row[2] for row in components) + (rest[3] if rest else 0)
    if total != claimed:
        raise Refused(f"all together are {total}")


def is_product(value, bases):
    for base in bases:
        while value % base == 0:
            value //= base
    return value == 1


def share_out(components, classes):
    """The classes of each component, after checking that all other classes are contained in these."""
    own = [{modulus: residues for modulus, residues in classes.items() if row[1] % modulus == 0} for row in components]
    decided = {modulus: residues for part in own for modulus, residues in part.items()}
    bases = [base for row in components for _, base, _ in row[3]]
    if not all(is_product(modulus, bases) for modulus in decided):
        raise Refused("a modulus is not a product of powers of bases")
    for modulus, residues in classes.items():
        if modulus in decided:
            continue
        divisors = [other for other in decided if modulus % other == 0]
        for residue in residues:
            if not any(residue % other in decided[other] for other in divisors):
                raise Refused(f"{residue} modulo {modulus} is caught, but belongs to no component")
    return own


class Remaining:
    """Counts what classes leave modulo a cycle: splits by one prime after another, and caches counts of connected
    classes."""

    def __init__(self):
        self.steps = 0
        self.known = {}

    def count(self, classes, cycle):
        """`classes` is a frozenset of pairs of modulus and residue; cycle is a multiple of all moduli."""
        self.steps += 1 + len(classes)
        if self.steps > STEPS_MAX:
            raise Unchecked("the components would take too long")
        if not classes:
            return cycle
        if any(modulus == 1 for modulus, _ in classes):
            return 0
        if (classes, cycle) not in self.known:
            self.known[classes, cycle] = self.count_parts(classes, cycle)
        return self.known[classes, cycle]

    def count_parts(self, classes, cycle):
        parts = []  # lcm and members of each set of classes with common factors
        for modulus, residue in classes:
            apart = [part for part in parts if math.gcd(part[0], modulus) == 1]
            tied = [part for part in parts if math.gcd(part[0], modulus) != 1]
            parts = apart + [(math.lcm(modulus, *(part[0] for part in tied)),
                              [(modulus, residue)] + [member for part in tied for member in part[1]])]
        left = cycle // math.prod(part[0] for part in parts)
        for period, members in parts:
            left *= self.split(members, period)
        return left

    def split(self, classes, cycle):
        """Splits the residues modulo `cycle`, the lcm of the moduli, by their residue i modulo a prime p: a residue
        i + p * u becomes u."""
        factors = Factors.of(cycle)
        prime = min(factors, key=lambda p: (-sum(modulus % p == 0 and modulus != p for modulus, _ in classes), p))
        wanted = {residue % prime for modulus, residue in classes if modulus % prime == 0}
        total = sum(self.count(self.step(classes, prime, digit), cycle // prime) for digit in wanted)
        if len(wanted) < prime:
            # Classes whose moduli p does not divide leave equally many for each of the other i, which only shift them.
            rest = [(modulus, residue) for modulus, residue in classes if modulus % prime]
            total += (prime - len(wanted)) * self.count(self.step(rest, prime, 0), cycle // prime)
        return total

    def step(self, classes, prime, digit):
        kept = set()
        for modulus, residue in classes:
            if modulus % prime:
                kept.add((modulus, (residue - digit) * pow(prime, -1, modulus) % modulus))
            elif residue % prime == digit:
                kept.add((modulus // prime, (residue - digit) // prime % (modulus // prime)))
        return frozenset(kept)


class Factors:
    """The primes of numbers, by trial division, once for each number."""
    known = {}

    @classmethod
    def of(cls, value):
        if value not in cls.known:
            primes, rest, divisor = [], value, 2
            while divisor * divisor <= rest and divisor < 10**6:
                if rest % divisor == 0:
                    primes.append(divisor)
                while rest % divisor == 0:
                    rest //= divisor
                divisor += 1
            cls.known[value] = primes + [rest] * (rest > 1)
        return cls.known[value]


def check_tower(line, base, numbers, classes):
    left = 1
    for height, said in enumerate(numbers, 1):
        lower = [(base**i, classes.get(base**i, ())) for i in range(1, height)]
        taken = [residue for residue in classes.get(base**height, ())
                 if not any(residue % power in residues for power, residues in lower)]
        left = left * base - len(taken)
        if said != left:
            raise Refused(f"line {line}: {left} residues are left modulo {base}^{height}")


def count_outside(first, step, end, classes, work):
    """How many of first, first + step, ... below end are in none of the classes, by inclusion and exclusion."""
    outside = len(range(first, end, step)) if end - first < 2**62 * step else (end - 1 - first) // step + 1
    work[0] -= len(classes) + 1
    if work[0] < 0:
        raise Unchecked("the rest is too long, and its classes are too many")
    for i, (modulus, residue) in enumerate(classes):
        divisor = math.gcd(step, modulus)
        if (residue - first) % divisor:
            continue
        period = modulus // divisor
        met = first + step * ((residue - first) // divisor * pow(step // divisor, -1, period) % period)
        if period == 1:
            return 0
        if met < end:
            outside -= count_outside(met, step * period, end, classes[:i], work)
    return outside


def count_rest(low, high, firewall, classes, limit):
    if high - low <= limit:
        return firewall.sieve(low, high).count(0)
    rows = sorted((modulus, residue) for modulus, residues in classes.items() for residue in residues)
    return count_outside(low, 1, high, rows, [STEPS_MAX])


def check_components(lines, firewall, begin, to, claimed, limit):
    components, rest = read_counted(lines)
    if firewall.has_filters:
        raise Refused("what filters drop, no product knows of")
    check_sum(components, rest, begin, to, claimed)
    classes = lowered(firewall.classes())
    remaining = Remaining()
    for (line, cycle, count, towers), own in zip(components, share_out(components, classes)):
        for tower in towers:
            check_tower(*tower, classes)
        left = remaining.count(frozenset((modulus, residue) for modulus in own for residue in own[modulus]), cycle)
        if left != count:
            raise Refused(f"line {line}: {left} residues are left")
    if rest:
        line, low, high, count = rest
        left = count_rest(low, high, firewall, classes, limit)
        if left != count:
            raise Refused(f"line {line}: {left} delays are safe")
    return f"{claimed} delays in [{begin}, {to}) are safe: {len(components)} components multiplied"


def check_counted_windows(lines, firewall, begin, to, claimed, limit):
    read_made(lines)
    part = Part(lines, firewall, begin, to)
    windows = read_windows(lines, firewall)
    small = len(part.check(firewall))
    said = f"{claimed} delays in [{begin}, {to}) are safe"
    begin, to = part.windows, part.end
    cycle = DELAY_END if firewall.has_filters else firewall.cycle()
    whole, over = divmod(to - begin, cycle) if to - begin > cycle else (1, 0)
    end = check_ends(windows, begin, min(to, begin + cycle), min(to, begin + cycle))
    if over and not any(window[1] == begin + over for window in windows):
        raise Refused(f"no window ends at {begin + over}")
    total = small + whole * sum(window[2] for window in windows) - sum(len(window[4]) for window in windows)
    total += sum(window[2] for window in windows if over and window[1] <= begin + over)
    if total != claimed:
        raise Refused(f"all windows together are {total}")
    if end - begin > limit:
        raise Unchecked(f"{len(windows)} windows of {end - begin} delays were not sieved again")
    check_sieved(windows, begin, end, firewall, (), None, small)
    return f"{said}: {counted(len(windows), 'window')} sieved again"


def check_count(lines, firewall, claimed, limit):
    begin, to = read_range(lines)
    checker = check_components if lines.next_key() == "component" else check_counted_windows
    return checker(lines, firewall, begin, to, claimed, limit)


# -----------------------------------------------------------------------------------------------------------------

def read(text):
    """A dictionary of layers, or residues.Lines if the text begins with a letter."""
    rows = (row.partition("#")[0].strip(" \t\r\ufeff") for row in text.split("\n"))
    first = next((row for row in rows if row), "")
    return residues.read(text) if first[:1].isalpha() else read_firewall(text)


def of(firewall):
    return Residues(firewall) if isinstance(firewall, residues.Lines) else Layers(firewall)


def check(firewall, data, limit=10**7):
    """What the certificate shows, as text, for a firewall from read(). Raises Damaged, Refused or Unchecked."""
    firewall = of(firewall)
    lines = Lines(data)
    claim, claimed = read_head(lines, firewall)
    if claim == "never":
        return check_tree(lines, firewall)
    return (check_count if claim == "count" else check_windows)(lines, firewall, claimed, limit)


def main():
    if len(sys.argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    try:
        with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
            firewall = read(file.read())
        with open(sys.argv[2], "rb") as file:
            data = file.read()
    except (OSError, ValueError) as error:
        print(f"check.py: {error}", file=sys.stderr)
        sys.exit(2)
    status = {Refused: 1, Damaged: 2, Unchecked: 3, MemoryError: 3}
    try:
        print("accepted:", check(firewall, data, int(sys.argv[3]) if len(sys.argv) == 4 else 10**7))
    except tuple(status) as error:
        print(f"{type(error).__name__.lower()}: {error}")
        sys.exit(status[type(error)])


if __name__ == "__main__":
    main()
