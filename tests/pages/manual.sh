#!/bin/sh
# manual.sh PROGRAM DIRECTORY: every command has a page that man understands and that has every option of --help.
set -u
program=$1
pages=$2
name=$(basename "$program")
export LC_ALL=C MANWIDTH=100

for tool in man lexgrog; do
    command -v $tool >/dev/null || {
        echo "skipped: no $tool"
        exit 77
    }
done
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
result=0

complain()
{
    echo "$*"
    result=1
}

# options INDENT: the options of a text in which each begins a line after this number of blanks.
options()
{
    sed -n "s/^ \{$1\}\(\(-[a-z], \)\{0,1\}--[a-z][a-z-]*\).*/\1/p" | sort
}

# has_example NAME: the page in $work/text has the example of $work/help, with its quotes.
has_example()
{
    sed -n '/^Example:/,$s/^  //p' "$work/help" >"$work/example"
    sed 's/^ *//' "$work/text" | grep -qxFf "$work/example" || complain "$1: the example differs from --help"
}

# check PAGE: no warnings, a line for apropos, and no troff request shown as text.
check()
{
    if [ ! -s "$1" ]; then
        complain "$1 is missing"
        return
    fi
    man --warnings -E UTF-8 -l -Tutf8 -Z "$1" 2>"$work/warnings" >/dev/null
    [ ! -s "$work/warnings" ] || complain "$(cat "$work/warnings")"
    lexgrog "$1" >"$work/whatis" || complain "$1: no name and summary: $(cat "$work/whatis")"
    man -l "$1" >"$work/text"
    ! grep -n '^ *\.[A-Z][A-Z]\( \|$\)\|\\f[BIR]' "$work/text" || complain "$1: a request is shown as text"
    for title in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' 'SEE ALSO'; do
        grep -qx "$title" "$work/text" || complain "$1: no $title"
    done
}

check "$pages/$name.1"
"$program" --help >"$work/help"
sed -n "s/^  $name \(--[a-z-]*\) .*/\1/p" "$work/help" | sort >"$work/expected"
sed -n '/^OPTIONS/,/^[A-NP-Z]/p' "$work/text" | options 7 | diff "$work/expected" - || complain "$name: options differ from --help"
has_example "$name"
if "$program" help solve >/dev/null 2>&1; then
    for text in help text; do
        grep -q "^ *$name help COMMAND" "$work/$text" || complain "$name: no 'help COMMAND' in its $text"
    done
fi
cp "$work/text" "$work/program"

count=0
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p' "$work/help")
for command in $commands; do
    count=$((count + 1))
    check "$pages/$name-$command.1"
    "$program" "$command" --help >"$work/help"
    sed '/^Example:/,$d; s/^      -/  -/' "$work/help" | options 2 >"$work/expected"
    [ -s "$work/expected" ] || complain "$command: no option in --help"
    sed -n '/^OPTIONS/,/^EXAMPLE/p' "$work/text" | options 7 | diff "$work/expected" - || complain "$command: options differ from --help"
    has_example "$command"
    grep -q "^       $name $command " "$work/program" || complain "$command: not in the page of $name"
done
[ "$count" -gt 0 ] || complain "no command found"
[ "$(find "$pages" -name '*.1' | wc -l)" -eq $((count + 1)) ] || complain "the pages are not those of $count commands"
exit $result
