# Another CPU, which the files beside this one name, with Debian's cross compiler, and its libraries of that architecture
# where they are installed; what is built runs under qemu-user.
#
# They set CMAKE_SYSTEM_PROCESSOR, as qemu names it, and debian_triplet, as the compiler is called.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_C_COMPILER ${debian_triplet}-gcc)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${CMAKE_SYSTEM_PROCESSOR})

# pkg-config would find the libraries of the build machine first.
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/${debian_triplet}/pkgconfig:/usr/share/pkgconfig)
