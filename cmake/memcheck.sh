#!/bin/sh
# memcheck.sh TESTS...: runs Criterion programs under valgrind, each test in a process of its own, and fails if it found
# anything, or if nothing was tested. Criterion takes no note of what valgrind finds, so its logs decide. Tests that take
# more than a minute there are stopped and named.
set -eu
logs=build/memcheck
rm -rf "$logs"
mkdir -p "$logs"

for tests; do
    name=$(basename "$tests")
    # Tests that feed pipes byte by byte wait for each other: fair scheduling lets them.
    valgrind --quiet --fair-sched=yes --trace-children=yes --leak-check=full --show-leak-kinds=definite \
        --errors-for-leak-kinds=definite --log-file="$logs/$name.%p.log" \
        "$tests" --jobs 1 --verbose --timeout 60 >"$logs/$name.txt" 2>&1 || true
    grep '^\[====\] Synthesis' "$logs/$name.txt" || true
    sed -n 's/^\[\(TIMEOUT\|FAIL\)\] */&/p' "$logs/$name.txt"
    grep -q '^\[PASS\]' "$logs/$name.txt" || {
        echo "memcheck: nothing was tested in $tests"
        exit 1
    }
done

# A test that is stopped leaves warnings of valgrind's own.
found=$(grep -l '^==[0-9]*== [^W ]' "$logs"/*.log || true)
[ -z "$found" ] || {
    for log in $found; do
        grep '^==' "$log"
    done
    echo "memcheck: valgrind has found something"
    exit 1
}
echo "memcheck: nothing found"
