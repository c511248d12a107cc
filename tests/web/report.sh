#!/bin/sh
# report.sh PAGE PROGRAM WORK: compares the report that the page writes with one of the native program: firesieve bench
# --compare accepts both, and finds figures that they have in common. Exit status 77 if the page or node is missing.
set -eu
page=$1 program=$2 work=$3

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

command -v node >/dev/null || skip "no node"
[ -s "$page" ] || skip "no $page: it was not built"
node "$(dirname "$0")/checks.mjs" "$page" report "$work/page.json"
"$program" bench --part kernels --kernel scalar --filter 'rows, L1' --time 1 --json >"$work/native.json" 2>/dev/null

# compare FILE REPORT...: writes the output of the comparison to FILE.
compare()
{
    file=$1
    shift
    "$program" bench --compare --all "$@" >"$file" || fail "not accepted: $*"
    cat "$file"
}

compare "$work/twice.txt" "$work/page.json" "$work/page.json"
for figure in "rows *wasm" "lanes *wasm" "scan *wasm" "auto *auto"; do
    grep -q "^  $figure " "$work/twice.txt" || fail "no figure '$figure' beside itself"
done
compare "$work/both.txt" "$work/native.json" "$work/page.json"
grep -q "^  rows *scalar " "$work/both.txt" || fail "nothing in common with the native program"
