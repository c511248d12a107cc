# complete.zsh FILE PROGRAM: presses Tab in a zsh on its own terminal, which writes the offered words to a file.
zmodload zsh/zpty || exit 1
zpty shell zsh -f -i || exit 1
offers=$PWD/.offers

# The terminal buffers only a little, so each line waits for an answer.
ask()
{
    zpty -w shell "$1"
    zpty -r -m shell answer "*<$2>*" || exit 1
}

ask "PS1= PS2= RPS1=; unsetopt zle_bracketed_paste prompt_cr prompt_sp 2>/dev/null; print '<''ready>'" ready
ask "fpath=(${(q)1:h} \$fpath); autoload -Uz compinit; compinit -u -D; print '<''set>'" set
ask "source ${(q)0:A:h}/offers.zsh ${(q)offers}; print '<''sourced>'" sourced
while IFS= read -r line; do
    : >$offers
    # ^U clears the line; <offered> is printed once Tab is done.
    zpty -w -n shell $line$'\t'
    zpty -r -m shell answer "*<offered>*" || exit 1
    zpty -w -n shell $'\x15'
    sed '/^$/d' $offers
    print
done
zpty -d shell
