#!/bin/sh
# contents.sh DIRECTORY: the packages have the files, the fields and the dependencies that they should have.
set -u
directory=$1
[ -d "$directory" ] || {
    echo "skipped: no packages were made"
    exit 77
}
result=0

complain()
{
    echo "$*"
    result=1
}

# files DEB: the paths of its files and links.
files()
{
    dpkg-deb -c "$1" | awk '!/^d/ { sub(/^\.\//, "", $6); print $6 }'
}

# check PACKAGE PATTERN...: there is exactly one such package; each of its files matches one of the extended patterns,
# and each pattern matches one of its files.
check()
{
    package=$1
    shift
    deb=$(find "$directory" -maxdepth 1 -name "${package}_*.deb")
    if [ ! -f "$deb" ]; then
        complain "$package: expected one package, found '$deb'"
        return
    fi
    set -- "usr/share/doc/$package/copyright" "usr/share/doc/$package/changelog(.Debian)?.gz" "$@"
    found=$(files "$deb")
    for pattern; do
        printf '%s\n' "$found" | grep -qEx "$pattern" || complain "$package: no file $pattern"
        found=$(printf '%s\n' "$found" | grep -vEx "$pattern")
    done
    [ -z "$found" ] || complain "$package: files that do not belong there: $found"
    [ "$(dpkg-deb -c "$deb" | awk '$2 != "root/root"')" = '' ] || complain "$package: files that are not root's"
    [ "$(dpkg-deb -c "$deb" | awk '/^d/ && $1 != "drwxr-xr-x" || /^-/ && $1 !~ /^-rw[-x]r-[-x]r-[-x]$/')" = '' ] ||
        complain "$package: odd permissions"
    for field in Version Architecture Maintainer Section Priority Description Installed-Size; do
        [ -n "$(dpkg-deb -f "$deb" $field)" ] || complain "$package: no field $field"
    done
}

# depends PACKAGE PATTERN: one of its dependencies matches.
depends()
{
    dpkg-deb -f "$directory/${1}"_*.deb Depends | tr ',' '\n' | sed 's/^ *//' | grep -qEx "$2" ||
        complain "$1: does not depend on $2"
}

check firesieve usr/bin/firesieve usr/share/bash-completion/completions/firesieve usr/share/doc/firesieve/README.md \
    'usr/share/doc/firesieve/docs/[a-z0-9-]+[.](md|svg|certificate)' \
    usr/share/fish/vendor_completions.d/firesieve.fish 'usr/share/man/man1/firesieve(-[a-z]+)?.1.gz' \
    usr/share/zsh/vendor-completions/_firesieve
for library in libc6 libjansson4 libpopt0; do
    depends firesieve "$library( \(>= .*\))?"
done

# A package must not contain the path of the folder where it was built.
for deb in "$directory"/*.deb; do
    if dpkg-deb --fsys-tarfile "$deb" | grep -aqF "${directory%/packages}"; then
        complain "$deb: contains the path of the build folder"
    fi
done

version=$(dpkg-deb -f "$directory"/firesieve_*.deb Version)
library=$(find "$directory" -maxdepth 1 -name 'libfiresieve[0-9]*.deb' -exec dpkg-deb -f {} Package \;)
if [ -n "$library" ]; then
    check "$library" "usr/lib/[^/]+/libfiresieve.so.${library#libfiresieve}" 'usr/lib/[^/]+/libfiresieve.so[.0-9]+'
    check libfiresieve-dev 'usr/include/firesieve/firesieve.h' 'usr/lib/[^/]+/libfiresieve.(a|so)' \
        'usr/lib/[^/]+/pkgconfig/firesieve.pc' 'usr/lib/[^/]+/cmake/firesieve/[^/]+'
    depends libfiresieve-dev "$library \(= $version\)"
    for part in shlibs triggers; do
        dpkg-deb -I "$directory/${library}"_*.deb $part >/dev/null || complain "$library: no $part"
    done
fi

if [ -f "$(find "$directory" -maxdepth 1 -name 'firesieve-mpi_*.deb')" ]; then
    check firesieve-mpi usr/bin/firesieve-mpi usr/share/bash-completion/completions/firesieve-mpi \
        usr/share/fish/vendor_completions.d/firesieve-mpi.fish 'usr/share/man/man1/firesieve-mpi(-[a-z]+)?.1.gz' \
        usr/share/zsh/vendor-completions/_firesieve-mpi
    depends firesieve-mpi 'libopenmpi[0-9]+(t64)?( \(.*\))?'
fi

if [ -f "$(find "$directory" -maxdepth 1 -name 'python3-firesieve_*.deb')" ]; then
    check python3-firesieve usr/lib/python3/dist-packages/firesieve/_firesieve.abi3.so \
        'usr/lib/python3/dist-packages/firesieve/[_a-z]+.(py|pyi|typed)'
    depends python3-firesieve 'python3 \(>= 3.9\)'
    depends python3-firesieve 'libc6( \(>= .*\))?'
fi
exit $result
