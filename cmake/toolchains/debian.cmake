# Builds for another CPU, which one of the files beside this one selects, with Debian's cross compiler and, if they are
# installed, Debian's libraries for that architecture. The result runs under qemu-user.
#
# Those files set CMAKE_SYSTEM_PROCESSOR, as qemu names it, and debian_triplet, the prefix of the compiler.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_C_COMPILER ${debian_triplet}-gcc)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${CMAKE_SYSTEM_PROCESSOR})

# pkg-config would find the libraries of the build machine first.
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/${debian_triplet}/pkgconfig:/usr/share/pkgconfig)
