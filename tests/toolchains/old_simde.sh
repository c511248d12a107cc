#!/bin/sh
# old_simde.sh CMAKE COMPILER SOURCE: CMake refuses a SIMDe that is too old, in one sentence.
set -eu
cmake=$1 compiler=$2 source=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/include/simde"
printf '#define SIMDE_VERSION_%s\n' 'MAJOR 0' 'MINOR 7' 'MICRO 1' >"$work/include/simde/simde-common.h"
if "$cmake" -S "$source" -B "$work/build" -DCMAKE_C_COMPILER="$compiler" -DSIMDE_INCLUDE_DIR="$work/include" \
    -DFIRESIEVE_PROGRAM=OFF >"$work/said" 2>&1; then
    echo "SIMDe 0.7.1 was accepted"
    exit 1
fi
tr -s ' \n' ' ' <"$work/said" | grep -q 'firesieve needs SIMDe 0[.]7[.]2 or newer; found 0[.]7[.]1 in ' || {
    cat "$work/said"
    exit 1
}
