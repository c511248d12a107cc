# The library as others link it: firesieve_shared and firesieve_static, both of the objects of `firesieve`, which is for
# this tree alone (its archive shows internal names, as tests need them). What is installed of them, with what
# pkg-config and find_package(firesieve) read.
#
# firesieve::firesieve is the shared one where it is built, otherwise the static one, here and in the installed package.

# firesieve_hide_names(OUT OBJECT...): OUT receives one object made of these (and of cpu_features), in which only the
# functions of the public header are global. A static library of many objects would show their internal names, such as
# `hash_bytes`, and clash with any program that has its own.
function(firesieve_hide_names out)
  set(object "${CMAKE_CURRENT_BINARY_DIR}/firesieve.o")
  separate_arguments(flags UNIX_COMMAND "${CMAKE_C_FLAGS}")
  add_custom_command(OUTPUT "${object}"
    COMMAND "${CMAKE_C_COMPILER}" ${flags} -r -nostdlib -o "${object}" ${ARGN} ${cpu_features_file}
    # Our own names are compiled as hidden; those of cpu_features are not.
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
# Names stay visible if there is no objcopy that knows of them (WebAssembly), with sanitizers and --coverage, whose
# sections belong to one object each, and with link-time optimisation: a partial link would turn its objects into code,
# and whoever links the library would lose what they asked for.
set(hides_names ON)
if(NOT CMAKE_OBJCOPY OR EMSCRIPTEN OR FIRESIEVE_SANITIZE OR FIRESIEVE_COVERAGE OR
    CMAKE_C_FLAGS MATCHES "-flto" OR CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  set(hides_names OFF)
endif()
set(FIRESIEVE_HIDES_NAMES ${hides_names} CACHE INTERNAL "Whether the static library shows the public names alone")

# A program that links the static library has to link this as well then.
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
  # cpu_features is compiled without hiding its names; they are nobody else's business.
  target_link_options(firesieve_shared PRIVATE LINKER:--exclude-libs,ALL)
  if(NOT FIRESIEVE_SANITIZE)
    target_link_options(firesieve_shared PRIVATE LINKER:-z,defs)
  endif()
  # Version 2.x.y of the library replaces every 2.x.y before it.
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

# The prefix is found from where the file is, so that an installed tree can be moved.
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
  set(pc_public " ${pc_private}") # who asks without --static gets the static library all the same
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/templates/firesieve.pc.in" firesieve.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/firesieve.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)
