# complete.bash FILE PROGRAM: calls the completion like readline, which splits words at blanks and =. Readline itself
# offers the names of files, unless the completion turns that off.
# shellcheck shell=bash
# shellcheck source=/dev/null
source "$1" || exit 1
compopt()
{
    [[ $* == '+o default' ]] && default=''
    [[ $* == '-o default' ]] && default=yes
}
function=_${2//-/_}
[[ $(complete -p "$2") == "complete -o default -F $function $2" ]] || exit 1

while IFS= read -r line; do
    default=yes
    read -ra COMP_WORDS <<<"${line//=/ = }"
    [[ $line == *= || $line == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    "$function"
    if [[ -n $default ]]; then
        ((${#COMPREPLY[@]} == 0)) || exit 1
        compgen -f -- "${COMP_WORDS[COMP_CWORD]}"
    else
        printf '%s\n' "${COMPREPLY[@]}" | sed '/^$/d'
    fi
    echo
done
