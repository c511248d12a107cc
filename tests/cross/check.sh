#!/bin/sh
# check.sh EMULATOR PROGRAM CHECK ARGUMENT...: runs PROGRAM under EMULATOR (words of a command). CHECK is one of
#   chooses KERNEL      the kernel that runs if none is requested
#   refuses KERNEL      a kernel that cannot run is an error with exit status 2
#   golden              the answers in tests/golden
#   verify OPTION...    firesieve verify
#   answers             PROGRAM is traveller.c: answers in tests/golden, and published ones, by every possible method
#   kernels CASES       PROGRAM is traveller.c: every kernel, native and emulated
# Exit status 77 means that the emulator or the program is missing.
set -eu
emulator=$1 program=$2 check=$3
shift 3
golden=$(dirname "$0")/../golden

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

command -v "${emulator%% *}" >/dev/null || skip "no ${emulator%% *}"
[ -x "$program" ] || skip "no $program"
case $emulator in
# These emulate this machine's own architecture, and run its own build of the program.
qemu-x86_64*) [ "$(uname -m)" = x86_64 ] || skip "not an x86-64 build" ;;
esac

run()
{
    # shellcheck disable=SC2086 # the emulator's options are words
    $emulator "$program" "$@"
}

# The example of the puzzle.
example()
{
    printf '%s\n' '0: 3' '1: 2' '4: 4' '6: 4'
}

case $check in
chooses)
    # On a CPU without AVX, cpu_features reads this file.
    [ -r /proc/cpuinfo ] || skip "no /proc/cpuinfo"
    example | run solve --json --method scan | grep -q "\"kernel\": *\"$1\"" || fail "kernel is not $1"
    ;;
refuses)
    status=0
    errors=$(example | run solve --kernel "$1" 2>&1) || status=$?
    [ "$status" -eq 2 ] || fail "exit status $status instead of 2: $errors"
    # Bad input has the same exit status.
    case $errors in
    *"kernel $1"*) ;;
    *) fail "the error is not about the kernel: $errors" ;;
    esac
    ;;
golden)
    [ -s "$golden/answers.txt" ] || fail "no answers to compare with"
    while read -r file answer; do
        # If nothing is safe, that is an answer, with an exit status of its own.
        found=$(run solve "$golden/$file") || [ "$found" = none ] || fail "$file: cannot solve"
        [ "$found" = "$answer" ] || fail "$file: $found instead of $answer"
        echo "$file: $found"
    done <"$golden/answers.txt"
    ;;
verify)
    run verify "$@"
    ;;
answers)
    run answers "$golden"
    ;;
kernels)
    run verify "$@"
    ;;
*)
    fail "unknown check $check"
    ;;
esac
