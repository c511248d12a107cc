#!/bin/sh
# reproducible.sh WRITER DIRECTORY PROGRAM: what the build has written into DIRECTORY is what the writer writes in any other
# place, language and environment.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
mkdir pages
env -i HOME=/ TZ=Asia/Tokyo LC_ALL=de_DE.UTF-8 FIRESIEVE_KERNEL=scalar FIRESIEVE_THREADS=3 SOURCE_DATE_EPOCH=1 \
    "$1" pages || exit 1
diff -r "$2" pages || exit 1
# And it says what it cannot write.
"$1" "$work/nowhere" 2>errors && exit 1
grep -q 'error: No such file or directory$' errors || exit 1
if [ -c /dev/full ]; then
    # A short page fails when it is closed, a long one before.
    for page in "man1/$3-count.1" "fish/$3.fish"; do
        ln -sf /dev/full "pages/$page"
        "$1" pages 2>errors && exit 1
        grep -q "$page: error: cannot write to it\$" errors || exit 1
        rm "pages/$page"
    done
fi
"$1" 2>errors && exit 1
grep -q '^usage: ' errors
