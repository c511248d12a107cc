# Finds out what the compiler generates code for. CMAKE_SYSTEM_PROCESSOR does not tell: it is whatever `uname -m` or a
# toolchain file calls the machine (amd64, AMD64, arm64), and a 64-bit kernel may come with a 32-bit compiler.
#
# Sets `architecture` to one of the homes in kernels/kernels.def, or to "other".
include(CheckCSourceCompiles)

check_c_source_compiles("unsigned __int128 wide; int main(void) { return (int)(wide >> 64); }" FIRESIEVE_HAS_INT128)
if(NOT FIRESIEVE_HAS_INT128)
  message(FATAL_ERROR "firesieve needs 128-bit integers (unsigned __int128), which GCC and clang have for 64-bit targets \
only; ${CMAKE_C_COMPILER} has none.")
endif()

set(architecture other)
foreach(home IN ITEMS x86_64 aarch64 wasm32)
  check_c_source_compiles("#ifndef __${home}__\n#error another one\n#endif\nint main(void) { return 0; }"
    FIRESIEVE_IS_${home})
  if(FIRESIEVE_IS_${home})
    set(architecture ${home})
    break()
  endif()
endforeach()
