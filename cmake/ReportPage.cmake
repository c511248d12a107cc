# The page that `bench --html` writes, as C: what comes before the reports in it and what comes behind them, as bytes.

# firesieve_add_report_page(OUT): OUT receives the source, which is made anew where a part of the page changes.
function(firesieve_add_report_page out)
  set(folder "${PROJECT_SOURCE_DIR}/src/bench/page")
  set(parts "${folder}/report.html" "${folder}/report.css" "${folder}/report.js")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${parts})
  file(READ "${folder}/report.html" page)
  file(READ "${folder}/report.css" style)
  file(READ "${folder}/report.js" script)
  string(REPLACE "@STYLE@" "${style}" page "${page}")
  string(REPLACE "@SCRIPT@" "${script}" page "${page}")
  string(FIND "${page}" "@REPORTS@" place)
  string(SUBSTRING "${page}" 0 ${place} before)
  string(LENGTH "@REPORTS@" length)
  math(EXPR place "${place} + ${length}")
  string(SUBSTRING "${page}" ${place} -1 after)
  set(source "#include \"bench/html.h\"\n")
  foreach(name before after)
    string(HEX "${${name}}" bytes)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(REGEX REPLACE "(....................................................................................................)"
      "\\1\n" bytes "${bytes}")
    string(APPEND source "\nconst unsigned char report_page_${name}[] = {\n${bytes}\n};\n"
      "const size_t report_page_${name}_size = sizeof report_page_${name};\n")
  endforeach()
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/report_page.c" CONTENT "${source}" @ONLY)
  set(${out} "${PROJECT_BINARY_DIR}/report_page.c" PARENT_SCOPE)
endfunction()
