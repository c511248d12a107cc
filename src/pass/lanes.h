/* One layer as constants for the kernels' lanes operation. */
#ifndef FIRESIEVE_PASS_LANES_H
#define FIRESIEVE_PASS_LANES_H

#include <stdint.h>

#include "kernel.h"

/*
 * The test that catches the candidates x < 2^31 with x mod period == residue; period >= 1, residue < period.
 * Where the period is 2^31 or more the residue must be below 2^31: a larger one catches no candidate and needs no test.
 */
struct kernel_lane_test lane_test_prepare(uint64_t period, uint64_t residue);

#endif
