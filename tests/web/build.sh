#!/bin/sh
# build.sh CMAKE SOURCE BINARY: builds the preset web in BINARY, less optimised than the published page, which takes
# half the time; the kernels are the same. Exit status 77 if it cannot be built here.
set -eu
cmake=$1 source=$2 binary=$3

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

for program in emcc node base64; do
    command -v $program >/dev/null || skip "no $program"
done

cd "$source" # where the presets are
"$cmake" --preset web -B "$binary" "-DCMAKE_C_FLAGS_RELEASE=-O1 -DNDEBUG"
"$cmake" --build "$binary" --target firesieve_web
