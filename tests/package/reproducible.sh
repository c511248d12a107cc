#!/bin/sh
# reproducible.sh CPACK BUILD: packages made twice are the same, byte by byte, where the time of the sources is given,
# whatever the umask.
set -u
cpack=$1
build=$2
[ -d "$build/packages" ] || {
    echo "skipped: no packages were made"
    exit 77
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$build" || exit 1
export SOURCE_DATE_EPOCH=1700000000
for run in first second; do
    case $run in first) umask 022 ;; second) umask 027 ;; esac
    find pages -type f -exec touch -d "2020-01-01 00:00:0${#run}" {} + # times that differ
    "$cpack" -B "$work/$run" >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
    rm -rf "$work/$run/_CPack_Packages"
done
[ -n "$(ls "$work/first")" ] && diff -r "$work/first" "$work/second"
