#!/bin/sh
# check.sh PAGE CHECK: runs a check of checks.mjs on the page. Exit status 77 if the page or node is missing.
set -eu
page=$1 check=$2

# shellcheck source=tests/support/outcome.sh
. "$(dirname "$0")/../support/outcome.sh"

command -v node >/dev/null || skip "no node"
[ -s "$page" ] || skip "no $page: it was not built"
node "$(dirname "$0")/checks.mjs" "$page" "$check"
