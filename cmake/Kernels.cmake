# Compiles the kernels in kernels/kernels.def: each one natively on its home architecture, with exactly the flags of its
# level, and, with FIRESIEVE_EMULATED, all but scalar a second time with SIMDE_NO_NATIVE, so that their logic runs
# anywhere.
#
# No other code may be compiled with these flags, and none of this code may be inlined elsewhere: an old CPU would die
# of an illegal instruction. Hence each kernel is an object library of its own, without link-time optimisation.

find_path(SIMDE_INCLUDE_DIR simde/simde-common.h REQUIRED)
set(simde_needed 0.7.2) # the oldest that the tests have run with
file(STRINGS "${SIMDE_INCLUDE_DIR}/simde/simde-common.h" simde_lines REGEX "define SIMDE_VERSION_(MAJOR|MINOR|MICRO) ")
string(REGEX REPLACE "[^0-9;]" "" simde_version "${simde_lines}")
string(REPLACE ";" "." simde_version "${simde_version}")
if(simde_version VERSION_LESS simde_needed)
  message(FATAL_ERROR "firesieve needs SIMDe ${simde_needed} or newer; found ${simde_version} in ${SIMDE_INCLUDE_DIR}")
endif()

# A level adds to the architecture's first CPU, whatever -march the user's own flags have.
if(architecture STREQUAL "x86_64")
  set(KERNEL_BASE_FLAGS -march=x86-64)
endif()
if(CMAKE_C_FLAGS MATCHES "-m(arch|cpu|avx|sse)")
  message(WARNING "CMAKE_C_FLAGS select instructions (${CMAKE_C_FLAGS}): the program needs CPUs that have them")
endif()

set(KERNEL_FLAGS_scalar -fno-tree-vectorize -fno-tree-slp-vectorize) # true to its name: 64 bits at a time
set(KERNEL_FLAGS_sse41 -msse4.1)
set(KERNEL_FLAGS_avx2 -mavx2)
set(KERNEL_FLAGS_avx512 -mavx512f -mavx512bw -mavx512dq -mavx512vl)
set(KERNEL_FLAGS_avx512vbmi ${KERNEL_FLAGS_avx512} -mavx512vbmi -mavx512vbmi2 -mgfni)
set(KERNEL_FLAGS_neon)
set(KERNEL_FLAGS_wasm -msimd128)

if(architecture STREQUAL "wasm32")
  # clang for WebAssembly neither unrolls loops with an unknown end nor protects the stack, and warns of it each time.
  list(APPEND KERNEL_BASE_FLAGS -Wno-pass-failed -Wno-unused-command-line-argument)
endif()

# firesieve_add_kernel(TARGET SOURCE FLAGS...): an object library of one kernel file.
function(firesieve_add_kernel target source)
  add_library(${target} OBJECT ${source})
  target_link_libraries(${target} PRIVATE firesieve_compiler)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/kernels")
  target_include_directories(${target} SYSTEM PRIVATE "${SIMDE_INCLUDE_DIR}")
  # Debug builds keep -O2 here, since unoptimised SIMDe is a hundred times slower.
  # Some distributions have their compilers protect stacks by default; kernels go without, see Compiler.cmake.
  target_compile_options(${target} PRIVATE -fno-stack-protector -fno-stack-clash-protection -fno-lto -Wno-psabi ${KERNEL_BASE_FLAGS} ${ARGN} $<IF:$<CONFIG:Debug>,-O2,-O3>)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden
    INTERPROCEDURAL_OPTIMIZATION OFF)
endfunction()

# firesieve_add_kernels(OUT DEFINITIONS_OUT FLAGS_OUT): adds every kernel. OUT receives the targets; DEFINITIONS_OUT
# which kernels are native here, as definitions for the dispatcher; FLAGS_OUT the flags of those, as text.
function(firesieve_add_kernels out definitions_out flags_out)
  set(targets)
  set(definitions)
  if(NOT FIRESIEVE_EMULATED)
    list(APPEND definitions FIRESIEVE_WITHOUT_EMULATED)
  endif()
  set(flags)
  file(STRINGS "${PROJECT_SOURCE_DIR}/kernels/kernels.def" rows REGEX "^KERNEL\\(")
  foreach(row IN LISTS rows)
    string(REGEX MATCH "^KERNEL\\(([a-z0-9]+), \"([^\"]*)\", ([a-z0-9_]+)," matched "${row}")
    if(NOT matched)
      message(FATAL_ERROR "kernels/kernels.def: cannot read the line ${row}")
    endif()
    set(name ${CMAKE_MATCH_1})
    set(shown_name ${CMAKE_MATCH_2})
    set(home ${CMAKE_MATCH_3})
    set(source "${PROJECT_SOURCE_DIR}/kernels/${name}.c")
    set(native 0)
    if(home STREQUAL "any" OR home STREQUAL architecture)
      set(native 1)
      firesieve_add_kernel(firesieve_kernel_${name} "${source}" ${KERNEL_FLAGS_${name}})
      list(APPEND targets firesieve_kernel_${name})
      string(JOIN " " own_flags ${KERNEL_BASE_FLAGS} ${KERNEL_FLAGS_${name}})
      list(APPEND flags "${shown_name}: ${own_flags}")
    endif()
    list(APPEND definitions FIRESIEVE_NATIVE_${name}=${native})
    if(FIRESIEVE_EMULATED AND NOT home STREQUAL "any")
      # SIMDe 0.7.4 emulates 32-bit products in int32_t and relies on wrapping; and it asks clang to vectorise loops
      # that cannot be vectorised, such as table look-ups.
      firesieve_add_kernel(firesieve_kernel_${name}_emulated "${source}" -DSIMDE_NO_NATIVE -fwrapv -Wno-pass-failed)
      list(APPEND targets firesieve_kernel_${name}_emulated)
    endif()
  endforeach()
  set(${out} ${targets} PARENT_SCOPE)
  set(${definitions_out} ${definitions} PARENT_SCOPE)
  string(JOIN ", " flags ${flags})
  set(${flags_out} "${flags}" PARENT_SCOPE)
endfunction()
