"""What several of these tests use."""
import firesieve

# The library does not explain, nor certify, lines of residues yet. When it does, this is True and then goes.
RESIDUES_ARE_EXPLAINED = False

# 4 layers; the smallest safe delay is 10.
EXAMPLE = {0: 3, 1: 2, 4: 4, 6: 4}


def endless():
    """A sieve whose first number nobody finds."""
    return firesieve.Sieve("x mod p square for primes p in 3..400", "x not square")
