#!/bin/sh
# build_aarch64.sh CMAKE SOURCE BINARY OPTION...: builds the aarch64 preset in BINARY; exit status 77 when it cannot.
set -eu
cmake=$1 source=$2 binary=$3
shift 3

skip()
{
    echo "skipped: $1"
    exit 77
}

compiler=aarch64-linux-gnu-gcc
command -v $compiler >/dev/null || skip "no $compiler"
for library in libcpu_features.a libjansson.so libpopt.so; do
    # The compiler answers with a path only where it finds the file.
    case $($compiler -print-file-name=$library) in
    /*) ;;
    *) skip "no $library for arm64" ;;
    esac
done

cd "$source" # where the presets are
"$cmake" --preset aarch64 -B "$binary" "$@"
"$cmake" --build "$binary"
