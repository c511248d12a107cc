#!/bin/sh
# Counts prime tuplets with firesieve and, where it is installed, with primesieve, and compares both with the published
# numbers. Times are those of whole commands on one thread, medians of rounds in both orders.
# Usage: tuplets.sh FIRESIEVE [LIMIT...]
set -eu
firesieve=$1
shift
[ $# -gt 0 ] || set -- 1000000000 10000000000
rounds=3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ours OFFSETS LIMIT: starts above the root of the limit that the sieve by all primes up to it leaves, and the starts
# below, which the sieve forbids because they are primes themselves.
ours()
{
    root=$(awk -v n="$2" 'BEGIN { print int(sqrt(n)) }')
    last=${1##*,}
    above=$("$firesieve" generate tuplet --offsets "$1" --start 0 --sieve-to "$root" |
        "$firesieve" count --threads 1 --from $((root + 1)) --to $(($2 - last + 1)))
    below=$(awk -v root="$root" -v offsets="$1" 'BEGIN {
        count = split(offsets, offset, ",")
        for (i = 2; i <= root + offset[count]; ++i) prime[i] = 1
        for (i = 2; i * i <= root + offset[count]; ++i)
            if (prime[i]) for (j = i * i; j <= root + offset[count]; j += i) prime[j] = 0
        for (i = 2; i <= root; ++i) {
            all = 1
            for (k = 1; k <= count; ++k) all = all && prime[i + offset[k]]
            found += all
        }
        print found + 0
    }')
    echo $((above + below))
}

# theirs MEMBERS LIMIT
theirs()
{
    primesieve "$2" -c"$1" -t1 -q | sed -n 's/^[^:]*: *//; /^[0-9]*$/p' | tail -n 1
}

# timed FILE COMMAND...: appends the seconds to FILE.time and writes the output to FILE.count.
timed()
{
    file=$1
    shift
    begun=$(date +%s.%N)
    "$@" >"$file.count"
    date +%s.%N | awk -v begun="$begun" '{ print $1 - begun }' >>"$file.time"
}

median()
{
    sort -n "$1" | awk '{ values[NR] = $1 } END { print values[int((NR + 1) / 2)] }'
}

compare()
{
    name=$1 members=$2 offsets=$3 limit=$4 published=$5
    rm -f "$work"/*
    for round in $(seq $rounds); do
        if [ "$((round % 2))" = 1 ]; then
            timed "$work/ours" ours "$offsets" "$limit"
            [ -z "$peer" ] || timed "$work/theirs" theirs "$members" "$limit"
        else
            [ -z "$peer" ] || timed "$work/theirs" theirs "$members" "$limit"
            timed "$work/ours" ours "$offsets" "$limit"
        fi
    done
    count=$(cat "$work/ours.count")
    verdict=right
    [ "$count" = "$published" ] || verdict="WRONG, published $published"
    if [ -n "$peer" ]; then
        awk -v name="$name" -v limit="$limit" -v count="$count" -v ours="$(median "$work/ours.time")" \
            -v theirs="$(median "$work/theirs.time")" -v verdict="$verdict" \
            'BEGIN { printf "%-12s %12s %10s %10.3f %12.3f %8.2f  %s\n", name, limit, count, ours, theirs, theirs / ours, verdict }'
    else
        awk -v name="$name" -v limit="$limit" -v count="$count" -v ours="$(median "$work/ours.time")" \
            -v verdict="$verdict" \
            'BEGIN { printf "%-12s %12s %10s %10.3f %12s %8s  %s\n", name, limit, count, ours, "-", "-", verdict }'
    fi
}

peer=$(command -v primesieve || true)
printf '%-12s %12s %10s %10s %12s %8s\n' tuplet up-to count seconds primesieve ratio
for limit; do
    case $limit in
    1000000000) set -- 3424506 28388 317 ;;
    10000000000) set -- 27412679 180529 1613 ;;
    *) set -- unknown unknown unknown ;;
    esac
    compare twins 2 0,2 "$limit" "$1"
    compare quadruplets 4 0,2,6,8 "$limit" "$2"
    compare sextuplets 6 0,4,6,10,12,16 "$limit" "$3"
done
