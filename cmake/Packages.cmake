# Debian packages, one for each component that is installed. `sh cmake/setup.sh package` builds them from a build with
# prefix /usr.
if(FIRESIEVE_INSTALL AND FIRESIEVE_PROGRAM)
  install(FILES README.md CHANGELOG.md LICENSE cmake/package/compiled-in.copyright DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT program)
  install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT program PATTERN man EXCLUDE) # where README.md links to them
endif()
if(NOT FIRESIEVE_INSTALL OR NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME firesieve)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "firesieve maintainers <maintainers@firesieve.invalid>")
set(CPACK_PACKAGE_DIRECTORY "${PROJECT_BINARY_DIR}/packages")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has its own
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# Those of our components for which something is installed.
get_cmake_property(components COMPONENTS)
set(CPACK_COMPONENTS_ALL)
foreach(component program library development cluster python)
  if(component IN_LIST components)
    list(APPEND CPACK_COMPONENTS_ALL ${component})
  endif()
endforeach()

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(debian_version "${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}")

# The first line of a description is its summary.
set(about "A packet crosses a firewall of scanners that sweep up and down with fixed
periods; the answer is the smallest delay at which no scanner catches it. In
mathematics: the smallest integer that avoids a set of residue classes.")

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME firesieve)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION math)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "smallest safe delay through a firewall of sweeping scanners
${about}
.
firesieve finds, counts and lists such delays with kernels for SSE4.1, AVX2,
AVX-512, NEON and WebAssembly, one of which it chooses at run time. It also
generates firewalls, proves its answers, and benchmarks itself.")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libfiresieve${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/cmake/package/triggers")
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "smallest safe delay through a firewall (shared library)
${about}
.
This is the library for programs that are linked with it.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libfiresieve-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
if(library IN_LIST CPACK_COMPONENTS_ALL)
  set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${CPACK_DEBIAN_LIBRARY_PACKAGE_NAME} (= ${debian_version})")
endif()
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "smallest safe delay through a firewall (development files)
${about}
.
This is what is needed to build programs: the header, the static library, and
files for pkg-config and CMake.")

set(CPACK_DEBIAN_CLUSTER_PACKAGE_NAME firesieve-mpi)
set(CPACK_DEBIAN_CLUSTER_PACKAGE_SECTION math)
set(CPACK_DEBIAN_CLUSTER_PACKAGE_DEPENDS openmpi-bin) # Open MPI runs its own programs even for a single rank
set(CPACK_DEBIAN_CLUSTER_DESCRIPTION "smallest safe delay through a firewall (for clusters)
${about}
.
This is the program that searches on several machines at once, using MPI.")

# Contains its own copy of the library; Python's symbols come from the interpreter that loads it.
set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-firesieve)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "python3 (>= 3.9)")
set(CPACK_DEBIAN_PYTHON_PACKAGE_SUGGESTS python3-numpy)
set(CPACK_DEBIAN_PYTHON_DESCRIPTION "smallest safe delay through a firewall (for Python)
${about}
.
This is the package for Python 3: sieves, firewalls and exact integers.")

# For packages that are built with the library.
if(library IN_LIST CPACK_COMPONENTS_ALL)
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
endif()

# Before packages are closed, this moves or compresses what Debian wants elsewhere or compressed.
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/package/Debianise.cmake")
set(CPACK_FIRESIEVE_SOURCE_DIR "${PROJECT_SOURCE_DIR}")
set(CPACK_FIRESIEVE_DEBIAN_VERSION "${debian_version}")
set(CPACK_VERBATIM_VARIABLES ON)
include(CPack)
