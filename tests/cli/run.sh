#!/bin/sh
# run.sh PROGRAM CASE...: runs cases, which are directories with
#   cmd                        the commands, for sh; `firesieve` is PROGRAM, lib.sh has the helpers
#   stdout or stdout.pattern   the expected output: verbatim, or an extended regular expression for each whole line;
#   stderr or stderr.pattern   without either file there must be no output
#   status                     the exit status; 0 without this file
# A case runs in an empty directory, except that golden/ is tests/golden. Exit status: 0 all passed, 1 some failed,
# 77 some were skipped.
set -u
[ $# -ge 2 ] || {
    echo "usage: run.sh PROGRAM CASE..." >&2
    exit 2
}
here=$(cd "$(dirname "$0")" && pwd)
program_dir=$(cd "$(dirname "$1")" && pwd)
shift

unset COLUMNS LINES FIRESIEVE_KERNEL # FIRESIEVE_THREADS stays: the sanitizer runs set it
export LC_ALL=C PATH="$program_dir:$PATH" CLI_TESTS="$here"

# complain ABOUT EXPECTED ACTUAL: shows the difference and makes the case fail.
complain()
{
    echo "--- $1 ($2): expected -, found +"
    diff -u "$2" "$3" | tail -n +3
    verdict=1
}

# match PATTERNS ACTUAL: whether both files have the same number of lines and every line matches its pattern.
match()
{
    while IFS= read -r pattern <&3; do
        IFS= read -r line <&4 || return 1
        printf '%s\n' "$line" | grep -Eqx -e "$pattern" || return 1
    done 3<"$1" 4<"$2"
    [ "$(wc -l <"$1")" -eq "$(wc -l <"$2")" ]
}

# check STREAM CASE ACTUAL
check()
{
    if [ -e "$2/$1.pattern" ]; then
        match "$2/$1.pattern" "$3" || complain "$1" "$2/$1.pattern" "$3"
    elif [ -e "$2/$1" ]; then
        cmp -s "$2/$1" "$3" || complain "$1" "$2/$1" "$3"
    elif [ -s "$3" ]; then
        complain "$1" /dev/null "$3"
    fi
}

# run_case CASE: leaves 0, 1 or 77 in verdict.
run_case()
{
    case_dir=$(cd "$1" && pwd) || return
    mkdir "$work/run"
    ln -s "$here/../golden" "$work/run/golden"
    status=0
    (cd "$work/run" && exec sh -c '. "$1/lib.sh"; . "$2/cmd"' cmd "$here" "$case_dir") \
        </dev/null >"$work/stdout" 2>"$work/stderr" || status=$?
    rm -rf "$work/run"
    if [ $status -eq 77 ]; then
        cat "$work/stderr"
        verdict=77
        return
    fi
    verdict=0
    expected=0
    [ ! -e "$case_dir/status" ] || read -r expected <"$case_dir/status"
    if [ "$status" -ne "$expected" ]; then
        echo "--- exit status: expected $expected, found $status"
        verdict=1
    fi
    check stdout "$case_dir" "$work/stdout"
    check stderr "$case_dir" "$work/stderr"
}

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

result=0
for name; do
    verdict=1
    run_case "$name"
    case $verdict in
    0) echo "passed: $(basename "$name")" ;;
    77) echo "skipped: $(basename "$name")" ;;
    *) echo "FAILED: $(basename "$name")" ;;
    esac
    # A failure outweighs a skipped case, which outweighs a pass.
    [ $verdict -eq 0 ] || [ $result -eq 1 ] || result=$verdict
done
exit $result
