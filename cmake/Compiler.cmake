# One interface target that carries language level, warnings and instrumentation to everything we compile.
add_library(firesieve_compiler INTERFACE)
target_compile_features(firesieve_compiler INTERFACE c_std_17)
target_compile_options(firesieve_compiler INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wundef -Wvla -Wcast-qual -Wpointer-arith
  -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wwrite-strings -Wswitch-enum)
set(CMAKE_C_EXTENSIONS ON)

if(FIRESIEVE_WERROR)
  target_compile_options(firesieve_compiler INTERFACE -Werror)
endif()
if(FIRESIEVE_SANITIZE)
  target_compile_options(firesieve_compiler INTERFACE -fsanitize=${FIRESIEVE_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(firesieve_compiler INTERFACE -fsanitize=${FIRESIEVE_SANITIZE})
endif()
if(FIRESIEVE_COVERAGE)
  target_compile_options(firesieve_compiler INTERFACE --coverage)
  target_link_options(firesieve_compiler INTERFACE --coverage)
endif()
