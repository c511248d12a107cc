# shellcheck shell=sh
# How test scripts end. They include it: . "$(dirname "$0")/../support/outcome.sh"

# skip WHY: something that the test needs is missing.
skip()
{
    echo "skipped: $*"
    exit 77
}

# fail WHAT
fail()
{
    echo "failed: $*"
    exit 1
}
