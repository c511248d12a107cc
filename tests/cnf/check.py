"""check.py PROGRAM GOLDEN [FIREWALLS]: checks the output of `PROGRAM explain --cnf` with CaDiCaL, and without it.

A formula must be satisfiable if and only if some delay is safe. Small firewalls are decided by trying each delay of a
cycle, others by `PROGRAM solve`; a model is converted back into a delay, which must be safe. Exit status 77 without
CaDiCaL.
"""

import math
import os
import random
import shutil
import subprocess
import sys
import tempfile

SATISFIABLE, UNSATISFIABLE = 10, 20  # exit statuses of CaDiCaL
CYCLE_MAX = 2000  # delays that are tried one by one


def period_of(layer):
    return 1 if layer[1] == 1 else 2 * (layer[1] - 1)


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


def is_safe(layers, delay):
    return all((delay + depth) % period_of((depth, size)) != 0 for depth, size in layers)


class Formula:
    """The contents of a file in DIMACS CNF with firesieve's comments."""

    def __init__(self, path):
        self.moduli, self.nodes, self.clauses, self.left_out = [], {}, [], None
        header = None
        with open(path, encoding="ascii") as file:
            for line in file:
                words = line.split()
                if words[0] == "c" and words[1] == "modulus":
                    self.moduli.append(int(words[2]))
                elif words[0] == "c" and words[1] == "layers-left-out":
                    self.left_out = int(words[2])
                elif words[0] == "c" and words[1] == "variable":
                    self.nodes[int(words[2][:-1])] = (int(words[7]), int(words[5]))
                elif words[0] == "p":
                    header = [int(word) for word in words[2:]]
                elif words[0] != "c":
                    literals = [int(word) for word in words]
                    assert literals[-1] == 0 and 0 not in literals[:-1], line
                    self.clauses.append(literals[:-1])
        assert header == [len(self.nodes), len(self.clauses)], header
        assert sorted(self.nodes) == list(range(1, len(self.nodes) + 1))
        self.variables = {node: variable for variable, node in self.nodes.items()}

    def is_true_at(self, delay):
        """Its value if each variable has its true value for the delay."""
        truth = {variable: delay % power == residue for variable, (power, residue) in self.nodes.items()}
        return all(any(truth[abs(literal)] == (literal > 0) for literal in clause) for clause in self.clauses)

    def residue_in(self, model, modulus):
        """The residue of the delay modulo a prime power, from the lowest power up, as the comments describe it."""
        prime = next(p for p in range(2, modulus + 1) if modulus % p == 0)
        power, residue = 1, 0
        while power < modulus:
            children = [residue + i * power for i in range(prime)]
            power *= prime
            known = [self.variables.get((power, child)) for child in children]
            chosen = [i for i, variable in enumerate(known) if variable in model]
            chosen = chosen or [i for i, variable in enumerate(known) if variable is None]
            residue = children[chosen[0]]
        return residue

    def delays(self, model):
        """The delays of which at least one is safe."""
        delay, product = 0, 1
        for modulus in self.moduli:
            residue = self.residue_in(model, modulus)
            delay += (residue - delay) * pow(product, -1, modulus) % modulus * product
            product *= modulus
        return (delay + k * product for k in range(self.left_out + 1))


class Checker:
    def __init__(self, program, directory):
        self.program = program
        self.path = os.path.join(directory, "cnf")
        self.firewall = os.path.join(directory, "firewall")
        self.outcomes = {SATISFIABLE: 0, UNSATISFIABLE: 0}

    def expected(self, layers):
        cycle = math.lcm(*(period_of(layer) for layer in layers))
        if cycle <= CYCLE_MAX:
            return any(is_safe(layers, delay) for delay in range(cycle))
        status = run(self.program, "solve", self.firewall).returncode
        assert status in (0, 1), status
        return status == 0

    def check_values(self, formula, layers):
        """The formula is true exactly at safe delays; if layers are left out, it may be true at others as well."""
        for delay in range(math.lcm(*(period_of(layer) for layer in layers))):
            value, safe = formula.is_true_at(delay), is_safe(layers, delay)
            assert value if safe else formula.left_out > 0 or not value, f"at {delay}: {value}"

    def check_model(self, formula, layers, output):
        model = {int(word) for line in output.splitlines() if line[:1] == "v" for word in line.split()[1:]}
        assert any(is_safe(layers, delay) for delay in formula.delays(model)), "the model is not a safe delay"

    def check(self, layers, name):
        with open(self.firewall, "w", encoding="ascii") as file:
            file.writelines(f"{depth}: {size}\n" for depth, size in layers)
        explained = run(self.program, "explain", "--cnf", self.path, self.firewall)
        assert explained.returncode == 0, f"{name}: {explained.stderr}"
        formula = Formula(self.path)
        solver = run("cadical", "-q", self.path)
        expected = SATISFIABLE if self.expected(layers) else UNSATISFIABLE
        assert solver.returncode == expected, f"{name}: CaDiCaL says {solver.returncode}, expected {expected}: {layers}"
        self.outcomes[expected] += 1
        try:
            if expected == SATISFIABLE:
                self.check_model(formula, layers, solver.stdout)
            if math.lcm(*(period_of(layer) for layer in layers)) <= CYCLE_MAX // 10:
                self.check_values(formula, layers)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}: {layers}") from error

    def check_text(self, text, name):
        lines = [line.split("#")[0].strip() for line in text.splitlines()]
        self.check([tuple(int(number) for number in line.split(":")) for line in lines if line], name)

    def check_family(self, *options):
        self.check_text(run(self.program, "generate", *options).stdout, " ".join(options))

    def check_cut(self):
        """A solver does not accept a truncated formula."""
        self.check([(0, 2), (1, 3), (3, 5)], "cut")
        with open(self.path, encoding="ascii") as file:
            whole = file.read()
        for size in range(whole.index("p cnf"), len(whole) - 1):
            with open(self.path, "w", encoding="ascii") as file:
                file.write(whole[:size])
            status = run("cadical", "-q", self.path).returncode
            assert status not in (SATISFIABLE, UNSATISFIABLE), f"accepted as complete: {whole[:size]}"


