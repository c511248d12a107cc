#!/bin/sh
# old_compiler.sh CMAKE COMPILER SOURCE: CMake refuses a compiler that lacks a builtin of GCC 12, in one sentence.
set -eu
cmake=$1 compiler=$2 source=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
printf '#!/bin/sh\nexec "%s" -D__builtin_shufflevector=there_is_no_such_function "$@"\n' "$compiler" >"$work/older"
chmod +x "$work/older"
if "$cmake" -S "$source" -B "$work/build" -DCMAKE_C_COMPILER="$work/older" -DFIRESIEVE_PROGRAM=OFF >"$work/said" 2>&1; then
    echo "the compiler was accepted"
    exit 1
fi
tr -s ' \n' ' ' <"$work/said" | grep -q 'firesieve needs a compiler with __builtin_shufflevector (GCC 12 .*); found ' || {
    cat "$work/said"
    exit 1
}
