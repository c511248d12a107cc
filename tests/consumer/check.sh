#!/bin/sh
# check.sh CHECK ARGUMENT...: firesieve as other projects build with it: consumer.c and consumer.cpp. CHECK is one of
#   header INCLUDE COMPILER...        the header compiles on its own as C and C++, without a warning
#   install CMAKE BUILD WORK LIBDIR KIND   installs BUILD below WORK/stage, and moves that to WORK/moved
#   pkg-config WORK LIBDIR CC CXX KIND     the output of pkg-config for WORK/moved is enough, with and without --static
#   find-package CMAKE WORK LIBDIR CC CXX KIND       the same for find_package
#   add-subdirectory CMAKE WORK SOURCE CC CXX        SOURCE as a part of another project
#   library-alone CMAKE WORK SOURCE CC               SOURCE configured without the program, which leaves out the tests
#   example PROGRAM EXPECTED ARGUMENT...             the output of an example
#   example-in-c++ WORK LIBDIR CXX
# KIND is how programs are linked by default: `shared`, or `static` if a build has no shared library.
# Exit status 77 means that a tool or file it needs is missing.
set -eu
check=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
warnings="-Wall -Wextra -Wpedantic -Werror"

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

needs()
{
    command -v "$1" >/dev/null || skip "no $1"
}

# prints EXPECTED COMMAND...
prints()
{
    expected=$1
    shift
    found=$("$@") || fail "exit status $? of $*"
    [ "$found" = "$(cat "$expected")" ] || fail "$* prints:
$found"
    echo "right: $*"
}

# runs PROGRAM shared|static: the program prints what it should, and is linked in that way.
runs()
{
    prints "$here/consumer.out" "$1"
    needed=$(readelf -d "$1" | grep -c 'NEEDED.*libfiresieve[.]so[.]2\]') || true
    case $2 in
    shared) [ "$needed" -eq 1 ] || fail "$1 does not need libfiresieve.so.2" ;;
    static) [ "$needed" -eq 0 ] || fail "$1 needs libfiresieve.so.2" ;;
    esac
}

case $check in
header)
    include=$1
    shift
    for compiler; do
        case $compiler in
        *++*) language=c++ standards="c++17 gnu++17 c++20" ;;
        *) language=c standards="c11 gnu11 gnu17" ;;
        esac
        command -v "$compiler" >/dev/null || continue
        for standard in $standards; do
            # shellcheck disable=SC2086 # words
            "$compiler" -x $language -std=$standard $warnings -Wshadow -Wundef -fvisibility=hidden -I "$include" \
                -fsyntax-only "$here/header.c" || fail "$compiler -std=$standard"
            echo "right: $compiler -std=$standard"
        done
    done
    ;;
install)
    cmake=$1 build=$2 work=$3 libdir=$4 kind=$5
    rm -rf "$work"
    mkdir -p "$work"
    DESTDIR="$work/stage" "$cmake" --install "$build" --prefix /usr --component library >"$work/log"
    alone=nothing
    if [ -d "$work/stage" ]; then
        alone=$(cd "$work/stage/usr/$libdir" && echo *)
    fi
    case $kind:$alone in
    shared:libfiresieve.so.2\ libfiresieve.so.2.*.* | static:nothing) ;;
    *) fail "component library has $alone" ;;
    esac
    DESTDIR="$work/stage" "$cmake" --install "$build" --prefix /usr --component development >>"$work/log"
    # An installed tree can be used anywhere.
    mv "$work/stage/usr" "$work/moved"
    (cd "$work/moved" && find . -type f -o -type l) | sort
    if grep -rl "$work\|$build\|$(dirname "$(dirname "$here")")" "$work/moved/$libdir/cmake" \
        "$work/moved/$libdir/pkgconfig" "$work/moved/include"; then
        fail "files that name a directory of the build"
    fi
    ;;
