#!/bin/sh
# bad.sh PROGRAM TABLE NAME...: runs rows of a table of usages that the program must refuse: see bad.txt. Without a NAME
# it runs all of them. Exit status: 0 all passed, 1 some failed, 77 the last one was skipped.
set -u
[ $# -ge 2 ] || {
    echo "usage: bad.sh PROGRAM TABLE [NAME]..." >&2
    exit 2
}
program_dir=$(cd "$(dirname "$1")" && pwd)
table=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
golden=$(dirname "$table")/../golden
shift 2

unset FIRESIEVE_KERNEL # FIRESIEVE_THREADS stays, as in run.sh
export LC_ALL=C PATH="$program_dir:$PATH"

# field NUMBER: a field of the row, without surrounding blanks.
field()
{
    printf '%s\n' "$row" | awk -F ' +[|] +' -v number="$1" '{ print $number }'
}

# Prepares the directory of a command: its input, and files that cannot be read or written.
furnish()
{
    rm -rf "$work/run"
    mkdir "$work/run" "$work/run/directory" && cd "$work/run" || exit
    ln -s "$golden" golden
    printf '%b' "$1" >input
    echo '0: 3' >unreadable
    chmod 000 unreadable
}

# run_row NAME: leaves 0, 1 or 77 in verdict.
run_row()
{
    verdict=1
    row=$(grep -e "^$1 *|" "$table")
    if [ "$(printf '%s\n' "$row" | wc -l)" -ne 1 ] || [ -z "$row" ]; then
        echo "expected one row of that name"
        return
    fi
    command=$(field 2) input=$(field 3) expected=$(field 4) message=$(field 5)
    [ "$input" != - ] || input=
    furnish "$input"
    case $command in
    *unreadable*)
        # Root can read every file.
        if [ -r unreadable ]; then
            verdict=77
            return
        fi
        ;;
    esac
    printf '%s\n' "$message" >"$work/expected"
    case $expected in
    *" help")
        expected=${expected% help}
        prefix=${message%%: error: *}
        printf "Try '%s --help'.\n" "$prefix" >>"$work/expected"
        ;;
    esac
    status=0
    (eval "$command") <input >"$work/stdout" 2>"$work/stderr" || status=$?
    verdict=0
    if [ "$status" -ne "$expected" ]; then
        echo "--- exit status: expected $expected, found $status"
        verdict=1
    fi
    if ! cmp -s "$work/expected" "$work/stderr"; then
        echo "--- standard error: expected -, found +"
        diff -u "$work/expected" "$work/stderr" | tail -n +3
        verdict=1
    fi
    if [ -s "$work/stdout" ]; then
        echo "--- standard output: expected none, found"
        head -n 5 "$work/stdout"
        verdict=1
    fi
}

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

[ $# -gt 0 ] || {
    # shellcheck disable=SC2046 # names are words
    set -- $(sed -n 's/^\([a-z][a-z0-9-]*\) *|.*/\1/p' "$table")
}
result=0
for name; do
    run_row "$name"
    case $verdict in
    0) echo "passed: $name" ;;
    77) echo "skipped: $name" ;;
    *) echo "FAILED: $name" ;;
    esac
    [ $verdict -eq 0 ] || [ $result -eq 1 ] || result=$verdict
done
exit $result
