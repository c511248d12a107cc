#!/bin/sh
# build_path.sh CMAKE COMPILER SOURCE: builds in two folders, with flags that keep the folder's name out, are identical
# to the byte. Compares the object that says how it was built, and one with the place of an assertion.
set -eu
cmake=$1 compiler=$2 source=$3
command -v ninja >/dev/null || {
    echo "skipped: no ninja"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
for place in one another/deeper; do
    folder=$work/$place
    mkdir -p "$folder"
    for part in CMakeLists.txt cmake include kernels src README.md CHANGELOG.md LICENSE; do
        cp -r "$source/$part" "$folder"
    done
    flags="-g -ffile-prefix-map=$folder=. -fmacro-prefix-map=$folder=. -fdebug-prefix-map=$folder=."
    "$cmake" -S "$folder" -B "$folder/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER="$compiler" \
        -DCMAKE_C_FLAGS="$flags" -DFIRESIEVE_MPI=OFF -DBUILD_TESTING=OFF >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
    objects="src/CMakeFiles/firesieve_bench.dir/about/about.c.o src/CMakeFiles/firesieve.dir/base/hash.c.o"
    for object in $objects; do
        "$cmake" --build "$folder/build" --target "$object" >"$work/log" 2>&1 || {
            cat "$work/log"
            exit 1
        }
        if grep -q "$work" "$folder/build/$object"; then
            echo "$object contains the name of the folder"
            exit 1
        fi
    done
done
for object in $objects; do
    cmp "$work/one/build/$object" "$work/another/deeper/build/$object"
done
