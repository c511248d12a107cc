#!/bin/sh
# build.sh CMAKE CPACK SOURCE BUILD OPTION...: makes the packages as the preset package does, in the directory BUILD, of the
# unpacked tarball in BUILD/source if it is there, and without a network if the system allows that.
set -u
cmake=$1
cpack=$2
source=$3
build=$4
shift 4
for tool in dpkg-deb dpkg-shlibdeps file gzip; do
    command -v $tool >/dev/null || {
        echo "skipped: no $tool"
        exit 77
    }
done

[ ! -d "$build/source" ] || source=$build/source
offline=
! unshare --net --map-root-user true 2>/dev/null || offline="unshare --net --map-root-user"
rm -rf "$build/packages"
# shellcheck disable=SC2086 # words
$offline "$cmake" -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_TESTING=OFF \
    "$@" >/dev/null || exit 1
# shellcheck disable=SC2086 # words
$offline "$cmake" --build "$build" || exit 1
cd "$build" || exit 1
"$cpack" || exit 1
[ -n "$(find packages -maxdepth 1 -name '*.deb')" ]