def layer_catching(delay, period, depths):
    """A layer of this period that catches the delay, at a depth that is not in use yet."""
    depth = -delay % period
    while depth in depths:
        depth += period
    return depth, period // 2 + 1


# Sets of periods with short cycles.
PERIODS = [[2, 4, 8, 16], [2, 6, 18, 12], [4, 6, 10, 30], [6, 14, 42], [8, 12, 20, 24], [22, 6, 4], [16, 10, 50]]


def random_firewall(rng):
    """Few periods, so that all delays can be tried; some layers are chosen to catch the first safe delay."""
    periods = rng.choice(PERIODS)
    layers = {}
    for _ in range(rng.randint(1, 30)):
        period = rng.choice(periods)
        target = rng.randrange(CYCLE_MAX)
        if rng.random() < 0.8:
            # No delay is safe, and further layers change nothing.
            target = next((t for t in range(CYCLE_MAX) if is_safe(layers.items(), t)), target)
        depth, size = layer_catching(target, period, layers)
        layers[depth] = size
    if rng.random() < 0.05:
        layers[10**9] = 1
    return list(layers.items())


def odd_layers(prime, levels):
    """
    Layers that catch every delay, by powers of an odd prime: the first catches even ones; of the odd ones each level
    leaves one residue modulo the next power, and the last level none.
    """
    layers = {0: 2}
    left, power = 0, 1
    for level in range(levels):
        children = [left + i * power for i in range(prime)]
        power *= prime
        left = children[-1]
        for residue in children if level == levels - 1 else children[:-1]:
            depth, size = layer_catching(residue if residue % 2 == 1 else residue + power, 2 * power, layers)
            layers[depth] = size
    return list(layers.items())


# Large ranges, large primes and high powers; none of them blocks everything.
LARGE = [
    [(0, 2**62)],
    [(2**63 - 1, 2**62), (0, 2)],
    [(5, 2**61 + 1), (4, 2**61 + 1), (3, 2), (9, 4)],
    [(i, 2**40 + 1) for i in range(10)],
    [(i, 2305843009213693923) for i in range(20)],
    [(0, 3), (1, 3), (2, 3), (3, 2305843009213693895)],
    [(0, 3), (1, 3), (2, 3), (4, 2**60 - 93)],
    [(i, 2147483647 + 1) for i in range(7)] + [(100 + i, 10) for i in range(15)],
    [(i, 999983 * 999979 + 1) for i in range(5)],
    [(i, 12) for i in range(22) if i != 9],
]


GOLDEN = ["blocked-30", "erdos-cover", "example", "extremal-20", "negative-pseudosquare-8", "range-one", "talk", "wide"]


def main():
    program, golden = sys.argv[1], sys.argv[2]
    firewalls = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    if shutil.which("cadical") is None:
        print("skipped: no cadical")
        return 77
    with tempfile.TemporaryDirectory() as directory:
        checker = Checker(program, directory)
        for name in GOLDEN:
            with open(os.path.join(golden, name + ".firewall"), encoding="ascii") as file:
                checker.check_text(file.read(), name)
        for seed in range(4):
            checker.check_family("blocked", "--layers", str(20 + 30 * seed), "--seed", str(seed))
        checker.check_family("extremal", "--layers", "62")
        checker.check_family("erdos-selfridge", "--k", "12")
        checker.check_family("tuplet", "--offsets", "0,2,6", "--sieve-to", "300")
        # The extremal firewall; and the same with the one delay that it lets pass caught as well.
        extremal = [(2**i - 2 ** (i - 1) + 1 if i > 1 else 0, 2 ** (i - 1) + 1) for i in range(1, 13)]
        checker.check(extremal, "extremal")
        checker.check(extremal + [(2**12 + 1, 2**11 + 1)], "extremal and one more")
        for number, layers in enumerate(LARGE):
            checker.check(layers, f"large {number}")
            checker.check(layers + [(10**6, 2), (10**6 + 1, 2)], f"large {number} and all delays")
        for prime, levels in [(3, 1), (3, 9), (5, 5), (7, 2), (13, 1), (31, 1), (101, 1)]:
            layers = odd_layers(prime, levels)
            checker.check(layers, f"blocked by {levels} powers of {prime}")
            checker.check(layers[:-1], f"all but blocked by {levels} powers of {prime}")
        for seed in range(firewalls):
            checker.check(random_firewall(random.Random(seed)), f"seed {seed}")
        checker.check_cut()
    found, none = checker.outcomes[SATISFIABLE], checker.outcomes[UNSATISFIABLE]
    print(f"{found} satisfiable, {none} unsatisfiable")
    assert min(found, none) >= 20 + firewalls // 5, "hardly any of one outcome"
    return 0


if __name__ == "__main__":
    sys.exit(main())
