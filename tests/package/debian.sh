#!/bin/sh
# debian.sh PACKAGES CACHE: installs the packages in a new Debian 12, uses them there, and removes them. debootstrap
# makes the system once, from the mirror of this machine's own packages; CACHE keeps it for the next run. Everything
# happens in a mount namespace, which ends with the test, however the test ends. Skipped (77) if no such system can be
# made.
set -u

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

if [ "${1-}" != --inside ]; then
    [ -d "$1" ] || skip "no packages were made"
    [ "$(id -u)" -eq 0 ] || skip "only root can change the root directory"
    command -v debootstrap >/dev/null || skip "no debootstrap"
    unshare --mount --pid --fork true 2>/dev/null || skip "mount namespaces are not allowed here"
    exec unshare --mount --pid --fork --kill-child --propagation private sh "$0" --inside "$@"
fi
packages=$2
cache=$3
here=$(cd "$(dirname "$0")" && pwd)
# Tools that the packages are used with. A cached system with other tools is made again.
tools="man-db bash-completion zsh fish gcc libc6-dev pkgconf"

# shellcheck source=/dev/null
. /etc/os-release
[ "${ID-} ${VERSION_ID-}" = "debian 12" ] || skip "this is not Debian 12"
# shellcheck disable=SC2016 # apt expands it
mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    sed -n "s/ Debian $VERSION_CODENAME main\$//p" | head -n 1)
[ -n "$mirror" ] || skip "apt knows no mirror; 'apt-get update' may help"
proxy=$(apt-config dump Acquire::http::Proxy --format '%v')
[ -z "$proxy" ] || export http_proxy="$proxy"

