# 64-bit POWER, little endian.
set(CMAKE_SYSTEM_PROCESSOR ppc64le)
set(debian_triplet powerpc64le-linux-gnu)
include("${CMAKE_CURRENT_LIST_DIR}/debian.cmake")
