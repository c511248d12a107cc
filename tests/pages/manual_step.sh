#!/bin/sh
# manual_step.sh PYTHON MANUAL.PY DIRECTORY PROGRAM: the manual pages in the directory match the program, and the script
# detects and repairs pages that do not.
set -u
python=$1
script=$2
directory=$3
program=$4
export PYTHONDONTWRITEBYTECODE=1
export ASAN_OPTIONS=detect_leaks=0 # what MPI leaks is not ours
"$python" "$script" --check "$directory" "$program" || {
    echo "to rewrite them: cmake --build BUILD --target manual, or python3 cmake/manual.py $directory $program"
    exit 1
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cp "$directory"/*.1 "$directory"/*.1.in "$work"
for page in "$work"/*-count.1; do
    echo 'another line' >>"$page"
    cp "$page" "${page%count.1}gone.1"
done
"$python" "$script" --check "$work" "$program" >"$work/said" && exit 1
[ "$(wc -l <"$work/said")" -eq 2 ] || exit 1
"$python" "$script" "$work" "$program" || exit 1
"$python" "$script" --check "$work" "$program"
