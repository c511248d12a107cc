# WebAssembly with emscripten, whose own toolchain file is beside its compiler, wherever that is.
find_program(EMCC emcc REQUIRED)
file(REAL_PATH "${EMCC}" emcc_file)
cmake_path(GET emcc_file PARENT_PATH emscripten_root)
include("${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake")

# The answers to these checks are known for this compiler, and each check would take seconds.
foreach(known IN ITEMS FIRESIEVE_HAS_INT128 FIRESIEVE_IS_wasm32 FIRESIEVE_HAS_SHUFFLEVECTOR
    FIRESIEVE_WARNS_OF_ENUMS_AS_NUMBERS CMAKE_HAVE_LIBC_PTHREAD)
  set(${known} ON)
endforeach()
foreach(known IN ITEMS FIRESIEVE_IS_x86_64 FIRESIEVE_IS_aarch64)
  set(${known} OFF)
endforeach()

# SIMDe and xxHash consist of headers alone, for any CPU. But /usr/include also has the headers of this machine's C
# library, which must not be found: so these two get a folder of their own.
set(headers "${CMAKE_BINARY_DIR}/headers")
get_property(is_try GLOBAL PROPERTY IN_TRY_COMPILE)
if(NOT is_try)
  foreach(header IN ITEMS simde xxhash.h)
    find_file(HEADER_${header} ${header} PATHS /usr/include /usr/local/include NO_CMAKE_FIND_ROOT_PATH REQUIRED)
    file(MAKE_DIRECTORY "${headers}")
    file(CREATE_LINK "${HEADER_${header}}" "${headers}/${header}" SYMBOLIC)
  endforeach()
  set(SIMDE_INCLUDE_DIR "${headers}" CACHE PATH "Where simde/simde-common.h is")
  string(APPEND CMAKE_C_FLAGS_INIT " -isystem ${headers}")
  # emcc is a script, and takes longer to start clang than clang takes to compile most files: if it shows how it calls
  # clang, call clang directly.
  file(WRITE "${headers}/empty.c" "")
  execute_process(COMMAND "${EMCC}" -v -c "${headers}/empty.c" -o "${headers}/empty.o" OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(said MATCHES "^ *\"([^\"\n]*clang[^\"\n]*)\" (-target [^\n]*) -v -c ")
    set(CMAKE_C_COMPILE_OBJECT "${CMAKE_MATCH_1} ${CMAKE_MATCH_2} <DEFINES> <INCLUDES> <FLAGS> -o <OBJECT> -c <SOURCE>")
  endif()
endif()
