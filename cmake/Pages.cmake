# Manual pages (docs/man) and completions (src/cli/completions) of a program.

# firesieve_write_completions(PROGRAM): writes PROGRAM into its completions, in pages/PROGRAM of the build.
function(firesieve_write_completions program)
  string(REPLACE "-" "_" function ${program})
  set(templates "${PROJECT_SOURCE_DIR}/src/cli/completions")
  set(dir "${PROJECT_BINARY_DIR}/pages/${program}")
  configure_file("${templates}/bash.in" "${dir}/bash/${program}" @ONLY)
  configure_file("${templates}/zsh.in" "${dir}/zsh/_${program}" @ONLY)
  configure_file("${templates}/fish.in" "${dir}/fish/${program}.fish" @ONLY)
endfunction()

# firesieve_add_pages(PROGRAM COMPONENT): installs them, and its manual pages, as part of COMPONENT.
function(firesieve_add_pages program component)
  firesieve_write_completions(${program})
  if(NOT FIRESIEVE_INSTALL)
    return()
  endif()
  set(dir "${PROJECT_BINARY_DIR}/pages/${program}")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs/man/${program}/" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1"
    COMPONENT ${component} FILES_MATCHING PATTERN "*.1")
  install(DIRECTORY "${dir}/bash/" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" COMPONENT ${component})
  install(DIRECTORY "${dir}/zsh/" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" COMPONENT ${component})
  install(DIRECTORY "${dir}/fish/" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" COMPONENT ${component})
endfunction()
