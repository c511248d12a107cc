# One interface target that carries language level, warnings and instrumentation to everything we compile.
add_library(firesieve_compiler INTERFACE)
target_compile_features(firesieve_compiler INTERFACE c_std_17)
# The bytes of a focus's rows are shuffled by a builtin. GCC has it since 12, clang for much longer.
include(CheckCSourceCompiles)
check_c_source_compiles("typedef unsigned char bytes __attribute__((vector_size(16)));
int main(int count, char **arguments)
{
    bytes all = {(unsigned char)(count + (arguments != 0))};
    all = __builtin_shufflevector(all, all, 1, 17, 0, 16, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    return all[0];
}" FIRESIEVE_HAS_SHUFFLEVECTOR)
if(NOT FIRESIEVE_HAS_SHUFFLEVECTOR)
  message(FATAL_ERROR "firesieve needs a compiler with __builtin_shufflevector, as GCC 12 and newer ones and clang have it; "
    "found ${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION} (${CMAKE_C_COMPILER})")
endif()
target_compile_options(firesieve_compiler INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wundef -Wvla -Wcast-qual -Wpointer-arith
  -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wwrite-strings -Wswitch-enum)
# Constants are enumerators here, and that they are multiplied with a double is what they are for; clang 19 warns of it.
include(CheckCCompilerFlag)
check_c_compiler_flag("-Werror -Wenum-float-conversion" FIRESIEVE_WARNS_OF_ENUMS_AS_NUMBERS)
if(FIRESIEVE_WARNS_OF_ENUMS_AS_NUMBERS)
  target_compile_options(firesieve_compiler INTERFACE -Wno-enum-float-conversion)
endif()
# Sizes have 32 bits there, and numbers 64, of which many are sizes that have been bounded before. A module is at one place,
# and code that could be at others is slower.
if(architecture STREQUAL "wasm32")
  target_compile_options(firesieve_compiler INTERFACE -Wno-shorten-64-to-32)
  set(CMAKE_C_COMPILE_OPTIONS_PIC "")
endif()
set(CMAKE_C_EXTENSIONS ON)
# Plans follow from sums of doubles, and a checkpoint is worth most where the next machine comes to the same plan: no
# product is fused into a sum on those CPUs that have an instruction for it.
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
  target_compile_options(firesieve_compiler INTERFACE --coverage -fprofile-update=atomic) # threads count, too
  target_link_options(firesieve_compiler INTERFACE --coverage)
endif()

# What makes a bug in the program harder to use for whoever wrote its input. An interface target of its own: kernels go
# without, since they have neither arrays nor strings, take no input, and are what the time goes into.
add_library(firesieve_hardening INTERFACE)
# Sanitizers find more, and bring their own checks; --coverage counts lines of unoptimised code.
if(FIRESIEVE_HARDENING AND NOT FIRESIEVE_SANITIZE AND NOT FIRESIEVE_COVERAGE)
  include(CheckCCompilerFlag)
  include(CheckLinkerFlag)
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES C)
  foreach(flag -fstack-protector-strong -fstack-clash-protection)
    string(MAKE_C_IDENTIFIER "FIRESIEVE_HAS${flag}" has)
    check_c_compiler_flag("-Werror ${flag}" ${has}) # clang only warns of what it does not know on a platform
    target_compile_options(firesieve_hardening INTERFACE $<$<BOOL:${${has}}>:${flag}>)
  endforeach()
  # Some distributions define another level. The library's checks need to know sizes, which takes optimisation.
  target_compile_options(firesieve_hardening INTERFACE
    "$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3>")
  foreach(flag relro now noexecstack)
    check_linker_flag(C "LINKER:-z,${flag}" FIRESIEVE_LINKS_${flag})
    target_link_options(firesieve_hardening INTERFACE $<$<BOOL:${FIRESIEVE_LINKS_${flag}}>:LINKER:-z,${flag}>)
  endforeach()
endif()
