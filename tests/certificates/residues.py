"""Reads lines of residues and evaluates them as they are written: an oracle that shares nothing with firesieve.

    lines = residues.read("x mod 7 in {1, 2, 4}\\nx not square\\n")
    residues.holds(lines, 2)

It also gives the classes that the lines forbid, and the x that they allow before any class is applied, as described for
certificates in src/certificate/certificate.h.
"""
import math
import random
import re

END = 2**127
CLASSES_A_MODULUS = 2**20
CLASSES_A_LOOP = 2**22
SIEVED_TO = 2**16


# ---- Numbers ----------------------------------------------------------------------------------------------------

SMALL_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)
PROVED_BELOW = 3317044064679887385961981  # by Miller-Rabin with the 13 bases above (Sorenson and Webster 2015)


def is_prime(number):
    if number < 2 or any(number % prime == 0 for prime in SMALL_PRIMES):
        return number in SMALL_PRIMES
    twos = (number - 1 & 1 - number).bit_length() - 1
    odd = number - 1 >> twos

    def passes(base):
        power = pow(base, odd, number)
        for _ in range(twos):
            if power in (1, number - 1):
                return power != 1 or pow(base, odd, number) == 1
            power = power * power % number
        return False

    draw = random.Random(number)
    bases = SMALL_PRIMES if number < PROVED_BELOW else [draw.randrange(2, number - 1) for _ in range(64)]
    return all(passes(base) for base in bases)


def primes_to(last):
    composite = bytearray(last + 1)
    for number in range(2, last + 1):
        if not composite[number]:
            yield number
            composite[number * number::number] = b"\1" * len(range(number * number, last + 1, number))


