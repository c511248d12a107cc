#!/bin/sh
# run.sh short|long DIRECTORY NAME OPTION...: runs the libFuzzer program fuzz_NAME of a build directory with these
# options. It begins with the corpus, and what it finds stays in DIRECTORY/NAME.short or NAME.long: a long run goes on
# from there, a short one begins anew and so always does the same. Inputs that fail come into DIRECTORY/NAME.failed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
length_of_run=$1
directory=$2
name=$3
shift 3
found=$directory/$name.$length_of_run
failed=$directory/$name.failed
[ "$length_of_run" = long ] || rm -rf "$found"
mkdir -p "$found" "$failed"
# More layers than so many bytes describe are not made.
length=4096
case $name in differential | residues) length=400 ;; esac
dictionary=
[ ! -e "$here/$name.dict" ] || dictionary=-dict=$here/$name.dict
# Where the stack of a function was is not looked at once it has returned, and of freed memory little is kept: half the
# time.
export ASAN_OPTIONS="${FUZZ_ASAN_OPTIONS-detect_stack_use_after_return=0:quarantine_size_mb=8}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS-print_stacktrace=1}"
exec "$directory/fuzz_$name" -max_len=$length -timeout=20 -print_final_stats=1 -artifact_prefix="$failed/" \
    ${dictionary:+"$dictionary"} "$@" "$found" "$here/corpus/$name"
