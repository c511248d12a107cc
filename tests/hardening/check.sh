#!/bin/sh
# check.sh READELF PROGRAM LIBRARY: checks that the program and the objects of the static library have the protections
# that cmake/Compiler.cmake asks for. Reports everything that is missing, then fails if anything is.
set -u
[ $# -eq 3 ] || {
    echo "usage: check.sh READELF PROGRAM LIBRARY" >&2
    exit 2
}
readelf=$1 program=$2 library=$3
failed=0

# holds WHAT TEXT PATTERN: some line of the text matches.
holds()
{
    if printf '%s\n' "$2" | grep -Eq -e "$3"; then
        echo "has $1"
    else
        echo "lacks $1"
        failed=1
    fi
}

# lacks WHAT TEXT PATTERN: no line of the text matches.
lacks()
{
    if printf '%s\n' "$2" | grep -E -e "$3"; then
        echo "has $1, which it should not"
        failed=1
    fi
}

# symbols_of OBJECT: the symbols that an object of the library refers to and defines.
symbols_of()
{
    printf '%s\n' "$objects" | awk -v name="($1)" '/^File: / { here = index($0, name) > 0 } here'
}

# A tool that fails, or a file without any symbols, must not look like a program that has everything.
segments=$("$readelf" -W --program-headers "$program") || exit
header=$("$readelf" -W --file-header "$program") || exit
dynamic=$("$readelf" -W --dynamic "$program") || exit
imports=$("$readelf" -W --dyn-syms "$program") || exit
objects=$("$readelf" -W --symbols "$library") || exit

holds "addresses that change at each start (PIE)" "$header" 'Type: +DYN '
holds "a segment that is read-only after relocation (RELRO)" "$segments" ' GNU_RELRO '
holds "all functions bound before the start (BIND_NOW)" "$dynamic" '\((FLAGS|FLAGS_1)\) .*NOW'
holds "a stack that is not executable" "$segments" ' GNU_STACK .* RW +0x'
lacks "relocations in its code (TEXTREL)" "$dynamic" 'TEXTREL'

# Checking the program alone would not be enough: a static library in it may have these protections of its own.
for object in parse.c.o read.c.o search.c.o sieve.c.o; do
    holds "stack protection in $object" "$(symbols_of $object)" ' __stack_chk_fail'
done
holds "checked formats (FORTIFY_SOURCE)" "$imports" ' __v?snprintf_chk'
# Level 2 only handles constant sizes.
holds "copies into memory of computed size checked (level 3)" "$(symbols_of parse.c.o)" ' __memcpy_chk'

for kernel in scalar avx2 neon wasm; do
    symbols=$(symbols_of $kernel.c.o)
    [ -n "$symbols" ] || {
        echo "no object $kernel.c.o in $library"
        failed=1
    }
    lacks "protection in kernel $kernel" "$symbols" '_chk'
done
exit $failed
