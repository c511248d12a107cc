#!/bin/sh
# tarball.sh SOURCE DIRECTORY: packs the sources as `setup.sh tarball` does, but with uncommitted changes, and unpacks
# them in DIRECTORY/source, where the packages are built. The same commit gives the same bytes.
set -u
source=$1
directory=$2
if ! git -C "$source" rev-parse --verify -q HEAD >/dev/null 2>&1; then
    echo "skipped: the sources are not a git checkout"
    exit 77
fi
rm -rf "$directory/source"
mkdir -p "$directory/source" || exit 1
commit=$(git -C "$source" stash create) || exit 1
[ -n "$commit" ] || commit=HEAD
for tarball in "$directory/first.tar.gz" "$directory/second.tar.gz"; do
    git -C "$source" archive "$commit" | gzip -9n >"$tarball" || exit 1
done
cmp "$directory/first.tar.gz" "$directory/second.tar.gz" || exit 1
tar -xzf "$directory/first.tar.gz" -C "$directory/source"
