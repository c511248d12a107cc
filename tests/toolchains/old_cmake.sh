#!/bin/sh
# old_cmake.sh SOURCE: setup.sh says which CMake it needs and which one it found, before it does anything else.
set -eu
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cat >"$work/cmake" <<'FAKE'
#!/bin/sh
[ "$*" = --version ] || exit 99
echo 'cmake version 3.18.4'
FAKE
for tool in dpkg-query apt-get sudo; do
    printf '#!/bin/sh\necho "%s was called" >&2\nexit 98\n' $tool >"$work/$tool"
done
chmod +x "$work"/*
needed=$(sed -n 's/^cmake_minimum_required(VERSION \(.*\))/\1/p' "$source/CMakeLists.txt")
expected="setup.sh: firesieve needs CMake $needed or newer; found CMake 3.18.4 ($work/cmake)"
for command in solve test package; do
    status=0
    said=$(PATH="$work:$PATH" sh "$source/cmake/setup.sh" $command 2>&1) || status=$?
    [ "$status: $said" = "1: $expected" ] || {
        printf '%s: exit status %s, expected 1, and\n%s\nfound\n%s\n' $command $status "$expected" "$said"
        exit 1
    }
done
