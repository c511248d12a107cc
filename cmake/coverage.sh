#!/bin/sh
# coverage.sh: what the tests of the preset `coverage`, which must have been run, have reached: a table by folder, and
# build/coverage/html/index.html with every line.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/coverage/html
# The kernels that this CPU lacks, and lines that are there for an error of the system, are not left out.
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
