#!/bin/sh
# build.sh CPU CMAKE SOURCE BINARY OPTION...: builds the preset CPU in BINARY: the library, traveller.c with it, and for
# aarch64, of which Debian's cross compilers find the libraries, the program as one static file. Exit status 77 when it cannot.
set -eu
cpu=$1 cmake=$2 source=$3 binary=$4
shift 4

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

compiler=$(sed -n 's/^set(debian_triplet \(.*\))$/\1-gcc/p' "$source/cmake/toolchains/$cpu.cmake")
command -v "$compiler" >/dev/null || skip "no $compiler"

# has_file NAME: the compiler answers with a path only where it finds the file.
has_file()
{
    case $("$compiler" -print-file-name="$1") in
    /*) ;;
    *) skip "no $1 for $cpu" ;;
    esac
}

has_file libc.a
program=OFF
if [ "$cpu" = aarch64 ]; then
    program=ON
    for library in libcpu_features.a libjansson.a; do
        has_file $library
    done
fi

cd "$source" # where the presets are
# Fresh: libraries that were found before, for another way to link, are not to be taken for those.
"$cmake" --fresh --preset "$cpu" -B "$binary" -DFIRESIEVE_PROGRAM=$program -DFIRESIEVE_PORTABLE=$program -DFIRESIEVE_SHARED=OFF "$@"
"$cmake" --build "$binary"
"$compiler" -std=gnu17 -O2 -Wall -Wextra -Werror -static -I include tests/cross/traveller.c \
    "$binary/src/installed/libfiresieve.a" -lm -pthread -o "$binary/traveller"
