# The library for other projects: firesieve_shared and firesieve_static, both from the objects of `firesieve`, which is
# for this tree alone (its archive shows internal names, as tests need them). Installs them with files for pkg-config
# and find_package(firesieve).
#
# firesieve::firesieve is the shared library if it is built, otherwise the static one, both here and once installed.

# firesieve_hide_names(OUT OBJECT...): OUT receives a single object made from these (and cpu_features), in which only
# the functions of the public header are global. A static library of many objects would expose internal names such as
# `hash_bytes`, and clash with any program that has its own.
function(firesieve_hide_names out)
  set(object "${CMAKE_CURRENT_BINARY_DIR}/firesieve.o")
  separate_arguments(flags UNIX_COMMAND "${CMAKE_C_FLAGS}")
  add_custom_command(OUTPUT "${object}"
    COMMAND "${CMAKE_C_COMPILER}" ${flags} -r -nostdlib -o "${object}" ${ARGN} ${cpu_features_file}
    # Our own names are already compiled as hidden; those of cpu_features are not.
    COMMAND "${CMAKE_OBJCOPY}" --localize-hidden --wildcard "--keep-global-symbol=firesieve_*" "${object}"
    DEPENDS firesieve ${ARGN} COMMAND_EXPAND_LISTS VERBATIM COMMENT "Hiding internal names in firesieve.o")
  set(${out} "${object}" PARENT_SCOPE)
endfunction()

set(cpu_features)
set(cpu_features_file)
if(TARGET CpuFeatures::cpu_features)
  set(cpu_features CpuFeatures::cpu_features)
  set(cpu_features_file $<TARGET_FILE:CpuFeatures::cpu_features>)
endif()

set(objects $<TARGET_OBJECTS:firesieve>)
foreach(kernel IN LISTS kernel_targets)
  list(APPEND objects $<TARGET_OBJECTS:${kernel}>)
endforeach()
# Names stay visible if no objcopy knows the format (WebAssembly); with sanitizers and --coverage, whose sections belong
# to a single object each; and with link-time optimisation, because a partial link would turn its objects into machine
# code and lose what the library's users asked for.
set(hides_names ON)
if(NOT CMAKE_OBJCOPY OR EMSCRIPTEN OR FIRESIEVE_SANITIZE OR FIRESIEVE_COVERAGE OR
    CMAKE_C_FLAGS MATCHES "-flto" OR CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  set(hides_names OFF)
endif()
set(FIRESIEVE_HIDES_NAMES ${hides_names} CACHE INTERNAL "Whether the static library shows the public names alone")

# If so, a program that links the static library has to link this as well.
set(needs_cpu_features OFF)
if(cpu_features AND NOT hides_names)
  set(needs_cpu_features ON)
endif()

set(targets firesieve_static)
if(hides_names)
  firesieve_hide_names(static_objects ${objects})
else()
  set(static_objects ${objects})
endif()
add_library(firesieve_static STATIC ${static_objects})
target_link_libraries(firesieve_static PRIVATE Threads::Threads m)
if(needs_cpu_features)
  target_link_libraries(firesieve_static PRIVATE ${cpu_features})
endif()
add_library(firesieve::firesieve_static ALIAS firesieve_static)

if(FIRESIEVE_SHARED)
  list(APPEND targets firesieve_shared)
  add_library(firesieve_shared SHARED ${objects})
  target_link_libraries(firesieve_shared PRIVATE firesieve_compiler firesieve_hardening
    ${cpu_features} Threads::Threads m)
  # cpu_features is compiled without hiding its names; do not export them.
  target_link_options(firesieve_shared PRIVATE LINKER:--exclude-libs,ALL)
  if(NOT FIRESIEVE_SANITIZE)
    target_link_options(firesieve_shared PRIVATE LINKER:-z,defs)
  endif()
  # Version 2.x.y of the library replaces every earlier 2.x.y.
  set_target_properties(firesieve_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
    EXPORT_NAME firesieve)
  add_library(firesieve::firesieve ALIAS firesieve_shared)
else()
  add_library(firesieve::firesieve ALIAS firesieve_static)
endif()

foreach(target IN LISTS targets)
  target_include_directories(${target}
    INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME firesieve LINKER_LANGUAGE C
    ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/installed"
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/installed")
endforeach()

if(NOT FIRESIEVE_INSTALL)
  return()
endif()

include(CMakePackageConfigHelpers)
set(package_directory "${CMAKE_INSTALL_LIBDIR}/cmake/firesieve")
install(TARGETS ${targets} EXPORT firesieveTargets
  LIBRARY COMPONENT library NAMELINK_COMPONENT development
  ARCHIVE COMPONENT development)
install(FILES "${PROJECT_SOURCE_DIR}/include/firesieve/firesieve.h" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/firesieve
  COMPONENT development)
install(EXPORT firesieveTargets NAMESPACE firesieve:: DESTINATION "${package_directory}" COMPONENT development)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/templates/firesieveConfig.cmake.in" firesieveConfig.cmake
  INSTALL_DESTINATION "${package_directory}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(firesieveConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/firesieveConfig.cmake" "${CMAKE_CURRENT_BINARY_DIR}/firesieveConfigVersion.cmake"
  DESTINATION "${package_directory}" COMPONENT development)

# Finds the prefix relative to the file, so that an installed tree can be moved.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(pc_prefix "${CMAKE_INSTALL_PREFIX}")
else()
  file(RELATIVE_PATH up "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" /prefix)
  string(REGEX REPLACE "/$" "" up "${up}")
  set(pc_prefix "\${pcfiledir}/${up}")
endif()
foreach(directory IN ITEMS LIBDIR INCLUDEDIR)
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${directory}}")
    set(pc_${directory} "${CMAKE_INSTALL_${directory}}")
  else()
    set(pc_${directory} "\${prefix}/${CMAKE_INSTALL_${directory}}")
  endif()
endforeach()
set(pc_private "-lm -pthread")
if(needs_cpu_features)
  string(PREPEND pc_private "-lcpu_features ")
endif()
set(pc_public "")
if(NOT FIRESIEVE_SHARED)
  set(pc_public " ${pc_private}") # the static library is linked even without --static
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/templates/firesieve.pc.in" firesieve.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/firesieve.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)
