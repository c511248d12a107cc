# WebAssembly by emscripten, whose own toolchain file is beside its compiler, wherever that is.
find_program(EMCC emcc REQUIRED)
file(REAL_PATH "${EMCC}" emcc_file)
cmake_path(GET emcc_file PARENT_PATH emscripten_root)
include("${emscripten_root}/cmake/Modules/Platform/Emscripten.cmake")

# SIMDe and xxHash are headers alone, and for any CPU. But beside them in /usr/include is the C library of this machine,
# which must not be found: they have a folder of their own.
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
endif()
