# offers.zsh FILE: from now on each offered match is also written to the file, and <offered> to the terminal.
offers_file=$1
compadd()
{
    # With these options it offers nothing.
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    local -a hits
    builtin compadd -A hits "$@"
    print -rl -- $hits >>$offers_file
    builtin compadd "$@"
}
print_offered()
{
    print -r -- '<offered>'
}
comppostfuncs=(print_offered)
# comppostfuncs is emptied after each use.
tell_offered()
{
    comppostfuncs=(print_offered)
    zle complete-word
}
zle -N tell_offered
bindkey '^I' tell_offered
