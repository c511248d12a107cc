#!/bin/sh
# travel.sh NATIVE EMULATOR PROGRAM WORK: checks that this machine and another can use each other's files, with
# traveller.c on both. NATIVE is the traveller of this machine; EMULATOR (words of a command) runs PROGRAM, the
# traveller of the other. Exit status 77 means that the emulator or the program is missing.
set -eu
native=$1 emulator=$2 program=$3 work=$4

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

command -v "${emulator%% *}" >/dev/null || skip "no ${emulator%% *}"
[ -x "$program" ] || skip "no $program"
rm -rf "$work"
mkdir -p "$work/here" "$work/there"

here()
{
    "$native" "$@"
}

there()
{
    # shellcheck disable=SC2086 # the emulator's options are words
    $emulator "$program" "$@"
}

# Generated firewalls, and certificates with their fingerprints, hashes and checksums, are identical to the byte.
here write "$work/here"
there write "$work/there"
for file in "$work/here"/*; do
    cmp "$file" "$work/there/${file##*/}" || fail "${file##*/} differs"
done
there check "$work/here"

# The fields of the line of the checkpoint that begins with $1.
line()
{
    sed -n "s/^$1 //p" "$checkpoint"
}

# The plan in the checkpoint.
plan_of()
{
    sed -n '/^method /,/^open /{/^open /!p}' "$checkpoint"
}

# carry METHOD K ANSWER: begins a window here, continues it there by the same plan, and finishes it here.
carry()
{
    checkpoint=$work/$1.checkpoint
    here leave "$1" "$2" "$checkpoint"
    plan=$(plan_of) window=$(line open)
    [ -n "$plan" ] || fail "no plan in $checkpoint"
    there go-on "$1" "$2" "$checkpoint"
    [ "$(plan_of)" = "$plan" ] || fail "another plan there: $(plan_of) instead of $plan"
    # The last number of the line is the next task.
    [ "$(line open)" != "$window" ] || fail "nothing was done there"
    [ "$(line open | sed 's/ [0-9]*$//')" = "${window% *}" ] || fail "another window there: $(line open), not $window"
    [ "$(line open | sed 's/.* //')" -gt "${window##* }" ] || fail "started over there: $(line open) after $window"
    here arrive "$1" "$2" "$checkpoint" | tee "$work/$1.answer"
    grep -qx "arrive: $3" "$work/$1.answer" || fail "not the answer $3"
}

carry focus 250 27646926374896920677122
carry wheel 165 98652274401898504
