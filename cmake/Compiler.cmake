# An interface target with the language level, warnings and instrumentation of everything we compile.
add_library(firesieve_compiler INTERFACE)
target_compile_features(firesieve_compiler INTERFACE c_std_17)
# A builtin shuffles the bytes of a focus's rows. GCC has had it since 12, clang for much longer.
include(CheckCSourceCompiles)
check_c_source_compiles("typedef unsigned char bytes __attribute__((vector_size(16)));
int main(int count, char **arguments)
{
    bytes all = {(unsigned char)(count + (arguments != 0))};
    all = __builtin_shufflevector(all, all, 1, 17, 0, 16, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    return all[0];
}" FIRESIEVE_HAS_SHUFFLEVECTOR)
if(NOT FIRESIEVE_HAS_SHUFFLEVECTOR)
  message(FATAL_ERROR "firesieve needs a compiler with __builtin_shufflevector (GCC 12 or newer, or clang); "
    "found ${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION} (${CMAKE_C_COMPILER})")
endif()
target_compile_options(firesieve_compiler INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wundef -Wvla -Wcast-qual -Wpointer-arith
  -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wwrite-strings -Wswitch-enum)
# Our constants are enumerators, made to be multiplied with a double; clang 19 warns about that.
include(CheckCCompilerFlag)
check_c_compiler_flag("-Werror -Wenum-float-conversion" FIRESIEVE_WARNS_OF_ENUMS_AS_NUMBERS)
if(FIRESIEVE_WARNS_OF_ENUMS_AS_NUMBERS)
  target_compile_options(firesieve_compiler INTERFACE -Wno-enum-float-conversion)
endif()
# There, sizes have 32 bits and numbers 64; many of these numbers are sizes whose bounds have been checked. A module is
# loaded at one fixed place, and position-independent code would be slower.
if(architecture STREQUAL "wasm32")
  target_compile_options(firesieve_compiler INTERFACE -Wno-shorten-64-to-32)
  set(CMAKE_C_COMPILE_OPTIONS_PIC "")
endif()
set(CMAKE_C_EXTENSIONS ON)
# Plans depend on sums of doubles, and a checkpoint is most useful if another machine computes the same plan. So no
# product may be fused into a sum on CPUs that have an instruction for it.
target_compile_options(firesieve_compiler INTERFACE -ffp-contract=off)

if(FIRESIEVE_WERROR)
  target_compile_options(firesieve_compiler INTERFACE -Werror)
endif()
if(FIRESIEVE_SANITIZE)
  target_compile_options(firesieve_compiler INTERFACE -fsanitize=${FIRESIEVE_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(firesieve_compiler INTERFACE -fsanitize=${FIRESIEVE_SANITIZE})
endif()
if(FIRESIEVE_COVERAGE)
  target_compile_options(firesieve_compiler INTERFACE --coverage -fprofile-update=atomic) # threads count as well
  target_link_options(firesieve_compiler INTERFACE --coverage)
endif()

# Makes bugs in the program harder to exploit through its input. This is a separate interface target because kernels go
# without it: they have neither arrays nor strings, read no input, and account for most of the time.
add_library(firesieve_hardening INTERFACE)
# Sanitizers find more and bring their own checks; --coverage counts lines of unoptimised code.
if(FIRESIEVE_HARDENING AND NOT FIRESIEVE_SANITIZE AND NOT FIRESIEVE_COVERAGE)
  include(CheckCCompilerFlag)
  include(CheckLinkerFlag)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES C)
  foreach(flag -fstack-protector-strong -fstack-clash-protection)
    string(MAKE_C_IDENTIFIER "FIRESIEVE_HAS${flag}" has)
    check_c_compiler_flag("-Werror ${flag}" ${has}) # clang only warns about flags that a platform does not support
    target_compile_options(firesieve_hardening INTERFACE $<$<BOOL:${${has}}>:${flag}>)
  endforeach()
  # Some distributions define another level. The C library's checks need to know sizes, which requires optimisation.
  target_compile_options(firesieve_hardening INTERFACE
    "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3>")
  foreach(flag relro now noexecstack)
    check_linker_flag(C "LINKER:-z,${flag}" FIRESIEVE_LINKS_${flag})
    target_link_options(firesieve_hardening INTERFACE $<$<BOOL:${FIRESIEVE_LINKS_${flag}}>:LINKER:-z,${flag}>)
  endforeach()
endif()
