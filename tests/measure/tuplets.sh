#!/bin/sh
# Counts prime tuplets with firesieve and, if it is installed, with primesieve, and compares both with published counts.
# Times are those of whole commands on one thread and on all threads, medians over rounds in both orders.
# Usage: tuplets.sh FIRESIEVE [LIMIT...]
set -eu
firesieve=$1
shift
[ $# -gt 0 ] || set -- 1000000000 10000000000 100000000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# few OFFSETS LIMIT: counts tuplets up to a small limit, with a sieve.
few()
{
    awk -v limit="$2" -v offsets="$1" 'BEGIN {
        count = split(offsets, offset, ",")
        for (i = 2; i <= limit; ++i) prime[i] = 1
        for (i = 2; i * i <= limit; ++i)
            if (prime[i]) for (j = i * i; j <= limit; j += i) prime[j] = 0
        for (i = 2; i + offset[count] <= limit; ++i) {
            all = 1
            for (k = 1; k <= count; ++k) all = all && prime[i + offset[k]]
            found += all
        }
        print found + 0
    }'
}

# ours OFFSETS LIMIT THREADS: the starts above the root of the limit that remain after sieving by all primes up to the
# root; plus the starts below, which that sieve forbids because they are primes themselves: these are counted as tuplets
# up to a limit a little above the root, in the same way.
ours()
(
    last=${1##*,}
    limit=$2
    total=0
    while [ "$limit" -gt 2000 ]; do
        root=$(awk -v n="$limit" 'BEGIN { print int(sqrt(n)) }')
        # Exit status 1 means that there are none.
        above=$("$firesieve" generate tuplet --offsets "$1" --start 0 --sieve-to "$root" |
            "$firesieve" count --threads "$3" --from $((root + 1)) --to $((limit - last + 1))) || [ "$above" = 0 ]
        total=$((total + above))
        limit=$((root + last))
    done
    echo $((total + $(few "$1" "$limit")))
)

# theirs MEMBERS LIMIT THREADS
theirs()
{
    primesieve "$2" -c"$1" -t"$3" -q | sed -n 's/^[^:]*: *//; /^[0-9]*$/p' | tail -n 1
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
    sort -n "$1" | awk '{ values[NR] = $1 } END { print (values[int((NR + 1) / 2)] + values[int(NR / 2) + 1]) / 2 }'
}

# rounds_for LIMIT: the number of rounds; one up to 10^11 takes a minute and a half.
rounds_for()
{
    [ "$1" -gt 10000000000 ] && echo 2 || echo 4
}

# verdict PUBLISHED: judges the counts. If no published count is known, both programs have to agree.
verdict()
{
    count=$(cat "$work/ours.count")
    wanted=$1
    whose=published
    if [ "$wanted" = unknown ] && [ -n "$peer" ]; then
        wanted=$(cat "$work/theirs.count")
        whose="primesieve's"
    fi
    case $wanted in
    unknown) echo unchecked ;;
    "$count") [ $whose = published ] && echo right || echo "as primesieve" ;;
    *) echo "WRONG, $whose $wanted" ;;
    esac
}

# compare NAME MEMBERS OFFSETS LIMIT THREADS PUBLISHED
compare()
{
    rm -f "$work"/*
    for round in $(seq "$(rounds_for "$4")"); do
        [ -z "$peer" ] || [ $((round % 2)) = 1 ] || timed "$work/theirs" theirs "$2" "$4" "$5"
        timed "$work/ours" ours "$3" "$4" "$5"
        [ -z "$peer" ] || [ $((round % 2)) = 0 ] || timed "$work/theirs" theirs "$2" "$4" "$5"
    done
    judged=$(verdict "$6")
    case $judged in
    WRONG*) failed=1 ;;
    esac
    their_s=-
    [ -z "$peer" ] || their_s=$(median "$work/theirs.time")
    awk -v name="$1" -v limit="$4" -v threads="$5" -v count="$(cat "$work/ours.count")" \
        -v ours="$(median "$work/ours.time")" -v theirs="$their_s" -v judged="$judged" 'BEGIN {
        printf "%-12s %12s %7d %10s %10.3f ", name, limit, threads, count, ours
        if (theirs == "-") printf "%12s %8s  %s\n", "-", "-", judged
        else printf "%12.3f %8.2f  %s\n", theirs, theirs / ours, judged
    }'
}

# published LIMIT: the numbers of twins, quadruplets and sextuplets.
published()
{
    case $1 in
    1000000000) echo 3424506 28388 317 ;;
    10000000000) echo 27412679 180529 1613 ;;
    100000000000) echo 224376048 1209318 unknown ;;
    *) echo unknown unknown unknown ;;
    esac
}

failed=0
peer=$(command -v primesieve || true)
all=$(nproc)
[ "$all" -gt 1 ] && counts="1 $all" || counts=1
printf '%-12s %12s %7s %10s %10s %12s %8s\n' tuplet up-to threads count seconds primesieve ratio
for limit; do
    # shellcheck disable=SC2046 # three words
    set -- $(published "$limit")
    for threads in $counts; do
        compare twins 2 0,2 "$limit" "$threads" "$1"
        compare quadruplets 4 0,2,6,8 "$limit" "$threads" "$2"
        compare sextuplets 6 0,4,6,10,12,16 "$limit" "$threads" "$3"
    done
done
[ $failed = 0 ]
