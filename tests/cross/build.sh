#!/bin/sh
# build.sh CPU CMAKE SOURCE BINARY OPTION...: builds the preset CPU in BINARY: the library, traveller.c with it, and for
# aarch64, for which Debian's cross compiler finds the libraries, the program as one static file. Exit status 77 if it
# cannot be built here.
set -eu
cpu=$1 cmake=$2 source=$3 binary=$4
shift 4

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

compiler=$(sed -n 's/^set(debian_triplet \(.*\))$/\1-gcc/p' "$source/cmake/toolchains/$cpu.cmake")
command -v "$compiler" >/dev/null || skip "no $compiler"

# has_file NAME: whether the compiler finds the file; only then does it print a path.
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
    for library in libcpu_features.a libjansson.a libpopt.a; do
        has_file $library
    done
fi

cd "$source" # where the presets are
# Fresh, because libraries that were found earlier, for linking in another way, must not be used.
"$cmake" --fresh --preset "$cpu" -B "$binary" -DFIRESIEVE_PROGRAM=$program -DFIRESIEVE_PORTABLE=$program -DFIRESIEVE_SHARED=OFF "$@"
"$cmake" --build "$binary"
"$compiler" -std=gnu17 -O2 -Wall -Wextra -Werror -static -I include tests/cross/traveller.c \
    "$binary/src/installed/libfiresieve.a" -lm -pthread -o "$binary/traveller"
