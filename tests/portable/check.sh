#!/bin/sh
# check.sh PROGRAM CHECK ARGUMENT: checks a statically linked program. CHECK is one of
#   file READELF    it needs no interpreter, no library and no recent Linux, and is position-independent
#   alone ROOT      it runs with no other file around, in the folder ROOT, which is made anew; needs root
set -eu
program=$1 check=$2 argument=$3

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

case $check in
file)
    header=$("$argument" -W --file-header "$program")
    segments=$("$argument" -W --program-headers "$program")
    dynamic=$("$argument" -W --dynamic "$program")
    notes=$("$argument" -W --notes "$program")
    printf '%s\n' "$header" | grep -Eq 'Type: +DYN ' || fail "not position-independent"
    printf '%s\n' "$segments" | grep -q ' GNU_RELRO ' || fail "no RELRO"
    ! printf '%s\n' "$segments" | grep -q ' INTERP ' || fail "it needs an interpreter"
    ! printf '%s\n' "$dynamic" | grep -q '(NEEDED)' || fail "it needs libraries"
    printf '%s\n' "$notes" | grep -Eq 'OS: Linux, ABI: [23]\.' || fail "it needs a newer Linux"
    ;;
alone)
    [ "$(id -u)" -eq 0 ] || skip "chroot needs root"
    rm -rf "$argument"
    mkdir -p "$argument"
    cp "$program" "$argument/firesieve"
    run()
    {
        chroot "$argument" /firesieve "$@"
    }
    [ "$(printf '0: 3\n1: 2\n4: 4\n6: 4\n' | run solve)" = 10 ] || fail "the puzzle's answer is not 10"
    answer=$(run generate erdos-selfridge --k 150 | run solve --threads 2)
    [ "$answer" = 473138520098399 ] || fail "$answer"
    run verify --cases 50
    run cpu
    rm -rf "$argument"
    ;;
*)
    fail "unknown check $check"
    ;;
esac
