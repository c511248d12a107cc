#!/bin/sh
# reproducible.sh CPACK BUILD: packages made twice are identical to the byte if the time of the sources is given; and
# their contents are the same under another umask (the container itself depends on cpack's umask, which setup.sh sets).
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
for run in first second strict; do
    case $run in strict) umask 027 ;; *) umask 022 ;; esac
    find pages -type f -exec touch -d "2020-01-01 00:00:0${#run}" {} + # times that differ
    "$cpack" -B "$work/$run" >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
    rm -rf "$work/$run/_CPack_Packages"
done
[ -n "$(ls "$work/first")" ] && diff -r "$work/first" "$work/second" || exit 1
for package in "$work"/first/*.deb; do
    for part in --ctrl-tarfile --fsys-tarfile; do
        for run in first strict; do
            dpkg-deb $part "$work/$run/$(basename "$package")" | tee "$work/$run.tar" | tar -tv >"$work/$run.list"
        done
        diff "$work/first.list" "$work/strict.list" && cmp "$work/first.tar" "$work/strict.tar" || exit 1
    done
done
