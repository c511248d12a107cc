#!/bin/sh
# configure.sh CHECK CMAKE SOURCE BINARY: checks the outcome of configuring in BINARY. CHECK is one of
#   32-bits     for a 32-bit target it fails, and says which integers are needed
#   processor   whatever name CMake has for this machine's processor, all its kernels are native
# Exit status 77 if there is no compiler for the target.
set -eu
check=$1 cmake=$2 source=$3 binary=$4

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

# configure OPTION...: configures the library alone, without searching for libraries or linking a program, since neither
# may work here.
configure()
{
    rm -rf "$binary"
    "$cmake" -S "$source" -B "$binary" -G Ninja -DFIRESIEVE_PROGRAM=OFF -DBUILD_TESTING=OFF -DCMAKE_SYSTEM_NAME=Linux "$@" \
        >"$binary.log" 2>&1
}

case $check in
32-bits)
    compiler=
    for candidate in i686-linux-gnu-gcc arm-linux-gnueabihf-gcc; do
        ! command -v $candidate >/dev/null || compiler=${compiler:-$candidate}
    done
    [ -n "$compiler" ] || skip "no compiler for a target of 32 bits"
    ! configure "-DCMAKE_C_COMPILER=$compiler" -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY || fail "it was configured"
    cat "$binary.log"
    # CMake wraps long lines.
    tr -s ' \n' '  ' <"$binary.log" | grep -q 'firesieve needs 128-bit integers' || fail "no mention of 128 bits"
    ;;
processor)
    case $(uname -m) in
    x86_64) name=AMD64 widest=avx512vbmi ;;
    aarch64) name=arm64 widest=neon ;;
    *) skip "no kernels of its own" ;;
    esac
    configure -DCMAKE_SYSTEM_PROCESSOR=$name || {
        cat "$binary.log"
        fail "not configured for $name"
    }
    grep -q "FIRESIEVE_NATIVE_$widest=1" "$binary/build.ninja" || fail "$widest is not native for $name"
    ;;
*)
    fail "unknown check $check"
    ;;
esac