def factors_of(number):
    """A dictionary from primes to exponents: small divisors first, then Pollard's rho."""
    found = {}
    for divisor in range(2, 1000):
        while number % divisor == 0:
            found[divisor] = found.get(divisor, 0) + 1
            number //= divisor
    parts = [number] if number > 1 else []
    while parts:
        part = parts.pop()
        if is_prime(part):
            found[part] = found.get(part, 0) + 1
            continue
        divisor = find_divisor(part)
        parts += [divisor, part // divisor]
    return found


def find_divisor(number):
    root = math.isqrt(number)
    if root * root == number:
        return root
    for constant in range(1, number):
        slow = fast = 2
        divisor = 1
        while divisor == 1:
            slow = (slow * slow + constant) % number
            fast = (fast * fast + constant) % number
            fast = (fast * fast + constant) % number
            divisor = math.gcd(slow - fast, number)
        if divisor != number:
            return divisor
    raise ValueError(number)


def is_square_modulo(residue, factors):
    """Whether the residue is a square modulo each power of a prime."""
    return all(is_square_modulo_power(residue, prime, exponent) for prime, exponent in factors.items())


def is_square_modulo_power(residue, prime, exponent):
    residue %= prime**exponent
    if residue == 0:
        return True
    height = 0
    while residue % prime == 0:
        residue //= prime
        height += 1
    if height % 2:
        return False
    if prime == 2:
        return residue % min(8, 2**(exponent - height)) == 1
    return pow(residue, (prime - 1) // 2, prime) == 1


def is_square(number):
    return math.isqrt(number)**2 == number


def root_of(number, exponent):
    low, high = 0, 1 << number.bit_length() // exponent + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**exponent <= number else (low, middle)
    return low


def is_power(number):
    """0, 1, or a power with an exponent of at least 2."""
    return number < 2 or any(root_of(number, exponent)**exponent == number
                             for exponent in range(2, number.bit_length() + 1))


# ---- The language -----------------------------------------------------------------------------------------------

class Cursor:
    """Reads one line. Expressions become functions of p; `depends` says whether p occurred in them."""

    def __init__(self, text):
        self.text = text
        self.at = 0
        self.depends = False

    def skip(self):
        while self.text[self.at:self.at + 1] in (" ", "\t"):
            self.at += 1

    def take(self, token):
        """Takes a symbol, or a word that ends there."""
        self.skip()
        after = self.text[self.at + len(token):self.at + len(token) + 1]
        if not self.text.startswith(token, self.at) or (token[0].isalpha() and re.match("[A-Za-z0-9_]", after)):
            return False
        self.at += len(token)
        return True

    def need(self, token):
        if not self.take(token):
            raise ValueError(f"expected {token} at {self.at} in '{self.text}'")

    def ends(self):
        self.skip()
        return self.at == len(self.text)

    def number(self):
        self.skip()
        match = re.compile(r"(\d+(?:_\d+)*)(?:\.(\d+))?(?:[eE](\d+(?:_\d+)*))?").match(self.text, self.at)
        if match is None:
            raise ValueError(f"expected a number at {self.at} in '{self.text}'")
        self.at = match.end()
        whole, fraction, exponent = (part.replace("_", "") if part else "" for part in match.groups())
        places = int(exponent or 0) - len(fraction)
        if places < 0:
            raise ValueError(f"expected a whole number in '{self.text}'")
        return int(whole + fraction) * 10**places

    def primary(self):
        if self.take("("):
            inner = self.sum()
            self.need(")")
            return inner
        if self.take("p"):
            self.depends = True
            return lambda p: p
        value = self.number()
        return lambda p: value

    def power(self):
        base = self.primary()
        if not self.take("^"):
            return base
        exponent = self.primary()
        return lambda p: raise_to(base(p), exponent(p))

    def factor(self):
        negative = False
        while self.take("-"):
            negative = not negative
        value = self.power()
        return (lambda p: -value(p)) if negative else value

    def product(self):
        value = self.factor()
        while True:
            if self.take("*"):
                value = multiplied(value, self.factor())
            elif self.take("/"):
                value = divided(value, self.factor())
            else:
                return value

    def sum(self):
        value = self.product()
        while True:
            if self.take("+"):
                value = added(value, self.product(), 1)
            elif self.take("-"):
                value = added(value, self.product(), -1)
            else:
                return value

    def item(self):
        """The two ends of A..B; a single A is both."""
        low = self.sum()
        return (low, self.sum()) if self.take("..") else (low, low)

    def set(self):
        self.need("{")
        items = [self.item()]
        while self.take(","):
            items.append(self.item())
        self.need("}")
        return items


def raise_to(base, exponent):
    if exponent < 0 or (abs(base) > 1 and exponent > 999):
        raise ValueError("no such power")
    return base**exponent


def multiplied(left, right):
    return lambda p: left(p) * right(p)


def divided(left, right):
    def value(p):
        if right(p) == 0 or left(p) % right(p):
            raise ValueError("a division with a remainder")
        return left(p) // right(p)
    return value


def added(left, right, sign):
    return lambda p: left(p) + sign * right(p)


class Line:
    """One constraint. `numbers` are the values of the loop variable, None without a loop."""

    def __init__(self, text):
        self.text = text
        self.kind = None
        self.excludes = False
        self.modulus = None  # a function of p
        self.items = []      # pairs of functions of p: residues, values, or numbers that are added to x
        self.shifts = []
        self.numbers = None
        self.at = {}         # results of at_p

    def prepare(self):
        """Precomputes what does not depend on x."""
        if self.kind in ("coprime", "prime"):
            self.shifts = [shift for low, high in self.items for shift in range(low(0), high(0) + 1)]
        elif self.kind == "values":
            ends = [(max(low(0), 0), min(high(0), END - 1)) for low, high in self.items]
            self.at = united([pair for pair in ends if pair[0] <= pair[1]])

    def at_p(self, p):
        """The modulus for p, and the intervals of residues, or the factors."""
        if p not in self.at:
            modulus = self.modulus(p)
            if not 1 <= modulus <= 2**62:
                raise ValueError(f"the modulus {modulus}")
            if self.kind == "residues":
                self.at[p] = modulus, self.intervals(modulus, p)
            else:
                self.at[p] = modulus, factors_of(modulus)
        return self.at[p]

    def intervals(self, modulus, p):
        found = []
        for low, high in ((low(p), high(p)) for low, high in self.items):
            if high - low >= modulus - 1:
                found.append((0, modulus - 1))
            elif low <= high and low % modulus <= high % modulus:
                found.append((low % modulus, high % modulus))
            elif low <= high:
                found += [(low % modulus, modulus - 1), (0, high % modulus)]
        return united(found)

    def holds(self, x):
        if self.numbers is not None:
            return all(self.holds_at(x, p) for p in self.numbers)
        if self.modulus is not None:
            return self.holds_at(x, 0)
        if self.kind == "prime":
            return all(is_prime(x + shift) for shift in self.shifts)
        if self.kind == "values":
            return any(low <= x <= high for low, high in self.at) != self.excludes
        return not (is_square(x) if self.kind == "not square" else is_power(x))

    def holds_at(self, x, p):
        modulus, what = self.at_p(p)
        if self.kind == "residues":
            return any(low <= x % modulus <= high for low, high in what) != self.excludes
        if self.kind == "coprime":
            return all(math.gcd(x + shift, modulus) == 1 for shift in self.shifts)
        return x % modulus != 0 and is_square_modulo(x % modulus, what) == (self.kind == "square")


def united(intervals):
    """The same numbers as ascending intervals that do not touch."""
    made = []
    for low, high in sorted(intervals):
        if made and low <= made[-1][1] + 1:
            made[-1] = made[-1][0], max(made[-1][1], high)
        else:
            made.append((low, high))
    return made


def complement(intervals, last):
    made, at = [], 0
    for low, high in intervals:
        if low > at:
            made.append((at, low - 1))
        at = high + 1
    return made + ([(at, last)] if at <= last else [])


def read_loop(cursor, line):
    """Reads the loop that may follow a line with a modulus."""
    if not cursor.take("for"):
        if cursor.depends:
            raise ValueError(f"p without a loop in '{cursor.text}'")
        return
    if not cursor.depends:
        raise ValueError(f"a loop without p in '{cursor.text}'")
    primes = cursor.take("primes")
    cursor.need("p")
    cursor.need("in")
    low, high = (end(0) for end in cursor.item())
    if not 1 <= low <= high:
        raise ValueError(f"no such range in '{cursor.text}'")
    line.numbers = [p for p in primes_to(high) if p >= low] if primes else list(range(low, high + 1))


def read_residues(cursor, line):
    line.modulus = cursor.sum()
    for kind in ("square", "nonsquare"):
        if cursor.take(kind):
            line.kind = kind
            read_loop(cursor, line)
            return
    line.kind = "residues"
    if cursor.take("!="):
        line.excludes, line.items = True, [cursor.item()]
    elif cursor.take("="):
        line.items = [cursor.item()]
    else:
        line.excludes = cursor.take("not")
        cursor.need("in")
        line.items = cursor.set()
    read_loop(cursor, line)


def read_added(cursor, line):
    """Reads x + SET, x + A, x - A ..., which `prime` or `coprime to M` follows."""
    cursor.skip()
    minus = cursor.text[cursor.at] == "-"
    start = cursor.at
    cursor.at += 1
    cursor.skip()
    if cursor.text[cursor.at:cursor.at + 1] == "{":
        items = cursor.set()
        line.items = [(negated(high), negated(low)) for low, high in items] if minus else items
    else:
        cursor.at = start if minus else cursor.at
        line.items = [cursor.item()]
    if cursor.depends:
        raise ValueError(f"p is added to x in '{cursor.text}'")


def negated(value):
    return lambda p: -value(p)


def read_constraint(cursor, line):
    if cursor.take("mod"):
        read_residues(cursor, line)
        return
    cursor.skip()
    line.items = [(lambda p: 0, lambda p: 0)]
    if cursor.text[cursor.at:cursor.at + 1] in ("+", "-"):
        read_added(cursor, line)
    if cursor.take("prime"):
        line.kind = "prime"
    elif cursor.take("coprime"):
        line.kind = "coprime"
        cursor.need("to")
        line.modulus = cursor.sum()
        read_loop(cursor, line)
    else:
        line.excludes = cursor.take("not")
        for word in ("square", "power"):
            if line.excludes and cursor.take(word):
                line.kind = f"not {word}"
                return
        cursor.need("in")
        line.kind, line.items = "values", cursor.set()


class Lines:
    """The contents of a text: the lines that constrain x, and the range."""

    def __init__(self):
        self.lines = []
        self.asked_from, self.asked_to = 0, END


def read(text):
    made = Lines()
    for row in text.removeprefix("\ufeff").split("\n"):
        row = row.removesuffix("\r").partition("#")[0].strip(" \t\r")
        if not row:
            continue
        cursor = Cursor(row)
        line = Line(row)
        if cursor.take("from"):
            made.asked_from = max(made.asked_from, cursor.sum()(0))
        elif cursor.take("to"):
            made.asked_to = min(made.asked_to, cursor.sum()(0))
        else:
            cursor.need("x")
            read_constraint(cursor, line)
            line.prepare()
            made.lines.append(line)
        if not cursor.ends():
            raise ValueError(f"expected the end of '{row}' at {cursor.at}")
    if not made.lines:
        raise ValueError("no line constrains x")
    return made


def holds(lines, x):
    """Whether x satisfies all lines, as they are written."""
    return all(line.holds(x) for line in lines.lines)


# ---- What certificates contain ----------------------------------------------------------------------------------

SIMPLE = re.compile(r"x[ \t]+mod[ \t]*([1-9]\d*)[ \t]*!=[ \t]*(0|[1-9]\d*)")


def prints(lines):
    """What is hashed for each line: two numbers for `x mod M != A`, otherwise its bytes without blanks."""
    for line in lines.lines:
        simple = SIMPLE.fullmatch(line.text)
        if simple and int(simple[2]) < int(simple[1]):
            yield int(simple[1]).to_bytes(8, "little") + int(simple[2]).to_bytes(8, "little")
        else:
            yield line.text.replace(" ", "").replace("\t", "").encode()


def classes_at(line, p):
    """The classes of a line for one p, as pairs, with repetitions as often as they count; None: it is a filter."""
    modulus, what = line.at_p(p)
    if line.kind == "coprime":
        return [pair for prime in what for pair in classes_of_shifts(line.shifts, prime)]
    if line.kind == "residues":
        forbidden = what if line.excludes else complement(what, modulus - 1)
        size = sum(high - low + 1 for low, high in forbidden)
        if size == modulus:
            return [(1, 0)]
        if size > CLASSES_A_MODULUS:
            return None
        return [(modulus, residue) for low, high in forbidden for residue in range(low, high + 1)]
    if modulus > CLASSES_A_MODULUS:
        return None
    squares = {root * root % modulus for root in range(modulus)}
    return [(modulus, residue) for residue in range(modulus)
            if residue == 0 or (residue in squares) != (line.kind == "square")]


def classes_of_shifts(shifts, prime):
    found = [(prime, -shift % prime) for shift in shifts]
    return found if len(found) <= prime else sorted(set(found))


def classes_of_line(line):
    """The classes of a line, and whether they express the whole line."""
    if line.kind == "prime":
        return [pair for prime in primes_to(SIEVED_TO - 1) for pair in classes_of_shifts(line.shifts, prime)], False
    if line.kind == "values":
        return ([(1, 0)] if not values_of(line) else []), not values_of(line)
    if line.modulus is None:
        return [], False
    if line.numbers is None:
        classes = classes_at(line, 0)
        return classes or [], classes is not None
    found = []
    for place, p in enumerate(line.numbers):
        classes = classes_at(line, p)
        if classes is None:
            return found, False
        found += classes
        if len(found) > CLASSES_A_LOOP and place + 1 < len(line.numbers):
            return found, False
    return found, True


def values_of(line):
    return complement(line.at, END - 1) if line.excludes else line.at


def classes(lines):
    """A dictionary from moduli to sets of residues that lines forbid, and whether there are filters as well."""
    made, filters = {}, False
    for line in lines.lines:
        found, whole = classes_of_line(line)
        filters |= not whole
        for modulus, residue in found:
            made.setdefault(modulus, set()).add(residue)
    return made, filters


def bounds(lines):
    """No x below the first bound or from the second on satisfies the lines; below the third, classes forbid too
    much."""
    low, high, direct = 0, END, 0
    for line in lines.lines:
        if line.kind == "prime":
            low = max(low, 2 - min(line.shifts))
            direct = max(direct, SIEVED_TO - min(line.shifts))
        elif line.kind == "values" and values_of(line):
            low = max(low, values_of(line)[0][0])
            high = min(high, values_of(line)[-1][1] + 1)
    return low, high, direct
