"""The second try, compiled by Numba on its first call."""
import numpy
from numba import njit

import peer


@njit(error_model="numpy")
def first_safe(depths, periods, end):
    for delay in range(end):
        for i in range(len(depths)):
            # In 32 bits, like the C loop: a 64-bit division takes longer on many CPUs.
            if numpy.uint32(delay + depths[i]) % periods[i] == 0:
                break
        else:
            return delay
    return end


def solve(layers, end):
    depths, periods = numpy.array(peer.forbidden(layers), dtype=numpy.uint32).T.copy()
    delay = first_safe(depths, periods, end)
    return None if delay == end else delay


if __name__ == "__main__":
    peer.main(solve, highest=2**31 - 1)
