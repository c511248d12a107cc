# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
"""The second try as Cython compiles it to C: everything in the loop has a C type, and nothing is checked."""
from array import array
from libc.stdint cimport uint32_t

import peer

HIGHEST = 2**31 - 1


cdef uint32_t first_safe(const uint32_t[::1] depths, const uint32_t[::1] periods, uint32_t end) nogil:
    cdef Py_ssize_t count = depths.shape[0]
    cdef Py_ssize_t i
    cdef uint32_t delay
    for delay in range(end):
        for i in range(count):
            if (delay + depths[i]) % periods[i] == 0:
                break
        else:
            return delay
    return end


def solve(layers, end):
    scanners = peer.forbidden(layers)
    depths = array("I", [depth for depth, _ in scanners])
    periods = array("I", [period for _, period in scanners])
    delay = first_safe(depths, periods, end)
    return None if delay == end else delay
