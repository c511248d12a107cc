#!/bin/sh
# link.sh COMPILER PROGRAM FILE...: links PROGRAM as cmake/Portable.cmake has it. Exit status 77 without static libraries.
set -eu
compiler=$1 program=$2
shift 2

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

for library in libc.a libjansson.a rcrt1.o; do
    case $("$compiler" -print-file-name=$library) in
    /*) ;;
    *) skip "no $library" ;;
    esac
done
features=
case $("$compiler" -print-file-name=libcpu_features.a) in
/*) features=-lcpu_features ;;
esac
# A library of libraries lacks nothing that one after it has.
"$compiler" -fPIE -static-pie -Wl,-z,relro,-z,now -s -pthread -o "$program" -Wl,--start-group "$@" -Wl,--end-group \
    -ljansson $features -lm
