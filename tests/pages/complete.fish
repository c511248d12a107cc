# complete.fish FILE PROGRAM: asks fish for what it would offer, without the descriptions, and without --name= in front
# of values.
source $argv[1]
or exit 1
while read -l line
    complete -C $line | string replace -r '\t.*' '' | string replace -r '^--[a-z-]+=' ''
    echo
end
