# cmake -DSOURCE=DIR -DOUTPUT=FILE -P Revision.cmake: writes a header with the revision of the sources, if it has
# changed. The revision comes from git in a checkout, from cmake/revision.txt in a tarball; otherwise it is "unknown".
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
if(revision STREQUAL "unknown" AND EXISTS "${SOURCE}/cmake/revision.txt")
  # `git archive` has replaced the format in this file by the commit; see .gitattributes.
  file(READ "${SOURCE}/cmake/revision.txt" archived)
  if(archived MATCHES "^([0-9a-f]+)\n$")
    string(SUBSTRING "${CMAKE_MATCH_1}" 0 12 revision)
  endif()
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "#define FIRESIEVE_REVISION \"@revision@\"\n" @ONLY)
