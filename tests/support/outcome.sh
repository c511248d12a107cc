# shellcheck shell=sh
# How scripts of tests end. To be read by them: . "$(dirname "$0")/../support/outcome.sh"

# skip WHY: something that the test takes is not there.
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
