# complete.fish FILE PROGRAM: asks fish for the words that it would offer, without descriptions, and without --name=
# before values. If no word begins with the text, fish 4 also offers words that contain it.
source $argv[1]
or exit 1
while read -l line
    set -l begun (string replace -r '.*[ =]' '' -- $line)
    complete -C $line | string replace -r '\t.*' '' | string replace -r '^--[a-z-]+=' '' | string match -- "$begun*"
    echo
end
