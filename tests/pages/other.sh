#!/bin/sh
# other.sh DIRECTORY: what the manual pages of fire-other.c show is word for word what it says.
set -u
export LC_ALL=C MANWIDTH=100
command -v man >/dev/null || {
    echo "skipped: no man"
    exit 77
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
result=0

for page in fire-other fire-other-paint; do
    man --warnings -E UTF-8 -l -Tutf8 -Z "$1/$page.1" 2>"$work/warnings" >/dev/null
    [ ! -s "$work/warnings" ] || {
        cat "$work/warnings"
        result=1
    }
    man -l "$1/$page.1" | tr -s ' ' >>"$work/text"
done
while IFS= read -r line; do
    grep -qxF -e " $line" "$work/text" || {
        echo "not shown: $line"
        result=1
    }
done <<'END'
fire-other - paint - or 'do' not
.TH
A-B it's .so
.so
'so
fire-other-paint - don't: "paint" [it] red, $HOME \
.Dt is no request 'nor is this
\fBnor
-c, --colour=COLOUR
red or dark-blue: it's ["that"] of x, $HOME or \n: (y)
so many; 'n' <in> {all} & no | more !
N: a whole number from 1 to 9
-o, --into=FILE.png
.SH is no title; ~ ^ % # *
fire-other paint 'cat' --colour=red >\dev
fire-other-paint(1), firesieve(1)
END
exit $result
