#!/bin/sh
# build.sh CMAKE CPACK SOURCE BUILD OPTION...: makes the packages as the preset package does, in the directory BUILD,
# from the unpacked tarball in BUILD/source if it is there, and without a network if the system allows that.
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

# Runs a command without a network, if the system allows that; with a loopback device, since MPI's compiler looks up the
# machine's own address.
if unshare --net --map-root-user ip link set lo up 2>/dev/null; then
    offline()
    {
        unshare --net --map-root-user sh -c 'ip link set lo up && exec "$@"' sh "$@"
    }
else
    offline()
    {
        "$@"
    }
fi

[ ! -d "$build/source" ] || source=$build/source
rm -rf "$build/packages"
offline "$cmake" --fresh -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr \
    -DBUILD_TESTING=OFF "$@" >/dev/null || exit 1
offline "$cmake" --build "$build" || exit 1
cd "$build" || exit 1
"$cpack" || exit 1
[ -n "$(find packages -maxdepth 1 -name '*.deb')" ]
