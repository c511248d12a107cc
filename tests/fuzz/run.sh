#!/bin/sh
# run.sh short|long DIRECTORY NAME OPTION...: runs the libFuzzer program fuzz_NAME of a build directory with these
# options. It begins with the corpus and keeps the inputs that it finds in DIRECTORY/NAME.short or NAME.long: a long run
# resumes from there; a short one starts over and so always does the same. Failing inputs go to DIRECTORY/NAME.failed.
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
# Targets make no more layers than this number of bytes describes.
length=4096
case $name in differential | residues) length=400 ;; esac
dictionary=
[ ! -e "$here/$name.dict" ] || dictionary=-dict=$here/$name.dict
# No detection of stack use after return, and a small quarantine of freed memory: this halves the time.
export ASAN_OPTIONS="${FUZZ_ASAN_OPTIONS-detect_stack_use_after_return=0:quarantine_size_mb=8}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS-print_stacktrace=1}"
exec "$directory/fuzz_$name" -max_len=$length -timeout=20 -print_final_stats=1 -artifact_prefix="$failed/" \
    ${dictionary:+"$dictionary"} "$@" "$found" "$here/corpus/$name"
