#!/bin/sh
# Checks format and code with the tools that `sh cmake/setup.sh lint` installs. Shows all findings, then fails on any.
set -eu
cd "$(dirname "$0")/.."

failed=0

# check NAME COMMAND...
check()
{
    printf '==> %s\n' "$1"
    shift
    "$@" || failed=1
}

# each PATTERN COMMAND...: runs COMMAND on every file whose name matches, one file at a time (clang-tidy 14 confuses the
# variable arguments of one file with those of the next), on all CPUs.
# shellcheck disable=SC2317 # called through check
each()
{
    pattern=$1
    shift
    find include kernels src tests -name "$pattern" -print0 | xargs -0 -r -n 1 -P "$(nproc)" "$@"
}

cmake --preset lint --log-level=WARNING

check clang-format each '*.[ch]' clang-format --dry-run -Werror
# clang-tidy checks a file once for each way it is compiled, so each kernel natively and emulated. Its standard error
# only counts the warnings that it does not show.
check clang-tidy each '*.c' clang-tidy --quiet -p build/lint 2>/dev/null
# cppcheck does not know which instruction sets a flag enables, which kernels are native, that the target has 128-bit
# integers, or the macros of Criterion.
not_native=$(sed -n 's/^KERNEL(\([a-z0-9]*\),.*/-DFIRESIEVE_NATIVE_\1=0/p' kernels/kernels.def)
# shellcheck disable=SC2086 # words
check cppcheck cppcheck --quiet -j "$(nproc)" --std=c11 -DSIMDE_NO_NATIVE -D__SIZEOF_INT128__=16 $not_native -I include -I src -I kernels \
    --enable=warning,performance,portability --inline-suppr --error-exitcode=1 src kernels
check shellcheck shellcheck .ci/run cmake/*.sh tests/*/*.sh

exit "$failed"