mkdir -p "$cache" || exit 1
rm -rf --one-file-system "$cache"/tree.* # from a test that was killed
tree=$(mktemp -d "$cache/tree.XXXXXX") || exit 1
chmod 755 "$tree"
# shellcheck disable=SC2317 # called by the trap
clean()
{
    umount "$tree/proc" 2>/dev/null
    rm -rf --one-file-system "$tree"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM

# inside COMMAND...: runs the command in the new system.
inside()
{
    chroot "$tree" /usr/bin/env -i HOME=/root TERM=dumb LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${http_proxy:+http_proxy="$http_proxy"} "$@"
}

# Makes the system, and stores it in the cache.
make_system()
{
    rm -f "$cache/base.tar"
    debootstrap --variant=minbase "$VERSION_CODENAME" "$tree" "$mirror" >"$cache/log" 2>&1 ||
        skip "debootstrap failed: $(tail -n 1 "$cache/log")"
    mount_proc
    cp /etc/resolv.conf "$tree/etc/resolv.conf"
    # shellcheck disable=SC2086 # a list
    {
        inside apt-get -q update && inside apt-get -q install -y --no-install-recommends $tools && inside apt-get clean
    } >"$cache/log" 2>&1 || skip "apt-get failed in the new system: $(tail -n 1 "$cache/log")"
    tar -C "$tree" --one-file-system -cf "$cache/base.tar.new" . && echo "$tools" >"$cache/base.tools" &&
        mv "$cache/base.tar.new" "$cache/base.tar"
}

mount_proc()
{
    mount -t proc proc "$tree/proc" || skip "cannot mount /proc"
}

# Unpacks the stored system. Its package lists may be out of date.
unpack_system()
{
    tar -C "$tree" -xf "$cache/base.tar" || exit 1
    mount_proc
    inside apt-get -q update >"$cache/log" 2>&1 || skip "apt-get failed in the new system: $(tail -n 1 "$cache/log")"
}

# All files except those that any package would change.
list_files()
{
    (cd "$tree" && find . -xdev \( -path ./tmp -o -path ./root -o -path ./var/cache -o -path ./var/log -o \
        -path ./var/lib/apt -o -path ./var/lib/dpkg -o -path ./etc/ld.so.cache \) -prune -o -print | LC_ALL=C sort)
}

result=0
# expect WHAT EXPECTED COMMAND...: checks the output of the command in the new system.
expect()
{
    what=$1
    expected=$2
    shift 2
    actual=$(inside "$@" 2>&1)
    if [ "$actual" = "$expected" ]; then
        echo "passed: $what"
    else
        echo "FAILED: $what: expected '$expected', found '$actual'"
        result=1
    fi
}

if [ -f "$cache/base.tar" ] && [ "$(cat "$cache/base.tools")" = "$tools" ]; then
    unpack_system
else
    make_system
fi
mkdir "$tree/tmp/packages"
cp "$packages"/*.deb "$tree/tmp/packages"
cp "$here/consumer.c" "$tree/tmp"
printf '0: 3\n1: 2\n4: 4\n6: 4\n' >"$tree/tmp/example.firewall"
names=$(cd "$packages" && for deb in *.deb; do dpkg-deb -f "$deb" Package; done | tr '\n' ' ')
version=$(dpkg-deb -f "$packages"/firesieve_*.deb Version)
# Dependencies are installed first, so that whatever is left at the end can only be ours.
needed=$(for deb in "$packages"/*.deb; do dpkg-deb -f "$deb" Depends; done | tr ',' '\n' |
    sed 's/^ *\([a-z0-9.+-]*\).*/\1/' | grep -v firesieve | sort -u | tr '\n' ' ')
# shellcheck disable=SC2086 # a list
inside apt-get -q install -y --no-install-recommends $needed >"$cache/log" 2>&1 || {
    cat "$cache/log"
    exit 1
}
list_files >"$cache/before"

echo "installing $names with $needed"
inside sh -c 'apt-get -q install -y --no-install-recommends /tmp/packages/*.deb' >"$cache/log" 2>&1 || {
    cat "$cache/log"
    exit 1
}
# shellcheck disable=SC2086 # a list
expect "files are as packed" '' dpkg --verify $names
expect "version" "firesieve ${version%-*}" firesieve --version
expect "a firewall is solved" 10 firesieve solve /tmp/example.firewall
expect "kernels are verified" 0 sh -c 'firesieve verify --cases 20 --seed 1 >/dev/null; echo $?'
expect "man finds the page" /usr/share/man/man1/firesieve.1.gz man -w firesieve
expect "man shows the page" NAME sh -c 'man firesieve | sed -n 3p'
expect "man shows the page of a command" 'firesieve solve [OPTION]... [FILE]...' \
    sh -c "man firesieve solve | sed -n '/^SYNOPSIS/{n;s/^ *//p}'"
expect "whatis knows it" 'firesieve (1)' sh -c "whatis firesieve | sed 's/  *- .*//'"
# shellcheck disable=SC2016 # the inner shell expands it
expect "bash completes" solve bash -c '. /usr/share/bash-completion/bash_completion; compopt() { :; }
    _completion_loader firesieve; COMP_WORDS=(firesieve so) COMP_CWORD=1; _firesieve; echo "${COMPREPLY[*]}"'
# shellcheck disable=SC2016
expect "zsh completes" _firesieve zsh -c 'autoload -Uz compinit; compinit -u -D
    autoload +X _firesieve && print $_comps[firesieve]'
expect "fish completes" solve fish -c 'complete -C "firesieve so" | string replace -r "\t.*" ""'

case " $names" in
*" libfiresieve-dev "*)
    # shellcheck disable=SC2016
    expect "a program is built and linked with the shared library" 10 sh -c 'cd /tmp &&
        gcc -o shared consumer.c $(pkg-config --cflags --libs firesieve) && ldd shared | grep -q libfiresieve && ./shared'
    # shellcheck disable=SC2016
    expect "a program is built and linked with the static library" 10 sh -c 'cd /tmp && gcc -static -o static consumer.c \
        $(pkg-config --static --cflags --libs firesieve) && ./static'
    ;;
*) echo "no libfiresieve-dev: no program is built with it" ;;
esac
case " $names" in
*" firesieve-mpi "*)
    expect "a rank on its own solves" 10 \
        sh -c 'firesieve-mpi solve /tmp/example.firewall 2>/dev/null' # MPI misses /sys
    expect "man shows the page of firesieve-mpi" NAME sh -c 'man firesieve-mpi | sed -n 3p'
    ;;
*) echo "no firesieve-mpi" ;;
esac
case " $names" in
*" python3-firesieve "*)
    # -B: the package contains no compiled files, and none may be left behind.
    expect "Python solves" 10 \
        python3 -B -c 'import firesieve; print(firesieve.Firewall(open("/tmp/example.firewall").read()).solve())'
    expect "Python sieves" 1000000000001 python3 -B -c 'import firesieve
print(firesieve.Sieve().allow(7, {1, 2, 4}).forbid(11, {0, 3}).where("not square").first(10**12))'
    ;;
*) echo "no python3-firesieve" ;;
esac

# shellcheck disable=SC2086 # a list
inside apt-get -q purge -y $names >"$cache/log" 2>&1 || {
    cat "$cache/log"
    result=1
}
list_files | diff "$cache/before" - >"$cache/left" || {
    echo "FAILED: nothing is left"
    cat "$cache/left"
    result=1
}
[ $result -ne 0 ] || echo "passed: nothing is left"
exit $result
