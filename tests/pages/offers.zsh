# offers.zsh FILE: from now on each match that is offered is written to the file, too, and <offered> on the terminal.
offers_file=$1
compadd()
{
    # With these it only computes.
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
