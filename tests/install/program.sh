#!/bin/sh
# program.sh CMAKE BUILD PROGRAM COMPONENT: installs the program into an empty directory, which must then contain the
# program, which runs there, its manual pages and completions, the texts that come with firesieve, and nothing else.
set -u
cmake=$1
build=$2
name=$3
component=$4
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

"$cmake" --install "$build" --prefix "$work/prefix" --component "$component" >"$work/log" 2>&1 || {
    cat "$work/log"
    exit 1
}
program=$work/prefix/bin/$name
commands=$("$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p') || exit 1
{
    printf '%s\n' "bin/$name" "share/bash-completion/completions/$name" "share/fish/vendor_completions.d/$name.fish" \
        "share/man/man1/$name.1" "share/zsh/site-functions/_$name"
    # shellcheck disable=SC2086 # a list
    printf "share/man/man1/$name-%s.1\n" $commands
    [ "$name" != firesieve ] || printf 'share/doc/firesieve/%s\n' CHANGELOG.md LICENSE README.md compiled-in.copyright
    [ "$name" != firesieve ] || (cd "$(dirname "$0")/../.." && find docs -name man -prune -o -type f -print) | sed 's|^|share/doc/firesieve/|'
} | LC_ALL=C sort >"$work/expected"
(cd "$work/prefix" && find . -type f) | sed 's|^\./||' | LC_ALL=C sort | diff "$work/expected" - || exit 1
[ "$(find "$work/prefix" -type f -perm -u+x)" = "$program" ] || {
    echo "other executables than $program"
    exit 1
}
[ "$(printf '0: 3\n1: 2\n4: 4\n6: 4\n' | "$program" solve)" = 10 ]
