# complete.fish FILE PROGRAM: asks fish for what it would offer, without the descriptions, and without --name= in front
# of values. Fish 4 offers what has the word anywhere in it as well, where nothing begins with it.
source $argv[1]
or exit 1
while read -l line
    set -l begun (string replace -r '.*[ =]' '' -- $line)
    complete -C $line | string replace -r '\t.*' '' | string replace -r '^--[a-z-]+=' '' | string match -- "$begun*"
    echo
end
