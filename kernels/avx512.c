/* The AVX-512 kernel (F, BW, DQ, VL). */
#include "kernel.h"

#include "avx512_common.h"
#include "tiles.h"

#if !defined(SIMDE_NO_NATIVE) && !(defined(SIMDE_X86_AVX512F_NATIVE) && defined(SIMDE_X86_AVX512BW_NATIVE) && \
                                   defined(SIMDE_X86_AVX512DQ_NATIVE) && defined(SIMDE_X86_AVX512VL_NATIVE))
#error "the native avx512 kernel needs -mavx512f -mavx512bw -mavx512dq -mavx512vl; SIMDe would emulate it"
#endif

extern const struct kernel_operations KERNEL_SYMBOL(avx512);
const struct kernel_operations KERNEL_SYMBOL(avx512) = {rows_avx512,   lanes_avx512, build_vectors,
                                                        sieve_vectors, pick_vectors, add_vectors};
