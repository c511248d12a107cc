#!/bin/sh
# link.sh COMPILER PROGRAM FILE...: links PROGRAM as cmake/Portable.cmake does. Exit status 77 without static libraries.
set -eu
compiler=$1 program=$2
shift 2

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

for library in libc.a libjansson.a libpopt.a rcrt1.o; do
    case $("$compiler" -print-file-name=$library) in
    /*) ;;
    *) skip "no $library" ;;
    esac
done
features=
case $("$compiler" -print-file-name=libcpu_features.a) in
/*) features=-lcpu_features ;;
esac
# A group, so that each library can use symbols of any later one.
"$compiler" -fPIE -static-pie -Wl,-z,relro,-z,now -s -pthread -o "$program" -Wl,--start-group "$@" -Wl,--end-group \
    -ljansson -lpopt $features -lm
