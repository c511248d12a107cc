#!/bin/sh
# added.sh SOURCE BUILD COMPILER: adds another method to a copy of the tree in exactly the steps of CONTRIBUTING.md,
# builds it and searches by it: it has to support everything that a method supports.
set -eu
source=$1 build=$2 compiler=$3
# shellcheck source=tests/support/outcome.sh
. "$source/tests/support/outcome.sh"
tree=$build/tree
rm -rf "$build"
mkdir -p "$tree"
cp -R "$source/CMakeLists.txt" "$source/cmake" "$source/include" "$source/kernels" "$source/src" "$source/LICENSE" "$tree"

header=$tree/include/firesieve/firesieve.h
count=$(sed -n 's/^#define FIRESIEVE_METHOD_COUNT \([0-9]*\)$/\1/p' "$header")
sed -i -e 's/^} firesieve_method;/    , FIRESIEVE_METHOD_TRIAL\n&/' \
    -e "s/^#define FIRESIEVE_METHOD_COUNT .*/#define FIRESIEVE_METHOD_COUNT $((count + 1))/" "$header"
sed -i -e 's/^extern const struct method method_focus;/&\nextern const struct method method_trial;/' \
    -e 's/^    \[FIRESIEVE_METHOD_FOCUS\] = .*/&\n    [FIRESIEVE_METHOD_TRIAL] = {"trial", \&method_trial},/' \
    "$tree/src/methods/methods.c"
sed -i 's#methods/wheel.c#& methods/trial.c#' "$tree/src/CMakeLists.txt"
cp "$source/tests/method/trial.c.in" "$tree/src/methods/trial.c"

cmake -S "$tree" -B "$build/out" -G Ninja -DCMAKE_C_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Debug \
    -DBUILD_TESTING=OFF -DFIRESIEVE_WERROR=ON >"$build/configured" || fail "configuring: $(cat "$build/configured")"
cmake --build "$build/out" --target firesieve_program >"$build/built" || fail "building: $(tail -n 40 "$build/built")"

cd "$build"
firesieve=$build/out/firesieve
# expect WANTED COMMAND...: checks its standard output.
expect()
{
    wanted=$1
    shift
    found=$("$@") || true
    [ "$found" = "$wanted" ] || fail "$*: expected '$wanted', found '$found'"
}

"$firesieve" generate puzzle --seed 3 >firewall
answer=$("$firesieve" solve firewall)
for threads in 1 3; do
    expect "$answer" "$firesieve" solve --method trial --threads $threads firewall
done
expect "$("$firesieve" count --to 1000000 firewall)" "$firesieve" count --method trial --to 1000000 firewall
expect "$("$firesieve" list --limit 5 firewall)" "$firesieve" list --method trial --limit 5 firewall

# Its plan can be used elsewhere, and a checkpoint contains it.
"$firesieve" explain --method trial --plan plan firewall >/dev/null
sed -n '3,$p' plan >recipe
expect 'method trial
task 1024
window 64' cat recipe
sed -i 's/^task .*/task 3/' plan
expect "$answer" "$firesieve" solve -q --plan plan firewall
"$firesieve" generate erdos-selfridge --k 61 >far
expect '' "$firesieve" solve -q --method trial --time-limit 0.5 --checkpoint kept far
grep -q '^method trial$' kept || fail "no plan in the checkpoint: $(cat kept)"
reached=$(sed -n 's/^reached //p' kept)
expect '' "$firesieve" solve -q --method trial --time-limit 0.5 --checkpoint kept far
[ "$(sed -n 's/^reached //p' kept)" -gt "$reached" ] || fail "it did not resume from $reached"
expect "$answer" "$firesieve" solve -q --method trial --profile profile firewall
expect '' "$firesieve" verify -q firewall
