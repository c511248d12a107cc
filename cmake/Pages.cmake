# Manual pages and completions, which a program that runs during the build writes from the tables of options.

# firesieve_add_pages(PROGRAM COMPONENT SOURCE...): builds the writer of the pages of PROGRAM from SOURCE, runs it, and
# installs what it writes as part of COMPONENT.
function(firesieve_add_pages program component)
  # For another machine it needs an emulator. Programs without pages are better than none.
  if(CMAKE_CROSSCOMPILING)
    list(GET CMAKE_CROSSCOMPILING_EMULATOR 0 emulator)
    if(emulator)
      find_program(FIRESIEVE_EMULATOR NAMES "${emulator}" NO_CMAKE_FIND_ROOT_PATH)
    endif()
    if(NOT FIRESIEVE_EMULATOR)
      message(STATUS "${program}: no manual pages and completions without an emulator")
      return()
    endif()
  endif()
  set(writer ${program}_write_pages)
  set(dir "${PROJECT_BINARY_DIR}/pages/${program}")
  add_executable(${writer} ${ARGN})
  target_compile_definitions(${writer} PRIVATE _GNU_SOURCE)
  target_link_libraries(${writer} PRIVATE firesieve_pages)
  # Begun anew, for the page of a command that is no more.
  add_custom_command(OUTPUT "${dir}.stamp"
    COMMAND "${CMAKE_COMMAND}" -E rm -rf "${dir}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${dir}"
    COMMAND ${writer} "${dir}"
    COMMAND "${CMAKE_COMMAND}" -E touch "${dir}.stamp"
    DEPENDS ${writer} COMMENT "Writing the pages of ${program}" VERBATIM)
  add_custom_target(${program}_written_pages ALL DEPENDS "${dir}.stamp")
  if(NOT FIRESIEVE_INSTALL)
    return()
  endif()
  install(DIRECTORY "${dir}/man1" DESTINATION "${CMAKE_INSTALL_MANDIR}" COMPONENT ${component})
  install(DIRECTORY "${dir}/bash/" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" COMPONENT ${component})
  install(DIRECTORY "${dir}/zsh/" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" COMPONENT ${component})
  install(DIRECTORY "${dir}/fish/" DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" COMPONENT ${component})
endfunction()
