#!/bin/sh
# sources.sh strict|clang|musl COMPILER SOURCE INCLUDES PYTHON: the header and all sources of library and programs,
# except those that need MPI, compile without any message as strict C17, with the newest installed clang, or with musl
# as the C library. PYTHON is the directory of Python.h. src/python is left out without it; with musl, for which
# Debian's Python is not built; and in strict C17, which does not allow function pointers in void pointers, as in slots
# of Python types.
set -eu
dialect=$1 compiler=$2 source=$3 includes=$4 python=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

warnings="-Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wundef -Wcast-qual -Wstrict-prototypes"
case $dialect in
strict)
    python=
    flags="-std=c17 -pedantic-errors"
    ;;
clang)
    compiler=
    for version in 22 21 20 19 18 17 16 15 14; do
        [ -n "$compiler" ] || compiler=$(command -v clang-$version || :)
    done
    [ -n "$compiler" ] || skip "no clang"
    # As in cmake/Compiler.cmake.
    flags="-std=gnu17 $warnings -Werror -Wno-unknown-warning-option -Wno-enum-float-conversion"
    ;;
musl)
    python=
    compiler=$(command -v musl-gcc) || skip "no musl-gcc (musl-tools)"
    flags="-std=gnu17 $warnings -Werror"
    # System headers that do not belong to the C library; musl-gcc only looks at its own.
    mkdir "$work/other"
    for header in xxhash.h xxh3.h jansson.h jansson_config.h popt.h; do
        found=$(find /usr/include -maxdepth 2 -name $header | head -n 1)
        [ -z "$found" ] || ln -s "$found" "$work/other/$header"
    done
    includes="$work/other;$(printf '%s' "$includes" | tr ';' '\n' | grep -vx /usr/include | tr '\n' ';')"
    ;;
esac
for folder in $(printf '%s' "$includes;$python" | tr ';' ' '); do
    flags="$flags -isystem $folder"
done
# shellcheck disable=SC2013 # a line has one word
for kernel in $(sed -n 's/^KERNEL(\([a-z0-9]*\),.*/\1/p' "$source/kernels/kernels.def"); do
    flags="$flags -DFIRESIEVE_NATIVE_$kernel=0"
done

echo '#include <firesieve/firesieve.h>' >"$work/header.c"
{
    echo "$work/header.c"
    # These need MPI or a browser, or facts that only the build knows.
    find "$source/src" -name '*.c' | grep -vE '/mpi/|/web/|/pages/firesieve-mpi|/about/about|/cli/main' |
        if [ -n "$python" ]; then cat; else grep -v "^$source/src/python/"; fi
} | sort >"$work/sources"
# shellcheck disable=SC2086 # words
xargs -P "$(nproc)" -n 8 "$compiler" -fsyntax-only -D_GNU_SOURCE $flags -I"$source/include" -I"$source/src" \
    -I"$source/kernels" <"$work/sources" >"$work/said" 2>&1 || {
    head -n 60 "$work/said"
    exit 1
}
cat "$work/said"
[ ! -s "$work/said" ]
