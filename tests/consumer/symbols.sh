#!/bin/sh
# symbols.sh NM HEADER STATIC [SHARED]: the libraries export exactly the functions that the header declares, and use
# none that POSIX does not allow threads to use concurrently (or that change the state of the whole process, such as its
# locale).
set -eu
[ $# -eq 3 ] || [ $# -eq 4 ] || {
    echo "usage: symbols.sh NM HEADER STATIC [SHARED]" >&2
    exit 2
}
nm=$1 header=$2 static=$3 shared=${4-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# A declaration may take several lines; its name is before the first parenthesis.
awk '
    /^#/ { next }
    /^FIRESIEVE_API / { wanted = 1 }
    wanted && match($0, /firesieve_[a-z0-9_]+\(/) { print substr($0, RSTART, RLENGTH - 1); wanted = 0 }
    /;/ { if (wanted) { print "no name before line " FNR; exit 1 } }
' "$header" | LC_ALL=C sort >"$work/declared"
[ "$(wc -l <"$work/declared")" -gt 40 ] || {
    echo "few declarations in $header"
    exit 1
}
# Functions without FIRESIEVE_API would be declared but not exported.
if grep -nE '^[a-z].*\bfiresieve_[a-z0-9_]+\(.*' "$header" | grep -vE 'typedef|FIRESIEVE_API'; then
    echo "declared without FIRESIEVE_API"
    failed=1
fi

# compare WHAT OPTION... FILE
compare()
{
    what=$1
    shift
    "$nm" "$@" --defined-only --format=posix >"$work/symbols"
    awk 'NF > 2 { print $1 }' "$work/symbols" | LC_ALL=C sort >"$work/shown"
    if LC_ALL=C diff "$work/declared" "$work/shown" >"$work/differences"; then
        echo "$what: $(wc -l <"$work/shown") symbols, those of the header"
    else
        echo "$what: < is declared but not exported, > is exported but not declared:"
        grep '^[<>]' "$work/differences"
        failed=1
    fi
}

compare "static library" -g "$static"
if [ -n "$shared" ]; then
    compare "shared library" -D "$shared"
fi

unsafe='asctime|basename|catgets|crypt|ctime|dirname|drand48|encrypt|endgrent|endpwent|ftw|getchar_unlocked|getdate|getenv'
unsafe="$unsafe|getgrent|getgrgid|getgrnam|gethostent|getlogin|getopt|getpwent|getpwnam|getpwuid|gmtime|hcreate|hsearch"
unsafe="$unsafe|inet_ntoa|localeconv|localtime|lrand48|mrand48|nl_langinfo|ptsname|putenv|rand|random|readdir|setenv|setgrent"
unsafe="$unsafe|setlocale|setpwent|srand|strerror|strsignal|strtok|system|tmpnam|ttyname|umask|unsetenv|wcstombs|wctomb"
if "$nm" --undefined-only --format=posix "$static" | awk '{ print $1 }' | grep -Ex "_*($unsafe)(@.*)?"; then
    echo "static library: uses these, which are not safe with threads"
    failed=1
fi
exit $failed
