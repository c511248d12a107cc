#!/bin/sh
# revision.sh CMAKE SCRIPT: the script names the commit of a checkout or tarball, and whether a checkout was changed;
# writes its file only if its content is new; and reports no revision for sources that merely lie below another
# project's checkout.
set -u
cmake=$1
script=$2
command -v git >/dev/null || {
    echo "skipped: no git"
    exit 77
}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
export HOME="$work" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a

# expect SOURCE REVISION
expect()
{
    "$cmake" -DSOURCE="$1" -DOUTPUT="$work/header.h" -P "$script" || exit 1
    echo "#define FIRESIEVE_REVISION \"$2\"" | diff - "$work/header.h" || exit 1
}

source="$work/a source"
mkdir -p "$source/vendor/firesieve"
expect "$source" unknown
git -C "$source" init -q || exit 1
expect "$source" unknown # no commit yet
echo 1 >"$source/file"
git -C "$source" add file && git -C "$source" commit -qm one && git -C "$source" tag v1 || exit 1
revision=$(git -C "$source" rev-parse --short=12 HEAD)
expect "$source" "$revision"
expect "$source/vendor/firesieve" unknown
expect "$source" "$revision"
touch -d '2001-01-01' "$work/header.h"
expect "$source" "$revision"
[ -n "$(find "$work/header.h" ! -newermt '2001-01-02')" ] || {
    echo "the file was written again though nothing was new"
    exit 1
}
echo 2 >"$source/file"
expect "$source" "$revision+changes"
git -C "$source" commit -qam two || exit 1
expect "$source" "$(git -C "$source" rev-parse --short=12 HEAD)"

# A tarball, as `git archive` makes it from a checkout with the .gitattributes of this one.
mkdir "$source/cmake" "$work/unpacked"
cp "$(dirname "$script")/revision.txt" "$source/cmake"
cp "$(dirname "$script")/../.gitattributes" "$source"
git -C "$source" add . && git -C "$source" commit -qm three || exit 1
git -C "$source" archive HEAD | tar -x -C "$work/unpacked" || exit 1
expect "$work/unpacked" "$(git -C "$source" rev-parse --short=12 HEAD)"
