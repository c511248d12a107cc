# shellcheck shell=sh
# Helpers for the commands of the cases.
set -u

# needs TOOL: skips the case if TOOL is missing.
needs()
{
    command -v "$1" >/dev/null || {
        echo "skipped: no $1" >&2
        exit 77
    }
}

# try COMMAND...: runs it, and prints its exit status after its output.
try()
{
    "$@"
    echo "exit status $?"
}

# The example of the puzzle; its answer is 10.
example()
{
    printf '%s\n' '0: 3' '1: 2' '4: 4' '6: 4'
}

# A firewall that keeps every method but the wheel busy for as long as a test can last: about e^-50 of all delays are
# safe. Its five hundred periods are so long that neither one nor a few of them can prove that none is.
endless()
{
    firesieve generate uniform --layers 75000 --min-range 500 --max-range 1000
}

# One for the wheel: half the residues modulo each of seventy primes are forbidden.
endless_for_the_wheel()
{
    firesieve generate negative-pseudosquare --primes 70
}

# Like endless, except that delay 10 is safe; written to the file `rare`.
rare()
{
    firesieve generate planted --layers 75000 --min-range 500 --max-range 1000 --delay 10 >rare
}

# some WHAT: passes standard input on, and reports if it is empty, since a loop over it would then test nothing.
some()
{
    awk -v what="$1" '{ print } END { if (NR == 0) print "no " what > "/dev/stderr" }'
}

# The commands that the help lists.
commands()
{
    firesieve --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p' | some commands
}

# The rows of `firesieve cpu`: name, emulated, built, runs here, chosen, needs.
kernel_rows()
{
    firesieve cpu | sed '1,/^kernel /d'
}

# The kernels that run natively on this CPU.
native_kernels()
{
    kernel_rows | awk '$2 == "no" && $4 == "yes" { print $1 }' | some 'kernels that run'
}

# A kernel that cannot run on this CPU; there is one for every architecture.
missing_kernel()
{
    kernel_rows | awk '$2 == "no" && $4 == "no" { print $1; exit }' | some 'kernel that cannot run'
}

# json COMMAND...: runs it, prints the JSON on its standard output as lines `path = value`, and returns its exit status.
json()
{
    needs python3
    json_status=0
    "$@" >json || json_status=$?
    python3 "$CLI_TESTS/json_lines.py" <json || json_status=99
    return $json_status
}

# signalled SIGNAL WHEN COMMAND...: runs the command until it gets a signal, and prints how it ended. WHEN is a number of
# seconds; +SECONDS to count from when it catches the signal; `progress` for as soon as it prints a line on standard
# error; `progress:WORDS` for a line with these words; or `written` for as soon as its standard output, a file, has
# content.
signalled()
{
    needs python3
    python3 "$CLI_TESTS/signalled.py" "$@"
}

# Skips the case if no terminal can be made, as in a chroot without /dev/pts.
needs_terminal()
{
    needs script
    script -qec true /dev/null >/dev/null 2>&1 || {
        echo "skipped: no pseudo-terminals" >&2
        exit 77
    }
}

# on_terminal SCRIPT: runs a line of sh on a terminal. Prints its output with each \r replaced by a line feed.
on_terminal()
{
    needs script
    SHELL=/bin/sh script -qec "$1" /dev/null | tr '\r' '\n'
}

# animated [--size ROWSxCOLUMNS] [--at FRAME ACTION]... COMMAND...: runs it on its own terminal, and prints the frames
# drawn there; see animated.py.
animated()
{
    needs python3
    python3 -c 'import os; os.openpty()' 2>/dev/null || {
        echo "skipped: no pseudo-terminals" >&2
        exit 77
    }
    env -u NO_COLOR -u COLUMNS -u LINES TERM=xterm python3 "$CLI_TESTS/animated.py" "$@"
}

# until_written PATTERN FILE COMMAND...: runs the command with longer and longer time limits $FIRESIEVE_SECONDS until a
# line of the file matches: a slow machine gets less far in the same time.
until_written()
{
    pattern=$1 file=$2
    shift 2
    for FIRESIEVE_SECONDS in 1.4 4 12 36; do
        export FIRESIEVE_SECONDS
        "$@"
        grep -q -e "$pattern" "$file" && return
    done
}

# runs PID: whether a process that this shell started is still running.
runs()
{
    sed -n 's/^State:[^A-Z]*\([A-Z]\).*/\1/p' "/proc/$1/status" 2>/dev/null | grep -q '[^ZX]'
}

# until_caught SIGNAL_NUMBER PID: waits until the process has a handler for the signal.
until_caught()
{
    while runs "$2"; do
        caught=$(sed -n 's/^SigCgt:[^0-9a-f]*//p' "/proc/$2/status" | tail -c 9)
        [ $((0x$caught >> ($1 - 1) & 1)) -eq 0 ] || return 0
        sleep 0.02
    done
    echo "process $2 ended before it caught signal $1" >&2
}

# bench_report KERNEL=SECONDS...: prints a report like those of `firesieve bench --json`: samples of about this number
# of seconds for a GB of 12 rows in the first-level cache, and a name of the machine that must be escaped with care.
# shellcheck disable=SC2016 # nothing is to be expanded in it
bench_report()
{
    printf '{"format": "firesieve-bench", "format_version": 1, "version": "1.2.3", "model": "It'\''s a \\"CPU\\" `x`",
        "cpus": 8, "threads": 8, "compiler": "cc 1", "measurements": ['
    comma=
    for row; do
        printf '%s{"part": "kernels", "subject": "12 rows, L1", "method": "rows", "kernel": "%s", "threads": 1,
            "size": 24576, "work": 1e9, "answer": null, "left_out": null, "samples_s": [%s, %s, %s]}' "$comma" "${row%=*}" \
            "${row#*=}" "${row#*=}1" "${row#*=}2"
        comma=,
    done
    printf ']}\n'
}
