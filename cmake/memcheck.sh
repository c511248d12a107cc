#!/bin/sh
# memcheck.sh SECONDS TESTS...: runs the tests of Criterion programs under valgrind, and fails if it finds anything, or
# if no test ran. Each test runs separately; one that takes more than SECONDS is stopped and listed, since valgrind is
# some forty times slower. Criterion ignores what valgrind finds, so valgrind's logs decide.
set -eu
seconds=$1
shift
logs=build/memcheck
rm -rf "$logs"
mkdir -p "$logs"

# list_tests PROGRAM: its tests, as SUITE/NAME.
list_tests()
{
    "$1" --list | awk '/^[a-z_0-9]+: / { suite = $1; sub(":", "", suite) } /── / { print suite "/" $2 }'
}

for tests; do
    # Tests that feed pipes byte by byte wait for each other, which needs fair scheduling.
    # shellcheck disable=SC2016 # for the inner shell
    list_tests "$tests" | xargs -P "$(nproc)" -I @ sh -c '
        log="$3/$(basename "$2").$(echo "$4" | tr / .)"
        status=0
        timeout "$1" valgrind --quiet --fair-sched=yes --trace-children=yes --leak-check=full --show-leak-kinds=definite \
            --errors-for-leak-kinds=definite --log-file="$log.%p.log" \
            "$2" --jobs 1 --verbose --filter "$4" >"$log.txt" 2>&1 || status=$?
        case $status in
        0) echo "passed: $4" ;;
        124) echo "stopped after $1 s: $4" ;;
        *) echo "FAILED: $4, see $log.txt" ;;
        esac' sh "$seconds" "$tests" "$logs" @
done >"$logs/summary.txt"

grep -v '^passed' "$logs/summary.txt" || true
passed=$(grep -c '^passed' "$logs/summary.txt" || true)
echo "memcheck: $passed of $(wc -l <"$logs/summary.txt") tests passed"
# When a test is stopped, valgrind warns about its own state.
found=$(grep -l '^==[0-9]*== [^W]' "$logs"/*.log || true)
[ -z "$found" ] || {
    for log in $found; do
        grep '^==' "$log"
    done
    echo "memcheck: valgrind found errors"
    exit 1
}
! grep -q '^FAILED' "$logs/summary.txt" && [ "$passed" -gt 0 ]
