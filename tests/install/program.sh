#!/bin/sh
# program.sh CMAKE BUILD: installs the program into an empty directory. There must be the program, which runs there, its
# pages and completions, and nothing else.
set -u
cmake=$1
build=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

"$cmake" --install "$build" --prefix "$work/prefix" --component program >"$work/log" 2>&1 || {
    cat "$work/log"
    exit 1
}
program=$work/prefix/bin/firesieve
commands=$("$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p') || exit 1
{
    printf '%s\n' bin/firesieve share/bash-completion/completions/firesieve share/doc/firesieve/CHANGELOG.md \
        share/doc/firesieve/LICENSE share/doc/firesieve/README.md share/fish/vendor_completions.d/firesieve.fish \
        share/man/man1/firesieve.1 share/zsh/site-functions/_firesieve
    # shellcheck disable=SC2086 # a list
    printf 'share/man/man1/firesieve-%s.1\n' $commands
} | LC_ALL=C sort >"$work/expected"
(cd "$work/prefix" && find . -type f) | sed 's|^\./||' | LC_ALL=C sort | diff "$work/expected" - || exit 1
[ "$(find "$work/prefix" -type f -perm -u+x)" = "$program" ] || {
    echo "other executables than $program"
    exit 1
}
[ "$(printf '0: 3\n1: 2\n4: 4\n6: 4\n' | "$program" solve)" = 10 ]
