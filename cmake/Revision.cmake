# cmake -DSOURCE=DIR -DOUTPUT=FILE -P Revision.cmake: writes a header that says which revision the sources are, where
# that is new. Of sources that are no checkout of their own it is "unknown".
cmake_minimum_required(VERSION 3.25)

set(revision unknown)
find_program(GIT git)
if(GIT)
  execute_process(COMMAND "${GIT}" -C "${SOURCE}" rev-parse --show-toplevel
    OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  file(REAL_PATH "${SOURCE}" source)
  if(top)
    file(REAL_PATH "${top}" top)
  endif()
  if(top STREQUAL source)
    execute_process(COMMAND "${GIT}" -C "${SOURCE}" --no-optional-locks describe --always --abbrev=12 --exclude=* --dirty=+changes
      OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(NOT failed)
      set(revision "${described}")
    endif()
  endif()
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "#define FIRESIEVE_REVISION \"@revision@\"\n" @ONLY)
