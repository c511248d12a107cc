"""Shared by several of these tests."""
import firesieve

# Four layers; the smallest safe delay is 10.
EXAMPLE = {0: 3, 1: 2, 4: 4, 6: 4}


def endless():
    """A sieve whose first number cannot be found in any reasonable time."""
    return firesieve.Sieve("x mod p square for primes p in 3..400", "x not square")
