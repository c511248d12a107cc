#!/bin/sh
# complete.sh SHELL DIRECTORY PROGRAM PATH: the program's completion for the shell (bash, zsh or fish) parses, and
# offers the words in PROGRAM.txt. PATH is the program itself, which the completion asks.
set -u
shell=$1
program=$3
here=$(cd "$(dirname "$0")" && pwd)
directory=$(cd "$2" && pwd)
path=$(cd "$(dirname "$4")" && pwd)/$(basename "$4")
case $shell in
bash) file=$directory/bash/$program ;;
zsh) file=$directory/zsh/_$program ;;
fish) file=$directory/fish/$program.fish ;;
esac
command -v "$shell" >/dev/null || {
    echo "skipped: no $shell"
    exit 77
}
"$shell" -n "$file" || exit 1

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$work/home" "$work/run" "$work/run/bin" "$work/path"
ln -s "$path" "$work/path/$program"
ln -s "$path" "$work/run/bin/$program"
cd "$work/run" || exit 1
export PATH="$work/path:$PATH" HOME="$work/home" XDG_CONFIG_HOME="$work/home" XDG_DATA_HOME="$work/home" LC_ALL=C TERM=dumb
: >layers.txt
: >other.txt
# The lines of the table, and the expected words, sorted.
grep -v '^#' "$here/$program.txt" | sed 's/ *|.*//' >"$work/lines"
grep -v '^#' "$here/$program.txt" | sed 's/^[^|]*| *//' | while read -r words; do
    printf '%s\n' "$words" | tr ' ' '\n' | sort | tr '\n' ' '
    echo
done >"$work/words"
paste -d '|' "$work/lines" "$work/words" | sed 's/ *$//' >"$work/expected"

# The helper reads lines, and for each prints the words, one per line, and an empty line.
"$shell" "$here/complete.$shell" "$file" "$program" <"$work/lines" >"$work/offered" || exit 1
words=
while IFS= read -r word; do
    if [ -n "$word" ]; then
        words="$words$word
"
        continue
    fi
    printf '%s' "$words" | sort -u | tr '\n' ' '
    echo
    words=
done <"$work/offered" | paste -d '|' "$work/lines" - | sed 's/ *$//' >"$work/actual"
diff "$work/expected" "$work/actual"
