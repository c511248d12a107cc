# FIRESIEVE_PORTABLE: a program without an interpreter or shared libraries, but still position-independent (static-pie),
# so that it keeps all its hardening.
if(NOT FIRESIEVE_PORTABLE)
  return()
endif()
if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
  message(FATAL_ERROR "FIRESIEVE_PORTABLE needs Linux; found ${CMAKE_SYSTEM_NAME}")
endif()
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(CMAKE_C_LINK_OPTIONS_PIE -fPIE -static-pie -s)