pkg-config)
    work=$1 libdir=$2 kind=$5
    needs pkg-config
    export PKG_CONFIG_PATH="$work/moved/$libdir/pkgconfig" LD_LIBRARY_PATH="$work/moved/$libdir"
    pkg-config --exact-version="$(sed -n 's/.*FIRESIEVE_VERSION "\(.*\)"/\1/p' "$work/moved/include/firesieve/firesieve.h")" \
        firesieve || fail "pkg-config has another version than the header"
    for consumer in "c $3" "cpp $4"; do
        language=${consumer%% *} compiler=${consumer#* }
        needs "$compiler"
        program=$work/pkg_config_$language
        # shellcheck disable=SC2046,SC2086 # words
        {
            "$compiler" $warnings $(pkg-config --cflags firesieve) "$here/consumer.$language" -o "$program" \
                $(pkg-config --libs firesieve)
            "$compiler" $warnings -static $(pkg-config --static --cflags firesieve) "$here/consumer.$language" \
                -o "${program}_static" $(pkg-config --static --libs firesieve)
        }
        runs "$program" "$kind"
        runs "${program}_static" static
    done
    ;;
find-package)
    cmake=$1 work=$2 libdir=$3 kind=$6
    needs "$5"
    build=$work/find_package
    "$cmake" --fresh -G Ninja -S "$here/find_package" -B "$build" -DCMAKE_C_COMPILER="$4" -DCMAKE_CXX_COMPILER="$5" \
        -DCMAKE_PREFIX_PATH="$work/moved" -Dfiresieve_DIR="$work/moved/$libdir/cmake/firesieve"
    "$cmake" --build "$build"
    for language in c cpp; do
        runs "$build/firesieve_$language" "$kind"
        runs "$build/firesieve_static_$language" static
    done
    ;;
add-subdirectory)
    cmake=$1 work=$2 source=$3
    needs "$5"
    build=$work/add_subdirectory
    set -- --fresh -G Ninja -S "$here/add_subdirectory" -DFIRESIEVE_SOURCE="$source" -DCMAKE_C_COMPILER="$4" \
        -DCMAKE_CXX_COMPILER="$5"
    "$cmake" "$@" -B "$build.static"
    "$cmake" "$@" -B "$build" -DBUILD_SHARED_LIBS=ON
    "$cmake" --build "$build"
    for language in c cpp; do
        runs "$build/firesieve_$language" shared
        runs "$build/firesieve_static_$language" static
    done
    (cd "$build" && ctest -N) | grep -qx 'Total Tests: 1' || fail "tests of firesieve are tests of its parent"
    "$cmake" --install "$build" --prefix "$build/prefix"
    installed=$(cd "$build/prefix" && find . -type f)
    [ "$installed" = ./bin/firesieve_static_c ] || fail "installs $installed"
    ;;
library-alone)
    cmake=$1 work=$2 source=$3
    "$cmake" --fresh -G Ninja -S "$source" -B "$work" -DFIRESIEVE_PROGRAM=OFF -DCMAKE_C_COMPILER="$4"
    (cd "$work" && ctest -N) | grep -qx 'Total Tests: 0' || fail "tests without the program"
    "$cmake" --build "$work" --target help | grep '^firesieve_shared:' || fail "no shared library"
    ;;
example)
    program=$1 expected=$2
    shift 2
    prints "$expected" "$program" "$@"
    ;;
example-in-c++)
    work=$1 libdir=$2
    needs "$3"
    # shellcheck disable=SC2086 # words
    "$3" -std=c++17 $warnings -I "$work/moved/include" "$here/examples/solve.cpp" -o "$work/example_cpp" \
        -L "$work/moved/$libdir" -lfiresieve
    LD_LIBRARY_PATH="$work/moved/$libdir" prints "$here/examples/solve_cpp.out" "$work/example_cpp"
    ;;
*)
    fail "unknown check $check"
    ;;
esac
