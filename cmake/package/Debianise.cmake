# Run by CPack once everything is installed below CPACK_TEMPORARY_INSTALL_DIRECTORY, in one directory per component:
# adds copyright and changelogs, compresses what Debian wants compressed, and moves what Debian keeps elsewhere.
cmake_minimum_required(VERSION 3.25)

find_program(GZIP gzip REQUIRED)

# gzip -n makes the output reproducible.
function(compress)
  if(ARGN)
    execute_process(COMMAND "${GZIP}" -9nf ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
  endif()
endfunction()

function(write_copyright file)
  file(READ "${CPACK_FIRESIEVE_SOURCE_DIR}/LICENSE" licence)
  string(REGEX MATCH "Copyright \\(c\\) ([^\n]*)\n" matched "${licence}")
  set(owner "${CMAKE_MATCH_1}")
  string(REGEX REPLACE "^.*Copyright [^\n]*\n\n" "" licence "${licence}")
  string(STRIP "${licence}" licence)
  string(REPLACE "\n\n" "\n.\n" licence "${licence}")
  string(REPLACE "\n" "\n " licence "${licence}")
  # The licences of compiled-in code require their terms to be included.
  file(READ "${CPACK_FIRESIEVE_SOURCE_DIR}/cmake/package/compiled-in.copyright" compiled_in)
  file(WRITE "${file}" "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
    "Upstream-Name: firesieve\n\nFiles: *\nCopyright: ${owner}\nLicense: Expat\n ${licence}\n${compiled_in}")
endfunction()

# The time is that of SOURCE_DATE_EPOCH if it is set.
function(write_debian_changelog file package)
  string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
  file(WRITE "${file}" "${package} (${CPACK_FIRESIEVE_DEBIAN_VERSION}) unstable; urgency=medium\n\n"
    "  * See changelog.gz.\n\n -- ${CPACK_PACKAGE_CONTACT}  ${now}\n")
endfunction()

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER "${component}" upper)
  set(package "${CPACK_DEBIAN_${upper}_PACKAGE_NAME}")
  set(share "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/${component}/usr/share")
  set(doc "${share}/doc/${package}")
  file(GLOB pages "${share}/man/man*/*.[0-9]")
  compress(${pages})
  if(EXISTS "${share}/zsh/site-functions")
    file(RENAME "${share}/zsh/site-functions" "${share}/zsh/vendor-completions")
  endif()
  file(REMOVE "${doc}/LICENSE" "${doc}/CHANGELOG.md" "${doc}/compiled-in.copyright") # written in Debian's format below
  write_copyright("${doc}/copyright")
  file(COPY_FILE "${CPACK_FIRESIEVE_SOURCE_DIR}/CHANGELOG.md" "${doc}/changelog")
  write_debian_changelog("${doc}/changelog.Debian" "${package}")
  compress("${doc}/changelog" "${doc}/changelog.Debian")
  # Independent of the umask.
  set(directory_permissions OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  file(CHMOD_RECURSE "${doc}" FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ
    DIRECTORY_PERMISSIONS ${directory_permissions})
  # One at a time: CHMOD_RECURSE fails on the link to the library, which is in another package.
  set(root "${CPACK_TEMPORARY_INSTALL_DIRECTORY}/${component}")
  file(GLOB_RECURSE found LIST_DIRECTORIES true "${root}/*")
  foreach(path IN LISTS root found)
    if(IS_DIRECTORY "${path}" AND NOT IS_SYMLINK "${path}")
      file(CHMOD "${path}" DIRECTORY_PERMISSIONS ${directory_permissions})
    endif()
  endforeach()
endforeach()
