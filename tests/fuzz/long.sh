#!/bin/sh
# long.sh DIRECTORY NAME...: runs each libFuzzer program fuzz_NAME of a build directory for FUZZ_SECONDS (600), and then
# prints how many inputs each tried. The inputs that it finds are kept, so that the next run resumes from there. Exit
# status: 1 if one failed; its input is then in DIRECTORY/NAME.failed, and its output in DIRECTORY/NAME.log.
set -u
here=$(cd "$(dirname "$0")" && pwd)
directory=$1
shift
seconds=${FUZZ_SECONDS:-600}
result=0
for name; do
    echo "fuzz_$name: $seconds s"
    sh "$here/run.sh" long "$directory" "$name" -max_total_time="$seconds" >"$directory/$name.log" 2>&1 || {
        result=1
        echo "fuzz_$name FAILED:"
        tail -n 40 "$directory/$name.log"
    }
done
printf '\n%-20s %14s %12s %10s\n' target executions a-second inputs
for name; do
    awk -v name="$name" -v inputs="$(find "$directory/$name.long" -type f | wc -l)" '
        /^stat::number_of_executed_units:/ { executions = $2 }
        /^stat::average_exec_per_sec:/ { rate = $2 }
        END { printf "%-20s %14s %12s %10s\n", name, executions, rate, inputs }' "$directory/$name.log"
done
exit $result
