#!/bin/sh
# no_int128.sh CMAKE SOURCE BINARY: configuring for a target of 32 bits ends, and says which integers are needed. Exit
# status 77 when there is no compiler for one.
set -eu
cmake=$1 source=$2 binary=$3

compiler=
for candidate in i686-linux-gnu-gcc arm-linux-gnueabihf-gcc; do
    ! command -v $candidate >/dev/null || compiler=${compiler:-$candidate}
done
[ -n "$compiler" ] || {
    echo "skipped: no compiler for a target of 32 bits"
    exit 77
}

rm -rf "$binary"
status=0
# It says so before it looks for a library or links a program, which may not be there for such a target.
"$cmake" -S "$source" -B "$binary" -DCMAKE_C_COMPILER="$compiler" -DCMAKE_SYSTEM_NAME=Linux \
    -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY >"$binary.log" 2>&1 || status=$?
cat "$binary.log"
# CMake breaks lines.
tr -s ' \n' '  ' <"$binary.log" | grep -q 'firesieve needs 128-bit integers' || {
    echo "failed: nothing is said of 128-bit integers"
    exit 1
}
[ "$status" -ne 0 ] || {
    echo "failed: it was configured"
    exit 1
}
