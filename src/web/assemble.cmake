# cmake -D HERE=... -D SIMD=... -D PLAIN=... -D OUTPUT=... -P assemble.cmake: one page of all parts, which needs nothing else.

# read_parts(OUT FILE...): the texts of some files of this folder, one behind the other.
function(read_parts out)
  set(all "")
  foreach(name IN LISTS ARGN)
    file(READ "${HERE}/${name}" text)
    string(APPEND all "${text}")
  endforeach()
  string(REPLACE "\n\"use strict\";\n" "\n" all "${all}") # once is enough
  set(${out} "${all}" PARENT_SCOPE)
endfunction()

# encode(OUT FILE): a file in base64.
function(encode out file)
  execute_process(COMMAND base64 INPUT_FILE "${file}" OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE "[\r\n]" "" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

file(READ "${HERE}/page.html" page)
read_parts(STYLE ../bench/page/palette.css page.css)
read_parts(WORKER engine.js ladder.js report.js worker.js)
read_parts(SCRIPT engine.js ladder.js report.js charts.js crossing.js page.js)
string(PREPEND WORKER "\"use strict\";\n")
string(PREPEND SCRIPT "\"use strict\";\n")
encode(SIMD "${SIMD}")
encode(PLAIN "${PLAIN}")
string(CONFIGURE "${page}" page @ONLY)
file(WRITE "${OUTPUT}" "${page}")
