#!/bin/sh
# coverage.sh: reports which lines the tests of preset `coverage`, which must have run already, have reached: a table by
# folder, and build/coverage/html/index.html with every line.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/coverage/html
# Kernels that this CPU cannot run, and lines that handle errors of the system, count as not reached.
gcovr --root . --filter src/ --filter kernels/ --exclude-unreachable-branches \
    --html-details build/coverage/html/index.html --csv build/coverage/lines.csv build/coverage
awk -F , '
    NR > 1 {
        folder = $1
        sub("/[^/]*$", "", folder)
        lines[folder] += $2
        covered[folder] += $3
    }
    END {
        for (folder in lines) {
            printf "%-16s %6d lines %6d covered %6.1f %%\n", folder, lines[folder], covered[folder],
                100 * covered[folder] / lines[folder] | "sort"
            all += lines[folder]
            reached += covered[folder]
        }
        close("sort")
        if (all == 0) {
            exit 1
        }
        printf "%-16s %6d lines %6d covered %6.1f %%\n", "together", all, reached, 100 * reached / all
    }' build/coverage/lines.csv
